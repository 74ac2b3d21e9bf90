"""A time of day in a text, and two of them as a window. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from ircon.text.dates import Day
from ircon.text.zones import ZoneName

NOON: Final = 12


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day as a text says it: ``text[start:end]``, its zone not included.

    Attributes:
        hour: 0 to 23; as written where morning and evening are not told apart.
        half: ``am`` or ``pm``, also where the other end of its window says so; else
            empty.
        zone: the zone named right behind it.
        sentence_zone: the zone that counts for it: its own, else one of its sentence,
            else the document's.
        day: the day that its sentence names for it.
        around: where a word before it makes it vague (``around 07:30``); else None.
        other: it repeats the clock before it in another zone: ``15:00 CEST (13:00 UTC)``.
    """

    text: str
    start: int
    end: int
    hour: int
    minute: int
    half: str = ""
    zone: ZoneName | None = None
    sentence_zone: ZoneName | None = None
    day: Day | None = None
    around: int | None = None
    other: bool = False

    @property
    def full_end(self) -> int:
        """Where it ends, its own zone included."""
        return self.zone.end if self.zone else self.end

    @property
    def is_24h(self) -> bool:
        """Written so that only a 24-hour clock is meant."""
        return not self.half and (self.text[0] == "0" or self.hour > NOON)


class Window(NamedTuple):
    """``from 07:30 to 08:15``: a span of time; ``text[start:end]`` reads it with its zone."""

    start: int
    end: int
    first: ClockTime
    last: ClockTime
