"""Texts that are larger than any report: their beginning is checked, and that is said."""

from __future__ import annotations

from ircon.checks.subject import MAX_CHARACTERS, Passage, truncate
from ircon.desk.factory import open_desk

LINE = "At 09:12 UTC uploads failed for 12 % of our customers, as the pool was exhausted.\n"


def texts(*bodies: str, most: int) -> tuple[list[str], int]:
    kept, left_out = truncate([Passage("update", body) for body in bodies], most)
    return [one.text for one in kept], left_out


def test_what_fits_stays_as_it_is():
    bodies = [Passage("title", ""), Passage("update", "abcde"), Passage("update", "fghij")]
    assert truncate(bodies, 10) == (tuple(bodies), 0)


def test_a_text_ends_with_its_last_whole_line():
    assert texts("ab\ncd\nefgh", most=8) == (["ab\ncd"], 5)


def test_a_text_without_lines_ends_where_the_limit_is():
    assert texts("abcdefgh", most=5) == (["abcde"], 3)


def test_later_texts_are_left_out():
    assert texts("abc", "de\nfgh", "i", most=6) == (["abc", "de"], 5)


def test_a_line_break_alone_at_the_front_is_no_end():
    assert texts("\nabcdef", most=4) == (["\nabc"], 3)


def test_a_huge_document_is_checked_in_part_and_the_rest_is_said(tmp_path):
    huge = tmp_path / "huge.txt"
    huge.write_text(LINE * (MAX_CHARACTERS // len(LINE) + 1_000))
    desk = open_desk(str(tmp_path / "home"))
    subjects = desk.checking.documents([huge])
    (postmortem,) = [one for one in subjects[0].passages if one.role == "postmortem"]
    assert MAX_CHARACTERS - len(LINE) <= len(postmortem.text) <= MAX_CHARACTERS
    left = len(huge.read_text().strip()) - len(postmortem.text)
    (said,) = desk.checking.silent(subjects, ["T1"])
    assert f"the first {len(postmortem.text):,} characters" in said
    assert f"not the {left:,} after them" in said
    (checked,) = desk.checking.check(subjects, ["P11"])
    assert {one.passage for one in checked.findings} <= set(subjects[0].passages)
