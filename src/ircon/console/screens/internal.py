"""Acts on an incident's internal entries: none of them can reach a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from ircon.console import timing
from ircon.console.screens.base import IrconScreen
from ircon.console.screens.dialogs import ChoiceScreen, PromptScreen
from ircon.console.widgets.timeline import full_text
from ircon.incident.state import Entry, Incident
from ircon.incident.text import InternalText
from ircon.incident.times import words
from ircon.incident.vocabulary import STATUSES


class InternalActs(IrconScreen[None]):
    """What the Incident screen does that stays inside."""

    incident_id: str

    @property
    def incident(self) -> Incident | None:
        """The state as last read."""
        raise NotImplementedError

    @property
    def entry(self) -> Entry | None:
        """The chosen entry."""
        raise NotImplementedError

    def do_pin(self) -> None:
        """Pin or unpin the chosen entry."""
        entry = self.entry
        if entry:
            self._keep(
                lambda: self.desk.respond.pin(self.incident_id, entry.id, pinned=not entry.pinned)
            )

    async def do_action(self) -> None:
        """Ask for a follow-up action."""
        await self.converse(self._ask_action)

    async def _ask_action(self) -> None:
        key = f"action:{self.incident_id}"
        text = await self._prompt("Follow-up action", "What will be done?", draft=key)
        if not text:
            return
        owner = await self._prompt("Who does it?", "enter alone leaves it open")
        if owner is None:
            return
        due = await self._prompt("Until when?", "as 2026-11-30; enter alone leaves it open")
        if due is None:
            return
        self._keep(
            lambda: self.desk.respond.add_action(
                self.incident_id, InternalText(text), owner=owner or None, due=due or None
            ),
            key,
        )

    async def do_amend(self) -> None:
        """Ask for the chosen entry's right words."""
        if self.entry:
            await self.converse(partial(self._ask_amend, self.entry))

    async def _ask_amend(self, entry: Entry) -> None:
        key = f"amend:{self.incident_id}:{entry.id}"
        text = await self._prompt(
            f"Amend {entry.id}", "The journal keeps both.", value=full_text(entry), draft=key
        )
        if text is None:
            return
        when = await self._prompt(
            "When did it happen?",
            "as 14:05 or 10m ago; enter alone leaves " + timing.moment(entry.at, self.desk.zone),
        )
        if when is None:
            return
        self._keep(lambda: self._amend(entry, text, when), key)

    def _amend(self, entry: Entry, text: str, when: str) -> None:
        from ircon.incident.when import parse_when

        at = parse_when(when, self.now(), self.desk.zone) if when.strip() else None
        changed = InternalText(text) if text != full_text(entry) else None
        if changed is not None or at is not None:
            self.desk.respond.amend(self.incident_id, entry.id, text=changed, at=at)

    async def do_retract(self) -> None:
        """Withdraw the chosen entry, after a question."""
        if self.entry:
            await self.converse(partial(self._ask_retract, self.entry))

    async def _ask_retract(self, entry: Entry) -> None:
        answer = await self.question(
            ChoiceScreen(
                f"Retract {entry.id}?",
                full_text(entry)[:400],
                (
                    ("leave", "Leave it", ""),
                    ("retract", "Retract", "the journal keeps it, struck out"),
                ),
            )
        )
        if answer == "retract":
            self._keep(lambda: self.desk.respond.retract(self.incident_id, entry.id))

    async def do_handover(self) -> None:
        """Ask who takes over, and what they are told."""
        if self.incident:
            await self.converse(partial(self._ask_handover, self.incident))

    async def _ask_handover(self, incident: Incident) -> None:
        person = await self._prompt("Hand over to", "a name, as the record shall have it")
        if not person:
            return
        key = f"handover:{self.incident_id}"
        text = await self._prompt(
            f"What {person} is told",
            "The record's state to begin with; add what it does not know.",
            value=_briefing(incident, self),
            draft=key,
        )
        if text:
            self._keep(
                lambda: self.desk.respond.handover(self.incident_id, InternalText(text), person),
                key,
            )

    async def _prompt(
        self, title: str, text: str, *, value: str = "", draft: str | None = None
    ) -> str | None:
        """Ask for a text; what is typed is kept under ``draft`` until it is in the journal."""
        kept = await asyncio.to_thread(self.desk.drafting.load, draft) if draft else None
        keeper = self.console.keeper
        return await self.question(
            PromptScreen(
                title,
                text,
                value=str(kept["text"]) if kept else value,
                long=draft is not None,
                changed=(lambda typed: keeper.keep(draft, {"text": typed})) if draft else None,
            )
        )

    def _keep(self, act: Callable[[], object], draft: str | None = None) -> None:
        """Do it in a thread; then the draft is not needed any more."""

        def done(_: object) -> None:
            if draft:
                self.console.keeper.drop(draft)
            self.refresh_data()

        self.ask(act, done, group="keep")


def _briefing(incident: Incident, screen: IrconScreen[None]) -> str:
    """How it stands, in sentences to begin a handover with."""
    status = STATUSES[incident.status].label
    told = [f"{incident.name}: {status}, impact {incident.impact or 'not said'}."]
    if incident.public_updates:
        last = incident.public_updates[-1]
        told.append(f"Last public word {words(screen.now() - last.shown)} ago.")
    else:
        told.append("Nothing is public.")
    if incident.waiting:
        told.append(f"{len(incident.waiting)} update(s) not public yet.")
    open_ = [one.text.internal for one in incident.actions if not one.done]
    if open_:
        told.append(f"To do: {'; '.join(open_)}.")
    if incident.roles:
        told.append(
            "Roles: " + ", ".join(f"{role} {who}" for role, who in incident.roles.items()) + "."
        )
    return "\n".join(told)
