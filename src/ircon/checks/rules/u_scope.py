"""U13 U14 U16 U18 U19: what is named, how it is called, and what must not get out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from ircon.checks.finding import ERROR, INFO, WARN, Fix, Violation
from ircon.checks.leaks import TICKET, leaks, shared_words
from ircon.checks.rule import SPELLING, rule
from ircon.checks.subject import POSTMORTEM, TITLE, Passage, Subject
from ircon.incident.text import invisible_spans
from ircon.text.outline import ACTIONS, role_at
from ircon.text.prose import mask_markup, sentences

# Two ways to call it (U14). "Degraded availability" is said of both.
_OUTAGE, _DEGRADATION = "an outage", "a degradation"
_FAMILIES: Final = {
    _OUTAGE: re.compile(
        r"\b(?:outages?\b|(?<!will be )unavailab\w+|unreachable\b|inaccessible\b|not available\b"
        r"|(?:is|are|was|were|been|went|be) (?:\w+ly )?(?:down|offline)\b)",
        re.IGNORECASE,
    ),
    _DEGRADATION: re.compile(
        r"\b(?:degrad\w+\b(?! availability)|sluggish\w*"
        r"|slow(?:er|ly|ness|downs?)?\b(?! (?:logs?|quer(?:y|ies))\b))",
        re.IGNORECASE,
    ),
}
# Not, or somebody else's: "without an outage", "the provider's outage".
_NOT_OURS: Final = re.compile(
    r"\b(?:no|not|without|never|isn['’]t|wasn['’]t|their|upstream"
    r"|third[ -]party|provider(?:['’]?s)?"
    r"|vendor(?:['’]?s)?)(?: \w+){0,2} $",
    re.IGNORECASE,
)
_OF_IMPACT: Final = {"minor": _DEGRADATION, "major": _OUTAGE, "critical": _OUTAGE}

# First words of names that are ordinary words: on their own they name nothing.
_ORDINARY: Final = frozenset(
    "the my our your open cloud web data app apps online service services status platform system"
    " systems network digital smart global first one new home live practice demo test example north"
    " south east west general united american national international".split()
)
_SUFFIX: Final = re.compile(
    r"[ |–-]*\b(?:status(?: page)?|system status|incident history)\Z", re.IGNORECASE
)


@rule(
    "U14",
    WARN,
    good="Uploads were slow for 40 minutes. (title: Slow uploads)",
    bad="Uploads were slow. (title: Outage of uploads)",
)
def severity_words(subject: Subject) -> Iterator[Violation]:
    """Title, impact and texts mix outage and degradation.

    In an outage nothing works, in a degradation it is slow or fails at times. Readers of both
    words cannot tell which it was.
    """
    title, impact = subject.title, subject.incident.impact
    told = [text for text in subject.public_texts if text.role != TITLE]
    named, meant = _only_family(title.text) if title else None, _OF_IMPACT.get(impact or "")
    if title and named:
        found = list(_others(told, named, f"in the title, {title.text!r},"))
        yield from found
        if meant not in {None, named} and not found:
            yield _clash(title, meant or "", named, f"by the page's impact, {impact},")
    elif meant:
        found = list(_others(told, meant, f"by the page's impact, {impact},"))
        # A worse incident may have components that are only slow: then some text says so.
        if meant == _DEGRADATION or not any(meant in _families(one.text) for one in told):
            yield from found[: None if meant == _DEGRADATION else 1]
    elif subject.postmortem in told and subject.postmortem is not None:
        first = next(iter(_families(subject.postmortem.text)), None)
        if first:
            yield from _others([subject.postmortem], first, "before in this text")


def _others(told: Sequence[Passage], called: str, source: str) -> Iterator[Violation]:
    """The first word of the other family in each text."""
    for passage in told:
        for family in _families(passage.text):
            if family != called:
                yield _clash(passage, called, family, source)


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
    found = list(_families(text))
    return found[0] if len(found) == 1 else None


def _families(text: str) -> dict[str, tuple[int, int]]:
    """The families of severity words in a text, each with its first place, in order."""
    plain = mask_markup(text)
    found: dict[str, tuple[int, int]] = {}
    for sentence in sentences(text):
        for family, start, end in _families_in(plain[sentence.start : sentence.end]):
            found.setdefault(family, (sentence.start + start, sentence.start + end))
    return found


@lru_cache(maxsize=8192)
def _families_in(sentence: str) -> tuple[tuple[str, int, int], ...]:
    found = [
        (family, *one.span())
        for family, pattern in _FAMILIES.items()
        for one in pattern.finditer(sentence)
        if not _NOT_OURS.search(sentence, max(0, one.start() - 30), one.start())
    ]
    return tuple(sorted(found, key=lambda one: one[1]))


@rule(
    "U16",
    ERROR,
    good="One of our databases ran out of connections.",
    bad="Failover of db-12.prod.internal, see OPS-4711.",
    lasting=True,
    confidential=True,
)
def internals(subject: Subject) -> Iterator[Violation]:
    """A public text contains an internal detail or a secret.

    Tokens, private addresses, host names, tickets, stack traces, e-mail addresses, eight words
    in a row of an internal note, invisible characters. To send one takes a typed reason, which
    is recorded. Tickets of actions in a published postmortem are allowed: P10 asks for them.
    """
    people = set(subject.incident.roles.values())
    public: list[str] = []
    for passage in subject.public_texts:
        found = [*leaks(passage.text, subject.words, people)]
        if subject.internal:
            found += shared_words(passage.text, subject.internal, public)
        for one in found:
            if one.what == TICKET and _is_tracked_action(passage, one.start):
                continue
            yield Violation(
                passage,
                one.start,
                one.end,
                f"This looks like {one.what}: it does not belong on a public page.",
                "the internal notes" if "note" in one.what else None,
            )
        for start, end in invisible_spans(passage.text):
            yield Violation(
                passage,
                start,
                end,
                f"Invisible or control characters ({_points(passage.text[start:end])}).",
                fix=Fix(start, end, ""),
            )
        if not passage.is_draft:
            public.append(passage.text)


def _is_tracked_action(passage: Passage, place: int) -> bool:
    """In a published postmortem's actions: there P10 asks for it, and it is out."""
    told = passage.role == POSTMORTEM and not passage.is_draft
    return told and role_at(passage.text, place) == ACTIONS


