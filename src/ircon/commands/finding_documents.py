"""Findings and the catalogue as documents for programs: JSON and SARIF.

SARIF 2.1.0 is what code hosts and editors read. Its places are lines and columns of a file
below the folder that the command runs in, so an incident of the journal has a name instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from ircon.checks.fingerprint import fingerprints
from ircon.desk.archive import is_address

if TYPE_CHECKING:
    from ircon.checks.finding import Finding
    from ircon.checks.rule import Rule
    from ircon.desk.checking import CheckResult

_PLACE: Final = ("line", "column", "end_line", "end_column")
_NO_PLACE: Final = (None,) * len(_PLACE)
_LEVELS: Final = {"error": "error", "warn": "warning", "info": "note"}
_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_FINGERPRINT: Final = "irconFinding/v1"


def catalogue_document(listed: Sequence[Rule]) -> list[dict[str, Any]]:
    """The catalogue as JSON."""
    return [
        {
            "rule": rule.id,
            "severity": rule.severity,
            "kind": rule.kind,
            "fires": rule.fires,
            "why": rule.why,
            "good": rule.good,
            "bad": rule.bad,
            "in_composer": rule.in_composer,
        }
        for rule in listed
    ]


def findings_document(checked: Sequence[CheckResult]) -> list[dict[str, Any]]:
    """``check --json``; ``fix`` is what to write in place of the words."""
    return [
        {
            "rule": found.rule,
            "severity": found.severity,
            "kind": found.kind,
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


def sarif_document(
    checked: Sequence[CheckResult],
    listed: Sequence[Rule],
    *,
    version: str,
    notices: Sequence[str] = (),
    failures: Sequence[str] = (),
    code: int = 0,
) -> dict[str, Any]:
    """The findings as a SARIF log of one run.

    Args:
        checked: the findings.
        listed: the rules that were applied.
        version: ircon's own.
        notices: what could not be checked, and why.
        failures: which documents could not be read, and why.
        code: the exit code.
    """
    places = {rule.id: place for place, rule in enumerate(listed)}
    results = []
    for path, group in _by_path(checked).items():
        lines = _lines(path)
        findings = [found for one in group for found in one.findings]
        marks = iter(fingerprints(findings))
        results += [
            _result(found, one, places, next(marks), lines)
            for one in group
            for found in one.findings
        ]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "ircon",
                        "semanticVersion": version,
                        "rules": [_descriptor(rule) for rule in listed],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not failures,
                        "exitCode": code,
                        "toolExecutionNotifications": [
                            *({"level": "error", "message": {"text": one}} for one in failures),
                            *({"level": "note", "message": {"text": one}} for one in notices),
                        ],
                    }
                ],
                "results": results,
            }
        ],
    }


def _by_path(checked: Sequence[CheckResult]) -> dict[str, list[CheckResult]]:
    by_path: dict[str, list[CheckResult]] = {}
    for one in checked:
        by_path.setdefault(one.path or one.source, []).append(one)
    return by_path


def _descriptor(rule: Rule) -> dict[str, Any]:
    markdown = f"{rule.why}\n\n* good: {rule.good}\n* bad: {rule.bad}\n"
    text = f"{rule.why}\nGood: {rule.good}\nBad: {rule.bad}"
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("_")),
        "shortDescription": {"text": f"{rule.fires}."},
        "fullDescription": {"text": rule.why},
        "help": {"text": text, "markdown": markdown},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.kind]},
    }


def _result(
    found: Finding,
    one: CheckResult,
    places: dict[str, int],
    fingerprint: str,
    lines: Sequence[str],
) -> dict[str, Any]:
    text = found.message
    if found.compared_with:
        text = f"{text} Compared with: {found.compared_with}"
    result: dict[str, Any] = {
        "ruleId": found.rule,
        "ruleIndex": places[found.rule],
        "level": _LEVELS[found.severity],
        "message": {"text": text},
        "locations": [_location(found, one, lines)],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
        "properties": {"kind": found.kind},
    }
    if fix := _fix(found, one, lines):
        result["fixes"] = [fix]
    return result


def _location(found: Finding, one: CheckResult, lines: Sequence[str]) -> dict[str, Any]:
    entry = found.passage.entry
    if one.path is None:
        name = f"{one.source} {entry or found.passage.role}"
        return {"logicalLocations": [{"fullyQualifiedName": name, "kind": "object"}]}
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(one.path)}}
    if found.passage.line:
        physical["region"] = _region(found, lines)
    return {"physicalLocation": physical}


def _region(found: Finding, lines: Sequence[str]) -> dict[str, int]:
    """Where a finding is; only its line where the file has the words in another form, as JSON."""
    has_words = not (found.of_all or found.at_stamp)
    if has_words and lines and _between(lines, *found.span) != found.quote:
        return {"startLine": found.passage.line}
    return region(*found.span)


def region(line: int, column: int, end_line: int, end_column: int) -> dict[str, int]:
    """A place as a SARIF region, whose end is exclusive as well."""
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
    }


def _fix(found: Finding, one: CheckResult, lines: Sequence[str]) -> dict[str, Any] | None:
    """A fix that a program may apply: only where the file has those very words at that place."""
    if not found.fix or not one.path or not found.passage.line:
        return None
    passage, fix = found.passage, found.fix
    span = (*passage.position(fix.start), *passage.position(fix.end))
    if _between(lines, *span) != passage.text[fix.start : fix.end]:
        return None
    return {
        "description": {"text": f"Write {fix.replacement or 'nothing'}"},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": uri(one.path)},
                "replacements": [
                    {
                        "deletedRegion": region(*span),
                        "insertedContent": {"text": fix.replacement},
                    }
                ],
            }
        ],
    }


def _between(
    lines: Sequence[str], line: int, column: int, end_line: int, end_column: int
) -> str | None:
    """The text between two places of a file; None where it ends before."""
    there = list(lines[line - 1 : end_line])
    if len(there) != end_line - line + 1:
        return None
    there[-1] = there[-1][: end_column - 1]
    there[0] = there[0][column - 1 :]
    return "\n".join(there)


def _lines(path: str) -> list[str]:
    """The lines of a file; none where there is no such file, as of an address."""
    if is_address(path):
        return []
    try:
        return Path(path).read_bytes().decode("utf-8").replace("\r\n", "\n").split("\n")
    except (OSError, ValueError):
        return []


def uri(path: str) -> str:
    """A path as a URI reference: relative to this folder where it is below it."""
    return path if is_address(path) else quote(short_path(path))


def short_path(path: str) -> str:
    """A path as seen from this folder where it is below it, with ``/``."""
    if is_address(path):
        return path
    whole = Path(path)
    try:
        return whole.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except (ValueError, OSError):
        return whole.as_posix()
