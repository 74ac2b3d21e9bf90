"""Merges of recordings and other journals into this one, and the split of mixed incidents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ircon.errors import IrconError, NotFound, Unreadable
from ircon.history.to_events import ORIGIN, declaration_ids
from ircon.incident.event import Event
from ircon.incident.event_record import from_record, to_record
from ircon.incident.fold import fold
from ircon.incident.ids import is_short_id
from ircon.incident.text import safe_line

if TYPE_CHECKING:
    from ircon.desk.records import Records
    from ircon.desk.store import Store
    from ircon.incident.times import Clock

_SQLITE: Final = b"SQLite format 3\0"
_OF_RECORDER: Final = frozenset({"origin", "seen_before", "updated_at"})
_LISTED: Final = 5  # entries or names in a sentence
_MAX_RECORDING: Final = 40_000_000  # bytes; read_recording counts what they decode to


@dataclass(frozen=True, slots=True)
class MergeResult:
    """The outcome for one incident of a source, or for a source that could not be read.

    Attributes:
        id: its short id here; there: in the source.
        events: how many events were new here.
        created: whether the incident itself was new.
        met: what to know of events that both had, as sentences.
    """

    source: str
    id: str | None = None
    there: str | None = None
    name: str | None = None
    events: int = 0
    created: bool = False
    met: tuple[str, ...] = ()
    error: str | None = None


class Merging:
    """Merges others' events into this journal. Adding them again, or in another order, is the same.

    Only events are merged: another journal's outbox is sent from there.

    Args:
        store: this journal.
        clock: tells another journal the time while it is read.
        records: the lists that are brought up to date.
    """

    def __init__(self, store: Store, clock: Clock, records: Records) -> None:
        self._store = store
        self._clock = clock
        self._records = records

    def merge(self, sources: Iterable[str]) -> list[MergeResult]:
        """Add every event of recordings, journals and folders that hold one.

        A source that cannot be read becomes a ``MergeResult`` with ``error``, and the others
        are merged all the same.
        """
        results: list[MergeResult] = []
        for source in sources:
            try:
                # One by one: what was merged before a source fails is reported, too.
                results.extend(self._append(source, events) for events in self._read(source))
            except IrconError as error:
                results.append(MergeResult(source, error=str(error)))
        self._records.refresh()
        return results

    def _read(self, source: str) -> Iterator[list[Event]]:
        """The events of each incident in a source."""
        path = _journal_in(Path(source))
        try:
            if not path.is_file() and path.exists():  # a pipe would be waited for, a device endless
                raise Unreadable(f"{source}: not a file.", "Give a recording or a journal.")
            with path.open("rb") as file:
                is_journal = file.read(len(_SQLITE)) == _SQLITE
        except OSError as error:
            raise NotFound(
                f"{source}: {error.strerror}.", "Give a recording or a journal."
            ) from error
        if is_journal:
            yield from self._of_journal(path)
        else:
            from ircon.journal.recording import read_recording

            if path.stat().st_size > _MAX_RECORDING:
                raise Unreadable(
                    "It is larger than any recording.", "Give a recording or a journal."
                )
            yield read_recording(path.read_bytes().decode("utf-8", "replace"))[1]

    def _of_journal(self, path: Path) -> Iterator[list[Event]]:
        from ircon.journal.store import Journal

        other = Journal.open(path.parent, self._clock, readonly=True, name=path.name)
        with closing(other):
            for incident in other.incident_ids():
                yield other.events(incident)
            if damage := other.left_out:
                raise Unreadable(" ".join(damage[:_LISTED]))

    def _append(self, source: str, read: Sequence[Event]) -> MergeResult:
        there = read[0].incident if read else None
        try:
            # A journal may hold what no ircon writes, as a recording may.
            given = [from_record(to_record(event), event.incident) for event in read]
            declared = self._declaration(given, there or "an incident")
        except Unreadable as error:
            return MergeResult(source, there=there, error=str(error))
        wanted = declared.incident if is_short_id(declared.incident) else declared.id
        # What another machine says of an update that is sent from here does not count.
        events = [
            event._replace(incident=wanted) for event in given if not self._is_about_ours(event)
        ]
        before, labels = self._store.journal.last_seq(), set[str]()
        if alias := self._store.journal.alias(declared.id):
            labels = self._shared_labels(alias)
        appended = self._store.journal.append(events)
        state = self._records.incident(
            next(event.incident for event in appended if event.id == declared.id)
        )
        new = [event for event in appended if (event.seq or 0) > before]
        shared = sorted(self._shared_labels(state.id) - labels)
        return MergeResult(
            source=source,
            id=state.id,
            there=there,
            name=state.name,
            events=len(new),
            created=any(event.kind == "declared" for event in new),
            met=(
                *_differences(events, appended, state.id, before),
                *_left_out(len(given) - len(events)),
                *_given_twice(shared),
            ),
        )

    def _declaration(self, events: Sequence[Event], there: str) -> Event:
        """The one event that declares an incident.

        Raises:
            Unreadable: there is none, or several: two incidents would become one here.
        """
        declared = {event.id: event for event in events if event.kind == "declared"}
        if len(declared) > 1:
            raise Unreadable(
                f"{there} holds {len(declared)} incidents there, and was left out.",
                "Run 'ircon doctor --repair' where it comes from: it separates them.",
            )
        if fold(events) is None:
            raise Unreadable(f"Nothing declares {there} in it; its events were left out.")
        (declaration,) = declared.values()
        known = self._store.journal.event(declaration.id)
        if known and known.kind != "declared":
            raise Unreadable(
                f"The declaration of {there} has the id of another event, in {known.incident}"
                " here; it was left out."
            )
        return declaration

    def _is_about_ours(self, event: Event) -> bool:
        """Whether an event that is new here is on the delivery of an update sent from here."""
        op = event.text("op") if event.kind == "delivery" else None
        journal = self._store.journal
        return bool(op and journal.operation(op) and journal.event(event.id) is None)

    def _shared_labels(self, incident: str) -> set[str]:
        """The labels with a letter behind: of entries that share a number with another's."""
        entries = self._records.incident(incident).entries
        return {entry.id for entry in entries if entry.id[-1:].isalpha()}

    def mixed(self) -> dict[str, str]:
        """Incidents that hold several declarations: a sentence for each, by short id."""
        return {
            alias: (
                f"{alias} holds {len(declared)} incidents, which an older ircon gave one id: "
                + ", ".join(
                    repr(safe_line(event.text("name") or "")) for event in declared[:_LISTED]
                )
                + (", ..." if len(declared) > _LISTED else "")
                + ". 'ircon doctor --repair' separates what was imported."
            )
            for alias, declared in self._store.journal.mixed().items()
        }

    def separate(self) -> list[str]:
        """Split incidents that were kept as one, as far as their ids tell them apart.

        Returns:
            What was done, as sentences; none if there was nothing to do.

        Raises:
            JournalError: the journal cannot be written; nothing was changed.
        """
        sentences = []
        for alias, declared in self._store.journal.mixed().items():
            events = self._store.journal.events(alias)
            owners = declaration_ids(events)
            apart = {event.id for event in declared[1:] if owners.get(event.id) == event.id}
            belongs = {event: owner for event, owner in owners.items() if owner in apart}
            if not belongs:
                continue
            made = self._store.journal.split_incidents(belongs)
            names = ", ".join(
                f"{made[event.id]} {safe_line(event.text('name') or '')}"
                for event in declared
                if event.id in made
            )
            unclear = sorted(
                event.entry
                for event in events
                if event.entry and event.id not in owners and event.kind != "declared"
            )
            stays = (
                f" {', '.join(unclear)} may belong to either, and stay there." if unclear else ""
            )
            sentences.append(
                f"{alias} held {len(declared)} incidents; separate now: {names}.{stays}"
            )
        return sentences