def _points(signs: str) -> str:
    shown = [f"U+{ord(sign):04X}" for sign in signs[:3]]
    return ", ".join(shown) + (" ..." if len(signs) > len(shown) else "")


@rule(
    "U18",
    WARN,
    good="Uploads failed during the incident.",
    bad="Uploads failed druing the incident.",
    lasting=True,
    needs=SPELLING,
)
def spelling(subject: Subject) -> Iterator[Violation]:
    """A word is misspelt.

    Checked by the program typos, with component names and the words of config.toml allowed;
    spelling only, no grammar. Off without the extra ircon[spelling]. An error in a postmortem.
    """
    if not subject.misspelt:
        return
    wrong = subject.misspelt
    pattern = _one_of(tuple(sorted(wrong)))
    for passage in subject.public_texts:
        for one in pattern.finditer(mask_markup(passage.text)):
            better = wrong[one.group()]
            yield Violation(
                passage,
                *one.span(),
                f"{one.group()}: {' or '.join(better)}?"
                if better
                else f"{one.group()} is no word.",
                "the typos dictionary",
                Fix(*one.span(), better[0]) if len(better) == 1 else None,
                severity=ERROR if passage.role == POSTMORTEM else WARN,
            )


@lru_cache(maxsize=64)
def _one_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, words))})(?![^\W\d_])")


@rule(
    "U19",
    INFO,
    good="Signing in to Acme Drive fails.",
    bad="Signing in to Acme fails. (page: Acme Drive)",
    in_composer=False,
)
def product_name(subject: Subject) -> Iterator[Violation]:
    """The product's name is shortened or changed.

    Customers search for the name they bought. Only the page's own name counts, not its parts.
    """
    proper = _SUFFIX.sub("", subject.page or "").strip()
    drift = _drift(proper)
    if drift is None:
        return
    longer = tuple(word for word in subject.words if word != proper and word.startswith(proper[:4]))
    for passage in subject.public_texts:
        for one in drift.finditer(mask_markup(passage.text)):
            if passage.text.startswith(longer, one.start()):
                continue
            yield Violation(
                passage,
                *one.span(),
                f"The product is called {proper}.",
                "the page's name",
                Fix(*one.span(), proper),
            )


@lru_cache(maxsize=64)
def _drift(name: str) -> re.Pattern[str] | None:
    """Finds a name in other letters, or its first word where more belongs behind it."""
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
