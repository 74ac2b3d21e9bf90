"""Published postmortems against what a careful editor marks in them: real_report_labels.json.

The labels are facts about files in ../shared/data/postmortems: lines, a word or figure, and why.
``must`` is wrong, ``fact`` a contradiction among what the text says; ``never`` is sound.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ircon.desk.factory import open_desk

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "postmortems"
LABELS = json.loads((Path(__file__).parent / "real_report_labels.json").read_text())["documents"]
WORD = re.compile(r"\d[\d:.,]*|\w{3,}|\?\?")

WHOLE = 20  # lines of a finding about the whole text, which flags no place in it

# What is reached, as floors and ceilings: it may only get better.
FOUND, SOUND_FLAGGED = 122, 8
# The contradictions that are found: file, first line.
FACTS = {("mybinder-2018-07-30-jupyterlab-build-cpu-saturate.md", 19)}

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not DATA.is_dir(), reason="needs ../shared/data, which a user's clone does not have"
    ),
]


@cache
def findings(name):
    """``(rule, severity, lines, words)`` of every finding in a file."""
    with TemporaryDirectory() as home:
        desk = open_desk(home)
        (checked,) = desk.checking.check(desk.checking.documents([DATA / name]))
        desk.close()
    return [
        (one.rule, one.severity, lines_of(one), words(f"{one.quote} {one.message}"))
        for one in checked.findings
    ]


def lines_of(finding):
    first, _, last, column = finding.span
    return set(range(first, max(first, last - (column == 1 and last > first)) + 1))


def words(text):
    return {word.lower() for word in WORD.findall(text)}


def meets(must, finding):
    rule, _, lines, said = finding
    if not lines & set(must["lines"]):
        return False
    return rule in must["rules"] if "rules" in must else bool(words(must["quote"]) & said)


def flags(never, finding):
    rule, severity, lines, _ = finding
    return (
        severity != "info"
        and len(lines) <= WHOLE
        and bool(lines & set(never["lines"]))
        and ("rules" not in never or rule in never["rules"])
    )


def marked():
    """``(file, must, whether it is found)`` of every defect."""
    for document in LABELS:
        for must in document["must"]:
            found = any(meets(must, one) for one in findings(document["file"]))
            yield document["file"], must, found


def flagged():
    """``(file, never, the rules that flag it)`` of every sound place."""
    for document in LABELS:
        for never in document["never"]:
            rules = [one[0] for one in findings(document["file"]) if flags(never, one)]
            yield document["file"], never, rules


def test_no_fewer_defects_are_found():
    missed = [
        f"{name}:{must['lines'][0]}: {must['why']}" for name, must, hit in marked() if not hit
    ]
    assert sum(hit for _, _, hit in marked()) >= FOUND, "\n".join(missed)


def test_no_more_sound_places_are_flagged():
    hit = [f"{name}:{never['lines']}: {rules}" for name, never, rules in flagged() if rules]
    assert len(hit) <= SOUND_FLAGGED, "\n".join(hit)


def test_the_contradictions_that_were_found_are_found():
    found = {(name, must["lines"][0]) for name, must, hit in marked() if hit and must.get("fact")}
    assert found >= FACTS
