"""Findings as a build shows them: GitHub's workflow commands, and JUnit XML.

Texts of strangers end up in both: in a workflow command nothing but its own words may begin a
line, and XML takes no control characters at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from ircon.commands.finding_documents import short_path
from ircon.commands.finding_lines import finding_lines, is_of_document
from ircon.incident.text import safe, safe_line

if TYPE_CHECKING:
    from ircon.checks.finding import Finding
    from ircon.desk.checking import CheckResult

_COMMANDS: Final = {"error": "error", "warn": "warning", "info": "notice"}
# What XML 1.0 does not take, escaped or not.
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def github_lines(
    checked: Sequence[CheckResult], *, notices: Sequence[str] = (), failures: Sequence[str] = ()
) -> Iterator[str]:
    """A workflow command for each finding, each notice, and each document not read."""
    for one in checked:
        for found in one.findings:
            yield _command(found, one)
    for sentence in failures:
        yield f"::error title=ircon::{_data(sentence)}"
    for sentence in notices:
        yield f"::notice title=ircon::{_data(sentence)}"


def _command(found: Finding, one: CheckResult) -> str:
    properties: dict[str, str | int] = {}
    if one.path is not None:
        properties["file"] = short_path(one.path)
        if found.passage.line and not is_of_document(found):
            line, column, end_line, end_column = found.span
            properties["line"] = line
            if line == end_line:
                properties |= {"endLine": line, "col": column, "endColumn": end_column}
    properties["title"] = f"{found.rule} {found.kind}"
    said = [found.message]
    if one.path is None:
        said[:0] = [f"{one.source} {found.passage.entry or found.passage.role}:"]
    if found.compared_with:
        said.append(f"Compared with: {found.compared_with}")
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[found.severity]} {told}::{_data(' '.join(said))}"


def _data(text: str) -> str:
    """A text in a workflow command, which ends with its line."""
    return safe_line(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str | int) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")


def junit_document(
    checked: Sequence[CheckResult], *, notices: Sequence[str] = (), failures: Sequence[str] = ()
) -> str:
    """JUnit XML: a suite for each document, in which every error and warning is a failure.

    An info is no failure: it is what a passing case says. A document without findings passes.
    """
    by_path: dict[str, list[CheckResult]] = {}
    for one in checked:
        by_path.setdefault(short_path(one.path) if one.path else one.source, []).append(one)
    suites = [
        (path, [case for one in group for case in _cases(path, one)] or [_passing(path)])
        for path, group in by_path.items()
    ]
    if notices:
        suites.append(("notices", [_notice(sentence) for sentence in notices]))
    if failures:
        suites.append(("not read", [_unread(sentence) for sentence in failures]))
    failed = sum(is_bad for _, cases in suites for _, is_bad in cases) - len(failures)
    count = sum(len(cases) for _, cases in suites)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        (
            f'<testsuites name="ircon check" tests="{count}" failures="{failed}"'
            f' errors="{len(failures)}">'
        ),
    ]
    for path, cases in suites:
        bad = sum(is_bad for _, is_bad in cases)
        errors, failed = (bad, 0) if failures and path == "not read" else (0, bad)
        lines.append(
            f'  <testsuite name={_attribute(path)} tests="{len(cases)}" failures="{failed}"'
            f' errors="{errors}" skipped="0">'
        )
        lines += [text for text, _ in cases]
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


Case = tuple[str, bool]  # its XML, and whether it failed


def _cases(path: str, one: CheckResult) -> Iterator[Case]:
    for found in one.findings:
        line, column, _, _ = found.span
        where = f" {line}:{column}" if found.passage.line and not is_of_document(found) else ""
        entry = f" {found.passage.entry}" if found.passage.entry else ""
        name = f"{found.rule}{entry}{where} {found.message}"
        told = "\n".join(finding_lines(path, found, in_entry=one.path is None))
        head = f"    <testcase classname={_attribute(path)} name={_attribute(name)}>"
        if found.severity == "info":
            body = f"<system-out>{_text(told)}</system-out>"
        else:
            body = (
                f"<failure type={_attribute(f'{found.severity} {found.kind}')}"
                f" message={_attribute(found.message)}>{_text(told)}</failure>"
            )
        yield f"{head}{body}</testcase>", found.severity != "info"


def _passing(path: str) -> Case:
    return f'    <testcase classname={_attribute(path)} name="no findings"/>', False


def _notice(sentence: str) -> Case:
    return f'    <testcase classname="notices" name={_attribute(sentence)}/>', False


def _unread(sentence: str) -> Case:
    name = sentence.partition(": ")[0]
    return (
        (
            f'    <testcase classname={_attribute(name)} name="readable">'
            f'<error type="unreadable" message={_attribute(sentence)}/></testcase>'
        ),
        True,
    )


def _text(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", safe(text)))


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", safe_line(text)))
