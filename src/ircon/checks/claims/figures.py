"""Figures of a text: how many of what had which thing happen to them.

``310 of 1,200 shops could not print`` is 310 shops, and what befell them. Two figures are of
one thing only where head noun, its qualifiers and what befell it are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from ircon.checks.claims.denials import MOST_CHARACTERS
from ircon.text.clock_times import text_times
from ircon.text.prose import mask_markup
from ircon.text.stems import stem

_WORDS: Final = {
    "both": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_VALUE: Final = r"\d{1,3}(?:[,\u202f]\d{3})+|\d{1,12}(?:\.\d{1,3})?"
_SCALE: Final = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "billion": 1e9}
_APPROXIMATE: Final = re.compile(
    r"(?:\b(?:about|around|roughly|approximately|approx\.?|nearly|almost|over|more than|less than"
    r"|fewer than|under|up to|at least|at most|some|circa|ca\.|an estimated|as many as|close to"
    r"|well over|just (?:over|under))|~|≈|<|>)\s?(?:the )?$",
    re.IGNORECASE,
)
_FIGURE: Final = re.compile(
    rf"(?<![\w.,:/$€£#-])(?P<value>{_VALUE}|(?i:{'|'.join(_WORDS)}))(?P<plus>\+)?"
    r"(?: ?(?P<scale>k|thousand|million|billion)\b)?(?P<share> ?(?:%|percent\b|per cent\b))?"
    rf"(?P<of> (?:out )?of (?:(?:all|the|our|its|these) )*(?P<total>{_VALUE})?)?"
    r"(?=[ ]?(?:[a-z]|[A-Z]))[ ]?(?P<phrase>(?:[A-Za-z][\w-]*[ ]?){1,6})"
)
_SHARES: Final = {
    "half": 50.0, "a third": 33.3, "one third": 33.3, "two thirds": 66.7, "a quarter": 25.0,
    "one quarter": 25.0, "three quarters": 75.0, "a fifth": 20.0, "one fifth": 20.0,
    "a tenth": 10.0, "one tenth": 10.0,
}  # fmt: skip
_FRACTION: Final = re.compile(
    rf"\b(?P<fraction>{'|'.join(_SHARES)}) of (?:(?:all|the|our) )*"
    r"(?P<phrase>(?:[A-Za-z][\w-]*[ ]?){1,6})",
    re.IGNORECASE,
)
# A course in time, a rate, a limit, a plan or a part: not the one figure of the whole.
_NO_FIGURE: Final = re.compile(
    r"\b(?:per|each|every|rose|risen|fell|fallen|grew|grown|increas\w+|decreas\w+|climb\w+"
    r"|dropp?(?:ed|ing) (?:to|from|back)|peak\w*|average|median|limit\w*|threshold|target|SLO|SLA"
    r"|goal|capacity|pool|quota|raised|lowered|scaled|first|second|third wave|initially|then"
    r"|later|another|further|additional|more|remaining|rest|other|others|of (?:them|these|those"
    r"|which|whom)|also|again|still|by now|so far|last (?:year|month|week)|would|will|could have"
    r"|might|may|if|normal\w*|usual\w*|typical\w*|than|only|in all|in total|altogether|overall"
    r"|at (?:first|most|least|a time)|a (?:day|minute|second|week|month|hour)|hourly"
    r"|daily|until)\b",
    re.IGNORECASE,
)
_STOP: Final = re.compile(
    r"\b(?:was|were|is|are|be|been|has|have|had|could|can|cannot|did|do|does|would|will|in|on|at"
    r"|to|from|for|with|by|of|that|which|who|whose|and|or|but|as|when|while|after|before|between"
    r"|during|because|the|a|an|this|we|they|it|not|within|without|over|under|via|through|than"
    r"|where|into|out|until|since|saw|lost|got|took|went|received|waited|experienced|noticed"
    r"|failed|returned|timed|hit|ran|sent|there|if|so|then|only|across)\b",
    re.IGNORECASE,
)
_UNITS: Final = re.compile(
    r"(?:minutes?|mins?|hours?|hrs?|seconds?|secs?|days?|weeks?|months?|years?|ms|times?|am|pm|utc"
    r"|gmt|c?e[sd]?t|[mgtk]i?b|bytes?|euros?|dollars?|pounds?|points?|degrees|%|percent|stars?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*|people's|steps?|things|ways|reasons"
    r"|causes|factors|phases|parts|waves|lines|attempts|retries|actions|lessons|changes)\Z",
    re.IGNORECASE,
)
_IRREGULAR: Final = frozenset({"people", "staff", "traffic", "mail", "data"})
# What says that something befell them, without saying what.
_ANY_HARM: Final = frozenset({stem("affected"), stem("impacted"), stem("hit")})
_HARM: Final = re.compile(
    r"\b(?P<verb>affect(?:ed|ing|s)?|impact(?:ed|ing|s)?|hit|lost|los(?:e|ing|t)|delay(?:ed|s)?"
    r"|late|fail(?:ed|ing|s)?|could ?n[o'’]t|could not|cannot|unable|reject(?:ed|s)?|refus(?:ed|es)"
    r"|dropped|slow|duplicat(?:ed|es)|corrupt(?:ed)?|delet(?:ed|es)|declin(?:ed|es)|bounced|stuck"
    r"|unavailable|unreachable|offline|down|timed out|restart(?:ed|s)?|locked out|misrouted|wrong"
    r"|missing|twice|skipped|expired|replaced|charged|errors?|errored|waiting|waited|queued)\b",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(
    r"[;:.!?—–()]|, (?:and|but|while|which|of|where|with)\b|\band\b|\bwhile\b"
)
_QUALIFIES: Final = re.compile(
    r"\s*(?:in|on|of|from|with|at|across|using|via|through) (?:the |our )?([A-Za-z][\w-]*)"
)

_PLACE: Final = re.compile(
    r"\b(?:[Ii]n|[Ff]or|[Aa]t|[Oo]n|[Oo]f|[Ff]rom) (?:the |our )?(?!January|February"
    r"|March|April|May"
    r"|June|July|August|September|October|November|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur"
    r"|Sun)day)([A-Z][\w-]+)"
)


_SAME_HARM: Final = {
    "couldn't": "unable", "could not": "unable", "cannot": "unable", "lose": "lost",
    "losing": "lost", "late": "delay", "errors": "fail", "error": "fail", "errored": "fail",
}  # fmt: skip


class Figure(NamedTuple):
    """A figure at ``start`` to ``end`` of a sentence: ``value`` of a thing.

    Attributes:
        head: stem of the noun that is counted; qualifiers: stems of what narrows it.
        harm: stem of what befell it.
        is_share: in percent; is_close: only about so many.
        total: of how many; None where it is not said.
        is_named: said with "the", as something that was told before.
    """

    value: float
    head: str
    qualifiers: frozenset[str]
    harm: str
    is_share: bool
    is_close: bool
    total: float | None
    is_named: bool
    start: int
    end: int

    def is_of_same_thing(self, other: Figure) -> bool:
        """Whether both count the same thing in the same respect."""
        return (
            self.head == other.head
            and self.qualifiers == other.qualifiers
            and self.is_share == other.is_share
            and (self.harm == other.harm or bool({self.harm, other.harm} & _ANY_HARM))
            and bool(self.harm and other.harm)
        )

    def agrees_with(self, other: Figure) -> bool:
        """Whether one may be the other rounded, or about as many."""
        low, high = sorted((self.value, other.value))
        if self.is_close or other.is_close:
            return high <= low * 1.25
        return high == low or _is_rounded(low, high) or (self.is_share and high - low < 1)


def _is_rounded(one: float, two: float) -> bool:
    """Whether one of two figures is the other, to fewer digits."""
    for rough, exact in ((one, two), (two, one)):
        digits = str(int(rough))
        unit = 10 ** (len(digits) - len(digits.rstrip("0")))
        if unit > 1 and abs(rough - exact) <= unit / 2:
            return True
    return False


@lru_cache(maxsize=16_384)
def figures_in(sentence: str) -> tuple[Figure, ...]:
    """Return the figures of a sentence that tell of the whole of something."""
    if len(sentence) > MOST_CHARACTERS:
        return ()
    plain = mask_markup(sentence).replace("\n", " ")
    if not any(map(str.isdigit, plain)) and not _FRACTION.search(plain):
        lowered = plain.lower()
        if not any(word in lowered for word in _WORDS):
            return ()
    if _NO_FIGURE.search(plain) or _is_of_a_moment(plain):
        return ()
    return tuple(_figures(plain))


def _is_of_a_moment(plain: str) -> bool:
    """Whether a sentence gives a time that is not a window's: its figure may be of then."""
    times = text_times(plain)
    ends = {id(end) for window in times.windows for end in (window.first, window.last)}
    return any(id(clock) not in ends for clock in times.clocks)


