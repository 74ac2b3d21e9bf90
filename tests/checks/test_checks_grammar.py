"""Claims told in other words: symptoms, changes, causes, blame, counts and short forms."""

import pytest

from ircon.checks.changes import find_changes
from ircon.checks.lexicon.symptoms import names_symptom
from subjects import quotes, subject_with


def written(text, misspelt=None):
    return subject_with(postmortem=text, title="Report", misspelt=misspelt)


@pytest.mark.parametrize(
    "text",
    [
        "Exports hang.",
        "The lift panel no longer lights up.",
        "Balances are two hours behind.",
        "Callers hear no dial tone.",
        "Guests get someone else's booking.",
    ],
)
def test_a_symptom(text):
    assert names_symptom(text)


@pytest.mark.parametrize(
    "text",
    [
        "We are aware of an issue with Exports.",
        "We do not know the cause yet.",
        "Other regions are not affected.",
        "We have no further information at this time.",
    ],
)
def test_no_symptom(text):
    assert not names_symptom(text)


@pytest.mark.parametrize(
    "text",
    [
        "We turned the new cache off.",
        "Our host swapped the power supply.",
        "The bad rule was taken out.",
        "We cut over to the standby database.",
    ],
)
def test_a_change_with_its_object(text):
    assert find_changes(text)


@pytest.mark.parametrize(
    "text", ["We have put a fix in place.", "Services are back online.", "We rolled out a fix."]
)
def test_no_change_is_named(text):
    assert not find_changes(text)


@pytest.mark.parametrize(
    "text",
    ["The incident was caused by a hiccup on our side.", "## Cause\n\nThis happened due to a bug."],
)
def test_a_cause_that_says_nothing(text):
    assert quotes(written(text), "P9")


@pytest.mark.parametrize(
    "text",
    [
        "The delays caused by the incident cost shops time.",
        "We are sorry for the trouble caused by this interruption.",
        "This was due to an error in the firewall rule.",
    ],
)
def test_harm_and_named_causes_are_no_vague_cause(text):
    assert quotes(written(text), "P9") == []


@pytest.mark.parametrize("text", ["14 warehouses were offline.", "**Impact:** 45 restaurants."])
def test_a_count_of_any_trade(text):
    assert quotes(written(text), "P8") == []


@pytest.mark.parametrize("text", ["3 servers were offline.", "On 12 May 2026 logins failed."])
def test_what_counts_nothing(text):
    assert quotes(written(text), "P8")


@pytest.mark.parametrize(
    "text", ["The table was accidentally dropped by Jonas.", "Priya's mistake took the site down."]
)
def test_a_person_blamed(text):
    assert quotes(written(text), "L2")


@pytest.mark.parametrize("text", ["Monitoring did not notice it.", "Traefik failed to read it."])
def test_a_program_may_fail(text):
    assert quotes(written(text), "L2") == []


def test_another_sentence_names_who_acted():
    assert quotes(written("We changed the rule. Both nodes were restarted."), "L7") == []


@pytest.mark.parametrize(
    "text", ["Attendees: JK, MR, OL", "The Fleet Routing Mesh (FRM) failed.", "TL;DR. It broke."]
)
def test_no_jargon(text):
    assert quotes(written(text), "L8") == []


def test_phases_in_turn():
    assert quotes(written("The shop was unavailable for 4 minutes, then slow for 30."), "U14") == []


def test_a_name_is_never_misspelt():
    misspelt = {"Teh": (), "druing": ()}
    subject = written("Ask Teh Siew Ling. It failed druing lunch.", misspelt=misspelt)
    assert quotes(subject, "U18") == ["druing"]


def test_words_of_another_language_are_left_alone():
    text = "Die Kasse war nicht erreichbar, und wir haben die Ursache mit dem Lieferanten gefunden."
    assert quotes(written(text), "P8") == quotes(written(text), "P11") == []
