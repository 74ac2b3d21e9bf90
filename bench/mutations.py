"""Mutants: single defects planted in sound reports, and which of them the checks find.

    python bench/run.py mutations                            the table
    python bench/run.py mutations --show missed [KIND]       what is not found
    python bench/run.py mutations --show found [KIND]        by which rule
    python bench/run.py mutations --show sound               what the sound texts draw

``sound/`` holds reports that a careful editor would pass, in as many manners, and
``defects.toml``: the words that are made wrong, by kind. The functions below plant what has a
place in every text. A mutant is found when a finding that the sound text does not draw stands
on a line of the defect and shares a figure or a word with what was planted.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from ircon.checks.finding import Finding
from ircon.desk.desk import Desk
from stores import open_desk

SOUND = Path(__file__).parent / "sound"
_WORD = re.compile(r"\d[\d:.,]*|\w{4,}")
_FIGURES = re.compile(r"'[^']*'|\d+")
_CLOCK = re.compile(r"\b\d{1,2}:\d\d\b")
# What is absent has no words: a new finding of these rules counts, wherever it stands.
ABSENT = {
    "no-detection": {"P11"},
    "no-quantity": {"P8", "L5"},
    "no-next-update": {"U4"},
    "no-symptom": {"U3"},
    "silence": {"U6", "U5"},
    "promise-missed": {"U5", "U6"},
    "resolved-without-data": {"U15"},
    "resolved-without-end": {"U15"},
    "row-missing-end": {"P12", "P21", "T2", "T7", "P22", "T12", "T13"},
    "row-missing-start": {"P12", "P21", "T2", "T7", "P22", "T12", "T13"},
}


class Mutant(NamedTuple):
    """A text with one defect.

    Attributes:
        name: the sound text; kind: of the defect.
        lines: where it may be marked; words: figures and words that tell it.
    """

    name: str
    kind: str
    text: str
    lines: frozenset[int]
    words: frozenset[str]


def plant(name: str, kind: str, text: str, old: str, new: str, also: str = "") -> Mutant:
    """Put ``new`` in the place of ``old``, which occurs once.

    Raises:
        ValueError: ``old`` or ``also`` does not stand in the text once.
    """
    if text.count(old) != 1 or old == new:
        raise ValueError(f"{name}: {kind}: {old!r} occurs {text.count(old)} times")
    return _mutant(name, kind, text, text.replace(old, new), also)


def _mutant(name: str, kind: str, text: str, made: str, also: str = "") -> Mutant:
    before, after = text.splitlines(), made.splitlines()
    lines, words = set(), set()
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        lines |= set(range(c + 1, max(d, c + 1) + 1))
        if what == "delete":  # a row that moved up, too
            lines.add(c)
        old = Counter(_words(" ".join(before[a:b])))
        new = Counter(_words(" ".join(after[c:d])))
        words |= set(new - old) or set(old - new) | set(new)
    if also:
        lines |= {number for number, line in enumerate(after, 1) if also in line}
    return Mutant(name, kind, made, frozenset(lines), frozenset(words))


def _words(text: str) -> list[str]:
    return [word.lower().rstrip(".,:") for word in _WORD.findall(text)]


# What has a place in every text: each returns the text with the defect, or None.
Planter = Callable[[str], str | None]


def duplicated_sentence(text: str) -> str | None:
    """Say the longest sentence of the text twice."""
    found = [
        one.group()
        for one in re.finditer(r"(?<=\. )[A-Z][^.\n|:*]{30,160}\.(?= |$)", text, re.MULTILINE)
    ]
    if not found or ("Report for" in text and "Postmortem" not in text):
        return None
    longest = max(found, key=len)
    return text.replace(longest, f"{longest} {longest}", 1)


def empty_heading(text: str) -> str | None:
    """Put a heading without a text before the last one."""
    headings = list(re.finditer(r"^#{2,3} \S.*$", text, re.MULTILINE))
    if not headings:
        return None
    last = headings[-1]
    marks = last.group().split(" ", 1)[0]
    return f"{text[: last.start()]}{marks} Communication\n\n{text[last.start() :]}"


def rows_swapped(text: str) -> str | None:
    """Swap two rows of a timeline that have different times."""
    rows = re.findall(
        r"^(?:\||-|\d\.|\d\d:\d\d)[^\n]{0,24}\b\d{1,2}:\d\d\b[^\n]*$", text, re.MULTILINE
    )
    for first, second in pairwise(rows):
        pair = f"{first}\n{second}"
        times = [_CLOCK.search(row) for row in (first, second)]
        if pair in text and times[0] and times[1] and times[0].group() != times[1].group():
            return text.replace(pair, f"{second}\n{first}", 1)
    return None


def misspelling(text: str) -> str | None:
    """Misspell a common word."""
    for right, wrong in (("because", "becuase"), ("until", "untill"), ("which", "whcih")):
        if f" {right} " in text:
            return text.replace(f" {right} ", f" {wrong} ", 1)
    return None


def _before_the_first_update(text: str, sentence: str) -> str | None:
    """Add a sentence to the last paragraph that is no list, table, heading or stamp."""
    places = list(re.finditer(r"^[A-Z][^\n|]{80,}\.$", text, re.MULTILINE))
    if not places:
        return None
    last = places[len(places) // 2]
    return f"{text[: last.end()]} {sentence}{text[last.end() :]}"


def note_left(text: str) -> str | None:
    """Leave a note to oneself."""
    return _before_the_first_update(text, "TODO: ask the team for the exact figure.")


def secret_left(text: str) -> str | None:
    """Leave an access token."""
    return _before_the_first_update(
        text, "The call was made with the token ghp_16C7e42F292c6912E7710c838347Ae178B4a."
    )


def list_announced(text: str) -> str | None:
    """Announce a list that does not follow."""
    places = list(re.finditer(r"^[A-Z][^\n|]{80,}\.$", text, re.MULTILINE))
    if "Report for" in text or not places:
        return None
    end = places[0].end()
    return f"{text[:end]}\n\nThe following services were affected:\n\nThank you.{text[end:]}"


def human_error(text: str) -> str | None:
    """Blame a human error."""
    return _before_the_first_update(text, "In the end it came down to human error.")


def marketing(text: str) -> str | None:
    """Add a paragraph about strategy."""
    places = list(re.finditer(r"^[A-Z][^\n|]{80,}\.$", text, re.MULTILINE))
    if "Report for" in text or not places:
        return None
    end = places[-1].end()
    return (
        f"{text[:end]}\n\nInnovation is in our nature. Our award-winning platform grows every "
        f"year, and we invest in a future that delights our partners.{text[end:]}"
    )


PLANTERS: dict[str, Planter] = {
    "duplicated-sentence": duplicated_sentence,
    "empty-heading": empty_heading,
    "rows-swapped": rows_swapped,
    "misspelling": misspelling,
    "note-left": note_left,
    "secret": secret_left,
    "list-announced": list_announced,
    "human-error": human_error,
    "marketing": marketing,
}


def sound_texts() -> dict[str, str]:
    """Return the sound reports by file name."""
    return {
        file.name: file.read_text(encoding="utf-8")
        for file in sorted(SOUND.iterdir())
        if file.suffix in {".md", ".txt"}
    }


def mutants(texts: dict[str, str]) -> Iterator[Mutant]:
    """Yield every mutant of the texts, in the order of the files."""
    rows = tomllib.loads((SOUND / "defects.toml").read_text(encoding="utf-8"))
    for name, text in texts.items():
        for kind, several in rows.get(name, {}).items():
            for row in several:
                yield plant(name, kind, text, *row)
        for kind, planter in PLANTERS.items():
            made = planter(text)
            if made is not None:
                yield _mutant(name, kind, text, made)


def check_text(desk: Desk, folder: Path, name: str, text: str) -> tuple[Finding, ...]:
    """Return the findings in a text, as ``ircon check`` has them."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    subjects = desk.checking.documents([str(file)])
    return tuple(found for one in desk.checking.check(subjects) for found in one.findings)


