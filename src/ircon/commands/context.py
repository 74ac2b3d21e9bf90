"""What a verb is handed: the desk, the moment, the way out."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from ircon.errors import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from ircon.commands.output import Output
    from ircon.commands.parsing import Line
    from ircon.desk.desk import Desk
    from ircon.incident.metrics import Metrics
    from ircon.incident.state import Incident


class Context:
    """One run of one command.

    Attributes:
        out: where its words go.
        kept: what a person who interrupts it now should know.
    """

    def __init__(self, line: Line, out: Output) -> None:
        self._line = line
        self.out = out
        self.kept = "Nothing was changed."

    @property
    def verb(self) -> str:
        """The command's name."""
        return self._line.verb

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
        from ircon.desk.opening import open_desk

        return open_desk(self.home)

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
        from ircon.incident.when import parse_when

        return parse_when(text, self.desk.clock.now(), self.desk.zone, ahead=ahead)

    def incident(self, word: str | None) -> str:
        """The incident that a typed id means; without one, the one open incident.

        Raises:
            NotFound, Ambiguous: there is none, or several.
            Refused: ``--page`` names another page than the incident's own.
        """
        found = self.desk.records.find(word)
        if self._line.page:
            own = self.desk.records.incident(found).page
            if own != self._line.page:
                where = f"on the page '{own}'" if own else "on no page yet"
                raise Refused(
                    f"Incident {found} is {where}, not on '{self._line.page}'.", "Leave --page out."
                )
        return found

    def show(self, incident: Incident, metrics: Metrics) -> None:
        """An incident's state, for people or as JSON."""
        from ircon.writing.documents import show_document
        from ircon.writing.plain import show_lines

        promises = self.desk.checking.promises(incident, self.at)
        similar = self.desk.checking.similar(incident.id)
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
        if self.desk.has_opened_journal and self._line.verb != "doctor":  # it has said it
            for sentence in self.desk.records.trouble():
                self.out.aside(f"ircon: {sentence}")
        self.desk.close()
