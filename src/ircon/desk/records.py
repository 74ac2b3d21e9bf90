"""Incidents as the journal has them: lists, states, entries and metrics, now or at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ircon.errors import Ambiguous, NotFound
from ircon.incident.event import KINDS, Event
from ircon.incident.ids import ids_matching, is_ulid
from ircon.incident.times import Clock
from ircon.journal.cache import Summary

if TYPE_CHECKING:
    from ircon.desk.settings import Settings
    from ircon.desk.store import Store
    from ircon.incident.metrics import Metrics, MetricsSummary
    from ircon.incident.promise import Promise
    from ircon.incident.state import Entry, Incident

__all__ = ["Records", "Summary"]

UNDECLARED: Final = "entries without a declaration"
DECLARE_IT: Final = "Import the whole recording that they are from; until then they are left out."
_LISTED = 9  # incidents that an error names
_STEP = 2000  # events that are folded before their summaries are saved
_SEARCHED = 20_000  # characters of an incident's texts that the search covers


class Records:
    """Reads of the journal. The only writing is to the cache, which may be deleted.

    Args:
        store: the journal and the cache.
        settings: the zone that promised times are read in.
        clock: tells until when open metrics run.
        host: this machine, whose entry labels win where journals were merged.
    """

    def __init__(self, store: Store, settings: Settings, clock: Clock, host: str) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._host = host

    def stamp(self) -> tuple[int, ...]:
        """Return what changes whenever any process writes to the journal; costs one ``stat``."""
        return self._store.journal.stamp()

    def trouble(self) -> list[str]:
        """What is wrong with the journal's storage, as sentences for a banner; the gravest first.

        Costs a few stats and one query; changes nothing.
        """
        return self._store.journal.trouble()

    def refresh(self, *, texts: bool = True) -> bool:
        """Bring the summaries up to the journal's end; True when any changed.

        Args:
            texts: the searched texts too. Without them, events that add only text (a
                note) are left to the next caller: 'ircon note' must be quick.
        """
        journal, cache = self._store.journal, self._store.cache
        position, last = cache.position(journal.journal_id), journal.last_seq()
        if position > last:  # the journal was restored from a backup
            position = 0
        elif position == last:
            return False
        changed = False
        while position < last:  # in steps, so that a history of years is never in memory whole
            until = min(position + _STEP, last)
            events = journal.since(position, until)
            if not texts and position and not any(_is_listed(event.kind) for event in events):
                break
            touched = sorted({event.incident for event in events})
            summaries = [
                summary
                for incident in touched
                if (summary := summarise(journal.events(incident))) is not None
            ]
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
        return self._store.cache.summaries(
            open_only=open_only, search=search, limit=limit, offset=offset
        )

    def count(self, *, open_only: bool = False, search: str = "") -> int:
        """How many incidents ``incidents`` returns without a limit."""
        self.refresh()
        return self._store.cache.count(open_only=open_only, search=search)

    def is_id(self, word: str) -> bool:
        """Whether a word is the id of an incident, whole."""
        return word.isalnum() and word.lower() in self._store.journal.incident_ids()

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
            return self._find_open(page, ended=ended)
        if is_ulid(prefix.upper()) and (alias := self._store.journal.alias(prefix.upper())):
            return alias
        ids = ids_matching(prefix, self._store.journal.incident_ids())
        if not ids:
            raise NotFound(f"No incident {prefix!r}.", "'ircon incidents' lists them.")
        if len(ids) > 1:
            raise Ambiguous(
                f"{prefix!r} may be {len(ids)} incidents: {', '.join(ids[:_LISTED])}.",
                "Type more of the id.",
                tuple(ids),
            )
        return ids[0]

    def _find_open(self, page: str | None, *, ended: bool) -> str:
        self.refresh(texts=False)
        running = _on(page, self._store.cache.summaries(open_only=True))
        if len(running) == 1:
            return running[0].incident
        if not running and ended and (every := _on(page, self._store.cache.summaries())):
            own = [summary for summary in every if summary.origin != "import"] or every
            return max(
                own, key=lambda summary: summary.resolved_at or summary.declared_at or ""
            ).incident
        if not running:
            where = f" on the page {page!r}" if page else ""
            raise NotFound(
                f"No incident is open{where}.", "Give an id ('ircon incidents' lists them)."
            )
        listed = "; ".join(f"{summary.incident} {summary.name}" for summary in running[:_LISTED])
        raise Ambiguous(
            f"{len(running)} incidents are open: {listed}.",
            "Give the id of one.",
            tuple(summary.incident for summary in running),
        )

    def events(self, incident: str) -> list[Event]:
        """An incident's events, in the journal's order."""
        return self._store.journal.events(incident)

    def incident(self, incident: str, at: datetime | None = None) -> Incident:
        """An incident's state, now or at a time.

        Raises:
            NotFound: there is no such incident, or not yet at that time.
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

        Where journals were merged, an id that was given here means what it meant here.

        Raises:
            NotFound: there is none.
        """
        state, label = self.incident(incident), entry.lower()
        wanted = {label.upper()} | self._labelled_here(incident, label)
        line = next((line for line in state.entries if line.event_id in wanted), state.entry(label))
        if line is None:
            raise NotFound(
                f"Incident {incident} has no entry {entry!r}.",
                f"'ircon timeline {incident}' lists them.",
            )
        return line

    def _labelled_here(self, incident: str, label: str) -> set[str]:
        """The event that has this label, where several machines gave it and one of them is ours."""
        sharing = [event for event in self.events(incident) if event.entry == label]
        here = {event.id for event in sharing if event.host == self._host}
        return here if len(here) == 1 < len(sharing) else set()

    def metrics(self, incident: str, at: datetime | None = None) -> Metrics:
        """One incident's metrics, by its id."""
        return self.metrics_of(self.incident(incident, at), at)

    def metrics_of(self, state: Incident, at: datetime | None = None) -> Metrics:
        """An incident's metrics, now or at a time; every output takes these."""
        from ircon.incident.metrics import compute_metrics

        return compute_metrics(state, at or self._clock.now(), self.promises(state, at))

    def promises(self, state: Incident, at: datetime | None = None) -> list[Promise]:
        """The promises of an incident's public updates, each kept, broken or open.

        Args:
            state: the incident now, or ``at`` that time.
        """
        from ircon.desk.cadence import promises

        return promises(state, at or self._clock.now(), self._settings.zone)

    def spreads(self) -> dict[str, MetricsSummary]:
        """Metrics over all incidents, and apart from them over all maintenances, by kind."""
        from ircon.incident.metrics import summarise_metrics

        every = list(self.states(self._store.journal.incident_ids()))
        return {
            kind: summarise_metrics(
                ((state, self.metrics_of(state)) for state in every if state.kind == kind),
                self._clock.now(),
            )
            for kind in ("incident", "maintenance")
        }

    def states(self, incidents: Iterable[str]) -> Iterator[Incident]:
        """The current state of each incident; one without a sound declaration is left out.

        ``trouble`` says which entries are damaged, ``undeclared`` which incidents have no
        declaration.
        """
        from ircon.incident.fold import fold

        for incident in incidents:
            if state := fold(self.events(incident)):
                yield state

    def undeclared(self) -> list[str]:
        """Ids that have entries and no declaration; everything else leaves them out.

        An ircon before 0.2 kept such entries of a recording that it refused.
        """
        ids = self._store.journal.incident_ids()
        if self.count() == len(ids):
            return []
        listed = {summary.incident for summary in self._store.cache.summaries()}
        return [incident for incident in ids if incident not in listed]