def found_by(
    mutant: Mutant, findings: Sequence[Finding], sound_text: str, sound: Sequence[Finding]
) -> list[Finding]:
    """Return the findings that the defect alone draws."""
    same_line = _lines_before(mutant, sound_text)
    known = Counter(_mark(one, one.span[0]) for one in sound)
    fresh = []
    for one in findings:
        mark = _mark(one, same_line.get(one.span[0], 0))
        if known[mark]:
            known[mark] -= 1
        else:
            fresh.append(one)
    absent = ABSENT.get(mutant.kind)
    if absent:
        return [one for one in fresh if one.rule in absent]
    return [
        one
        for one in fresh
        if _lines(one) & mutant.lines
        and mutant.words & set(_words(f"{one.quote} {one.message} {one.compared_with or ''}"))
    ]


def _mark(finding: Finding, line: int) -> tuple[str, int, str]:
    """What tells a finding from another, whatever figures stand in the line."""
    return finding.rule, 0 if finding.of_all else line, _FIGURES.sub("", finding.message)


def _lines_before(mutant: Mutant, sound_text: str) -> dict[int, int]:
    """Return the line of the sound text for each line of the mutant's."""
    matcher = SequenceMatcher(None, sound_text.splitlines(), mutant.text.splitlines(), False)
    return {
        after + 1: min(a + after - c, max(b - 1, a)) + 1
        for _, a, b, c, d in matcher.get_opcodes()
        for after in range(c, d)
    }


