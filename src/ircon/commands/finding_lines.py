"""Findings as a person reads them: where, how bad, the words, why, and the fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from ircon.incident.text import safe_line
from ircon.writing.columns import aligned, width

if TYPE_CHECKING:
    from ircon.checks.finding import Finding
    from ircon.checks.rule import Rule
    from ircon.desk.checking import CheckResult

_WIDE: Final = 88  # cells of a quoted line, where a terminal has as many
_BEFORE: Final = 24  # of them before the words in question, where the line is longer
_NEAR: Final = 4 * _WIDE  # characters of a line that may be seen: some take no cell
_INDENT: Final = "    "
_PLACE: Final = ("line", "column", "end_line", "end_column")
_NO_PLACE: Final = (None,) * len(_PLACE)
_SEVERITIES: Final = {"error": "errors", "warn": "warnings", "info": "infos"}


def finding_lines(
    source: str, found: Finding, *, in_entry: bool = False, columns: int | None = None
) -> Iterator[str]:
    """One finding: place, severity, rule and message; the line with a caret; comparison; fix.

    Args:
        in_entry: the place is one in an entry of an incident, not in a file: it is named.
        columns: the cells of the terminal's lines, where there is one.
    """
    line, column, _, _ = found.span
    is_placed = found.passage.line > 0
    place = source
    if in_entry or not is_placed:
        place += f" {found.passage.entry or found.passage.role}"
    if is_placed:
        place += f":{line}:{column}"
    yield f"{safe_line(place)}: {found.severity} {found.rule} " + safe_line(found.message)
    room = min(_WIDE, columns - len(_INDENT)) if columns else _WIDE
    before, words, after = _quoted(found, max(room, 2 * _BEFORE))
    yield f"{_INDENT}{before}{words}{after}"
    yield f"{_INDENT}{' ' * width(before)}{'^' * max(1, width(words))}"
    if found.compared_with:
        yield f"    compared with: {safe_line(found.compared_with)}"
    if found.fix:
        yield f"    fix: {safe_line(found.fix.replacement) or 'take it out'}"


def _quoted(found: Finding, wide: int) -> tuple[str, str, str]:
    """The line around the words: what stands before them, they, what stands behind."""
    quote = found.quote.split("\n", 1)[0].rstrip() or found.quote
    if found.at_stamp or found.of_all:
        return "", _cut(safe_line(quote), wide), ""
    text = found.passage.text
    start = found.start
    before = safe_line(text[max(0, start - _NEAR) : start].rsplit("\n", 1)[-1])
    behind = start + len(quote)
    after = safe_line(text[behind : behind + _NEAR].split("\n", 1)[0].rstrip("\r"))
    words = safe_line(quote)
    if width(before + words + after) > wide and width(before) > _BEFORE:
        before = "…" + _last(before, _BEFORE - 1)
    words = _cut(words, wide - width(before))
    return before, words, _cut(after, wide - width(before) - width(words))


def _cut(text: str, cells: int) -> str:
    """The text in so many cells, an ellipsis for what is left out."""
    if width(text) <= cells:
        return text
    taken = 0
    for place, char in enumerate(text):
        taken += width(char)
        if taken > cells - 1:
            return f"{text[:place]}…" if cells > 0 else ""
    return text


def _last(text: str, cells: int) -> str:
    taken = 0
    for place in range(len(text) - 1, -1, -1):
        taken += width(text[place])
        if taken > cells:
            return text[place + 1 :]
    return text


def summary_lines(checked: Sequence[CheckResult]) -> list[str]:
    """A line a document: how much was found, and by which rules; the sum last."""
    by_source: dict[str, list[Finding]] = {}
    for one in checked:
        by_source.setdefault(one.source, []).extend(one.findings)
    rows = [_summary(source, findings) for source, findings in by_source.items()]
    everything = [found for one in checked for found in one.findings]
    return aligned([*rows, _summary("in all", everything)])


def _summary(name: str, findings: Sequence[Finding]) -> tuple[str, ...]:
    counts = Counter(found.severity for found in findings)
    rules = Counter(found.rule for found in findings)
    said = [rule if times == 1 else f"{rule}×{times}" for rule, times in rules.most_common()]
    return (
        safe_line(name),
        *(f"{counts[one]} {plural}" for one, plural in _SEVERITIES.items()),
        " ".join(said),
    )


def catalogue_lines(rules: Sequence[Rule]) -> list[str]:
    """The catalogue: id, severity, when it fires."""
    return aligned([(rule.id, rule.severity, rule.fires) for rule in rules])


def catalogue_document(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """The catalogue as JSON."""
    return [
        {
            "rule": rule.id,
            "severity": rule.severity,
            "fires": rule.fires,
            "why": rule.why,
            "good": rule.good,
            "bad": rule.bad,
            "in_composer": rule.in_composer,
        }
        for rule in rules
    ]


def findings_document(checked: Sequence[CheckResult]) -> list[dict[str, Any]]:
    """``check --json``, as docs/cli.md has it; ``fix`` is what to write in place of the words."""
    return [
        {
            "rule": found.rule,
            "severity": found.severity,
            "message": found.message,
            "source": one.source,
            "quote": found.quote or None,
            **dict(zip(_PLACE, found.span if found.passage.line else _NO_PLACE, strict=True)),
            "entry": found.passage.entry,
            "compared_with": found.compared_with,
            "fix": found.fix and (found.fix.replacement or "take it out"),
        }
        for one in checked
        for found in one.findings
    ]
