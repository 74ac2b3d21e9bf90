"""Past incidents, one's own recordings and other people's reports: import, replay."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ircon.desk.merging import moved_elsewhere
from ircon.errors import NotFound, Unreadable
from ircon.history.shapes import AUTO, RECORDING, is_recording, read_reports
from ircon.history.sources import gather_documents
from ircon.history.to_events import ORIGIN, declared_id, to_events
from ircon.incident.components import Component
from ircon.incident.event import Event
from ircon.incident.fold import fold
from ircon.incident.ids import short_id_of
from ircon.incident.state import Incident

if TYPE_CHECKING:
    from ircon.desk.desk import Desk
    from ircon.history.report import Report


_BATCH: Final = 200  # incidents that are kept in one transaction

_NO_INCIDENT = "there is no incident in it"  # of a page on which nothing ever happened


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What came of one report: its incident, and whether anything was new."""

    source: str
    id: str | None
    name: str | None
    updates: int
    created: bool
    warnings: tuple[str, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """An incident to be replayed, in the journal or not."""

    source: str
    events: tuple[Event, ...]

    def at(self, moment: datetime | None = None) -> Incident:
        """The state at a moment; the end without one.

        Raises:
            NotFound: it had not begun.
        """
        state = fold(self.events, moment)
        if state is None:
            raise NotFound("At that time it had not begun.", "Give a later --at.")
        return state


class Archive:
    """Reads documents into the journal, or for a replay into nothing but memory.

    Attributes:
        follow: asks whether a page is read at the other host that it sends us to.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.follow: Callable[[str], bool] = lambda _question: False

    def import_sources(self, sources: Iterable[str], form: str = AUTO) -> list[ImportResult]:
        """Read files, folders or a page's address into the journal.

        A document that cannot be read leaves nothing of itself behind and becomes
        an ``ImportResult`` with ``error``; the others are imported all the same.
        """
        result = []
        for name, data in self.documents(sources):
            try:
                incidents = self._read(name, data, form)
                for events in incidents:
                    self._check_against_own(events)
            except Unreadable as error:
                result.append(ImportResult(name, None, None, 0, False, (), str(error)))
                continue
            if not incidents:
                result.append(ImportResult(name, None, None, 0, False, (_NO_INCIDENT,)))
            for start in range(0, len(incidents), _BATCH):
                result += self._keep(name, incidents[start : start + _BATCH])
                self._desk.records.refresh()  # who lists them next need not wait for it
        return result

    def replay(self, source: str, form: str = AUTO) -> Replay:
        """An incident of the journal by its id, or the one in a document.

        Raises:
            NotFound, Unreadable: there is none, or it cannot be read.
        """
        if not is_document(source):
            incident = self._desk.records.find(source)
            return Replay(incident, tuple(self._desk.records.events(incident)))
        for name, data in self.documents([source]):
            for events in self._read(name, data, form):
                return self._replay(name, events)
        raise NotFound(f"No incident in {source}.", "Name a file that holds one.")

    def replays(self, source: str, form: str = AUTO) -> list[Replay]:
        """Every incident in a document or folder."""
        return [
            self._replay(name, events)
            for name, data in self.documents([source])
            for events in self._read(name, data, form)
        ]

    def documents(self, sources: Iterable[str]) -> list[tuple[str, bytes]]:
        """The documents in files and folders and at addresses, each with its name.

        Raises:
            NotFound, Unreadable: there is none, or it cannot be read.
        """
        documents: list[tuple[str, bytes]] = []
        for source in sources:
            if source.startswith(("http://", "https://")):
                from ircon.pages.public import fetch_public

                fetching = fetch_public(
                    source,
                    self._desk.clock,
                    ca_file=self._desk.config.ca_file,
                    follow=self.follow,
                )
                documents += asyncio.run(fetching)
            else:
                documents += gather_documents([Path(source)])
        return documents

    def read_recording(self, data: bytes) -> tuple[list[Event], Incident]:
        """The events of a recording, and the incident that they make.

        Raises:
            Unreadable: it is no recording, or nothing could ever be shown of it.
        """
        from ircon.journal.recording import read_recording

        _, events = read_recording(data.decode("utf-8", "replace"))
        state = fold(events)
        if state is None:
            raise Unreadable(
                "A recording without an event that declares its incident.",
                "Take it whole, as 'ircon export ID --format toml' writes it.",
            )
        return events, state

    def _read(self, name: str, data: bytes, form: str) -> list[list[Event]]:
        if form == RECORDING or (form == AUTO and is_recording(data)):
            events, _ = self.read_recording(data)
            return [self._as_history(events)]
        reports = read_reports(data, name, form)
        if any(report.page in self._own_pages() for report in reports):
            # That page's components tell a group from a name in parentheses.
            reports = read_reports(data, name, form, known=self._known())
        return [self._events(report) for report in reports]

    def _events(self, report: Report) -> list[Event]:
        return to_events(
            report,
            declared_id(report),
            recorded_at=self._desk.clock.now(),
            actor=self._desk.recorder.actor,
        )

    def _as_history(self, events: list[Event]) -> list[Event]:
        """A recording's events in an incident of ours; what was public then is history."""
        declared = next(event for event in events if event.kind == "declared")
        return [
            event._replace(
                incident=declared.id,
                payload={**event.payload, "origin": "import"}
                if event.kind == "declared"
                else event.payload,
            )
            for event in events
        ]

    def _check_against_own(self, events: Sequence[Event]) -> None:
        """Import is of others' past: whatever a document claims, it adds nothing to our own.

        Raises:
            Unreadable: it says of an incident of ours what is not in it, or its declaration
                has the id of something else here.
        """
        identity = events[0].incident
        known = self._desk.journal.event(identity)
        if known is None or (known.kind == "declared" and known.text("origin") == ORIGIN):
            return
        if known.kind != "declared":
            raise Unreadable(
                f"Its declaration has the id of another event, in {known.incident} here.",
                "Nothing of it was imported.",
            )
        here = {event.id for event in self._desk.journal.events(known.incident)}
        if any(event.id not in here for event in events):
            raise Unreadable(
                f"It adds to {known.incident}, which was not imported: nothing of it was kept.",
                "If you trust it, 'ircon merge FILE' unites recordings of one incident.",
            )

    def _own_pages(self) -> set[str | None]:
        return {page.page_name for page in self._desk.config.pages.values()} - {None}

    def _known(self) -> list[Component]:
        return self._desk.page_data.components() if self._desk.config.pages else []

    def _replay(self, name: str, events: Sequence[Event]) -> Replay:
        """An incident of a document, under the short id that the journal has or would give it."""
        identity = events[0].incident
        alias = self._desk.journal.alias(identity) or short_id_of(identity)
        return Replay(name, tuple(event._replace(incident=alias) for event in events))

    def _keep(self, name: str, incidents: Sequence[list[Event]]) -> list[ImportResult]:
        """Keep incidents in one transaction; the journal gives each its short id."""
        last = self._desk.journal.last_seq()
        kept = iter(
            self._desk.journal.append([event for incident in incidents for event in incident])
        )
        done = []
        for events in incidents:
            mine = list(islice(kept, len(events)))
            identity = events[0].incident
            declared = next(one for one in mine if one.id == identity)
            state = self._desk.records.incident(declared.incident)
            # Another copy of the same words is kept as their source: nothing new happened.
            new = [event for event in mine if (event.seq or 0) > last and event.kind != "source"]
            last = max(last, *(event.seq or 0 for event in mine))
            done.append(
                ImportResult(
                    source=name,
                    id=state.id,
                    name=state.name,
                    updates=len(state.public_updates),
                    created=bool(new),
                    warnings=(
                        *state.warnings,
                        *self._mixed(state.id, identity),
                        *moved_elsewhere(mine, state.id),
                    ),
                )
            )
        return done

    def _mixed(self, alias: str, identity: str) -> list[str]:
        """That an older ircon kept the incident with another under one id, if so."""
        if self._desk.journal.alias(identity) == alias:
            return []
        return [f"It stands in {alias} with another incident: run 'ircon doctor --repair'."]


def is_document(word: str) -> bool:
    """Whether a word of the command line is a document, if only a misspelt one, and no id."""
    return not word.isalnum() or Path(word).exists()