def _lines(finding: Finding) -> set[int]:
    (first, _, last, column) = finding.span
    return set(range(first, max(first, last - (column == 1)) + 1))


def mutations(home: Path, words: Sequence[str] = ()) -> None:
    """Print what the checks find of every kind of defect, and what the sound texts draw."""
    show, kind = (words[1] if words[:1] == ["--show"] else None), "".join(words[2:3])
    texts = sound_texts()
    desk = open_desk(home)
    sound = {name: check_text(desk, home, name, text) for name, text in texts.items()}
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for one in mutants(texts):
        hits = found_by(
            one, check_text(desk, home, one.name, one.text), texts[one.name], sound[one.name]
        )
        table[one.kind]["planted"] += 1
        table[one.kind]["found"] += bool(hits)
        if kind in {"", one.kind} and show == ("found" if hits else "missed"):
            by = ", ".join(f"{hit.rule} {hit.message}" for hit in hits[:2])
            line = one.text.splitlines()[min(*one.lines, one.text.count("\n")) - 1]
            print(f"{one.name}:{min(one.lines)}: {one.kind}: {line[:100]} {by}".rstrip())
    desk.close()
    if show == "sound":
        for name, findings in sound.items():
            for found in findings:
                quote = " ".join(found.quote.split())[:60]
                print(f"{name}:{found.span[0]}: {found.rule} {found.severity} {quote!r}"
                      f" {found.message}")  # fmt: skip
    if show:
        return
    _print(table, sound)


def _print(table: dict[str, Counter[str]], sound: dict[str, tuple[Finding, ...]]) -> None:
    planted = sum(row["planted"] for row in table.values())
    found = sum(row["found"] for row in table.values())
    print("| kind | planted | found |\n|---|---|---|")
    for kind, row in sorted(table.items()):
        print(f"| {kind} | {row['planted']} | {row['found']} |")
    print(f"| all {len(table)} kinds | {planted} | {found} ({100 * found / planted:.0f} %) |")
    drawn = [one for several in sound.values() for one in several]
    grave = [one for one in drawn if one.severity != "info"]
    by_rule = ", ".join(
        f"{rule} {n}" for rule, n in Counter(one.rule for one in grave).most_common()
    )
    clean = sum(all(one.severity == "info" for one in several) for several in sound.values())
    print(
        f"\n{len(sound)} sound texts: {len(grave)} warnings and errors ({by_rule or 'none'}), "
        f"{len(drawn) - len(grave)} infos; {clean} texts without a warning"
    )
