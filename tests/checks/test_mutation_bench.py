"""The bench of mutants plants what it says, and knows what is found of it: bench/mutations.py."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from mutations import check_text, found_by, mutants, plant, sound_texts
from stores import open_desk


def test_every_defect_has_its_place():
    texts = sound_texts()
    planted = list(mutants(texts))
    assert len(texts) >= 20
    assert len({one.kind for one in planted}) >= 40
    assert set(Counter(one.name for one in planted)) == texts.keys()
    assert all(one.text != texts[one.name] for one in planted)
    assert all(one.lines for one in planted)


def test_words_that_do_not_stand_there_once_are_refused():
    with pytest.raises(ValueError, match="2 times"):
        plant("a.md", "duration", "ten and ten", "ten", "two")


def test_a_defect_is_found_by_what_it_alone_draws(tmp_path):
    name, text = "dns-blog.md", sound_texts()["dns-blog.md"]
    defect = plant(name, "weekday", text, "On Monday, 9 February", "On Friday, 9 February")
    desk = open_desk(tmp_path)
    sound = check_text(desk, tmp_path, name, text)
    findings = check_text(desk, tmp_path, name, defect.text)
    desk.close()
    assert [one.rule for one in found_by(defect, findings, text, sound)] == ["T4"]
    assert found_by(defect, sound, text, sound) == []