def _figures(plain: str) -> Iterator[Figure]:
    for match in _FIGURE.finditer(plain):
        word = match["value"].lower()
        value = float(_WORDS.get(word) or word.replace(",", "").replace("\u202f", ""))
        value *= _SCALE.get((match["scale"] or "").lower(), 1)
        if bool(match["share"]) and not match["of"]:
            continue
        total = float(match["total"].replace(",", "")) if match["total"] else None
        is_close = bool(
            match["plus"] or match["scale"] or _APPROXIMATE.search(plain[: match.start()])
        )
        yield from _figure(
            plain, match, value, is_share=bool(match["share"]), is_close=is_close, total=total
        )
    for match in _FRACTION.finditer(plain):
        share = _SHARES[match["fraction"].lower()]
        yield from _figure(plain, match, share, is_share=True, is_close=True, total=None)


def _figure(
    plain: str,
    match: re.Match[str],
    value: float,
    *,
    is_share: bool,
    is_close: bool,
    total: float | None,
) -> Iterator[Figure]:
    phrase = match["phrase"]
    stop = _STOP.search(phrase)
    nouns = phrase[: stop.start()] if stop else phrase
    words = nouns.split()
    end = match.start("phrase") + len(nouns.rstrip())
    # "shops affected", "shops wrote": the noun ends with its first plural, or those in a row.
    while len(words) > 1 and any(map(_is_plural, words[:-1])) and not _is_plural(words[-1]):
        words.pop()
    head = words[-1].lower() if words else ""
    if not head or _UNITS.match(head) or not _is_plural(head):
        return
    harm = _harm(plain, match.start(), end, " ".join(words[:-1]))
    behind = _QUALIFIES.match(plain, end)
    narrowing = {stem(word) for word in words[:-1]} - {harm}
    if behind:
        narrowing.add(stem(behind[1]))
    narrowing |= {stem(place[1]) for place in _PLACE.finditer(plain)}
    before = plain[: match.start()].rstrip().lower()
    yield Figure(
        value, stem(head), frozenset(narrowing), harm, is_share, is_close, total,
        before.endswith(("the", "all")), match.start(), end,
    )  # fmt: skip


