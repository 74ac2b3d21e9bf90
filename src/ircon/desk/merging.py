"""Union of journals: recordings and other journals into this one, and incidents kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ircon.errors import IrconError, NotFound, Unreadable
from ircon.history.imported import ORIGIN, declarations_of
from ircon.incident.event import Event
from ircon.incident.fold import fold
from ircon.incident.text import safe_line

if TYPE_CHECKING:
    from ircon.desk.desk import Desk

_SQLITE: Final = b"SQLite format 3\0"
_OF_RECORDER: Final = frozenset({"origin", "seen_before", "updated_at"})
_LISTED: Final = 5  # entries or names in a sentence
_MAX_RECORDING: Final = 40_000_000  # bytes; read_recording counts what they decode to


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of one incident of a source, or of a source that could not be read.

    Attributes:
        id: its short id here; there: in the source.
        events: how many were not here yet.
        created: whether the incident itself was not.
        met: what is to be known of events that both had, as sentences.
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
    """Unites this journal with others. Adding the same again, or in another order, changes nothing.

    Only events are united. What waits in another journal's outbox is sent from there.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def merge(self, sources: Iterable[str]) -> list[Merged]:
        """Add every event of recordings, journals and folders that hold one.

        A source that cannot be read becomes a ``Merged`` with ``error``, and the others
        are merged all the same.
        """
        done = []
        for source in sources:
            try:
                done += [self._keep(source, events) for events in self._read(source)]
            except IrconError as error:
                done.append(Merged(source, error=str(error)))
        self._desk.records.refresh()
        return done

    def _read(self, source: str) -> Iterator[list[Event]]:
        """The events of each incident in a source."""
        path = _journal_in(Path(source))
        try:
            with path.open("rb") as file:
                is_journal = file.read(len(_SQLITE)) == _SQLITE
        except OSError as error:
            raise NotFound(
                f"{source}: {error.strerror}.", "Name a recording or a journal."
            ) from error
        if is_journal:
            yield from self._of_journal(path)
        else:
            from ircon.journal.recording import read_recording

            if path.stat().st_size > _MAX_RECORDING:
                raise Unreadable(
                    "It is larger than any recording.", "Name a recording or a journal."
                )
            yield read_recording(path.read_bytes().decode("utf-8", "replace"))[1]

    def _of_journal(self, path: Path) -> Iterator[list[Event]]:
        from ircon.journal.store import Journal

        other = Journal.open(path.parent, self._desk.clock, readonly=True, name=path.name)
        with closing(other):
            for incident in other.incident_ids():
                yield other.events(incident)

    def _keep(self, source: str, events: Sequence[Event]) -> Merged:
        there = events[0].incident if events else None
        if fold(events) is None:
            return Merged(
                source,
                there=there,
                error=f"Nothing declares {there or 'an incident'} in it; its events were left out.",
            )
        before, labels = self._desk.journal.last_seq(), set[str]()
        for event in events:
            if event.kind == "declared" and (alias := self._desk.journal.alias(event.id)):
                labels = self._shared_labels(alias)
        kept = self._desk.journal.append(events)
        state = self._desk.records.incident(kept[0].incident)
        new = [event for event in kept if (event.seq or 0) > before]
        shared = sorted(self._shared_labels(state.id) - labels)
        return Merged(
            source=source,
            id=state.id,
            there=there,
            name=state.name,
            events=len(new),
            created=any(event.kind == "declared" for event in new),
            met=(*_differences(events, kept, state.id, before), *_given_twice(shared)),
        )

    def _shared_labels(self, incident: str) -> set[str]:
        """The entries that share an id with another, as they are called for that."""
        entries = self._desk.records.incident(incident).entries
        return {entry.id for entry in entries if entry.id[-1:].isalpha()}

    def mixed(self) -> dict[str, str]:
        """Incidents that hold the declarations of several: a sentence by short id."""
        return {
            alias: (
                f"{alias} holds {len(declared)} incidents, which an older ircon gave one id: "
                + ", ".join(
                    repr(safe_line(event.words("name") or "")) for event in declared[:_LISTED]
                )
                + (", ..." if len(declared) > _LISTED else "")
                + ". 'ircon doctor --repair' separates what was imported."
            )
            for alias, declared in self._desk.journal.mixed().items()
        }

    def separate(self) -> list[str]:
        """Make incidents of their own of those that were kept as one, where their ids tell.

        Returns:
            What was done, as sentences; none if there was nothing to do.

        Raises:
            JournalError: it cannot be written; nothing was changed.
        """
        done = []
        for alias, declared in self._desk.journal.mixed().items():
            events = self._desk.journal.events(alias)
            owners = declarations_of(events)
            apart = {event.id for event in declared[1:] if owners.get(event.id) == event.id}
            belongs = {event: owner for event, owner in owners.items() if owner in apart}
            if not belongs:
                continue
            made = self._desk.journal.separate(belongs)
            names = ", ".join(
                f"{made[event.id]} {safe_line(event.words('name') or '')}"
                for event in declared
                if event.id in made
            )
            unclear = sorted(
                event.entry
                for event in events
                if event.entry and event.id not in owners and event.kind != "declared"
            )
            stays = f" {', '.join(unclear)} may be of either, and stay there." if unclear else ""
            done.append(
                f"{alias} held {len(declared)} incidents; on their own now: {names}.{stays}"
            )
        return done


def _journal_in(path: Path) -> Path:
    """The journal of a folder, or of an ircon home; else the path itself."""
    for inside in ("journal.db", "data/journal.db"):
        if (path / inside).is_file():
            return path / inside
    return path


def _differences(
    given: Sequence[Event], kept: Sequence[Event], incident: str, before: int
) -> Iterator[str]:
    """What both had under one id and not alike: what was here is left as it is."""
    elsewhere, other, history = [], [], False
    for theirs, ours in zip(given, kept, strict=True):
        if (ours.seq or 0) > before:
            continue
        if ours.incident != incident:
            elsewhere.append(ours)
        elif _said(theirs) != _said(ours):
            other.append(ours)
        elif theirs.payload.get("origin") != ours.payload.get("origin") and ours.kind == "declared":
            history = ours.payload.get("origin") == ORIGIN
    if elsewhere:
        yield f"{len(elsewhere)} of its events are in {elsewhere[0].incident} here, and stay there."
    if other:
        names = ", ".join(event.entry or event.kind for event in other[:_LISTED])
        yield f"{len(other)} of its events say something else here, which was kept: {names}."
    if history:
        yield "It was imported here as history before, and stays that: nothing is posted to it."


def _said(event: Event) -> tuple[object, ...]:
    """What an event tells, without what depends on who recorded it, and when."""
    payload = {name: value for name, value in event.payload.items() if name not in _OF_RECORDER}
    at = None if event.kind == "page_changed" else event.at  # each saw it when it looked
    return (event.kind, event.visibility, at, payload)


def _given_twice(labels: Sequence[str]) -> Iterator[str]:
    if labels:
        listed = ", ".join(labels[:_LISTED]) + (", ..." if len(labels) > _LISTED else "")
        yield f"Entries that share an id with another machine's are called: {listed}."