def summarise(events: Iterable[Event]) -> Summary | None:
    """An incident's line in a list, with its searched texts; None where nothing declares it."""
    from ircon.incident.fold import fold
    from ircon.incident.times import iso_or_none

    incident = fold(events)
    if incident is None:
        return None
    texts = [update.body.public for update in incident.updates]
    texts += [note.text.internal for note in incident.notes if not note.retracted]
    texts += [action.text.internal for action in incident.actions]
    if incident.postmortem.published is not None:
        texts.append(incident.postmortem.published.public)
    elif incident.postmortem.body is not None:
        texts.append(incident.postmortem.body.internal)
    return Summary(
        incident=incident.id,
        name=incident.name,
        page=incident.page,
        kind=incident.kind,
        status=incident.status,
        impact=incident.impact,
        severity=incident.severity,
        origin=incident.origin,
        is_open=incident.is_open,
        declared_at=iso_or_none(incident.declared_at),
        started_at=iso_or_none(incident.started_at),
        first_public_at=iso_or_none(incident.first_public_at),
        resolved_at=iso_or_none(incident.resolved_at),
        components=tuple(change.path for change in incident.components),
        updates=len(incident.public_updates),
        waiting=len(incident.pending_updates),
        postmortem=incident.postmortem.state,
        words=" ".join(texts)[:_SEARCHED],
    )


def _on(page: str | None, summaries: list[Summary]) -> list[Summary]:
    """The summaries of incidents on a page; without any, of those that are on no page yet."""
    if page is None:
        return summaries
    return [summary for summary in summaries if summary.page == page] or [
        summary for summary in summaries if not summary.page
    ]


def _is_listed(kind: str) -> bool:
    """Whether such an event changes what a list of incidents shows; unknown kinds may."""
    return kind not in KINDS or KINDS[kind].summarised
