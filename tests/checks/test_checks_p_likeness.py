"""P14 P15: texts and actions that other incidents of the page have, too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ircon.checks.subject import Subject
from ircon.incident.state import Action
from ircon.incident.text import InternalText
from ircon.text.stems import stem
from subjects import findings, quotes, subject_with

ROTE = (
    "We worked hard to find out what went wrong and to put it right for everybody. In this text we "
    "tell what happened, why it happened and what we will do about it. "
)


def of(page, text, title="Uploads fail", **more: object):
    subject = subject_with(
        "09:00 investigating: Uploads fail.", title=title, postmortem=text, page=page
    )
    return replace(subject, **more)


def beside(subject, *others: Subject):
    return replace(subject, others=others)


def test_p14_half_of_it_stands_elsewhere():
    mine = of("Acme Cloud", ROTE + "A disk was full on the fourth of May, and we made room.")
    other = of("Acme", ROTE + "A certificate ran out in June and was renewed.", "Sign-in fails")
    (found,) = findings(beside(mine, other), "P14")
    assert "Sign-in fails" in found.message
    assert "%" in found.message


@pytest.mark.parametrize(
    "others",
    [
        (),
        (of("Umbrella", ROTE + "A disk was full."),),
        (of(None, ROTE + "A disk was full."),),
        (of("Acme", "A certificate ran out in June and was renewed within the hour."),),
        (subject_with("09:00 investigating: Uploads fail.", page="Acme"),),
    ],
)
def test_p14_own_words_or_nothing_to_compare_with(others):
    mine = of("Acme", ROTE + "A disk was full on the fourth of May, and we made room.")
    assert findings(beside(mine, *others), "P14") == []


def test_p14_a_copy_of_the_same_incident_is_no_other():
    mine = of("Acme", ROTE)
    assert findings(beside(mine, replace(mine, source="copy")), "P14") == []


STEPS = "Next steps:\n\n- "


def test_p15_the_same_action_in_other_words():
    mine = of("Acme", f"{STEPS}We will create automated scaling policies that add hosts early.")
    other = of(
        "Acme", f"{STEPS}Implement an automatic scaling policy, and test it.", "Sign-in fails"
    )
    (found,) = findings(beside(mine, other), "P15")
    assert found.quote == "create automated scaling policies"
    assert found.severity == "error"
    assert "Sign-in fails" in found.message


@pytest.mark.parametrize(
    "action",
    [
        "Improve monitoring.",
        "Watch the disks of upload hosts.",
        "Prevent similar incidents in the future.",
        "Automate the release.",
    ],
)
def test_p15_another_action(action):
    mine = of("Acme", f"{STEPS}We will create automated scaling policies.\n- Improve monitoring.")
    assert quotes(beside(mine, of("Acme", f"{STEPS}{action}")), "P15") == []


def test_p15_another_page():
    mine = of("Acme", f"{STEPS}Create automated scaling policies.")
    assert quotes(beside(mine, of("Umbrella", mine.postmortem.text)), "P15") == []


@pytest.mark.parametrize(("done", "count"), [(False, 1), (True, 0)])
def test_p15_an_action_that_is_done_may_be_told_of(done, count):
    mine = of("Acme", f"{STEPS}Create automated scaling policies.")
    other = subject_with("10:00 investigating: Sign-in fails.", title="Sign-in fails", page="Acme")
    kept = Action("a1", InternalText("Automated scaling policies for sign-in"), done=done)
    other = replace(other, incident=replace(other.incident, actions=(kept,)))
    assert len(quotes(beside(mine, other), "P15")) == count


def test_p15_done_in_the_record_though_open_in_the_text():
    mine = of("Acme", f"{STEPS}Create automated scaling policies.")
    other = of("Acme", f"{STEPS}Add automated scaling policies.", "Sign-in fails")
    kept = Action("a1", InternalText("Add automated scaling policies"), done=True)
    other = replace(other, incident=replace(other.incident, actions=(kept,)))
    assert quotes(beside(mine, other), "P15") == []


@pytest.mark.parametrize(
    "words",
    [
        ("automated", "automatic", "automatically", "automation"),
        ("scaling", "scale", "scaled", "scalable"),
        ("policy", "policies"),
        ("limit", "limits", "limited"),
        ("planning", "plans", "planned"),
        ("deploy", "deployments", "deployed"),
    ],
)
def test_forms_of_a_word_have_one_stem(words):
    assert len({stem(word) for word in words}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("limit", "link"), ("test", "text"), ("alert", "alter")]
)
def test_other_words_have_other_stems(one, other):
    assert stem(one) != stem(other)
