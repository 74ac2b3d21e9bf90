"""Findings: updates and postmortems checked against the record, as a gate for others too."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ircon.checks.finding import ERROR, INFO, WARN
from ircon.checks.weight import without_implied
from ircon.commands.arguments import Line, command
from ircon.commands.context import Context
from ircon.commands.finding_documents import (
    catalogue_document,
    findings_document,
    sarif_document,
)
from ircon.commands.finding_lines import (
    catalogue_lines,
    every_finding_lines,
    overview_lines,
    report_lines,
)
from ircon.commands.output import columns
from ircon.commands.streams import read_input
from ircon.desk.archive import is_document
from ircon.desk.checking import LeftOut
from ircon.errors import NotFound, PageError, Unreadable, UsageError

if TYPE_CHECKING:
    from ircon.checks.rule import Rule
    from ircon.checks.subject import Subject
    from ircon.desk.checking import Checking, CheckResult

FOUND: Final = 3  # the exit code of at least one error among the findings
_FORMATS: Final = ("text", "json", "sarif", "github", "junit")
_STANDARD_INPUT: Final = "standard input"
_IN_FULL: Final = 3  # reports of one document, as a feed has many
_NAMED: Final = 5  # of the files that were skipped


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--rules", default="", metavar="A,B", help="only these, such as T1,U7")
    add("--list", action="store_true", help="every rule, and when it fires")
    add("--all", action="store_true", help="every finding in full, infos too")
    add("--format", choices=_FORMATS, help=f"{', '.join(_FORMATS)}; text by default")
    add("--strict", action="store_true", help="warnings count as errors: exit code 3")
    add("--baseline", metavar="FILE", help="leave out the findings that this file records")
    add("--write-baseline", action="store_true", help="record today's findings in that file")


@command(
    usage=(
        "[ID|FILE|FOLDER|https://...|-]... [--format FORMAT] [--rules A,B] [--all] [--strict] "
        "[--baseline FILE [--write-baseline]] | --list"
    ),
    examples="""
  ircon check k3f9
  ircon check incident.txt --rules T1,T2
  ircon check postmortems/ --format sarif > ircon.sarif
  ircon check postmortems/ --baseline ircon-baseline.json --write-baseline
  ircon check postmortems/ --baseline ircon-baseline.json
  git show HEAD:postmortem.md | ircon check -
  ircon check --list""",
    options=_options,
)
def check(line: Line, context: Context) -> int:
    """Print the findings, or the list of rules."""
    form = _format(line, context)
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
    read = _read(line.words or [context.incident(None)], checking, context)
    run = _Run(checking.check(read.subjects, ids), rules, read)
    run.notices = checking.silent(read.subjects, ids)
    if read.left_out.skipped:
        run.notices.append(_skipped(read.left_out.skipped))
    if line.baseline:
        _compare(line, run, context)
        if line.write_baseline:
            return 1 if read.left_out.unreadable else 0
    code = run.code(strict=line.strict)
    _print(run, form, code, context, everything=line.all)
    return code


def _format(line: Line, context: Context) -> str:
    """The format of the output; JSON is one of them.

    Raises:
        UsageError: options exclude each other.
    """
    form: str = line.format or ("json" if line.json else "text")
    if line.json and form != "json":
        raise UsageError(f"--json and --format {form} exclude each other.", "Leave one out.")
    if line.write_baseline and not line.baseline:
        raise UsageError("--write-baseline needs --baseline FILE.", "Name the file to write.")
    context.out.as_json = form == "json"
    return form


@dataclass(slots=True)
class _Read:
    """What was read for a check.

    Attributes:
        own: the incidents of the journal: their places are in an entry, not in a file.
        is_many: whether several documents may be in it.
    """

    subjects: list[Subject] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    left_out: LeftOut = field(default_factory=LeftOut)
    is_many: bool = False


def _read(words: Sequence[str], checking: Checking, context: Context) -> _Read:
    """The subjects that the words of the command line name.

    One document alone that cannot be read raises its error; of several, the others are checked.
    """
    read = _Read(is_many=len(words) > 1 or any(Path(word).is_dir() for word in words))
    for word in words:
        try:
            if word == "-":
                read.subjects += checking.document(_STANDARD_INPUT, read_input().encode())
            elif is_document(word):
                found = checking.documents([word], read.left_out if read.is_many else None)
                read.subjects += found
            else:
                read.subjects.append(checking.incident(context.incident(word)))
                read.own.add(read.subjects[-1].source)
        except (NotFound, Unreadable, PageError) as error:
            if not read.is_many or not (word == "-" or is_document(word)):
                raise
            read.left_out.unreadable.append(str(error))
    if read.is_many and not read.subjects and not read.left_out.unreadable:
        raise Unreadable(
            f"No incident report was found. {_skipped(read.left_out.skipped)}",
            "Give files that hold reports or postmortems.",
        )
    return read


@dataclass(slots=True)
class _Run:
    """One check: the findings, and what could not be checked."""

    checked: list[CheckResult]
    rules: list[Rule]
    read: _Read
    notices: list[str] = field(default_factory=list)

    @property
    def failures(self) -> list[str]:
        """Which documents could not be read, and why."""
        return self.read.left_out.unreadable

    def code(self, *, strict: bool) -> int:
        """The exit code."""
        counted = {ERROR, WARN} if strict else {ERROR}
        if any(found.severity in counted for one in self.checked for found in one.findings):
            return FOUND
        return 1 if self.failures else 0


def _compare(line: Line, run: _Run, context: Context) -> None:
    """Leave out what the baseline records, or record the findings in it."""
    from ircon.desk.baseline import Baseline

    baseline = Baseline(Path(line.baseline))
    ids = [rule.id for rule in run.rules]
    if line.write_baseline:
        count = baseline.write(run.checked, ids)
        for sentence in run.failures:
            context.out.aside(f"ircon: {sentence}")
        context.out.line(f"{line.baseline} written: it records {_findings(count)}.")
        context.out.answer({"baseline": line.baseline, "findings": count})
        return
    compared = baseline.compare(run.checked, ids)
    run.checked = compared.checked
    if compared.known:
        run.notices.append(f"{_findings(compared.known)} left out, as {line.baseline} records.")
    if compared.gone:
        run.notices.append(
            f"{_findings(compared.gone)} of {line.baseline} no longer there: "
            "--write-baseline takes them out of it."
        )


def _findings(count: int) -> str:
    return f"{count} finding{'' if count == 1 else 's'}"


def _skipped(names: Sequence[str]) -> str:
    named = ", ".join(names[:_NAMED]) + (", ..." if names[_NAMED:] else "")
    return f"Skipped, as no incident report: {named}." if names else "There are no documents."


def _print(run: _Run, form: str, code: int, context: Context, *, everything: bool) -> None:
    from ircon.commands import finding_annotations

    is_read_by_people = form in {"text", "json"}
    for sentence in (*run.failures, *(run.notices if is_read_by_people else ())):
        context.out.aside(f"ircon: {sentence}")
    said: dict[str, Any] = {"notices": run.notices, "failures": run.failures}
    if form == "text":
        _print_text(run, context, everything=everything)
    elif form == "json":
        context.out.answer(findings_document(run.checked))
    elif form == "sarif":
        import json

        from ircon import __version__

        document = sarif_document(run.checked, run.rules, version=__version__, code=code, **said)
        context.out.document(json.dumps(document, indent=2) + "\n")
    elif form == "github":
        shown = run.checked if everything else [_telling(one) for one in run.checked]
        for text in finding_annotations.github_lines(shown, **said):
            context.out.command(text)
    else:
        context.out.document(finding_annotations.junit_document(run.checked, **said))


def _telling(checked: CheckResult) -> CheckResult:
    """The findings without the infos, and without those that others imply."""
    from dataclasses import replace

    telling = [found for found in checked.findings if found.severity != INFO]
    return replace(checked, findings=tuple(without_implied(telling)))


def _print_text(run: _Run, context: Context, *, everything: bool) -> None:
    room = columns()
    if (run.read.is_many or len(run.checked) > _IN_FULL) and not everything:
        for text in overview_lines(run.checked):
            context.out.line(text)
        return
    lines_of = every_finding_lines if everything else report_lines
    for number, one in enumerate(run.checked):
        if number:
            context.out.line()
        for text in lines_of(one, in_entry=one.source in run.read.own, columns=room):
            context.out.line(text)
