"""Acts on an incident's internal entries: none of them can reach a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from ircon.console import time_format
from ircon.console.screens.base import IrconScreen
from ircon.console.screens.dialogs import ChoiceScreen
from ircon.console.screens.form import Answers, FormScreen, Question
from ircon.console.widgets.timeline_list import full_text
from ircon.desk.responding import parse_due_date
from ircon.errors import Refused
from ircon.incident.state import Entry, Incident
from ircon.incident.text import InternalText
from ircon.incident.times import format_duration
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
        await self._fill_in(
            "Follow-up action",
            [
                Question("text", "What", "what will be done", check=_some),
                Question("owner", "Who", "empty: left open"),
                Question("due", "Until when", "as 2026-11-30; empty: left open", check=_check_due),
            ],
            self._add_action,
            draft=f"action:{self.incident_id}",
        )

    def _add_action(self, said: Answers) -> None:
        self.desk.respond.add_action(
            self.incident_id,
            InternalText(said["text"]),
            owner=said["owner"].strip() or None,
            due=said["due"].strip() or None,
        )

    async def do_amend(self) -> None:
        """Ask for the chosen entry's right words, or time."""
        entry = self.entry
        if entry is None:
            return
        stands = f"{time_format.date_and_time(entry.at, self.desk.zone)}; empty: stays"
        await self._fill_in(
            f"Amend {entry.id}",
            [
                Question("text", "Words", value=full_text(entry), is_long=True),
                Question("at", "When", f"as 14:05 or 10m ago, not {stands}", check=self._when),
            ],
            partial(self._amend, entry),
            text="The journal keeps both.",
            draft=f"amend:{self.incident_id}:{entry.id}",
        )

    def _when(self, typed: str) -> datetime | None:
        from ircon.incident.time_input import parse_time

        return parse_time(typed, self.now(), self.desk.zone) if typed.strip() else None

    def _amend(self, entry: Entry, said: Answers) -> None:
        at = self._when(said["at"])
        changed = InternalText(said["text"]) if said["text"] != full_text(entry) else None
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
        if self.incident is None:
            return
        await self._fill_in(
            "Hand over",
            [
                Question("person", "To", "a name, as the record shall have it", check=_some),
                Question(
                    "text", "What they are told", value=_briefing(self.incident, self), is_long=True
                ),
            ],
            self._hand_over,
            text="It begins with the record's state; add what it does not know.",
            draft=f"handover:{self.incident_id}",
        )

    async def do_close(self) -> None:
        """Ask why it is ended here."""
        if self.incident is not None:
            await self.close_here(_left(self.incident))

    async def close_here(self, text: str) -> None:
        """Ask why it is ended without a word to anybody, under a sentence about what that means."""
        await self._fill_in(
            "Close it here, telling nobody",
            [Question("reason", "Why", "a false alarm, a duplicate; may stay empty")],
            self._close,
            text=text,
            draft=f"close:{self.incident_id}",
        )

    def _close(self, said: Answers) -> None:
        reason = said["reason"].strip()
        # That the page goes on showing it is what the form has said.
        self.desk.respond.close(
            self.incident_id, InternalText(reason) if reason else None, leave_page=True
        )

    def _hand_over(self, said: Answers) -> None:
        text, person = InternalText(said["text"]), said["person"].strip()
        self.desk.respond.handover(self.incident_id, text, person)

    async def _fill_in(
        self,
        title: str,
        questions: Sequence[Question],
        do: Callable[[Answers], object],
        *,
        text: str = "",
        draft: str,
    ) -> None:
        """Show a form, and read the incident anew once it is done."""
        await self.app.push_screen(
            FormScreen(title, questions, do, text=text, draft=draft),
            lambda _: self.refresh_data(),
        )

    def _keep(self, act: Callable[[], object]) -> None:
        """Do it in a thread, then read the incident anew."""
        self.ask(act, lambda _: self.refresh_data(), group="keep")


def _some(typed: str) -> None:
    """Raises Refused: nothing is typed."""
    if not typed.strip():
        raise Refused("This is wanted.", "")


def _left(incident: Incident) -> str:
    """What customers see of an incident that is closed here."""
    if incident.deleted_at:
        return "It was deleted on the page."
    if incident.is_public:
        status = STATUSES[incident.status].label
        return (
            f"Customers go on seeing it on the page as {status}: only the list here calls it over."
        )
    return "It was never public."


def _check_due(typed: str) -> None:
    """Raises Refused: it is no date."""
    if typed.strip():
        parse_due_date(typed.strip())


def _briefing(incident: Incident, screen: IrconScreen[None]) -> str:
    """How it stands, in sentences to begin a handover with."""
    status = STATUSES[incident.status].label
    told = [f"{incident.name}: {status}, impact {incident.impact or 'not said'}."]
    if incident.public_updates:
        last = incident.public_updates[-1]
        told.append(f"Last public word {format_duration(screen.now() - last.shown)} ago.")
    else:
        told.append("Nothing is public.")
    if incident.pending_updates:
        told.append(f"{len(incident.pending_updates)} update(s) not public yet.")
    open_ = [action.text.internal for action in incident.actions if not action.done]
    if open_:
        told.append(f"To do: {'; '.join(open_)}.")
    if incident.roles:
        told.append(
            "Roles: " + ", ".join(f"{role} {who}" for role, who in incident.roles.items()) + "."
        )
    return "\n".join(told)
