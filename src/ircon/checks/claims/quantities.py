"""Checkable claims in a sentence: a time, a duration, a number of people or requests."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import Final

from ircon.text.clock_times import text_times
from ircon.text.dates import MONTHS
from ircon.text.durations import durations
from ircon.text.outline import table_rows
from ircon.text.phrases import phrases
from ircon.text.prose import Span, sentences

_PEOPLE: Final = (
    r"(?:users?|customers?|clients?|tenants?|accounts?|subscribers?|visitors?|merchants?"
    r"|organi[sz]ations?|companies|people|workspaces?|devices?|patients?|students?|sites?"
    r"|repositories|passengers?|guests?|pupils?|players?|shops?|stores?|schools?|parcels?|flights?"
    r"|domains?|mailboxes|households?|callers?|readers?|viewers?|drivers?|employees|members)"
)
_THINGS: Final = (
    r"(?:requests?|errors?|messages?|transactions?|orders?|payments?|log-?ins?|sign-?ins?|sessions?"
    r"|calls?|e?-?mails?|uploads?|downloads?|files?|jobs?|runs?|builds?|queries|events?|webhooks?"
    r"|deliveries|notifications?|invocations?|operations?|traffic|pages?|documents?|records?|rows"
    r"|checkouts?|invoices|tickets|push(?:es)?|pulls?|deployments?|workflows?|responses?|attempts?)"
)
_FEW: Final = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|dozens?|hundreds?"
    r"|thousands?|millions?)"
)
# "503 errors" are errors of that kind.
_NUMBER: Final = (
    r"(?<![:.\d])(?![45]\d\d (?:errors?|messages?|responses?)\b)\d{1,15}(?:[.,]\d+){0,4}"
)
# Between number and noun: "1,204 failed requests", not "on 12 May requests", "10:41 UTC requests".
_BETWEEN: Final = rf"(?:(?!(?:{'|'.join(name[:3] for name in MONTHS)}|UTC|GMT|[AP]M\b)\w*)[a-z-]+ )"
# ... and not the host of it: "two upload servers".
_HOSTS: Final = (
    r"(?:hosts?|servers?|nodes?|instances?|containers?|pods?|workers?|machines?|clusters?"
    r"|services?|process(?:es)?|queues?|databases?|teams?|steps?|replicas?|shards?|partitions?)\b"
)
_UNITS: Final = (
    r"(?:hours?|minutes?|mins?|seconds?|secs?|days?|weeks?|months?|years?|bytes?|times|cores?"
    r"|connections|threads|retries|lines)\b"
)
_HEAD: Final = rf"(?:{_PEOPLE}|{_THINGS})(?! {_HOSTS})"
# How bad it was for others: shares, people, requests. Servers, steps and clock times are not.
QUANTITY: Final = phrases(
    rf"{_NUMBER}\s?(?:%|per ?cent|percent(?:age points?)?)",
    rf"{_NUMBER}\s?(?:k|m|million|thousand|billion)?\+? {_BETWEEN}{{0,3}}?{_HEAD}",
    rf"{_FEW} (?:of )?(?:our |the )?{_BETWEEN}{{0,2}}?{_HEAD}",
    rf"(?:half|a third|a quarter|two[- ]thirds|one in \w+) (?:of )?(?:all |our |the )?{_HEAD}",
    r"(?:for|by|to|reached|hit|affect~|impact~) (?:all|every|each|no) (?:of )?(?:our |the )?"
    rf"{_BETWEEN}?{_HEAD}",
    r"(?:all|every) (?:of )?(?:our |the )?(?:inbound |outbound |incoming |outgoing )?"
    r"(?:services?|traffic|requests?) (?:[\w-]+ ){0,3}?"
    r"(?:fail(?:ed|s|ing)?|return(?:ed|s|ing)? (?:an? )?[45]\d\d|down|unavailable|unreachable"
    r"|offline)",
    # a part of all, a large count of whatever the trade counts, and a line of a block of facts
    r"\d[\d.,]* (?:out )?of (?:the |our |all )?(?:\d[\d.,]*)(?![\d:%])",
    r"(?<![:.\d#-])(?:\d{1,3}(?:[.,]\d{3}){1,4}|(?!(?:19|20)\d\d\b|[45]\d\d\b)\d{3,6})"
    rf" {_BETWEEN}{{0,2}}?(?!{_HOSTS}|{_UNITS})[a-z]{{3,}}s\b(?! {_HOSTS})",
    rf"(?:affected|impacted|failed|lost|dropped|delayed|late|{_PEOPLE}|{_THINGS})"
    r"[^:\n.\d]{0,30}:\**\s{0,2}(?:about |around |over |~)?\d[\d.,]*(?![\d:])(?!-\d)",
    rf"{_NUMBER} (?:errors?|requests?|messages?|transactions?) (?:per|a|an|/) \w+",
)
# What leads to a cause, or comes from one.
BECAUSE: Final = phrases(
    "caused by", "due to", "because of", "as a result of", "result(?:ed|ing)? (?:of|from)",
    "traced (?:back )?to", "attributed to", "stemm(?:ed|ing) from", "triggered by",
    "the (?:root )?cause (?:was|is)", "led to", "caused", "originated (?:in|from)",
)  # fmt: skip

# Words of harm beside which a duration says how bad it was: "checkout failed for 23 minutes".
_MOST: Final = 2_000  # characters; what is longer is no sentence
_HARM: Final = phrases(
    "fail~", "degrad~", "unavailab~", "unreachable", "down(?:time)?", "slow~", "delay~",
    "late(?:ncy)?",
    "offline", "timed out", "could not", "couldn't", "unable", "inaccessible", "error~", "outage",
)  # fmt: skip
_SPAN_OF_ALL: Final = phrases(
    r"(?:incident|issue|event|disruption|it|this|window) (?:\w+ )?last(?:ed|ing)",
    "lasting",
    "duration",
)


@lru_cache(maxsize=16_384)
def has_clock(text: str) -> bool:
    """Whether a text gives a time of day."""
    return bool(text_times(text.replace("|", " ")).clocks)  # the cells of a table are text too


@lru_cache(maxsize=16_384)
def has_time(text: str) -> bool:
    """Whether a text gives a time of day or a duration."""
    return has_clock(text) or has_duration(text)


@lru_cache(maxsize=16_384)
def has_duration(text: str) -> bool:
    """Whether a text gives a duration."""
    return next(durations(text), None) is not None


@lru_cache(maxsize=16_384)
def is_quantified(sentence: str) -> bool:
    """Whether a sentence gives a number of what was affected (P8)."""
    if len(sentence) > _MOST:
        return False
    if QUANTITY.search(sentence):
        return True
    return bool(
        _HARM.search(sentence)
        and not _SPAN_OF_ALL.search(sentence)
        and next(durations(sentence), None)
    )


@lru_cache(maxsize=256)
def statements(text: str) -> tuple[Span, ...]:
    """Return the sentences of a text and the rows of its tables: all that may state a fact."""
    return tuple(sorted(chain(sentences(text), table_rows(text)), key=lambda span: span.start))
