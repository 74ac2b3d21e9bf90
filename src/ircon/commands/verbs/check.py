"""Findings: updates and postmortems checked against the record."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ircon.commands.arguments import Line, command
from ircon.commands.context import Context
from ircon.commands.finding_lines import (
    catalogue_document,
    catalogue_lines,
    finding_lines,
    findings_document,
    summary_lines,
)
from ircon.commands.output import columns
from ircon.desk.archive import is_document
from ircon.errors import NotFound, UsageError

if TYPE_CHECKING:
    from ircon.desk.checking import CheckResult


FOUND: Final = 3  # the exit code of at least one error among the findings


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rules", default="", metavar="A,B", help="only these, such as T1,U7")
    parser.add_argument("--list", action="store_true", help="every rule, and when it fires")


@command(
    usage="[ID|SOURCE...] [--rules A,B] | --list",
    examples="""
  ircon check k3f9
  ircon check incident.txt --rules T1,T2
  ircon check reports/ --json
  ircon check --list""",
    options=_options,
)
def check(line: Line, context: Context) -> int:
    """Print the findings, or the list of rules."""
    ids = tuple(dict.fromkeys(one.strip().upper() for one in line.rules.split(",") if one.strip()))
    checking = context.desk.checking
    try:
        rules = checking.rules(ids)  # one that does not exist is said before anything is read
    except NotFound as error:
        raise UsageError(error.message, error.hint) from error
    if line.list:
        if line.words:
            raise UsageError("'check --list' takes no arguments.", "See 'ircon check --help'.")
        for text in catalogue_lines(rules):
            context.out.line(text)
        context.out.answer(catalogue_document(rules))
        return 0
    words = line.words or [context.incident(None)]
    many = len(words) > 1 or any(Path(word).is_dir() for word in words)
    unreadable: list[str] | None = [] if many else None
    subjects = []
    own = set()  # incidents of the journal: their places are in an entry, not in a file
    for word in words:
        if is_document(word):
            subjects += checking.documents([word], unreadable)
        else:
            subjects.append(checking.incident(context.incident(word)))
            own.add(subjects[-1].source)
    checked = checking.check(subjects, ids)
    for sentence in (*(unreadable or ()), *checking.silent(subjects, ids)):
        context.out.aside(f"ircon: {sentence}")
    _print(checked, context, own, many=many)
    context.out.answer(findings_document(checked))
    if any(found.severity == "error" for one in checked for found in one.findings):
        return FOUND
    return 1 if unreadable else 0


def _print(checked: list[CheckResult], context: Context, own: set[str], *, many: bool) -> None:
    if many:
        for text in summary_lines(checked):
            context.out.line(text)
        context.out.line("'ircon check' on one of them shows its findings.")
        return
    for one in checked:
        for found in one.findings:
            in_entry = one.source in own
            for text in finding_lines(one.source, found, in_entry=in_entry, columns=columns()):
                context.out.line(text)
            context.out.line()
    count = sum(len(one.findings) for one in checked)
    context.out.line(f"{count} finding{'' if count == 1 else 's'}" if count else "No findings.")
