"""Internal entries of an incident: the acts that write and correct them. None reaches a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from ircon.console import time_format
from ircon.console.acts.act import Act
from ircon.console.screens.base import IrconScreen
from ircon.console.screens.dialogs import ChoiceScreen
from ircon.console.screens.form import Answers, FormScreen, Question
from ircon.console.screens.parts import ScreenPart
from ircon.console.widgets.timeline_list import full_text
from ircon.desk.responding import parse_due_date
from ircon.errors import Refused
from ircon.incident.event import INTERNAL
from ircon.incident.state import Entry, Incident
from ircon.incident.text import InternalText
from ircon.incident.vocabulary import STATUSES

if TYPE_CHECKING:
    from ircon.desk.desk import Desk


class InternalEntries(ScreenPart):
    """Writes internal entries of one incident, and corrects them.

    Args:
        screen: the screen of the incident.
        incident_id: of the incident.
        incident: returns its state as last read; None before that.
        entry: returns the chosen entry of its timeline.
    """

    def __init__(
        self,
        screen: IrconScreen[Any],
        incident_id: str,
        *,
        incident: Callable[[], Incident | None],
        entry: Callable[[], Entry | None],
    ) -> None:
        self._screen = screen
        self._incident_id = incident_id
        self._get_incident = incident
        self._get_entry = entry

    @property
    def _desk(self) -> Desk:
        return self._screen.desk

    def offers(self, act: type[Act]) -> bool:
        """Offer to correct only internal entries, and to end only what is open."""
        incident, entry = self._get_incident(), self._get_entry()
        is_open = incident is not None and incident.is_open
        return {
            "incident.close": is_open and incident is not None and incident.origin != "import",
            "incident.handover": is_open,
            "incident.pin": entry is not None,
            "incident.amend": _is_correctable(entry),
            "incident.retract": _is_correctable(entry),
        }.get(act.id, True)

    def do_pin(self) -> None:
        """Pin the chosen entry, or unpin it."""
        entry = self._get_entry()
        if entry:
            self._write(
                lambda: self._desk.respond.pin(self._incident_id, entry.id, pinned=not entry.pinned)
            )

    async def do_action(self) -> None:
        """Ask for a follow-up action, then add it."""
        await self._fill_in(
            "Follow-up action",
            [
                Question("text", "Action", "what will be done", check=_check_given),
                Question("owner", "Owner", "empty: nobody yet"),
                Question("due", "Due", "for example 2026-11-30; empty: no date", check=_check_due),
            ],
            self._add_action,
            draft=f"action:{self._incident_id}",
        )

    def _add_action(self, answers: Answers) -> None:
        self._desk.respond.add_action(
            self._incident_id,
            InternalText(answers["text"]),
            owner=answers["owner"].strip() or None,
            due=answers["due"].strip() or None,
        )

    async def do_amend(self) -> None:
        """Ask for the right text or time of the chosen entry, then amend it."""
        entry = self._get_entry()
        if entry is None:
            return
        current = f"{time_format.date_and_time(entry.at, self._desk.zone)}"
        await self._fill_in(
            f"Amend {entry.id}",
            [
                Question("text", "Text", value=full_text(entry), is_long=True),
                Question(
                    "at",
                    "Time",
                    f"for example 14:05 or 10m ago; empty: {current}",
                    check=self._when,
                ),
            ],
            partial(self._amend, entry),
            text="The journal keeps both versions.",
            draft=f"amend:{self._incident_id}:{entry.id}",
        )

    def _when(self, typed: str) -> datetime | None:
        from ircon.incident.time_input import parse_time

        return parse_time(typed, self._screen.now(), self._desk.zone) if typed.strip() else None

    def _amend(self, entry: Entry, answers: Answers) -> None:
        at = self._when(answers["at"])
        changed = InternalText(answers["text"]) if answers["text"] != full_text(entry) else None
        if changed is not None or at is not None:
            self._desk.respond.amend(self._incident_id, entry.id, text=changed, at=at)

    async def do_retract(self) -> None:
        """Retract the chosen entry, after a confirmation."""
        entry = self._get_entry()
        if entry:
            await self._screen.converse(partial(self._ask_retract, entry))

    async def _ask_retract(self, entry: Entry) -> None:
        answer = await self._screen.question(
            ChoiceScreen(
                f"Retract {entry.id}?",
                full_text(entry)[:400],
                (
                    ("leave", "Do not retract", ""),
                    ("retract", "Retract", "the journal keeps it, struck through"),
                ),
            )
        )
        if answer == "retract":
            self._write(lambda: self._desk.respond.retract(self._incident_id, entry.id))

    async def do_handover(self) -> None:
        """Ask who is next on call, and for the handover text; then hand over."""
        if self._get_incident() is None:
            return
        state = await asyncio.to_thread(self._desk.review.handover, self._incident_id)
        await self._fill_in(
            "Hand over",
            [
                Question("person", "To", "name of the next on-call engineer", check=_check_given),
                Question(
                    "text",
                    "Handover",
                    value=state,
                    is_long=True,
                ),
            ],
            self._hand_over,
            text="It begins with the current state; add what the record does not know.",
            draft=f"handover:{self._incident_id}",
        )

    async def do_close(self) -> None:
        """Ask why the incident is closed without an update, then close it."""
        incident = self._get_incident()
        if incident is not None:
            await self.close_here(_public_state(incident))

    async def close_here(self, text: str) -> None:
        """Ask why the incident is closed without an update; ``text`` says what that means."""
        await self._fill_in(
            "Close without an update",
            [Question("reason", "Reason", "a false alarm, a duplicate; may be empty")],
            self._close,
            text=text,
            draft=f"close:{self._incident_id}",
        )

    def _close(self, answers: Answers) -> None:
        reason = answers["reason"].strip()
        # The form has said that the page goes on showing it.
        self._desk.respond.close(
            self._incident_id, InternalText(reason) if reason else None, leave_page=True
        )

    def _hand_over(self, answers: Answers) -> None:
        text, person = InternalText(answers["text"]), answers["person"].strip()
        self._desk.respond.handover(self._incident_id, text, person)

    async def _fill_in(
        self,
        title: str,
        questions: Sequence[Question],
        submit: Callable[[Answers], object],
        *,
        text: str = "",
        draft: str,
    ) -> None:
        """Show a form, and read the incident again after it."""
        await self._screen.app.push_screen(
            FormScreen(title, questions, submit, text=text, draft=draft),
            lambda _: self._screen.refresh_data(),
        )

    def _write(self, act: Callable[[], object]) -> None:
        """Write in a thread, then read the incident again."""
        self._screen.ask(act, lambda _: self._screen.refresh_data(), group="write")


def _check_given(typed: str) -> None:
    """Check that something is typed.

    Raises:
        Refused: nothing is.
    """
    if not typed.strip():
        raise Refused("This field is required.", "")


def _public_state(incident: Incident) -> str:
    """Return what customers see of an incident that is closed without an update."""
    if incident.deleted_at:
        return "It was deleted on the page."
    if incident.is_public:
        status = STATUSES[incident.status].label
        return f"Customers still see it on the page as {status}: it is closed only here."
    return "It was never public."


def _check_due(typed: str) -> None:
    """Check that a due date is empty or a date.

    Raises:
        Refused: it is neither.
    """
    if typed.strip():
        parse_due_date(typed.strip())


def _is_correctable(entry: Entry | None) -> bool:
    return (
        entry is not None
        and entry.visibility == INTERNAL
        and entry.kind != "declared"
        and not entry.retracted
    )
