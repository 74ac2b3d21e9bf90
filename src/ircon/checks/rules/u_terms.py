"""U14 U16 U18 U19: how the incident and the product are called, and what must stay internal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from ircon.checks.claims.quantities import has_time
from ircon.checks.finding import ERROR, INFO, WARN, Fix, Violation
from ircon.checks.followups import follow_ups
from ircon.checks.leaks import DETAILS, NOTE_TEXT, TICKET, Leak, find_leaks, find_shared_text
from ircon.checks.rule import SPELLING, STYLE, rule
from ircon.checks.subject import POSTMORTEM, TITLE, Passage, Subject
from ircon.incident.text import invisible_spans
from ircon.text.durations import durations
from ircon.text.outline import ACTIONS, DONE, role_at
from ircon.text.prose import mask_markup, sentences

# Two ways to call it (U14). "Degraded availability" may be either.
_OUTAGE, _DEGRADATION = "an outage", "a degradation"
_FAMILIES: Final = {
    _OUTAGE: re.compile(
        r"\b(?:outages?\b(?![- ](?:budgets?|pages?|reports?|windows?|notices?|lines?|maps?|mode))"
        r"|(?<!will be )unavailab\w+|unreachable\b|inaccessible\b|not available\b"
        r"|(?:is|are|was|were|been|went|be) (?:\w+ly )?(?:down|offline)\b)",
        re.IGNORECASE,
    ),
    _DEGRADATION: re.compile(
        r"\b(?:degrad\w+\b(?! (?:availability|modes?)\b)|sluggish\w*"
        r"|slow(?:er|ly|ness|downs?)?\b(?!-)(?! (?:logs?|quer(?:y|ies)|shut-?downs?|start(?:s"
        r"|-?ups?)?"
        r"|paths?|lanes?|modes?|roll-?outs?|ramps?|burn|recover\w*|return\w*|restor\w*|increas\w*"
        r"|rais\w*|add\w*|drain\w*|clear\w*|bring\w*|mov\w*|leak\w*)\b))",
        re.IGNORECASE,
    ),
}
# Not, or somebody else's: "without an outage", "the provider's outage".
_NOT_OURS: Final = re.compile(
    r"\b(?:no|not|nor|neither|without|never|\w+n['’]t|rather than|instead of|their|upstream"
    r"|third[ -]party|provider(?:['’]?s)?"
    r"|vendor(?:['’]?s)?)(?: \w+){0,2} $",
    re.IGNORECASE,
)
# One after the other: "unavailable, then slow".
_IN_TURN: Final = re.compile(
    r"\b(?:then|followed|afterwards|after (?:that|which)|later|until|first|before|from then"
    r"|and after|turned into|became|subsequently|next)\b",
    re.IGNORECASE,
)
_PHASE: Final = re.compile(
    r"\W*(?:from|between|then|after|until|later|first|for the|at first|initially|by)\b",
    re.IGNORECASE,
)
# People and parts of a program are unavailable, too.
_OF_OTHERS: Final = re.compile(
    r"\b(?:members|people|staff|engineers?|colleagues|experts)\b[^.;]{0,80} (?:was|were|are|is) $"
    r"|\b(?:potentially|possibly)[ -]$",
    re.IGNORECASE,
)
_OF_IMPACT: Final = {"minor": _DEGRADATION, "major": _OUTAGE, "critical": _OUTAGE}

# First words of names that are ordinary words: on their own they name nothing.
_ORDINARY: Final = frozenset(
    "the my our your open cloud web data app apps online service services status platform system"
    " systems network digital smart global first one new home live practice demo test example north"
    " south east west general united american national international".split()
)
# What the editors of status pages and browsers leave in empty lines; no text is reordered by it.
_EDITORS: Final = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_ADDRESS: Final = re.compile(r"https?://[^\s)>\]]+")
_SUFFIX: Final = re.compile(
    r"[ |–-]*\b(?:status(?: page)?|system status|incident history)\Z", re.IGNORECASE
)


@rule(
    "U14",
    INFO,
    in_composer=False,
    english=True,
    good="Uploads were slow for 40 minutes. (title: Slow uploads)",
    bad="Uploads were slow. (title: Outage of uploads)",
    kind=STYLE,
    swallows=("L4",),
)
def severity_words(subject: Subject) -> Iterator[Violation]:
    """Title, impact and texts mix outage and degradation.

    In an outage nothing works, in a degradation it is slow or fails at times. Readers of both
    words cannot tell which it was.
    """
    title, impact = subject.title, subject.incident.impact
    texts = [text for text in subject.public_texts if text.role != TITLE]
    named, expected = _only_family(title.text) if title else None, _OF_IMPACT.get(impact or "")
    if title and named:
        clashes = list(_others(texts, named, f"in the title, {title.text!r},"))
        yield from clashes
        if expected not in {None, named} and not clashes:
            yield _clash(title, expected or "", named, f"by the page's impact, {impact},")
    elif expected:
        clashes = list(_others(texts, expected, f"by the page's impact, {impact},"))
        # A worse incident may have components that are only slow: then some text says so.
        if expected == _DEGRADATION or not any(expected in _families(text.text) for text in texts):
            yield from clashes[: None if expected == _DEGRADATION else 1]
    elif subject.postmortem in texts and subject.postmortem is not None:
        first = next(iter(_families(subject.postmortem.text)), None)
        if first:
            yield from _others([subject.postmortem], first, "before in this text")


def _others(texts: Sequence[Passage], called: str, source: str) -> Iterator[Violation]:
    """Yield a violation for the first word of the other family in each text."""
    for passage in texts:
        if _tells_phases(passage.text):
            continue
        for family in _families(passage.text):
            if family != called:
                yield _clash(passage, called, family, source)


@lru_cache(maxsize=256)
def _tells_phases(text: str) -> bool:
    """Whether it names phases in turn: unavailable for 4 minutes, then slow for 30."""
    plain = mask_markup(text)
    timed: set[str] = set()
    for sentence in sentences(text):
        piece = plain[sentence.start : sentence.end]
        families = {family for family, _, _ in _families_in(piece)}
        if len(families) > 1 and (_IN_TURN.search(piece) or _has_two_lengths(piece)):
            return True
        if families and _PHASE.match(piece) and has_time(piece):
            timed |= families
    return len(timed) > 1


def _has_two_lengths(sentence: str) -> bool:
    """Whether it gives two durations; the unit of the second may be left out."""
    lengths = list(durations(sentence))
    return len(lengths) > 1 or (
        len(lengths) == 1 and re.search(r"\d", sentence[lengths[0].end :]) is not None
    )


def _clash(passage: Passage, called: str, here: str, source: str) -> Violation:
    start, end = _families(passage.text)[here]
    return Violation(
        passage,
        start,
        end,
        f"Here it is {here}, {source} it is {called}: use one.",
        source.rstrip(","),
    )


def _only_family(text: str) -> str | None:
    families = list(_families(text))
    return families[0] if len(families) == 1 else None


def _families(text: str) -> dict[str, tuple[int, int]]:
    """Return the families of severity words in a text, each with its first span, in order."""
    plain = mask_markup(text)
    spans: dict[str, tuple[int, int]] = {}
    for sentence in sentences(text):
        for family, start, end in _families_in(plain[sentence.start : sentence.end]):
            spans.setdefault(family, (sentence.start + start, sentence.start + end))
    return spans


@lru_cache(maxsize=8192)
def _families_in(sentence: str) -> tuple[tuple[str, int, int], ...]:
    matches = [
        (family, *match.span())
        for family, pattern in _FAMILIES.items()
        for match in pattern.finditer(sentence)
        if not _NOT_OURS.search(sentence, max(0, match.start() - 30), match.start())
        and not _OF_OTHERS.search(sentence, 0, match.start())
    ]
    return tuple(sorted(matches, key=lambda match: match[1]))


@rule(
    "U16",
    ERROR,
    good="One of our databases ran out of connections.",
    bad="Failover of db-12.prod.internal, see OPS-4711.",
    lasting=True,
    confidential=True,
    swallows=("U18", "L8"),
)
def internals(subject: Subject) -> Iterator[Violation]:
    """A public text contains an internal detail or a secret.

    Tokens, private addresses, host names, tickets, stack traces, e-mail addresses, eight words
    in a row of an internal note, invisible characters. To send one takes a typed reason, which
    is recorded. A ticket in an action of a postmortem is none: it says where that is tracked.
    """
    people = set(subject.incident.roles.values())
    public: list[str] = []
    for passage in subject.passages:
        leaks = find_leaks(passage.text, subject.words, people)
        if passage not in subject.public_texts:  # even there, no secret is for a document
            leaks = [leak for leak in leaks if leak.kind not in DETAILS]
        elif subject.internal:
            leaks += find_shared_text(passage.text, subject.internal, public)
        for leak in leaks:
            if leak.kind == TICKET and (
                _is_of_an_action(passage, leak.start)
                or _is_document(passage.text, leak)
                or _is_public_link(passage.text, leak.start, subject.public_links)
            ):
                continue
            yield Violation(
                passage,
                leak.start,
                leak.end,
                f"This looks like {leak.kind}: it does not belong on a public page.",
                "the internal notes" if leak.kind == NOTE_TEXT else None,
            )
        yield from _invisible(passage)
        if not passage.is_draft and passage in subject.public_texts:
            public.append(passage.text)


def _invisible(passage: Passage) -> Iterator[Violation]:
    """Yield one remark for what editors leave behind, and each character that reorders text."""
    spans = list(invisible_spans(passage.text))
    left = [span for span in spans if set(passage.text[slice(*span)]) <= _EDITORS]
    for start, end in left[:1] + [span for span in spans if span not in left]:
        several = f", {len(left)} places in all" if (start, end) in left and len(left) > 1 else ""
        yield Violation(
            passage,
            start,
            end,
            f"Invisible or control characters ({_code_points(passage.text[start:end])}{several}).",
            fix=Fix(start, end, ""),
            severity=INFO if (start, end) in left else None,
        )


def _is_public_link(text: str, offset: int, public_links: Sequence[str]) -> bool:
    """Whether it is part of an address that a public text may link to."""
    return any(
        address.start() <= offset < address.end()
        and address.group().startswith(tuple(public_links))
        for address in _ADDRESS.finditer(text)
    )


def _is_of_an_action(passage: Passage, offset: int) -> bool:
    """Whether it is in an action of a postmortem: there a ticket says where it is tracked."""
    if passage.role != POSTMORTEM:
        return False
    return role_at(passage.text, offset) in {ACTIONS, DONE} or any(
        action.start <= offset < action.end for action in follow_ups(passage.text)
    )


def _is_document(text: str, leak: Leak) -> bool:
    """Whether it names a document beside this one: ``[PM2019-009]``, linked without a host."""
    word = re.escape(text[leak.start : leak.end])
    return (
        re.search(rf"\[{word}\](?::[ \t]*|\()(?![a-z]+:)[^\s)]+\.(?:md|html?)\b", text) is not None
    )


def _code_points(text: str) -> str:
    shown = [f"U+{ord(char):04X}" for char in text[:3]]
    return ", ".join(shown) + (" ..." if len(text) > len(shown) else "")


@rule(
    "U18",
    WARN,
    english=True,
    good="Uploads failed during the incident.",
    bad="Uploads failed druing the incident.",
    lasting=True,
    needs=SPELLING,
    kind=STYLE,
)
def spelling(subject: Subject) -> Iterator[Violation]:
    """A word is misspelt.

    Checked by the program typos, with component names and the words of config.toml allowed;
    spelling only, no grammar. Off without the extra ircon[spelling]. An error in a postmortem.
    """
    if not subject.misspelt:
        return
    pattern = _any_of(tuple(sorted(subject.misspelt)))
    for passage in subject.public_texts:
        for word in pattern.finditer(mask_markup(passage.text)):
            if _is_name(passage.text, word):
                continue
            corrections = subject.misspelt[word.group()]
            yield Violation(
                passage,
                *word.span(),
                f"{word.group()}: {' or '.join(corrections)}?"
                if corrections
                else f"{word.group()} is misspelt.",
                "the typos dictionary",
                Fix(*word.span(), corrections[0]) if len(corrections) == 1 else None,
            )


def _is_name(text: str, word: re.Match[str]) -> bool:
    """Whether a capital in mid-sentence, or before another one, makes a word a name."""
    if not word.group()[0].isupper() or word.group().isupper():
        return False
    before, after = text[: word.start()].rstrip(" \t*_\"'“(["), text[word.end() :]
    in_sentence = before and before[-1] not in ".!?:;\n#>|-•"
    return bool(in_sentence) or re.match(r"[ \t]+[A-Z][a-z]", after) is not None


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@/#])(?<!\w\.)(?:{'|'.join(map(re.escape, words))})(?![\w@/]|\.\w)")


@rule(
    "U19",
    INFO,
    good="Signing in to Acme Drive fails.",
    bad="Signing in to Acme fails. (page: Acme Drive)",
    in_composer=False,
    kind=STYLE,
)
def product_name(subject: Subject) -> Iterator[Violation]:
    """The product's name is shortened or changed.

    Customers search for the name they bought. Only the page's own name counts, not its parts.
    """
    proper = _SUFFIX.sub("", subject.page or "").strip()
    drift = _drifted_name(proper)
    if drift is None:
        return
    longer = tuple(word for word in subject.words if word != proper and word.startswith(proper[:4]))
    for passage in subject.public_texts:
        for match in drift.finditer(mask_markup(passage.text)):
            if passage.text.startswith(longer, match.start()) or _is_company(passage.text, match):
                continue
            yield Violation(
                passage,
                *match.span(),
                f"The product is called {proper}.",
                "the page's name",
                Fix(*match.span(), proper),
            )


# The company beside its product: "Alder engineers", "at Alder", "Alder apologises".
_COMPANY_BEFORE: Final = re.compile(
    r"\b(?:at|by|from|within|inside|we,|we at|team at|behalf of|dear)(?: the)? $", re.IGNORECASE
)
_COMPANY_AFTER: Final = re.compile(
    r"(?:['’]s)? (?:(?:support|operations|on-?call|site|security|platform|network|product|customer"
    r"|core|internal|own|data) )*(?:engineers?|teams?|staff|customers?|users?|employees?"
    r"|developers?"
    r"|operators?|people|clients?|accounts?|merchants?|offices?|responders?|support|engineering"
    r"|guests?|members?|subscribers?|colleagues?|management|operations|partners?)\b"
    r"| (?:itself )?(?:apologi\w+|will|has|have|had|does|takes?|took|regrets?|uses?|used|runs?|ran"
    r"|learn\w+|operates?|became|noticed|detected|identified|found|saw|rolled|reverted|restarted"
    r"|disabled|fixed|deployed|released|switched|told|informed|declared|wants?|thanks)\b",
)


def _is_company(text: str, match: re.Match[str]) -> bool:
    """Whether the short name stands for the people, not for what they sell."""
    return bool(
        _COMPANY_BEFORE.search(text, max(0, match.start() - 24), match.start())
        or _COMPANY_AFTER.match(text, match.end())
    )


@lru_cache(maxsize=64)
def _drifted_name(name: str) -> re.Pattern[str] | None:
    """Return a pattern for a name in other letters, or its first word without the rest."""
    first, _, rest = name.partition(" ")
    if len(first) < 4 or first.lower() in _ORDINARY:
        return None
    whole = rf"(?!{re.escape(name)}(?!\w))(?i:{re.escape(name)})"
    if not rest:
        # Only where the name has capitals of its own: "Github" for GitHub.
        return (
            re.compile(rf"(?<![\w@/.-]){whole}(?![\w/.-]\w|\w)")
            if first[1:].lower() != first[1:]
            else None
        )
    # "DRACOON." but not "DRACOON Reports", another product.
    short = rf"{re.escape(first)}(?!['’]?\w)(?![ \u00a0-]{{1,3}}[A-Z0-9(])(?!\s+{re.escape(rest)})"
    return re.compile(rf"(?<![\w@/.-])(?:{whole}|{short})(?![\w/-]|\.\w)")
