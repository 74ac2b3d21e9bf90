"""Durations in a text: ``2h 5m``, ``82 minutes``, ``about two hours``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from ircon.text.prose import blocks

_COUNTED: Final = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen", "twenty"),
)
_NUMBERS: Final[dict[str, float]] = {
    **{word: number for number, word in enumerate(_COUNTED, 1)},
    "a": 1,
    "an": 1,
    "half": 0.5,
    "half a": 0.5,
    "half an": 0.5,
    "a quarter of an": 0.25,
    "three quarters of an": 0.75,
    "a couple": 2,
    "a couple of": 2,
    "twenty-four": 24,
    "thirty": 30,
    "thirty-five": 35,
    "forty": 40,
    "forty-five": 45,
    "forty-eight": 48,
    "fifty": 50,
    "sixty": 60,
    "seventy-two": 72,
    "ninety": 90,
}
_MINUTES: Final = {"w": 10_080, "d": 1440, "h": 60, "m": 1, "s": 1 / 60}
_VAGUE: Final = re.compile(
    r"(?:\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|more than|under"
    r"|(?:for|last(?:ed|ing)|took|well|just|of|a bit|slightly) over"
    r"|less than|up to|at least|just|circa|the next few|another)|~)\s{0,3}$",
    re.IGNORECASE,
)
_NUMBER: Final = (
    rf"(?:\d{{1,5}}(?:\.\d{{1,2}})?|(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}))"
)
_UNIT: Final = r"(?:weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?)"
_ONE: Final = re.compile(
    rf"(?<![\w.,:$€£+])(?P<number>{_NUMBER})(?P<more>[ \t]and[ \t]a[ \t]half)?"
    r"(?P<gap>[ \t-]{0,2}|[ \t](?:more|further|additional|extra|full|whole|long)[ \t])"
    rf"(?:(?P<business>business|working)[ -])?(?P<unit>{_UNIT}|[wdhms])\b"
    r"(?P<half>[ \t]and[ \t](?:a[ \t]half|(?P<quarters>a|three)[ \t]quarters?))?"
    r"(?! (?:users|customers|requests|records|rows)\b)",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(r"[ \t]{0,2}(?:,|and|,[ \t]{0,2}and)?[ \t]{0,2}", re.IGNORECASE)


class Duration(NamedTuple):
    """A duration in a text: ``text[start:end]``.

    Attributes:
        about: whether the text marks it as not exact (``about``, ``nearly``).
        business_days: how many it counts, else 0; ``span`` counts them as days.
    """

    text: str
    start: int
    end: int
    span: timedelta
    about: bool = False
    business_days: int = 0

    @property
    def minutes(self) -> int:
        """The duration in whole minutes."""
        return round(self.span / timedelta(minutes=1))


def durations(text: str) -> Iterator[Duration]:
    """Yield every duration in a text, its parts joined: ``2 hours and 5 minutes``."""
    for block in blocks(text):
        for duration in _in_block(block.text):
            yield duration._replace(
                start=duration.start + block.start, end=duration.end + block.start
            )


@lru_cache(maxsize=4096)
def _in_block(text: str) -> tuple[Duration, ...]:
    return tuple(_durations(text))


def _durations(text: str) -> Iterator[Duration]:
    pending: tuple[int, int, float, str] | None = None  # start, end, minutes, last unit
    business_days = 0
    for match in _ONE.finditer(text):
        part = _minutes(match)
        if part is None:
            continue
        minutes, unit = part
        if (
            pending
            and not business_days
            and _MINUTES[unit] < _MINUTES[pending[3]]
            and _JOINED.fullmatch(text, pending[1], match.start())
        ):
            pending = pending[0], match.end(), pending[2] + minutes, unit
            continue
        if pending:
            yield _duration(text, pending, business_days)
        pending = match.start(), match.end(), minutes, unit
        business_days = round(minutes / 1440) if match["business"] else 0
    if pending:
        yield _duration(text, pending, business_days)


def _minutes(match: re.Match[str]) -> tuple[float, str] | None:
    """Return a part's minutes and its unit; None for ``5 m``, ``an s`` and the like."""
    unit, number = match["unit"], match["number"].lower()
    if len(unit) == 1 and (unit.isupper() or not number[0].isdigit() or len(match["gap"]) > 1):
        return None
    if unit == "m" and match["gap"]:  # metres, or millions
        return None
    count = _NUMBERS.get(number) or float(number if number[0].isdigit() else 0)
    if quarters := match["quarters"]:
        count += 0.25 if quarters.lower() == "a" else 0.75
    elif match["half"] or match["more"]:
        count += 0.5
    return count * _MINUTES[unit[0].lower()], unit[0].lower()


def _duration(text: str, pending: tuple[int, int, float, str], business_days: int) -> Duration:
    start, end, minutes, _ = pending
    vague = bool(_VAGUE.search(text, max(0, start - 20), start))
    couple = text[start:end].lower().startswith("a couple")
    return Duration(
        text[start:end], start, end, timedelta(minutes=minutes), vague or couple, business_days
    )
