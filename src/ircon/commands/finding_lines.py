"""Findings as a person reads them: the worst first, each with its place, words, why, and fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from ircon.checks.catalogue import rules
from ircon.checks.finding import ERROR, INFO
from ircon.checks.rule import CONTRADICTION, GAP, STYLE
from ircon.checks.subject import POSTMORTEM
from ircon.checks.weight import Group, Weighed, weigh, weight
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
_COUNTED: Final = {
    "error": ("error", "errors"),
    "warn": ("warning", "warnings"),
    "info": ("info", "infos"),
}
_KINDS: Final = {
    CONTRADICTION: ("contradiction", "contradictions"),
    GAP: ("gap", "gaps"),
    STYLE: ("of style", "of style"),
}
_SECTIONS: Final = {CONTRADICTION: "Contradictions", GAP: "Gaps", STYLE: "Style"}
_PLACES: Final = 8  # of a repeated rule that are named
_SENT_PLACES: Final = 4  # of what was sent
_WORST: Final = 40  # findings of several documents that are named
_SPOT: Final = 24  # cells of the words at a place


def report_lines(checked: CheckResult, *, in_entry: bool, columns: int | None) -> Iterator[str]:
    """The findings in a text by weight: counts, contradictions, gaps, style, what was sent."""
    weighed = weigh(checked.findings, can_change=checked.can_change)
    yield f"{safe_line(checked.source)}: {counts(checked.findings, weighed)}.{_left_out(weighed)}"
    for kind, groups in weighed.sections:
        yield ""
        yield f"{_SECTIONS[kind]} ({_size(groups)})"
        for group in groups:
            yield ""
            yield from _group_lines(checked.source, group, in_entry=in_entry, columns=columns)
    if weighed.sent:
        yield ""
        yield f"Already sent, so it stays as it is ({_size(weighed.sent)})"
        yield ""
        yield from aligned([_sent_row(group) for group in weighed.sent])


def every_finding_lines(
    checked: CheckResult, *, in_entry: bool, columns: int | None
) -> Iterator[str]:
    """Every finding in a text, nothing left out or summed up, the heaviest first."""
    yield f"{safe_line(checked.source)}: {counts(checked.findings)}."
    for found in sorted(checked.findings, key=weight):
        yield ""
        yield from finding_lines(checked.source, found, in_entry=in_entry, columns=columns)


def brief_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """The errors and warnings in a text that is about to go out: a line for each rule.

    The words of what may be a secret are left out.
    """
    weighed = weigh(findings, can_change=True)
    telling = [found for found in findings if found.severity != INFO]
    yield f"Findings: {counts(telling, weighed)}."
    for _, groups in weighed.sections:
        for group in groups:
            found = group.worst
            line, column, _, _ = found.span
            words = "" if found.confidential or found.of_all else f" {_excerpt(found)}"
            more = f" ({len(group.findings)}×)" if group.findings[1:] else ""
            where = f"{found.passage.role} {line}:{column}{words}{more}"
            yield f"  {found.severity} {found.rule} {where}: {safe_line(found.message)}"
            if found.fix:
                yield f"    fix: {safe_line(found.fix.replacement) or 'take it out'}"


def _excerpt(found: Finding) -> str:
    return f"'{_cut(safe_line(found.quote), _SPOT)}'"


def counts(findings: Sequence[Finding], weighed: Weighed | None = None) -> str:
    """How many findings: by severity, and in each section."""
    if not findings:
        return "no findings"
    by_severity = Counter(found.severity for found in findings)
    said = [
        _counted(by_severity[one], *words) for one, words in _COUNTED.items() if by_severity[one]
    ]
    sections = [
        _counted(_size(groups), *_KINDS[kind])
        for kind, groups in (weighed.sections if weighed else ())
    ]
    if weighed and weighed.sent:
        sections.append(f"{_size(weighed.sent)} already sent")
    return ", ".join(said) + (f": {', '.join(sections)}" if sections else "")


def _size(groups: Sequence[Group]) -> int:
    return sum(len(group.findings) for group in groups)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _left_out(weighed: Weighed) -> str:
    said = [
        *([_counted(weighed.infos, "info", "infos")] if weighed.infos else []),
        *([f"{weighed.implied} that others imply"] if weighed.implied else []),
    ]
    return f" Left out: {', '.join(said)}; --all prints everything." if said else ""


def _group_lines(
    source: str, group: Group, *, in_entry: bool, columns: int | None
) -> Iterator[str]:
    """The worst finding of a rule in full, and where else it is."""
    worst, *others = group.findings
    yield from finding_lines(source, worst, in_entry=in_entry, columns=columns)
    if not others:
        return
    differ = len({found.message for found in group.findings}) > 1
    shown = others[:_PLACES]
    more = f"{len(others) - len(shown)} more: --all prints them" if others[_PLACES:] else ""
    if differ and worst.kind == CONTRADICTION:  # each says another thing
        for found in shown:
            yield f"{_INDENT}also {_spot(found)}: {safe_line(found.message)}"
        if more:
            yield f"{_INDENT}and {more}"
        return
    spots = [_spot(found, with_words=differ) for found in shown]
    yield f"{_INDENT}also {', '.join([*spots, *filter(None, [more])])}"


def _sent_row(group: Group) -> tuple[str, ...]:
    found = group.worst
    count = len(group.findings)
    spots = [_spot(one) for one in group.findings[:_SENT_PLACES]]
    more = ["..."] if count > len(spots) else []
    fires = rules()[found.rule].fires if found.rule in rules() else found.message
    return (
        f"{_INDENT}{found.severity}",
        found.rule,
        f"{count}×",
        f"{fires} ({', '.join([*spots, *more])})",
    )


def _spot(found: Finding, *, with_words: bool = False) -> str:
    """Where a finding is, in short: line and column, or the entry."""
    line, column, _, _ = found.span
    placed = found.passage.line > 0
    entry = found.passage.entry
    where = f"{line}:{column}" if placed else (entry or found.passage.role)
    if entry and placed:
        where = f"{entry}:{where}"
    if with_words and not found.of_all:
        where += f" {_excerpt(found)}"
    return where


def place(source: str, found: Finding, *, in_entry: bool = False) -> str:
    """Where a finding is: the source, the entry, line and column, as far as it has them."""
    if is_of_document(found) and not in_entry:
        return safe_line(source)
    line, column, _, _ = found.span
    is_placed = found.passage.line > 0
    said = source
    if in_entry or not is_placed:
        said += f" {found.passage.entry or found.passage.role}"
    if is_placed and not is_of_document(found):
        said += f":{line}:{column}"
    return safe_line(said)


def is_of_document(found: Finding) -> bool:
    """Whether it concerns all of a document, so that no line of it is the place."""
    return found.of_all and found.passage.role == POSTMORTEM


def finding_lines(
    source: str, found: Finding, *, in_entry: bool = False, columns: int | None = None
) -> Iterator[str]:
    """One finding: place, severity, rule and message; the line with a caret; comparison; fix.

    What concerns a whole document has no line to show.

    Args:
        in_entry: the place is one in an entry of an incident, not in a file: it is named.
        columns: the cells of the terminal's lines, where there is one.
    """
    where = place(source, found, in_entry=in_entry)
    yield f"{where}: {found.severity} {found.rule} {safe_line(found.message)}"
    room = max(min(_WIDE, columns - len(_INDENT)) if columns else _WIDE, 2 * _BEFORE)
    if not is_of_document(found):
        before, words, after = _quoted(found, room)
        yield f"{_INDENT}{before}{words}{after}"
        if not (found.of_all or found.at_stamp):
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


def overview_lines(checked: Sequence[CheckResult]) -> Iterator[str]:
    """Several documents: the counts, the worst findings a line each, and a line a document."""
    findings = [found for one in checked for found in one.findings]
    yield f"{_counted(len(_by_source(checked)), 'document', 'documents')}: {counts(findings)}."
    worst = [
        (one, group)
        for one in checked
        for _, groups in weigh(one.findings, can_change=one.can_change).sections
        for group in groups
        if group.worst.severity == ERROR or group.worst.kind == CONTRADICTION
    ]
    worst.sort(key=lambda pair: weight(pair[1].worst))
    if worst:
        yield ""
    for one, group in worst[:_WORST]:
        found = group.worst
        where = place(one.path or one.source, found, in_entry=one.path is None)
        more = f" ({len(group.findings)}×)" if group.findings[1:] else ""
        yield f"{where}: {found.severity} {found.rule} {safe_line(found.message)}{more}"
    if worst[_WORST:]:
        yield f"... and {len(worst) - _WORST} more contradictions and errors."
    yield ""
    rows = [_overview(source, found) for source, found in _by_source(checked).items()]
    yield from aligned(rows)
    yield ""
    yield "'ircon check' on one of them shows its findings; --all prints every one."


def _by_source(checked: Sequence[CheckResult]) -> dict[str, list[Finding]]:
    by_source: dict[str, list[Finding]] = {}
    for one in checked:
        by_source.setdefault(one.source, []).extend(one.findings)
    return by_source


def _overview(name: str, findings: Sequence[Finding]) -> tuple[str, ...]:
    by_severity = Counter(found.severity for found in findings)
    rules_found = Counter(found.rule for found in findings if found.severity != INFO)
    said = [rule if times == 1 else f"{rule}×{times}" for rule, times in rules_found.most_common()]
    return (
        safe_line(name),
        *(_counted(by_severity[one], *words) for one, words in _COUNTED.items()),
        " ".join(said),
    )


def catalogue_lines(listed: Sequence[Rule]) -> list[str]:
    """The catalogue: id, severity, kind, when it fires."""
    return aligned([(rule.id, rule.severity, rule.kind, rule.fires) for rule in listed])
