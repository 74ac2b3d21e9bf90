"""The catalogue: every rule documented, each id once, and nothing else that knows an id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import ircon
from ircon.checks import catalogue
from ircon.checks.catalogue import check, rules, selected
from ircon.checks.finding import ERROR, WARN, Violation
from ircon.checks.rule import CONTRADICTION, GAP, KINDS, STYLE, Rule, rule
from ircon.checks.subject import Subject
from ircon.errors import NotFound
from subjects import subject_with

SOURCE = Path(ircon.__file__).parent
EXAMPLE = SOURCE / "checks" / "rule.py"  # its docstring shows a rule
ID = re.compile(r"""(?<![\w.])["'][TUPL]\d{1,2}["']""")


def violations(subject: Subject) -> Iterator[Violation]:
    """The text is there.

    And that is bad.
    """
    for passage in subject.updates:
        yield Violation(passage, 0, 3, "Found.")


def made(**flags: bool | str) -> Rule:
    return rule("U99", ERROR, good="", bad="", **flags)(violations)


def severities(of: Rule, subject: Subject) -> list[str]:
    return [finding.severity for finding in check(subject, [of])]


@pytest.mark.parametrize("each", rules().values(), ids=rules())
def test_a_rule_says_when_it_fires_why_and_gives_an_example_of_each(each):
    assert each.fires
    assert not each.fires.endswith(".")
    assert each.why.endswith(".")
    assert each.good
    assert each.bad


def test_the_first_line_of_the_docstring_is_when_it_fires_and_the_rest_is_why():
    assert made().fires == "The text is there"
    assert made().why == "And that is bad."


def test_no_other_file_knows_a_rules_id():
    knowing = [
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if path.parent.name != "rules"
        and path != EXAMPLE
        and ID.search(path.read_text(encoding="utf-8"))
    ]
    assert knowing == []


def test_two_rules_with_one_id_are_refused(monkeypatch):
    modules = {"one": SimpleNamespace(a=made()), "two": SimpleNamespace(b=made())}
    names = [SimpleNamespace(name=name) for name in modules]
    monkeypatch.setattr(catalogue, "iter_modules", lambda *_: names)
    monkeypatch.setattr(catalogue, "import_module", modules.__getitem__)
    with pytest.raises(ValueError, match="U99"):
        catalogue.rules.__wrapped__()


def test_an_id_that_does_not_exist_is_refused():
    with pytest.raises(NotFound, match="U99"):
        selected(["U99"])


def test_an_error_in_what_is_public_is_a_warning_unless_it_lasts():
    public = subject_with("09:00 investigating: Uploads fail.")
    assert severities(made(), public) == [WARN]
    assert severities(made(lasting=True), public) == [ERROR]


def test_an_error_in_a_draft_is_one_unless_the_rule_only_warns():
    draft = subject_with(draft="investigating: Uploads fail.")
    assert severities(made(), draft) == [ERROR]
    assert severities(made(only_warns=True), draft) == [WARN]


def test_a_configured_severity_counts_whatever_the_rule_says():
    public = subject_with("09:00 investigating: Uploads fail.")
    (finding,) = check(public, [made(only_warns=True)], {"U99": ERROR})
    assert finding.severity == ERROR
    assert check(public, [made()], {"U99": "off"}) == []


def test_a_finding_that_may_be_a_secret_says_so():
    public = subject_with("09:00 investigating: Uploads fail.")
    assert [one.confidential for one in check(public, [made(confidential=True)])] == [True]
    assert [one.confidential for one in check(public, [made()])] == [False]


@pytest.mark.parametrize("each", rules().values(), ids=rules())
def test_a_contradiction_is_at_least_a_warning_and_style_never_an_error(each):
    assert each.kind in KINDS
    assert each.kind != STYLE or each.severity != ERROR
    assert each.kind != CONTRADICTION or each.severity in {ERROR, WARN}
    assert set(each.swallows) <= set(rules())


def test_the_kind_of_a_rule_follows_from_its_family_unless_it_says_another():
    (finding,) = check(subject_with("09:00 investigating: Uploads fail."), [made()])
    assert finding.kind == GAP
    (finding,) = check(subject_with("09:00 investigating: Uploads fail."), [made(kind=STYLE)])
    assert finding.kind == STYLE


def test_style_is_never_an_error_unless_somebody_configured_it():
    draft = subject_with(draft="investigating: Uploads fail.")
    assert severities(made(kind=STYLE), draft) == [WARN]
    (finding,) = check(draft, [made(kind=STYLE)], {"U99": ERROR})
    assert finding.severity == ERROR
