"""Windows in texts: ``from 07:30 to 08:15``, or a start and an end on lines of their own."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from ircon.text.clock import NOON, ClockTime, Window
from ircon.text.dates import Day

_TO: Final = re.compile(r"-|–|—|\b(?:to|until|till|through|thru|and)\b", re.IGNORECASE)
_FILLER: Final = re.compile(
    r"(?:\s|[,()~*_]|\b(?:at|on|around|about|approximately|approx\.?|roughly|the|next|following"
    r"|same|day|morning|afternoon|evening|night|of)\b)*",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"\bbetween\b[^.\n]{0,60}$", re.IGNORECASE)
_NEW_ITEM: Final = re.compile(r"\n\s*(?:[-–—*•+\n]|\d{1,3}[.)])")
# Incident start: ... / Incident end: ..., a line each.
_START_LABEL: Final = re.compile(
    r"\b(?:start(?:ed)?|began|begin(?:ning)?)\b[^\n]{0,30}$", re.IGNORECASE
)
_END_LABEL: Final = re.compile(
    r"[^\n]{0,12}\n[^\n]{0,24}\b(?:end(?:ed)?|resolved|finish(?:ed)?)\b[^\n]{0,16}", re.IGNORECASE
)
_MOST_BETWEEN: Final = 70  # characters between the two ends of a window


def windows_of(plain: str, told: list[ClockTime], every_day: Sequence[Day]) -> Iterator[Window]:
    """Pairs of clock times; in ``told`` both ends of one then know their half of the day."""
    places = [place for place, clock in enumerate(told) if not clock.other]
    used = -1
    for one, next_one in pairwise(places):
        if one == used:
            continue
        first, last = told[one], told[next_one]
        behind = told[next_one - 1].full_end  # of the last repetition in another zone
        if not _is_window(plain, first, behind, last, every_day):
            continue
        if last.half and not first.half and first.hour <= NOON:
            turned = (first.hour % NOON, first.minute) > (last.hour % NOON, last.minute)
            other = "am" if last.half == "pm" else "pm"
            first = told[one] = replace(first, half=other if turned else last.half)
        used = next_one
        yield Window(first.start, last.full_end, first, last)


def _is_window(
    plain: str, first: ClockTime, behind: int, last: ClockTime, every_day: Sequence[Day]
) -> bool:
    between = plain[behind : last.start].lstrip(") ")
    if len(between) > _MOST_BETWEEN:
        return False
    place = bisect_left(every_day, behind, key=lambda day: day.start)
    for day in every_day[place : place + 3]:
        if day.end <= last.start:
            between = between.replace(day.text, " ", 1)
    before = max(0, first.start - 60)
    before = max(before, plain.rfind("\n", before, first.start) + 1)
    if _START_LABEL.search(plain, before, first.start) and _END_LABEL.fullmatch(between):
        return True
    if _NEW_ITEM.search(between):
        return False
    link = _TO.search(between)
    if link is None or not _FILLER.fullmatch(between[: link.start()] + between[link.end() :]):
        return False
    if link.group().lower() != "and":
        return True
    return bool(_BETWEEN.search(plain, max(0, first.start - 70), first.start))
