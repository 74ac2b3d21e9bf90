"""Documents of past incidents, reports and recordings, read for an import or a replay."""

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
from ircon.history.sources import LeftOut, gather_documents
from ircon.history.to_events import ORIGIN, declared_id, to_events
from ircon.incident.components import Component
from ircon.incident.event import Event
from ircon.incident.fold import fold
from ircon.incident.ids import short_id_of
from ircon.incident.state import Incident

if TYPE_CHECKING:
    from ircon.desk.page_data import PageData
    from ircon.desk.records import Records
    from ircon.desk.settings import Settings
    from ircon.desk.store import Store
    from ircon.history.report import Report
    from ircon.incident.recorder import Recorder
    from ircon.incident.times import Clock


_BATCH: Final = 200  # incidents that are appended in one transaction

_NO_INCIDENT: Final = "it holds no incident"  # as a page on which nothing ever happened


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The outcome of importing one report: its incident, or why there is none.

    Attributes:
        source: the document's name.
        id: the incident's short id; None where nothing was imported.
        created: whether anything of it was new.
        error: why the document could not be imported; None where it was.
    """

    source: str
    id: str | None
    name: str | None
    updates: int
    created: bool
    warnings: tuple[str, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """An incident's events to be replayed, from the journal or from a document."""

    source: str
    events: tuple[Event, ...]

    def at(self, at: datetime | None = None) -> Incident:
        """The incident's state at a time; at its end without one.

        Raises:
            NotFound: it had not begun at that time.
        """
        state = fold(self.events, at)
        if state is None:
            raise NotFound("At that time it had not begun.", "Give a later --at.")
        return state


