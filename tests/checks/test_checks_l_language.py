"""L1 to L8: words that blame, blur or hide, and the same words where they are right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ircon.incident.components import Component, ComponentChange
from subjects import apply_fix, findings, quotes, subject_with


def written(text, **more: object):
    return subject_with("09:00 investigating: Uploads fail.", postmortem=text, **more)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("We should have raised the limit.", "We should have"),
        ("The team could not have known, but would have asked.", "The team could not have"),
        ("The engineers didn't notice the alert.", "engineers didn't notice"),
        ("Our on-call engineer failed to escalate.", "Our on-call engineer failed to escalate"),
        ("If only the disk had been larger.", "If only"),
        ("Had we looked, it was plain to see.", "Had we"),
        ("The limit hadn't been raised in years.", "hadn't been raised"),
        ("The limits were not properly configured.", "were not properly configured"),
        ("There was insufficient monitoring of disks.", "insufficient monitoring"),
        ("The change should have been tested.", "should have been tested"),
    ],
)
def test_l1_another_past(text, quote):
    found = quotes(written(text), "L1")
    assert len(found) == 1
    assert quote in found[0] or found[0] in quote


@pytest.mark.parametrize(
    "text",
    [
        "Our automatic failover failed to start.",
        "The alert did not fire.",
        "Monitoring did not flag the full disk.",
        "Users should have access again.",
        "We failed to process 1,204 uploads.",
        "We did not lose any data.",
        "Some orders could have been delayed.",
        "Lessons learned:\nWe should have raised the limit.",
        "Next steps:\n\n- Raise what should have been raised (Ada, June, OPS-1).",
        "We had to restart the host.",
    ],
)
def test_l1_mechanisms_symptoms_and_lessons(text):
    assert quotes(written(text), "L1") == []


@pytest.mark.parametrize(
    "text",
    [
        "It was caused by human error.",
        "One of our engineers accidentally deleted a table.",
        "A careless change filled the disk.",
    ],
)
def test_l2_blame(text):
    assert len(quotes(written(text), "L2")) == 1


def test_l2_a_person_by_name_outside_the_lists_of_people():
    subject = written(
        "Grace Hopper deleted a table.\n\n## Responders\n\n- Grace Hopper\n\n"
        "## Next steps\n\n- Alert on it (Grace Hopper, June, OPS-1).\n"
    )
    named = replace(
        subject, incident=replace(subject.incident, roles={"commander": "Grace Hopper"})
    )
    (found,) = findings(named, "L2")
    assert (found.start, found.quote) == (0, "Grace Hopper")
    assert quotes(subject, "L2") == []


@pytest.mark.parametrize("text", ["The engineers restarted the host.", "The server made an error."])
def test_l2_people_and_errors_without_blame(text):
    assert quotes(written(text), "L2") == []


def test_l3_the_one_root_cause():
    subject = written("We found the root cause.")
    assert quotes(subject, "L3") == ["the root cause"]
    assert apply_fix(subject, "L3") == "We found the contributing factors."


@pytest.mark.parametrize(
    "text",
    ["Root causes were three.", "A root cause analysis follows.", "The contributing factors:"],
)
def test_l3_several_causes_and_the_name_of_a_report(text):
    assert quotes(written(text), "L3") == []


def with_status(subject, *statuses: str):
    components = tuple(ComponentChange(one, one, status=one) for one in statuses)
    return replace(subject, incident=replace(subject.incident, components=components))


def test_l4_an_outage_of_what_was_only_slow():
    subject = written("During the outage uploads were slow.")
    (found,) = findings(with_status(subject, "degraded_performance"), "L4")
    assert found.quote == "outage"
    assert "degraded_performance" in found.compared_with


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("During the outage uploads failed.", ("major_outage",)),
        ("During the outage uploads failed.", ()),
        ("A partial outage of uploads.", ("partial_outage",)),
        ("Next steps:\n\n- Practise an outage (Ada, June, OPS-1).", ("degraded_performance",)),
    ],
)
def test_l4_a_real_one_an_unknown_one_and_one_to_come(text, statuses):
    assert quotes(with_status(written(text), *statuses), "L4") == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Some users saw errors.", "Some users"),
        ("A small number of customers could not upload.", "A small number of customers"),
        ("Uploads may have been delayed, which affected invoices.", "may have been delayed"),
        ("There was a brief interruption of uploads.", "brief"),
    ],
)
def test_l5_made_small_without_a_number(text, quote):
    assert quotes(written(text), "L5") == [quote]


@pytest.mark.parametrize(
    "text",
    [
        "Some users, 3 % of all, saw errors.",
        "Some users saw errors. About 3 % of requests failed.",
        "Uploads failed briefly, from 09:00 to 09:02 UTC.",
        "We apologize for any trouble this may have caused some users.",
        "We are sorry: some customers may have experienced errors.",
        "Some users wrote to us.",
        "In brief, here is what we know.",
    ],
)
def test_l5_numbers_and_apologies(text):
    assert quotes(written(text), "L5") == []


def test_l5_says_how_much_the_record_selects():
    page = tuple(Component(one, one) for one in "abc")
    subject = with_status(written("Some users saw errors.", page_components=page), "a", "b")
    (found,) = findings(subject, "L5")
    assert "2 of 3 components" in found.message


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Our team quickly found it.", "Our team found it."),
        ("We immediately increased the limit.", "We increased the limit."),
        ("Everybody worked diligently.", "Everybody worked."),
    ],
)
def test_l6_praise_without_a_time_can_be_cut(text, rest):
    assert apply_fix(written(text), "L6") == rest


@pytest.mark.parametrize(
    "text",
    [
        "We quickly found it, within 4 minutes.",
        "By 09:12 UTC we had promptly restarted it.",
        "The queue began growing rapidly.",
        "This lets us detect it more quickly.",
        "We will immediately notify customers.",
        "We work as quickly as possible.",
    ],
)
def test_l6_times_machines_and_plans(text):
    assert quotes(written(text), "L6") == []


@pytest.mark.parametrize(
    "text",
    ["The servers were rebooted.", "A release was rolled back at noon.", "It had been deleted."],
)
def test_l7_nobody_did_it(text):
    assert len(quotes(written(text), "L7")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "We rebooted the servers.",
        "The servers were rebooted by the night shift.",
        "The pods were automatically restarted.",
        "The messages were delivered.",
        "The issue was resolved.",
    ],
)
def test_l7_somebody_or_a_program_did_it(text):
    assert quotes(written(text), "L7") == []


def test_l7_is_about_postmortems():
    assert quotes(subject_with("09:00 monitoring: The servers were rebooted."), "L7") == []


def test_l8_a_short_form_that_nobody_explains_once():
    subject = written("The MQX was full. The MQX was slow.")
    (found,) = findings(subject, "L8")
    assert (found.quote, found.start) == ("MQX", 4)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("The message exchange (MQX) was full. MQX is slow.", {}),
        ("The MQX (message exchange) was full.", {}),
        ("The API answered HTTP errors until 10:00 CEST.", {}),
        ("The MQX was full.", {"words": frozenset({"MQX"})}),
        ("The MQX was full.", {"words": frozenset({"MQX queue"})}),
        ("We track it as OPS-12 in `MQX`.", {}),
        ("PLEASE READ THIS NOW: uploads work.", {}),
    ],
)
def test_l8_explained_known_or_no_word(text, more):
    assert quotes(written(text, **more), "L8") == []
