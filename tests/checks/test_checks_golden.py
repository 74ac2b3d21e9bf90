"""The seeds against what a careful reader finds in them: ../shared/data/golden.

pytest tests/checks/test_checks_golden.py -k T2
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from ircon.desk.factory import open_desk
from ircon.desk.spelling import Spelling

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
GOLDEN = sorted((DATA / "golden").glob("checks-*.json"))

# Golden findings that are judged wrong; docs/measured.md says why. No rule is bent for them.
DISPUTED: frozenset[tuple[str, str, int]] = frozenset()


def expected(key):
    """``(file, entry)`` of every golden file, those not required left out."""
    return [
        pytest.param(
            golden["file"], entry, id=f"{entry['rule']}-{golden['file'][:3]}-{entry['line']}"
        )
        for golden in (json.loads(one.read_text()) for one in GOLDEN)
        for entry in golden[key]
        if entry.get("required", True)
        and (entry["rule"], golden["file"][:3], entry["line"]) not in DISPUTED
    ]


pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not GOLDEN, reason="needs ../shared/data, which a user's clone does not have"
    ),
]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The findings in each seed, all five given together."""
    desk = open_desk(str(tmp_path_factory.mktemp("home")))
    subjects = desk.checking.documents([DATA / "seeds"])
    return {one.source: one.findings for one in desk.checking.check(subjects)}


@cache
def place_of(file: str, line: int, quote: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where a golden quote stands: from, and to."""
    text = (DATA / "seeds" / file).read_text().split("\n")[line - 1]
    column = text.index(quote) + 1
    return (line, column), (line, column + len(quote))


def reported(found, file, entry):
    start, end = place_of(file, entry["line"], entry["quote"])
    return [
        one
        for one in found[file]
        if one.rule == entry["rule"] and one.span[:2] < end and start < one.span[2:]
    ]


@pytest.mark.parametrize(("file", "entry"), expected("expected"))
def test_what_must_be_reported_is(found, file, entry):
    spelling = Spelling()
    if entry["rule"] == "U18" and not spelling.look_up(["words"]):
        pytest.skip(spelling.problem)
    assert reported(found, file, entry)


@pytest.mark.parametrize(("file", "entry"), expected("must_not_report"))
def test_what_must_not_be_reported_is_not(found, file, entry):
    assert not reported(found, file, entry), entry["why"]


def test_every_span_lies_in_its_document(found):
    for file, findings in found.items():
        lines = (DATA / "seeds" / file).read_text().split("\n")
        for one in findings:
            line, column, end_line, end_column = one.span
            assert (1, 1) <= (line, column) < (end_line, end_column)
            assert end_line <= len(lines) + 1
            if end_line <= len(lines):
                assert end_column <= len(lines[end_line - 1]) + 1


def test_a_quote_stands_in_its_document_to_the_letter(found):
    for file, findings in found.items():
        text = (DATA / "seeds" / file).read_text()
        for one in findings:
            assert one.quote in text