class Archive:
    """Reads documents into the journal, or for a replay into memory alone.

    Args:
        store: the journal that imports go to.
        settings: the configured pages, and the certificates for addresses.
        clock: tells when something was recorded.
        recorder: who records it.
        records: the journal's incidents, for a replay by id.
        page_data: the components of an own page, which tell groups in a report of it.

    Attributes:
        follow: asks whether a page is read at the other host that it redirects to.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        clock: Clock,
        recorder: Recorder,
        records: Records,
        page_data: PageData,
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._recorder = recorder
        self._records = records
        self._page_data = page_data
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
                result += self._append(name, incidents[start : start + _BATCH])
                self._records.refresh()  # the next list need not wait for it
        return result

    def replay(self, source: str, form: str = AUTO) -> Replay:
        """An incident of the journal by its id, or the one in a document.

        Raises:
            NotFound, Unreadable: there is none, or the document cannot be read.
        """
        if not is_document(source):
            incident = self._records.find(source)
            return Replay(incident, tuple(self._records.events(incident)))
        for name, data in self.documents([source]):
            for events in self._read(name, data, form):
                return self._replay(name, events)
        raise NotFound(f"No incident in {source}.", "Give a file that holds one.")

    def replays(self, source: str, form: str = AUTO) -> list[Replay]:
        """Every incident in a document or folder, as ``replay`` reads one."""
        return [
            self._replay(name, events)
            for name, data in self.documents([source])
            for events in self._read(name, data, form)
        ]

    def documents(
        self, sources: Iterable[str], left_out: LeftOut | None = None
    ) -> list[tuple[str, bytes]]:
        """The documents in files and folders and at addresses, each with its name.

        Args:
            sources: paths and addresses.
            left_out: takes what of a folder cannot be read, or is no document. Without it,
                the first that cannot be read raises its error.

        Raises:
            NotFound: there is nothing at a path.
            Unreadable: one cannot be read.
        """
        documents: list[tuple[str, bytes]] = []
        for source in sources:
            if is_address(source):
                from ircon.pages.public import fetch_public

                fetching = fetch_public(
                    source,
                    self._clock,
                    ca_file=self._settings.config.ca_file,
                    follow=self.follow,
                )
                documents += asyncio.run(fetching)
            else:
                documents += gather_documents([Path(source)], left_out)
        return documents

    def read_recording(self, data: bytes) -> tuple[list[Event], Incident]:
        """The events of a recording, and the incident that they make.

        Raises:
            Unreadable: it is not a recording, or no event in it declares an incident.
        """
        from ircon.journal.recording import read_recording

        _, events = read_recording(data.decode("utf-8", "replace"))
        state = fold(events)
        if state is None:
            raise Unreadable(
                "The recording has no event that declares its incident.",
                "Use the whole file that 'ircon export ID --format toml' writes.",
            )
        return events, state

    def _read(self, name: str, data: bytes, form: str) -> list[list[Event]]:
        if form == RECORDING or (form == AUTO and is_recording(data)):
            events, _ = self.read_recording(data)
            return [self._as_history(events)]
        reports = read_reports(data, name, form)
        if any(report.page in self._own_pages() for report in reports):
            # That page's components tell a group from a name in parentheses.
            reports = read_reports(data, name, form, self._own_components())
        return [self._events(report) for report in reports]

    def _events(self, report: Report) -> list[Event]:
        return to_events(
            report,
            declared_id(report),
            recorded_at=self._clock.now(),
            actor=self._recorder.actor,
        )

    def _as_history(self, events: list[Event]) -> list[Event]:
        """A recording's events under its declaration's id, marked as an import."""
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
        """Refuse a document that adds to an incident of this journal: imports are others' history.

        Raises:
            Unreadable: it has events that the incident here has not, or its declaration
                has the id of something else here.
        """
        identity = events[0].incident
        own = self._store.journal.event(identity)
        if own is None or (own.kind == "declared" and own.text("origin") == ORIGIN):
            return
        if own.kind != "declared":
            raise Unreadable(
                f"Its declaration has the id of another event, in {own.incident} here.",
                "Nothing of it was imported.",
            )
        here = {event.id for event in self._store.journal.events(own.incident)}
        if any(event.id not in here for event in events):
            raise Unreadable(
                f"It adds to {own.incident}, which was not imported: nothing of it was imported.",
                "If you trust it, 'ircon merge FILE' merges recordings of one incident.",
            )

    def _own_pages(self) -> set[str | None]:
        return {page.page_name for page in self._settings.config.pages.values()} - {None}

    def _own_components(self) -> list[Component]:
        return self._page_data.components() if self._settings.config.pages else []

    def _replay(self, name: str, events: Sequence[Event]) -> Replay:
        """An incident of a document, under the short id that the journal has or would give it."""
        identity = events[0].incident
        alias = self._store.journal.alias(identity) or short_id_of(identity)
        return Replay(name, tuple(event._replace(incident=alias) for event in events))

    def _append(self, name: str, incidents: Sequence[list[Event]]) -> list[ImportResult]:
        """Append incidents in one transaction; the journal gives each its short id."""
        last = self._store.journal.last_seq()
        appended = iter(
            self._store.journal.append([event for incident in incidents for event in incident])
        )
        results = []
        for events in incidents:
            saved = list(islice(appended, len(events)))
            identity = events[0].incident
            declared = next(event for event in saved if event.id == identity)
            state = self._records.incident(declared.incident)
            # Another copy of the same texts is saved as their source: nothing new happened.
            new = [event for event in saved if (event.seq or 0) > last and event.kind != "source"]
            last = max(last, *(event.seq or 0 for event in saved))
            results.append(
                ImportResult(
                    source=name,
                    id=state.id,
                    name=state.name,
                    updates=len(state.public_updates),
                    created=bool(new),
                    warnings=(
                        *state.warnings,
                        *self._mixed(state.id, identity),
                        *moved_elsewhere(saved, state.id),
                    ),
                )
            )
        return results

    def _mixed(self, alias: str, identity: str) -> list[str]:
        """A warning if an older ircon kept the incident with another one under one id."""
        if self._store.journal.alias(identity) == alias:
            return []
        return [f"It shares the id {alias} with another incident: run 'ircon doctor --repair'."]


def is_address(source: str) -> bool:
    """Whether a source is a page's address."""
    return source.startswith(("http://", "https://"))


def document_path(source: str, name: str) -> str:
    """Where a document of a source is: its path, with ``/``, or its address.

    Args:
        source: the file, folder or address that was given.
        name: the document's name, as ``Archive.documents`` gives it.
    """
    if is_address(source):
        return name
    path = Path(source)
    if path.is_dir():
        return (path / name).as_posix()
    return path.as_posix() + name.removeprefix(path.name)  # a member of an archive is inside it


def is_document(word: str) -> bool:
    """Whether a word of the command line names a document, if only a misspelt one, not an id."""
    return not word.isalnum() or Path(word).exists()
