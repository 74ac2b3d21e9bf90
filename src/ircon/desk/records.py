"""Looking: what there is, how it stands, how it stood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ircon.errors import Ambiguous, NotFound
from ircon.incident.event import KINDS, Event
from ircon.incident.ids import ids_matching, is_ulid
from ircon.journal.cache import Summary

if TYPE_CHECKING:
    from ircon.desk.desk import Desk
    from ircon.incident.metrics import Metrics, MetricsSummary
    from ircon.incident.state import Entry, Incident

__all__ = ["Records", "Summary"]

UNDECLARED: Final = "entries without a declaration"
DECLARE_IT: Final = "Import the whole recording that they are from; until then they are left out."
_LISTED = 9  # how many incidents an error names
_STEP = 2000  # events that are folded before what was found is kept


class Records:
    """Reads the journal; the only writing is to the cache, which may be deleted."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def stamp(self) -> tuple[int, ...]:
        """Changes whenever any process wrote to the journal; costs one ``stat``."""
        return self._desk.journal.stamp()

    def trouble(self) -> list[str]:
        """What is wrong with keeping the record, as sentences for a banner; none on a good day.

        The first is the gravest. Costs a few stats and one query; changes nothing.
        """
        return self._desk.journal.trouble()

    def refresh(self, *, words: bool = True) -> bool:
        """Bring the summaries up to the journal's end; True when any changed.

        Args:
            words: the searched words too; without them, what only adds words (a
                note) is left to the next one who asks: 'ircon note' must be quick.
        """
        journal, cache = self._desk.journal, self._desk.cache
        position, last = cache.position(journal.journal_id), journal.last_seq()
        if position > last:  # the journal was restored from a backup
            position = 0
        elif position == last:
            return False
        changed = False
        while position < last:  # in steps, so that a history of years is never in memory whole
            until = min(position + _STEP, last)
            news = journal.since(position, until)
            if not words and position and not any(_is_listed(event.kind) for event in news):
                break
            from ircon.desk.summaries import summarise

            touched = sorted({event.incident for event in news})
            summaries = [found for one in touched if (found := summarise(journal.events(one)))]
            cache.put(journal.journal_id, summaries, until)
            changed = changed or bool(summaries)
            position = until
        return changed

    def incidents(
        self,
        *,
        open_only: bool = False,
        search: str = "",
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Summary]:
        """Summaries of incidents: open ones first, then newest first."""
        self.refresh()
        return self._desk.cache.summaries(
            open_only=open_only, search=search, limit=limit, offset=offset
        )

    def count(self, *, open_only: bool = False, search: str = "") -> int:
        """How many incidents ``incidents`` would give in all."""
        self.refresh()
        return self._desk.cache.count(open_only=open_only, search=search)

    def is_id(self, word: str) -> bool:
        """Whether a word is the id of an incident, whole."""
        return word.isalnum() and word.lower() in self._desk.journal.incident_ids()

    def find(
        self, prefix: str | None = None, *, page: str | None = None, ended: bool = False
    ) -> str:
        """The incident that a typed id means; without one, the one open incident.

        Args:
            page: without an id, the one that is open on this page; else on none yet.
            ended: without an id and with none open, the one that ended last.

        Raises:
            NotFound: no incident has it, or none is open.
            Ambiguous: several have it, or several are open; lists them.
        """
        if prefix is None:
            return self._the_open_one(page, ended=ended)
        if is_ulid(prefix.upper()) and (alias := self._desk.journal.alias(prefix.upper())):
            return alias
        ids = ids_matching(prefix, self._desk.journal.incident_ids())
        if not ids:
            raise NotFound(f"No incident {prefix!r}.", "'ircon incidents' lists them.")
        if len(ids) > 1:
            raise Ambiguous(
                f"{prefix!r} may be {len(ids)} incidents: {', '.join(ids[:_LISTED])}.",
                "Type more of the id.",
                tuple(ids),
            )
        return ids[0]

    def _the_open_one(self, page: str | None, *, ended: bool) -> str:
        self.refresh(words=False)
        running = _on(page, self._desk.cache.summaries(open_only=True))
        if len(running) == 1:
            return running[0].incident
        if not running and ended and (over := _on(page, self._desk.cache.summaries())):
            own = [one for one in over if one.origin != "import"] or over
            return max(own, key=lambda one: one.resolved_at or one.declared_at or "").incident
        if not running:
            where = f" on the page {page!r}" if page else ""
            raise NotFound(
                f"No incident is open{where}.", "Name one by its id ('ircon incidents' lists them)."
            )
        listed = "; ".join(f"{one.incident} {one.name}" for one in running[:_LISTED])
        raise Ambiguous(
            f"{len(running)} incidents are open: {listed}.",
            "Name one by its id.",
            tuple(one.incident for one in running),
        )

    def events(self, incident: str) -> list[Event]:
        """An incident's events, in the journal's order."""
        return self._desk.journal.events(incident)

    def incident(self, incident: str, at: datetime | None = None) -> Incident:
        """An incident's state, now or at a moment.

        Raises:
            NotFound: there is no such incident, or not yet at that moment.
        """
        from ircon.incident.fold import fold

        events = self.events(incident)
        state = fold(events, at)
        if state is not None:
            return state
        if at and fold(events):
            raise NotFound(
                f"Incident {incident} does not exist at that time yet.", "Give a later --at."
            )
        if events:
            raise NotFound(f"Incident {incident}: {UNDECLARED}.", DECLARE_IT)
        raise NotFound(f"Incident {incident} does not exist.", "'ircon incidents' lists them.")

    def entry(self, incident: str, entry: str) -> Entry:
        """A line of an incident's timeline, by its id, or by the ULID of its event.

        Where journals were united, an id that was given here means what it meant here.

        Raises:
            NotFound: there is none.
        """
        state, typed = self.incident(incident), entry.lower()
        meant = {typed.upper()} | self._given_here(incident, typed)
        found = next((one for one in state.entries if one.event_id in meant), state.entry(typed))
        if found is None:
            raise NotFound(
                f"Incident {incident} has no entry {entry!r}.",
                f"'ircon timeline {incident}' lists them.",
            )
        return found

    def _given_here(self, incident: str, label: str) -> set[str]:
        """The event that has this label, where several machines gave it and one of them is ours."""
        sharing = [event for event in self.events(incident) if event.entry == label]
        here = {event.id for event in sharing if event.host == self._desk.recorder.host}
        return here if len(here) == 1 < len(sharing) else set()

    def metrics(self, incident: str, at: datetime | None = None) -> Metrics:
        """One incident's figures."""
        return self.metrics_of(self.incident(incident, at), at)

    def metrics_of(self, state: Incident, at: datetime | None = None) -> Metrics:
        """The figures of an incident as it stands, or stood at a moment: all outputs take these."""
        from ircon.incident.metrics import compute_metrics

        promises = self._desk.checking.promises(state, at)
        return compute_metrics(state, at or self._desk.clock.now(), promises)

    def spreads(self) -> dict[str, MetricsSummary]:
        """What all incidents came to, and apart from them all maintenances."""
        from ircon.incident.metrics import summarise_metrics

        every = list(self.states(self._desk.journal.incident_ids()))
        return {
            kind: summarise_metrics(
                ((one, self.metrics_of(one)) for one in every if one.kind == kind),
                self._desk.clock.now(),
            )
            for kind in ("incident", "maintenance")
        }

    def states(self, incidents: Iterable[str]) -> Iterator[Incident]:
        """The incidents as they stand; one that nothing sound declares is left out.

        ``trouble`` says which entries are damaged, ``undeclared`` what has none.
        """
        from ircon.incident.fold import fold

        for incident in incidents:
            if state := fold(self.events(incident)):
                yield state

    def undeclared(self) -> list[str]:
        """Ids under which entries stand and nothing says of which incident: left out of all else.

        An ircon before 0.2 kept such of a recording that it refused.
        """
        ids = self._desk.journal.incident_ids()
        if self.count() == len(ids):
            return []
        listed = {summary.incident for summary in self._desk.cache.summaries()}
        return [one for one in ids if one not in listed]


def _on(page: str | None, found: list[Summary]) -> list[Summary]:
    """Those on a page; where there are none, those that are on no page yet."""
    if page is None:
        return found
    return [one for one in found if one.page == page] or [one for one in found if not one.page]


def _is_listed(kind: str) -> bool:
    """Whether such an event changes what a list of incidents shows; unknown kinds may."""
    return kind not in KINDS or KINDS[kind].summarised
