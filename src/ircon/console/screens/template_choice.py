"""Choice of the template that an update begins from, and the one for "no news yet"."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from ircon.console import composer_model, time_format
from ircon.console.acts.act import Act
from ircon.console.acts.composer import NoNews
from ircon.console.composer_model import NO_NEWS, ComposerContext, ComposerInput
from ircon.console.key_bindings import key_label
from ircon.console.screens.base import IrconScreen
from ircon.console.screens.finder import FinderScreen, Item
from ircon.console.screens.parts import ScreenPart
from ircon.desk.cadence import Deadline
from ircon.incident.vocabulary import STATUSES


class TemplateChoice(ScreenPart):
    """Begins an update from a template.

    Args:
        screen: the composer.
        get_context: returns the page and the incident; None before they are read.
        get_input: returns what is typed.
        begin: fills the fields with the text of a template.
    """

    def __init__(
        self,
        screen: IrconScreen[Any],
        *,
        get_context: Callable[[], ComposerContext | None],
        get_input: Callable[[], ComposerInput],
        begin: Callable[[ComposerInput], None],
    ) -> None:
        self._screen = screen
        self._get_context = get_context
        self._get_input = get_input
        self._begin = begin
        self._replaced_by = ""  # the body that took the place of a typed one

    @property
    def due(self) -> Deadline | None:
        """The deadline of the next update, if it is near or past and the incident is public."""
        context = self._get_context()
        incident = context.incident if context else None
        if context is None or context.due is None or not (incident and incident.public_updates):
            return None
        return None if context.due.urgency(self._screen.now()) == "calm" else context.due

    def due_notice(self) -> str:
        """Return that an update is due, and the key that begins one; empty where none is."""
        due, key = self.due, self._screen.key_of(NoNews)
        if due is None:
            return ""
        verb = "was" if due.urgency(self._screen.now()) == "late" else "is"
        zone = self._screen.desk.zone
        at = f"{time_format.clock(due.at, zone)} {time_format.zone_name(due.at, zone)}"
        promised = ", as promised" if due.promised_at else ""
        how = f" No news yet? {key_label(key)} begins an update that says so." if key else ""
        return f"The next update {verb} due at {at}{promised}.{how}"

    def replaced_notice(self) -> str:
        """Return how to undo a template that replaced a typed text; empty once it was edited."""
        is_replaced = self._replaced_by and self._get_input().body == self._replaced_by
        return "ctrl+z brings your own text back." if is_replaced else ""

    def offers(self, act: type[Act]) -> bool:
        """Offer "no news yet" while an update is due."""
        return act is not NoNews or self.due is not None

    async def do_no_news(self) -> None:
        """Begin from the template that says there is no news yet."""
        await self._converse(partial(self._load, NO_NEWS))

    async def do_template(self) -> None:
        """Choose a template and begin from it."""
        await self._converse(self._choose)

    async def _converse(self, conversation: Callable[[ComposerContext], Any]) -> None:
        context = self._get_context()
        if context is not None:
            await self._screen.converse(partial(conversation, context))

    async def _choose(self, context: ComposerContext) -> None:
        loaded = await asyncio.to_thread(self._screen.desk.page_data.update_templates)
        for problem in loaded.failed:
            self._screen.console.show_error(problem)
        fitting = [
            template
            for template in loaded.templates.values()
            if template.status is None or STATUSES[template.status].kind == context.kind
        ]
        first, status = NO_NEWS if self.due else None, self._get_input().status
        fitting.sort(key=lambda template: (template.name != first, template.status != status))
        items = [
            Item(template.name, template.name, " ".join(template.body.split())[:120])
            for template in fitting
        ]
        name = await self._screen.question(FinderScreen("Begin from a template", items))
        if name is not None:
            await self._load(name, context)

    async def _load(self, name: str, context: ComposerContext) -> None:
        before = self._get_input()
        update = await asyncio.to_thread(
            composer_model.from_template, self._screen.desk, name, before, context
        )
        if self._get_input().body.strip():
            self._replaced_by = update.body
        self._begin(update)
