"""Catalogue of all rules, and the runner that turns their violations into findings.

A rule is found wherever it stands in a module of ``rules/``: there is no list to extend.
``ircon check --list`` and docs/checks.md print the catalogue.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from ircon.checks import rules as package
from ircon.checks.finding import ERROR, OFF, WARN, Finding, Violation
from ircon.checks.rule import STYLE, Rule
from ircon.checks.subject import POSTMORTEM, Passage, Subject
from ircon.errors import NotFound
from ircon.text.language import is_english

_FAMILIES: Final = "TUPL"  # time, updates, postmortem, language: the order of listing


@cache
def rules() -> Mapping[str, Rule]:
    """Return every rule by its id, in the catalogue's order.

    Raises:
        ValueError: two rules have the same id.
    """
    by_id: dict[str, Rule] = {}
    for module in iter_modules(package.__path__, f"{package.__name__}."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, Rule) and by_id.setdefault(value.id, value) is not value:
                raise ValueError(f"There are two rules {value.id}.")
    return dict(
        sorted(by_id.items(), key=lambda item: (_FAMILIES.index(item[0][0]), int(item[0][1:])))
    )


def selected(ids: Collection[str] = ()) -> list[Rule]:
    """Return the rules with these ids; all of them without any.

    Raises:
        NotFound: there is no such rule.
    """
    known = rules()
    for rule_id in ids:
        if rule_id not in known:
            raise NotFound(f"No such rule: {rule_id!r}.", "'ircon check --list' lists them.")
    return [rule for rule in known.values() if not ids or rule.id in ids]


def check(
    subject: Subject,
    only: Iterable[Rule] | None = None,
    severities: Mapping[str, str] | None = None,
    focus: Collection[Passage] = (),
) -> list[Finding]:
    """Return every finding about a subject, in the order of its texts.

    Args:
        subject: what is checked.
        only: these rules; all without.
        severities: what config.toml or the incident sets for single rules; ``off``
            silences one.
        focus: only findings in these passages (what is being written).
    """
    configured = severities or {}
    findings = [
        _finding(rule, violation, configured.get(rule.id))
        for rule in (selected() if only is None else only)
        if configured.get(rule.id) != OFF
        for violation in rule.check(subject)
        if not focus or violation.passage in focus
        if not rule.english or is_english(violation.passage.text)
    ]
    order = {id(passage): number for number, passage in enumerate(subject.passages)}
    return sorted(
        dict.fromkeys(findings),
        key=lambda finding: (
            order.get(id(finding.passage), 0),
            finding.start,
            finding.end,
            finding.rule,
        ),
    )


def _finding(rule: Rule, violation: Violation, configured: str | None) -> Finding:
    """An error is only what the author can fix in the text at hand (CHECKS, SEVERITY).

    What was published stays a warning, and so do lateness and style.
    """
    passage = violation.passage
    severity = configured or violation.severity or rule.severity
    kind = violation.kind or rule.kind
    is_published = passage.role != POSTMORTEM and not passage.is_draft
    if (
        severity == ERROR
        and configured is None
        and (rule.only_warns or kind == STYLE or (is_published and not rule.lasting))
    ):
        severity = WARN
    return Finding(
        passage,
        violation.start,
        violation.end,
        violation.message,
        violation.compared_with,
        violation.fix,
        at_stamp=violation.at_stamp,
        of_all=violation.of_all,
        rule=rule.id,
        severity=severity,
        kind=kind,
        confidential=rule.confidential,
    )
