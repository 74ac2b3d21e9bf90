"""P21: components, times, statuses and figures, as the text and as the record has them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ircon.incident.components import Component, ComponentChange
from subjects import apply_fix, findings, quotes, subject_with

COURSE = (
    "09:00 investigating: Uploads fail.",
    "09:20 identified: The disk is full.",
    "10:00 resolved: Uploads work.",
)
PARTS = tuple(ComponentChange(f"c{n}", f"API (group 0{n})", "API") for n in (1, 2, 3))


def written(text, *components: ComponentChange, imported=False, **more: object):
    subject = subject_with(*COURSE, postmortem=text, posted="+1 09:00", **more)
    origin = "import" if imported else "ircon"
    incident = replace(subject.incident, components=components, origin=origin)
    return replace(subject, incident=incident)


def test_the_group_where_one_part_of_it_is_recorded():
    subject = written("The API was unavailable for a while.", PARTS[2])
    (found,) = findings(subject, "P21")
    assert found.quote == "API"
    assert "API (group 03)" in found.message


@pytest.mark.parametrize(
    ("text", "components"),
    [
        ("The API was unavailable for a while.", PARTS),
        ("API (group 03) was unavailable for a while.", PARTS[2:]),
        ("A part of the API was unavailable.", PARTS[2:]),
        ("Next steps:\n\n- Make the API fail over (Ada, June, OPS-1).", PARTS[2:]),
    ],
)
def test_the_part_and_the_whole_group(text, components):
    assert quotes(written(text, *components), "P21") == []


def test_a_component_of_the_page_that_was_not_affected():
    page = (Component("a", "Uploads"), Component("b", "Search"))
    subject = written(
        "Search was slow, too.", ComponentChange("a", "Uploads"), page_components=page
    )
    assert quotes(subject, "P21") == ["Search"]
    well = written(
        "Search was not affected.", ComponentChange("a", "Uploads"), page_components=page
    )
    assert quotes(well, "P21") == []


def test_an_affected_component_that_is_left_out():
    both = (ComponentChange("a", "Uploads"), ComponentChange("b", "Search"))
    (found,) = findings(written("Uploads failed.", *both), "P21")
    assert "Search" in found.message
    assert quotes(written("Uploads and search failed.", *both), "P21") == []
    assert quotes(written("Nothing worked.", *both), "P21") == []


def test_a_status_that_was_never_shown():
    text = "At last we set the status to Monitoring."
    assert quotes(written(text), "P21") == ["Monitoring"]
    assert quotes(written(text.replace("Monitoring", "Identified")), "P21") == []


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("- 11:20 CEST (09:20 UTC): Identified.", 0),
        ("- 09:20 UTC: Identified", 0),
        ("- 09:24 UTC: Identified", 1),
        ("| 09:20 UTC | Identified | 20 |", 0),
        ("| 09:31 UTC | Resolved | 20 |", 1),
        ("- 09:40 UTC: Monitoring", 1),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_a_time_with_a_status_is_that_of_an_update(line, count, imported):
    assert len(quotes(written(line, imported=imported), "P21")) == count


def test_a_time_that_our_own_record_does_not_know():
    text = "At 09:38 UTC we stopped the import. At 09:02 UTC somebody had looked at it."
    assert quotes(written(text), "P21") == ["09:38 UTC"]
    assert quotes(written(text, imported=True), "P21") == []


def test_a_time_that_an_update_told_is_in_the_record():
    said = "09:00 investigating: Uploads fail since 08:12 UTC. Next update by 10:40 CEST."
    text = "- 09:00 UTC: Uploads fail since 08:12 UTC. Next update by 08:40 UTC.\n- 08:25 UTC: x."
    subject = subject_with(said, postmortem=text)
    assert quotes(subject, "P21") == ["08:25 UTC"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Billing component was in partial outage.", ["Billing"]),
        ("Search was in major outage.", ["Search"]),
        ("Affected components: Billing, API and Search", ["Billing", "Search"]),
        ("Affected components: API, Uploads.", []),
        ("Affected components: Uploads (partial outage), the API", []),
        ("The API component was in partial outage. It was slow.", []),
        ("The main component was in trouble. Next, we look at each component.", []),
    ],
)
def test_what_the_text_itself_calls_a_component_is_in_the_record(text, found):
    both = (ComponentChange("a", "Uploads"), ComponentChange("b", "API (group 01)", "API"))
    said = [one.quote for one in findings(written(text, *both), "P21") if "among" in one.message]
    assert said == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The incident was resolved at 11:20 UTC.", ["11:20 UTC"]),
        ("The incident was resolved at 12:00 CEST.", []),
        ("The incident was resolved at 09:50 UTC, and the page was told later.", []),
        ("We identified the cause at 09:50 UTC.", ["09:50 UTC"]),
        ("We identified the cause at 09:12 UTC.", []),
        ("Next steps:\n\n- Learn why the incident was resolved at 11:20 UTC elsewhere.", []),
    ],
)
def test_a_deed_after_the_page_had_told_of_it(text, found):
    assert quotes(written(text, imported=True), "P21") == found


def test_a_hole_says_nothing_yet():
    assert (
        quotes(written("{{fill in: 07:31 UTC is the first update: when did it begin?}}"), "P21")
        == []
    )


def test_a_window_is_left_to_t2():
    assert quotes(written("It lasted from 08:41 to 09:49 UTC."), "P21") == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("We posted 7 updates.", "We posted 3 updates."),
        ("The longest silence was 25 min.", "The longest silence was 40 min."),
    ],
)
def test_a_figure_that_was_typed_over_is_put_back(text, right):
    assert apply_fix(written(text), "P21") == right
    assert quotes(written(right), "P21") == []


def test_nothing_is_held_against_no_record():
    subject = replace(written("We posted 7 updates."), has_record=False)
    assert quotes(subject, "P21") == []