def _is_plural(word: str) -> bool:
    lowered = word.lower()
    return (lowered.endswith("s") and not lowered.endswith(("ss", "us"))) or lowered in _IRREGULAR


def _harm(plain: str, start: int, end: int, between: str) -> str:
    """Return the stem of what befell a thing: before it, behind it, or what came over it."""
    if found := _HARM.search(between):
        return _stem_of_harm(found)
    behind = plain[end : end + 60]
    stop = _CLAUSE.search(behind)
    if found := _HARM.search(behind[: stop.start()] if stop else behind):
        return _stem_of_harm(found)
    before = plain[max(0, start - 30) : start]
    cut = [stop.end() for stop in _CLAUSE.finditer(before)]
    if found := _HARM.search(before, cut[-1] if cut else 0):
        verb = _stem_of_harm(found)
        return verb if verb in _ANY_HARM or verb in {"lost", "delay", "reject", "restart"} else ""
    return ""


def _stem_of_harm(found: re.Match[str]) -> str:
    verb = found["verb"].lower().replace("’", "'")
    return _SAME_HARM.get(verb) or stem(verb)


_MORE_THAN_ALL: Final = re.compile(
    rf"(?<![\w.,:/$€£-])(?P<part>{_VALUE}) (?:out )?of (?:(?:our|the|all|its) )*"
    rf"(?P<all>{_VALUE}) (?P<noun>[a-z][a-z-]*(?: [a-z-]+)?s)\b"
)
_ABOVE_HUNDRED: Final = re.compile(
    r"(?<![\w.,-])(?P<part>\d{3,4}(?:\.\d+)?) ?(?:%|percent|per cent) of (?:(?:all|the|our) )*"
    r"(?P<noun>(?:[a-z-]+ )?(?:users|customers|requests|shops|orders|messages|payments|clients"
    r"|tenants|accounts|sessions|log-?ins|sign-?ins|calls|uploads|transactions|merchants|people"
    r"|devices|visitors|patients|members|sites|jobs|builds|deliveries|e?-?mails))\b"
    r"(?! (?:we|of|on|in) (?:usual|normal|a normal|an average))"
)
_NOT_A_PART: Final = re.compile(
    r"\b(?:usual|normal|average|baseline|capacity|quota|compared|typical|expected|forecast|rose"
    r"|grew|increase\w*|retr\w+)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=16_384)
def more_than_all(sentence: str) -> tuple[tuple[int, int], ...]:
    """Return where a sentence says more of something than there is."""
    plain = mask_markup(sentence)
    if " of " not in plain or _NOT_A_PART.search(plain):
        return ()
    places = []
    for match in _MORE_THAN_ALL.finditer(plain):
        part, total = (float(match[name].replace(",", "")) for name in ("part", "all"))
        if part > total and not _UNITS.match(match["noun"].split()[-1]) and "." not in match["all"]:
            places.append(match.span())
    places += [
        match.span() for match in _ABOVE_HUNDRED.finditer(plain) if float(match["part"]) > 100
    ]
    return tuple(places)


_COUNT: Final = r"\d{1,3}(?:,\d{3})+|\d{1,7}"
_SHARE_OF: Final = re.compile(
    rf"(?<![\w.,:/-])(?P<part>{_COUNT}) (?:out )?of (?:the |our |all |its )*"
    rf"(?P<all>{_COUNT})(?![\d:/])"
    r"[^.;()]{0,40}\((?:about |that is |i\.e\. |roughly |or |~ ?)?(?P<share>\d{1,3}(?:\.\d{1,2})?)"
    r" ?(?:%|percent|per cent)\)"
)
_REST: Final = re.compile(
    rf"\b[Oo]f (?:the |our |all |these )*(?P<all>{_COUNT}) [a-z][\w -]{{2,30}}?, "
    rf"(?P<part>{_COUNT}) "
    rf"[^.]{{3,90}}?\b(?:the )?(?:other|remaining|rest,) (?P<rest>{_COUNT})\b"
)
_LABELLED_PART: Final = re.compile(
    rf"(?:[:|]\**)[ \t]*(?P<part>{_COUNT}) (?:out )?of (?:the )?(?P<all>{_COUNT})(?![\d:/]| [A-Z])"
)


@lru_cache(maxsize=16_384)
def wrong_sums(statement: str) -> tuple[tuple[int, int, str], ...]:
    """Return where figures of one statement do not come out, with what they come to."""
    if len(statement) > MOST_CHARACTERS or "of " not in statement.lower():
        return ()
    found = []
    for match in _SHARE_OF.finditer(statement):
        part, total = _number(match["part"]), _number(match["all"])
        exact = 100 * part / total if total else 0
        digits = len(match["share"].partition(".")[2])
        if total and abs(exact - float(match["share"])) > max(1.0, 0.6 / 10**digits):
            found.append((*match.span(), f"{match['part']} of {match['all']} is {exact:.0f} %."))
    for match in _REST.finditer(statement):
        rest = _number(match["all"]) - _number(match["part"])
        if rest != _number(match["rest"]):
            found.append((*match.span("rest"), f"{match['all']} less {match['part']} is {rest}."))
    found += [
        (*match.span(), "This is more than all of them.")
        for match in _LABELLED_PART.finditer(statement)
        if _number(match["part"]) > _number(match["all"])
    ]
    return tuple(found)


def _number(words: str) -> int:
    return int(words.replace(",", ""))
