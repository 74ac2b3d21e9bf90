"""Beginning an update from a template, and the one for when there is no news yet."""

from __future__ import annotations

import asyncio
from functools import partial

from ircon.console import composer_model, time_format
from ircon.console.acts.composer import NoNews
from ircon.console.composer_model import NO_NEWS, ComposerContext, ComposerInput
from ircon.console.key_bindings import key_label
from ircon.console.screens.checked_text import CheckedScreen
from ircon.console.screens.finder import FinderScreen, Item
from ircon.console.widgets.composer_form import Form
from ircon.desk.cadence import Deadline
from ircon.incident.vocabulary import STATUSES


class TemplatedScreen(CheckedScreen):
    """What is begun from templates; the screen keeps what is known and what is said."""

    _known: ComposerContext | None
    _words: ComposerInput
    _replaced_by = ""  # what a template made of words that were typed before

    @property
    def _form(self) -> Form:
        return self.query_one(Form)

    def _change(self, **said: object) -> None:
        """Something besides the texts is said now. The screen keeps and shows it."""

    @property
    def due(self) -> Deadline | None:
        """The next word, if customers wait for it by now and have heard one before."""
        known = self._known
        incident = known.incident if known else None
        if known is None or known.due is None or not (incident and incident.public_updates):
            return None
        return None if known.due.urgency(self.now()) == "calm" else known.due

    def due_notice(self) -> str:
        """That a word is due, and the key that begins one; empty where none is."""
        due, key = self.due, self.key_of(NoNews)
        if due is None:
            return ""
        verb = "was" if due.urgency(self.now()) == "late" else "is"
        zone = self.desk.zone
        at = f"{time_format.clock(due.at, zone)} {time_format.zone_name(due.at, zone)}"
        promised = ", as promised" if due.promised_at else ""
        how = f" No news yet? {key_label(key)} begins an update that says so." if key else ""
        return f"The next word {verb} due at {at}{promised}.{how}"

    @property
    def replaced_notice(self) -> str:
        """How to have the words back that a template replaced; empty once others are typed."""
        is_so = self._replaced_by and self._words.body == self._replaced_by
        return "ctrl+z brings your own text back." if is_so else ""

    async def do_no_news(self) -> None:
        """Begin from its template."""
        if self._known is not None:
            await self.converse(partial(self._begin, NO_NEWS, self._known))

    async def do_template(self) -> None:
        """Choose one."""
        if self._known is not None:
            await self.converse(partial(self._choose_template, self._known))

    async def _choose_template(self, known: ComposerContext) -> None:
        loaded = await asyncio.to_thread(self.desk.page_data.update_templates)
        for problem in loaded.failed:
            self.console.show_error(problem)
        fitting = [
            template
            for template in loaded.templates.values()
            if template.status is None or STATUSES[template.status].kind == known.kind
        ]
        first = NO_NEWS if self.due else None
        fitting.sort(key=lambda one: (one.name != first, one.status != self._words.status))
        items = [Item(one.name, one.name, " ".join(one.body.split())[:120]) for one in fitting]
        name = await self.question(FinderScreen("Begin from a template", items))
        if name is not None:
            await self._begin(name, known)

    async def _begin(self, name: str, known: ComposerContext) -> None:
        words = await asyncio.to_thread(
            composer_model.from_template, self.desk, name, self._words, known
        )
        if self._words.body.strip():
            self._replaced_by = words.body
        self._change(
            status=words.status,
            components=words.components,
            notify=words.notify,
            template=words.template,
        )
        self._form.replace_texts(words)
        self.set_focus(self._form.text)
        self._form.text.select_next_placeholder()
