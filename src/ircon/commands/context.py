"""Context of one run of a verb: the desk, the time, the output."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ircon.errors import NotFound, Refused, UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from ircon.commands.arguments import Line
    from ircon.commands.output import Output
    from ircon.desk.desk import Desk
    from ircon.desk.reachability import WaitBudget
    from ircon.incident.metrics import Metrics
    from ircon.incident.state import Incident


UNCONFIRMED: Final = 75  # the exit code for what is kept and not confirmed (EX_TEMPFAIL)


class Context:
    """One run of one command.

    Attributes:
        out: where its words go.
        if_interrupted: the state of what was typed, for a person who interrupts now.
        in_outbox: whether what was typed is in the outbox: whatever fails from then on, it is
            kept, and typing it again would post it twice.
    """

    def __init__(self, line: Line, out: Output) -> None:
        self._line = line
        self.out = out
        self.if_interrupted = "Nothing was changed."
        self.in_outbox = False

    @property
    def verb(self) -> str:
        """The command's name."""
        return self._line.verb

    @property
    def could_restore(self) -> bool:
        """Whether the verb takes ``--restore``, and it was not given."""
        return getattr(self._line, "restore", None) is False

    @property
    def ircon(self) -> list[str]:
        """How a line begins that does something in the same place."""
        return ["ircon", *(["--home", self._line.home] if self._line.home else [])]

    @property
    def home(self) -> str | None:
        """``--home``, else ``IRCON_HOME``; None for the platform's own places."""
        return self._line.home or os.environ.get("IRCON_HOME") or None

    @cached_property
    def desk(self) -> Desk:
        """The desk of ``--home``, ``IRCON_HOME`` or the platform's own places."""
        from ircon.desk.factory import open_desk

        return open_desk(self.home)

    @cached_property
    def patience(self) -> WaitBudget:
        """How long this command waits for pages in all: ``--timeout``."""
        from ircon.desk.reachability import WaitBudget

        return WaitBudget(self._line.timeout)

    def ended(self, code: int) -> int:
        """The exit code of a failure: what is in the outbox did not fail with it."""
        if not self.in_outbox:
            return code
        self.out.aside(f"Saved: do not type it again. {self.if_interrupted}")
        return UNCONFIRMED

    @cached_property
    def at(self) -> datetime | None:
        """The moment of ``--at``.

        Raises:
            BadTime: it cannot be read, does not exist, or exists twice.
        """
        return self.when(self._line.at) if self._line.at else None

    def when(self, text: str, *, ahead: bool = False) -> datetime:
        """A time as typed; ``ahead`` for what is planned.

        Raises:
            BadTime: it cannot be read, does not exist, or exists twice.
        """
        from ircon.incident.time_input import parse_time

        return parse_time(text, self.desk.clock.now(), self.desk.zone, ahead=ahead)

    def window(
        self, begins: str | None, ends: str | None
    ) -> tuple[datetime | None, datetime | None]:
        """When a maintenance begins and ends, as typed.

        Raises:
            BadTime: one of them cannot be read, does not exist, or exists twice.
        """
        from ircon.incident.time_input import parse_window

        return parse_window(begins, ends, self.desk.clock.now(), self.desk.zone)

    def ask(self, question: str) -> str | None:
        """A person's answer in a line, on a terminal; None where nobody can be asked."""
        if self.out.as_json or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return None
        print(f"{question} ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip()

    def incident(self, word: str | None, *, ended: bool = False) -> str:
        """The incident that a typed id means; without one, the one open incident.

        Args:
            ended: without an id and with none open, the one that ended last; says which.

        Raises:
            UsageError: the word cannot be an id.
            NotFound, Ambiguous: there is none, or several.
            Refused: ``--page`` names another page than the incident's own.
        """
        records, page = self.desk.records, self._line.page
        if word is not None and not word.isalnum():
            raise UsageError(f"{word[:60]!r} is not an incident's id.", self._instead(word))
        try:
            found = records.find(word, page=page, ended=ended)
        except NotFound as error:
            if page:
                self.desk.config.page(page)  # rather that there is no such page
            error.hint = self._id_first(word) or error.hint
            raise
        state = records.incident(found) if page or (ended and word is None) else None
        if state and page and state.page not in {page, None}:
            raise Refused(
                f"Incident {found} is on the page '{state.page}', not on '{page}'.",
                "Leave --page out.",
            )
        if state and word is None and not state.is_open:
            self.out.aside(
                f"No incident is open; this is the one that ended last: {found} {state.name}."
            )
        return found

    def not_an_id(self, text: str, missing: str) -> None:
        """Hold a lone word against being an incident's id, with what it is for missing.

        Raises:
            UsageError: it is one.
        """
        if self.desk.records.is_id(text):
            raise UsageError(
                f"{text!r} is an incident's id, and {missing} is missing.",
                f"See 'ircon {self.verb} --help'.",
            )

    def _id_first(self, word: str | None) -> str | None:
        """That the id comes first, where it stands behind other words."""
        later = filter(self.desk.records.is_id, self._line.words) if word is not None else ()
        found = next(iter(later), None)
        return found and f"The id comes first: ircon {self.verb} {found} ..."

    def _instead(self, word: str) -> str:
        """Where a word that is no id belongs, most likely."""
        if first := self._id_first(word):
            return first
        if hasattr(self._line, "message"):
            return f"Use -m for the text: ircon {self.verb} -m TEXT."
        if not word.strip():
            return "Leave it out for the open incident."
        return "An id is four letters and digits: 'ircon incidents' lists them."

    def show(self, incident: Incident, metrics: Metrics) -> None:
        """An incident's state, for people or as JSON."""
        from ircon.writing.json_documents import show_document
        from ircon.writing.terminal_views import show_lines

        promises = self.desk.records.promises(incident, self.at)
        similar = self.desk.checking.similar(incident)
        for text in show_lines(incident, metrics, self.desk.zone, promises, similar):
            self.out.line(text)
        self.out.answer(show_document(incident, metrics, promises))

    def name_undeclared(self) -> None:
        """Say what a list of incidents leaves out."""
        for one in self.desk.records.undeclared():
            self.out.aside(f"ircon: {one} is left out: 'ircon doctor' says why.")

    def close(self) -> None:
        """Say what is wrong with the record, if anything is, and close what was opened."""
        if "desk" not in self.__dict__:
            return
        if self.desk.has_opened_journal and not self._line.row.reports_trouble:
            for sentence in self.desk.records.trouble():
                self.out.aside(f"ircon: {sentence}")
        self.desk.close()
