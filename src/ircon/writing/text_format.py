"""Small things said the same way everywhere: moments, numbers, lists of names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Final, Protocol

from ircon.incident.promise import Promise
from ircon.incident.time_input import render_clock
from ircon.incident.times import format_minutes, minutes_between

# How far words for the public got, by delivery; never more than is certain.
REACHED: Final = {
    "queued": "queued: not public yet",
    "sending": "being sent: may be public any moment",
    "published": "published",
    "unknown": "unknown: may already be public",
    "failed": "failed: not public",
    "cancelled": "not sent: never public",
    "observed": "on the page",
}

NOT_SET: Final = "not set"  # for what the record does not hold


class Named(Protocol):
    """A component, attached to an incident or listed by its page."""

    @property
    def name(self) -> str:
        """Its own name."""

    @property
    def group(self) -> str | None:
        """Its group's name."""

    @property
    def path(self) -> str:
        """``Group/Name``, or the name alone."""


def clock(instant: datetime, zone: tzinfo, day: date | None = None) -> str:
    """``14:05 CEST``; with its date in front unless that is ``day``."""
    here = instant.astimezone(zone)
    return (
        render_clock(here, zone)
        if here.date() == day
        else f"{here:%Y-%m-%d} {render_clock(here, zone)}"
    )


def moment(instant: datetime, zone: tzinfo, day: date | None = None) -> str:
    """``14:05 CEST (12:05 UTC)``: no reader has to know the page's zone (CHECKS, T1).

    The date stands in front unless it is ``day``, and the UTC date where it differs.
    """
    here = clock(instant, zone, day)
    utc = clock(instant, UTC, instant.astimezone(zone).date())
    return here if here.endswith(utc) else f"{here} ({utc})"


def lasted(start: datetime, end: datetime) -> str:
    """``57 min``: what is over, in the words of the figures."""
    return format_minutes(minutes_between(start, end))


def joined(words: Sequence[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def names(components: Iterable[Named]) -> list[str]:
    """Their names; ``Group/Name`` where a name repeats."""
    listed = list(components)
    counts = Counter(one.name for one in listed)
    return [one.name if counts[one.name] == 1 else one.path for one in listed]


def promise_words(promise: Promise) -> str:
    """Return the outcome of a promise: ``kept``, ``missed by 12 min``."""
    late = promise.missed_by_min
    return promise.state if late is None else f"{promise.state} by {format_minutes(late)}"


def component_words(components: Iterable[Named], most: int = 5) -> str:
    """Components in a sentence: up to ``most`` by name, more of them counted by group."""
    listed = list(components)
    if len(listed) <= most:
        return joined(names(listed))
    groups = Counter(one.group for one in listed if one.group)
    alone = [one for one in listed if not one.group]
    said = [f"{count} components of {group}" for group, count in groups.items()]
    if len(alone) <= most:
        said += names(alone)
    else:
        said.append(f"{len(alone)} other components" if said else f"{len(alone)} components")
    return joined(said)
