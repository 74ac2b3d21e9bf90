"""All rules, and the running of them.

A new rule is one function and one row in its family's ``RULES``; nothing else
changes. ``ircon check --list`` and docs/checks.md print these rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Final

from ircon.checks.finding import ERROR, OFF, WARN, Finding
from ircon.checks.subject import POSTMORTEM, Passage, Subject
from ircon.errors import NotFound

FAMILIES: Final = (
    "t_rules",
    "u_wording",
    "u_course",
    "u_scope",
    "p_sections",
    "p_claims",
    "p_substance",
    "p_agreement",
    "p_actions",
    "p_likeness",
    "l_language",
)
_GROUPS: Final = "TUPL"  # time, updates, postmortem, language: the order in which they are listed


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the catalogue.

    Attributes:
        id: ``T1``.
        severity: its default: ``error``, ``warn`` or ``info``.
        fires: when it fires, in one line.
        why: one short paragraph for the handbook.
        good, bad: an example each, in our own words.
        check: yields its findings over a subject.
        in_composer: shown while an update is typed; rules under 90 % precision are not.
    """

    id: str
    severity: str
    fires: str
    why: str
    good: str
    bad: str
    check: Callable[[Subject], Iterator[Finding]]
    in_composer: bool = True


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id, in the catalogue's order."""
    found: dict[str, Rule] = {}
    for family in FAMILIES:
        for rule in import_module(f"ircon.checks.rules.{family}").RULES:
            found[rule.id] = rule
    return dict(
        sorted(found.items(), key=lambda item: (_GROUPS.index(item[0][0]), int(item[0][1:])))
    )


def selected(ids: Collection[str] = ()) -> list[Rule]:
    """The rules with these ids; all of them without any.

    Raises:
        NotFound: there is no such rule.
    """
    known = rules()
    for one in ids:
        if one not in known:
            raise NotFound(f"There is no rule {one!r}.", "'ircon check --list' lists them.")
    return [rule for rule in known.values() if not ids or rule.id in ids]


def check(
    subject: Subject,
    only: Iterable[Rule] | None = None,
    severities: Mapping[str, str] | None = None,
    focus: Collection[Passage] = (),
) -> list[Finding]:
    """Every finding about a subject, in the order of its texts.

    Args:
        subject: what is looked at.
        only: these rules; all without.
        severities: what config.toml or the incident says for single rules; ``off``
            silences one.
        focus: only findings in these passages (what is being written).
    """
    said = severities or {}
    found: list[Finding] = []
    for rule in selected() if only is None else only:
        severity = said.get(rule.id)
        if severity == OFF:
            continue
        for finding in rule.check(subject):
            if focus and finding.passage not in focus:
                continue
            found.append(_weighed(finding, severity))
    order = {id(passage): place for place, passage in enumerate(subject.passages)}
    return sorted(
        dict.fromkeys(found),
        key=lambda fromkey: (
            order.get(id(fromkey.passage), 0),
            fromkey.start,
            fromkey.end,
            fromkey.rule,
        ),
    )


def _weighed(finding: Finding, severity: str | None) -> Finding:
    """An error is only what the author can mend in the text at hand (CHECKS, SEVERITY).

    What was published stays a warning, and so does lateness.
    """
    weight = severity or finding.severity
    told = finding.passage.role != POSTMORTEM and not finding.passage.is_draft
    lasting = finding.rule[0] in "TU" and finding.rule not in {"U16", "U17", "U18"}
    if severity is None and weight == ERROR and (finding.rule == "P5" or (told and lasting)):
        weight = WARN
    return finding if weight == finding.severity else replace(finding, severity=weight)