def _journal_in(path: Path) -> Path:
    """The journal of a folder, or of an ircon home; else the path itself."""
    for inside in ("journal.db", "data/journal.db"):
        if (path / inside).is_file():
            return path / inside
    return path


def _differences(
    given: Sequence[Event], here: Sequence[Event], incident: str, before: int
) -> Iterator[str]:
    """Sentences on events that both have with different content; nothing of them changes."""
    different, history = [], False
    for theirs, ours in zip(given, here, strict=True):
        if (ours.seq or 0) > before or ours.incident != incident:
            continue
        if _content(theirs) != _content(ours):
            different.append(ours)
        elif theirs.payload.get("origin") != ours.payload.get("origin") and ours.kind == "declared":
            history = ours.payload.get("origin") == ORIGIN
    yield from moved_elsewhere(here, incident)
    if different:
        names = ", ".join(event.entry or event.kind for event in different[:_LISTED])
        yield f"{len(different)} of its events differ here, and were left as they are: {names}."
    if history:
        yield "It was imported here as history before, and stays that: nothing is posted to it."


def moved_elsewhere(here: Sequence[Event], incident: str) -> Iterator[str]:
    """A sentence on events that another incident here already has; none where there are none.

    Args:
        here: the events as this journal has them.
        incident: the id here of the incident that they were given for.
    """
    others = [event.incident for event in here if event.incident != incident]
    if others:
        yield f"{len(others)} of its events are in {others[0]} here, and stay there."


def _left_out(count: int) -> Iterator[str]:
    if count:
        yield f"{count} of its events are on the delivery of updates sent from here: left out."


def _content(event: Event) -> tuple[object, ...]:
    """An event without what depends on who recorded it, and when."""
    payload = {name: value for name, value in event.payload.items() if name not in _OF_RECORDER}
    at = None if event.kind == "page_changed" else event.at  # each saw it when it looked
    return (event.kind, event.visibility, at, payload)


def _given_twice(labels: Sequence[str]) -> Iterator[str]:
    if labels:
        listed = ", ".join(labels[:_LISTED]) + (", ..." if len(labels) > _LISTED else "")
        yield f"Entries that share an id with another machine's are called: {listed}."
