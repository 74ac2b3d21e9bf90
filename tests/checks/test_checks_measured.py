"""The catalogue and what was measured of it: docs/measured.md."""

from __future__ import annotations

import re
from pathlib import Path

from ircon.checks.catalogue import rules

MEASURED = Path(__file__).resolve().parents[2] / "docs" / "measured.md"
ROW = re.compile(
    r"^\| (?P<rule>[TUPL]\d+) \|.*?\|.*?\|.*?\| ?(?:(?P<true>\d+) %)? ?\|"
    r"(?: (?P<useful>\d+) % \|)?",
    re.MULTILINE,
)


def test_every_rule_was_looked_at_and_what_is_often_wrong_is_not_in_the_composer():
    rows = {row["rule"]: row for row in ROW.finditer(MEASURED.read_text())}
    assert rows.keys() == rules().keys()
    often_wrong = {
        rule
        for rule, row in rows.items()
        if int(row["true"] or 100) < 90 or int(row["useful"] or 100) < 75
    }
    assert often_wrong == {rule.id for rule in rules().values() if not rule.in_composer}
    assert all(rules()[rule].severity == "info" for rule in often_wrong)
