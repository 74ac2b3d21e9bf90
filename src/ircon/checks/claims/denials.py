"""Denials of a text ("no data was lost"), and what says the contrary, by what each is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from ircon.text.phrases import phrases
from ircon.text.prose import mask_markup
from ircon.text.stems import stem

_DATA: Final = (
    r"(?:data|records?|files?|profiles?|messages?|e-?mails?|mails?|orders?|payments?|documents?"
    r"|uploads?|events?|rows?|entr(?:y|ies)|transactions?|invoices?|backups?|drafts?|photos?"
    r"|images?|videos?|comments?|edits?|changes?|readings?|bookings?|reservations?|forms?"
    r"|submissions?|posts?|writes?|objects?|snapshots?|notes?|attachments?|reports?|tickets?"
    r"|answers?|measurements?|metrics|logs?|samples?|votes?|deposits?|transfers?|prescriptions?"
    r"|appointments?|labels?|scans?|calls?|recordings?|settings|histor(?:y|ies)|information"
    r"|content|work|customer data|commits?|jobs?|notifications?|webhooks?|deliveries|items?)"
)
_GENERIC: Final = frozenset({"data", "nothing", "information", "content", "work"})
_PEOPLE: Final = (
    r"(?:customers?|users?|clients?|tenants?|accounts?|merchants?|subscribers?|patients?|shops?"
    r"|visitors?|members?|guests?|students?|travell?ers?|people|end[- ]users?)"
)
_WAS: Final = r"(?:was|were|has been|have been|had been|is|are|got|will be)"
_LY: Final = r"(?:(?:\w+ly|ever|actually|at any (?:time|point)) )*"
_GONE: Final = (
    r"(?:lost|destroyed|deleted|erased|overwritten|wiped|corrupted|damaged|unrecoverable"
    r"|irrecoverable|discarded|gone|dropped|missing)"
)
# A denial of all of it; "no data was lost in Frankfurt" denies less.
_OF_ALL: Final = (
    r"(?=\s*(?:[.;!):,—–]|\Z)| (?:and|as|because|since (?=\w+ (?:is|was|were|are))|though|either"
    r"|in the end|in total|at any (?:time|point|stage)|overall|at all)\b"
    r"| (?:during|in|by|through|because of|as a result of|due to|throughout|as part of)"
    r" (?:this|the|it|any of this)(?: (?:\w+ )?(?:incident|outage|issue|event|disruption"
    r"|degradation|problem|interruption|period|process))?(?=\W|\Z))"
)
_NOT: Final = re.compile(
    r"\b(?:no|not|never|none|nothing|without|neither|any|if|whether|(?:could|would|may|might|can)"
    r"(?: not)? (?:have|be|lead)|might|may|would|risk(?:ed)?|avoid\w*|prevent\w*|instead of|rather"
    r" than|fear\w*|worried|protect\w*|against|possible|potential)\b|n['’]t\b",
    re.IGNORECASE,
)
# Another time or place, so that the denial is not of all.
_SCOPED: Final = re.compile(
    r"(?:^|[,;:] )(?:(?:[Ii]n|[Ff]or|[Oo]n|[Aa]t|[Ww]ithin) (?:the |our )?(?!This|January"
    r"|February|March|April|May"
    r"|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday"
    r"|Friday|Saturday|Sunday|Total)[A-Z][\w-]+|(?:[Aa]fter|[Ss]ince|[Ff]rom) (?!all\b))[^.]*$",
)
_EXCEPT: Final = phrases(
    "except~", "other than", "apart from", "but", "further", "additional", "aside from", "beyond",
    "besides", "more", "else", "only", "at first", "initially", "we (?:had )?(?:thought|believed"
    "|assumed)", "(?:wrote|said|reported|stated|announced)", "remaining", "other",
)  # fmt: skip
# "... but all of them were restored": nothing is lost in the end.
_MADE_GOOD: Final = phrases(
    r"(?:(?:all|every|each|they|these|which|them|it|those|both)(?: \w+){0,5}|(?:and|then|later"
    r"|since|now))"
    r" (?:was|were|is|are|been|have been|has been) (?:\w+ )?"
    r"(?:recovered|restored|replayed|re-?sent|delivered|re-?processed|redelivered|found|rebuilt)",
    r"(?:recovered|restored|replayed|re-?sent|delivered|re-?processed|rebuilt|imported)"
    r" (?:all|them|every\w*|each|these|those|it)",
)
_OTHER_TIME: Final = re.compile(
    r"\b(?:last (?:year|month|week|time)|in (?:an|the) (?:earlier|previous) \w+|years? ago"
    r"|in a (?:drill|test|rehearsal))\b",
    re.IGNORECASE,
)
_LAST_CLAUSE: Final = re.compile(r"^.*[,;:] (?=and |though |although |while |but )")
MOST_CHARACTERS: Final = 1_500  # of a sentence; what is longer is no sentence
_BEFORE: Final = 45  # characters in front of a statement that may deny it


class Denied(NamedTuple):
    """A denial, or a statement of the contrary, at ``start`` to ``end`` of a sentence.

    Attributes:
        about: what kind of thing is denied, ``loss`` for example.
        noun: the stem of what it is about; empty for anything of the kind.
    """

    about: str
    noun: str
    start: int
    end: int

    def contradicts(self, stated: Denied) -> bool:
        """Whether a denial is of what another sentence states."""
        return self.about == stated.about and (not self.noun or self.noun == stated.noun)


def _named_phrases(*alternatives: str) -> re.Pattern[str]:
    """Return a pattern of phrases that each may have a ``noun``, numbered within the pattern."""
    parts = "\0".join(alternatives).split("(?P<noun>")
    numbered = (f"(?P<noun{number}>{part}" for number, part in enumerate(parts[1:]))
    return phrases(*(parts[0] + "".join(numbered)).split("\0"))


class _Kind(NamedTuple):
    about: str
    denied: re.Pattern[str]
    stated: re.Pattern[str]
    also: re.Pattern[str] | None = None
    bound: bool = True  # whether denial and statement need the same noun


_A_NOUN: Final = (
    r"(?:(?!\d|some\b|several\b|many\b|most\b|all\b|two\b|three\b|four\b|five\b|that\b|and\b)"
    rf"[\w-]+ ){{0,2}}?(?P<noun>{_DATA})"
)
_COUNT: Final = (
    r"(?:(?:about|around|over|some|roughly|the last|the) )?(?:\d[\d.,]*(?: ?(?:%|percent) of"
    r"(?: all| the)?| of (?:the |our )?(?:\d[\d.,]*)?)?|some|several|a few|many|most|hundreds of"
    r"|thousands of|dozens of|a number of|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
)
_UNCOUNTED: Final = (
    r"(?!minutes?|hours?|seconds?|days?|weeks?|hosts?|servers?|nodes?|pods?|packets?|connections?"
    r"|instances?|machines?|replicas?|disks?|links?|workers?|people|engineers?|sessions?|percent)"
)
_THING: Final = rf"(?:(?!of |were |was )[\w-]+ ){{0,2}}?(?P<noun>{_UNCOUNTED}[a-z]{{3,}}s)"
_KINDS: Final = (
    _Kind(
        "loss",
        denied=_named_phrases(
            rf"no {_A_NOUN} {_WAS} {_LY}{_GONE}{_OF_ALL}",
            rf"no (?:[\w-]+ ){{0,2}}?(?P<noun>{_UNCOUNTED}[a-z]{{3,}}s) {_WAS} {_LY}lost{_OF_ALL}",
            rf"none(?: of (?:them|it|these))? {_WAS} {_LY}{_GONE}{_OF_ALL}",
            rf"no {_A_NOUN} (?:went missing|disappeared){_OF_ALL}",
            rf"nothing(?: (?:that|which) [\w ]{{3,40}}?)? (?:{_WAS} {_LY}{_GONE}|went missing)"
            rf"{_OF_ALL}",
            rf"(?:there (?:was|were|is|has been)|with|without)(?: no| any)? (?:[\w-]+ )?data loss"
            rf"{_OF_ALL}",
            rf"(?:no|zero) (?:[\w-]+ )?(?:data loss|loss of {_A_NOUN}){_OF_ALL}",
            rf"(?:did not|didn't|have not|haven't) (?:lose|lost) (?:any )?{_A_NOUN}{_OF_ALL}",
            rf"los(?:t|ing) no {_A_NOUN}{_OF_ALL}",
            rf"without (?:losing|the loss of) (?:any |a single )?{_A_NOUN}{_OF_ALL}",
            rf"(?:all|every|each)(?: of)?(?: the| our)? {_A_NOUN} {_WAS} {_LY}(?:delivered"
            rf"|recovered|restored|saved|preserved|kept|safe|intact){_OF_ALL}",
            rf"(?:all )?(?:customer |user |your )?data (?:is|was|are|were|remained|stayed) {_LY}"
            rf"(?:safe|intact|complete|untouched){_OF_ALL}",
        ),
        stated=_named_phrases(
            rf"{_A_NOUN} (?:[\w,-]+ ){{0,4}}?(?:was|were|has been|have been|had been|are)"
            r" (?:\w+ly )?(?:lost|destroyed|unrecoverable|irrecoverable|erased|wiped"
            r"|gone for good)",
            rf"{_COUNT} {_THING} (?:[\w,-]+ ){{0,5}}?(?:was|were|are|have been|had been)"
            r" (?:\w+ly )?(?:lost|destroyed|unrecoverable|irrecoverable|erased|wiped"
            r"|gone for good)",
            rf"{_A_NOUN} (?:[\w,-]+ ){{0,9}}?(?:could|can|cannot)(?:n't| ?not)? be (?:recovered"
            r"|restored|retrieved|rebuilt|delivered(?: at all)?)",
            rf"{_COUNT} {_THING} (?:[\w,-]+ ){{0,5}}?(?:could|can|cannot)(?:n't| ?not)? be"
            r" (?:recovered|restored|retrieved|rebuilt)",
            rf"(?:the )?(?:permanent )?loss of (?:[\w,.-]+ ){{0,3}}?(?P<noun>{_DATA})",
            r"(?:caused|led to|resulted in|some|suffered) (?:\w+ )?data loss",
            rf"(?:we|customers|users|they|shops|\d[\d.,]* [a-z]+) (?:have |had )?(?:\w+ly )?lost"
            rf" (?:[\w,.-]+ ){{0,4}}?(?P<noun>{_DATA})",
            rf"(?:we|they) (?:have |had )?(?:\w+ly )?lost {_COUNT} (?:[\w-]+ )?(?P<noun>"
            rf"{_UNCOUNTED}[a-z]{{3,}}s)",
            rf"{_COUNT} (?:[\w-]+ )?(?P<noun>[a-z]{{3,}}s) (?:[\w,-]+ ){{0,4}}?(?:had|have) to be"
            r" (?:repeated|redone|(?:uploaded|entered|sent|submitted|typed|recorded|booked|made"
            r"|created|taken) (?:again|anew)|re-?(?:uploaded|entered|sent|submitted|created|keyed"
            r"|recorded))",
            rf"{_COUNT} (?:[\w-]+ )?(?P<noun>{_DATA}) (?:were|was|have been) never (?:delivered"
            r"|recovered|restored|written|stored|saved)",
            rf"{_COUNT} (?:[\w-]+ )?(?P<noun>{_DATA}) (?:never arrived|never reached \w+"
            r"|disappeared|vanished|are still missing|remain missing)",
        ),
    ),
    _Kind(
        "people",
        denied=_named_phrases(
            rf"(?:no|none of (?:our|the)|not a single) (?P<noun>{_PEOPLE}) {_WAS} {_LY}"
            rf"(?:affected|impacted){_OF_ALL}",
            rf"no (?P<noun>{_PEOPLE}) (?:noticed|saw|experienced|felt|had) (?:any|an?) ?"
            rf"(?:\w+ )?(?:errors?|impact|thing|interruption|problems?|disruption|difference|"
            rf"issues?){_OF_ALL}",
            rf"(?:did not|didn't) (?:affect|impact) (?:any )?(?:of our )?{_PEOPLE}{_OF_ALL}",
            rf"had no (?:impact|effect) on (?:our |any )?{_PEOPLE}{_OF_ALL}",
            rf"(?:there was |with )?no (?:customer|user|client|end[- ]user)[- ]?(?:facing "
            rf"|visible )?"
            rf"impact{_OF_ALL}",
        ),
        stated=_named_phrases(
            r"(?=\S*[1-9])\d[\d.,]* ?(?:%|percent|per cent)? ?(?:of )?(?:all |our |the )?"
            rf"(?:[\w-]+ ){{0,2}}?(?P<noun>{_PEOPLE})",
            rf"(?:some|several|many|most|all|hundreds of|thousands of|a few|half of)"
            rf" (?:of )?(?:our |the )?(?P<noun>{_PEOPLE})",
        ),
        also=phrases(
            "affect~",
            "impact~",
            "fail~",
            "unable",
            "could not",
            "couldn't",
            "slow~",
            "error~",
            "took",
            "takes",
            "delay~",
            "unavailab~",
            "saw",
            "experienc~",
            "lost",
            "waited",
            "locked out",
            "timed out",
            "twice",
        ),
        bound=False,
    ),
    _Kind(
        "access",
        denied=_named_phrases(
            rf"(?:no|none of the|none of our) (?:[\w-]+ ){{0,2}}?(?:{_DATA}|accounts?|credentials)"
            rf" {_WAS} {_LY}(?:accessed|exposed|leaked|disclosed|viewed|stolen|compromised"
            rf"|exfiltrated|copied|downloaded|shared){_OF_ALL}",
            r"no (?:evidence|sign|indication) (?:of|that) (?:any )?(?:\w+ ){0,3}"
            rf"(?:access(?:ed)?|exposure|exposed)(?: to (?:[\w-]+ ){{0,2}}?data)?{_OF_ALL}",
            rf"(?:there was )?no unauthori[sz]ed access(?: to (?:[\w-]+ ){{0,2}}?data)?{_OF_ALL}",
        ),
        stated=_named_phrases(
            rf"(?:{_DATA}|accounts|credentials|addresses|names) (?:[\w,-]+ ){{0,5}}?"
            r"(?:was|were|have been|had been) (?:\w+ly )?(?:accessed|exposed|leaked|disclosed"
            r"|viewed|stolen|exfiltrated|downloaded) (?!by (?:the|our) (?:owners?|team|staff))\w+",
            r"logs? (?:shows?|showed|record(?:s|ed)?|contains?) (?:that )?(?:[\w,.-]+ ){0,6}?"
            r"(?:access(?:es|ed)?|read|downloads?|downloaded|viewed|opened|exports?)",
            r"(?:third party|attacker|outsider|unauthori[sz]ed \w+) (?:\w+ ){0,2}?(?:accessed|read"
            r"|downloaded|copied|viewed|opened|saw)",
        ),
        bound=False,
    ),
    _Kind(
        "backup",
        denied=_named_phrases(
            r"(?:the |our |all )?backups? (?:\w+ )?(?:worked|ran|was|were|restored)(?: \w+)?"
            r" (?:as (?:designed|expected|intended|planned)|fine|complete|without (?:errors?"
            r"|problems?)|intact|healthy|usable)",
        ),
        stated=_named_phrases(
            r"(?:the |our |last |latest |nightly )*backups? (?:[\w,-]+ ){0,5}?(?:could not|couldn't"
            r"|cannot) be (?:restored|read|used|loaded|opened)",
            r"(?:the |our |last |latest |nightly )*backups? (?:[\w,-]+ ){0,4}?(?:failed"
            r"|(?:was|were)"
            r" (?:\w+ly )?(?:corrupt\w*|incomplete|unusable|unreadable|empty|broken|damaged))",
        ),
        bound=False,
    ),
)
_SPARED: Final = re.compile(
    r"(?:^|[.;,] (?:and |but |while )?|\b(?:and|but|while|our|the|all) )"
    r"(?P<noun>(?!they|these|those|customers|users|others|some|which|who|it|systems)[A-Za-z-]{4,}s)"
    r" (?:(?:was|were|are|is) (?:not|never|un)[ -]?(?:affected|impacted)|(?:weren['’]t|aren['’]t)"
    rf" (?:affected|impacted)|(?:worked|ran) (?:normally|as usual) throughout){_OF_ALL}"
)
_FAILED: Final = re.compile(
    r"(?<![\w.,:-])(?:\d[\d.,]*(?: ?% of(?: all| the| our)?)?|(?:[Ss]ome|[Mm]any|[Ss]everal|[Aa]ll)"
    r"(?: of)?(?: our| the)?) (?P<noun>[a-z-]{4,}s)(?: \w+ly)?"
    r" (?:failed|timed out|(?:was|were) (?:\w+ly )?(?:delayed|lost|slow|rejected|declined|refused"
    r"|dropped|late|unavailable|affected|impacted|charged twice)|could not be \w+)\b"
)


@lru_cache(maxsize=16_384)
def denials_in(sentence: str) -> tuple[Denied, ...]:
    """Return what a sentence denies, where it denies all of it."""
    plain = mask_markup(sentence)
    return tuple(_denials(plain))


def _denials(plain: str) -> Iterator[Denied]:
    if _EXCEPT.search(plain):
        return
    for kind in _KINDS:
        for match in kind.denied.finditer(plain):
            if not _SCOPED.search(plain[: match.start()]):
                noun = _noun(match) if kind.bound else ""
                yield Denied(kind.about, noun, *match.span())
    for match in _SPARED.finditer(plain):
        if not _SCOPED.search(plain[: match.start("noun")]):
            yield Denied("failure", _noun(match), match.start("noun"), match.end())


@lru_cache(maxsize=16_384)
def statements_in(sentence: str) -> tuple[Denied, ...]:
    """Return what a sentence says has happened, of the kinds that are denied elsewhere."""
    return tuple(_statements(mask_markup(sentence))) if len(sentence) <= MOST_CHARACTERS else ()


def _statements(plain: str) -> Iterator[Denied]:
    if _MADE_GOOD.search(plain) or _OTHER_TIME.search(plain):
        return
    for kind in _KINDS:
        for match in kind.stated.finditer(plain):
            noun = next((match.start(name) for name, word in match.groupdict().items() if word), 0)
            begin = max(match.start(), noun)
            before = plain[max(0, begin - _BEFORE) : begin]
            denied = _NOT.search(_LAST_CLAUSE.sub("", before))
            if not denied and (kind.also is None or kind.also.search(plain)):
                yield Denied(kind.about, _noun(match) if kind.bound else "", *match.span())
    for match in _FAILED.finditer(plain):
        if not _NOT.search(plain[max(0, match.start() - _BEFORE) : match.start()]):
            yield Denied("failure", _noun(match), *match.span())


def _noun(match: re.Match[str]) -> str:
    """Return the stem of what it is about; empty for data of any kind."""
    named = next((word for word in match.groupdict().values() if word), "")
    word = re.sub("e-?mail", "mail", named.lower()).rsplit(" ", 1)[-1]
    return "" if word in _GENERIC else stem(word)


def is_made_good(sentence: str) -> bool:
    """Whether a sentence says that what was lost has been recovered."""
    return _MADE_GOOD.search(sentence) is not None
