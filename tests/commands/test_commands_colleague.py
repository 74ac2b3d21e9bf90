"""What a colleague does on the page, and which page an incident is on."""

import pytest

from command_line import CommandLine
from practice_page import PracticePage

WORDS = "Some payments fail."


def test_what_is_deleted_on_the_page_is_in_no_group_any_more(ircon, page: PracticePage):
    both = ("-c", "API (group 01)=major_outage", "-c", "API (group 02)=partial_outage")
    ircon.json("declare", "Checkout fails", "-m", WORDS, *both)
    gone = next(one["id"] for one in ircon.json("components") if one["name"] == "API (group 02)")
    page.manage("DELETE", f"/components/{gone}")
    assert "API (group 02) is no longer on the page" in ircon("sync").err
    said = ircon("update", "--status", "identified", "-m", "A disk.", "-c", "API/*=major_outage")
    assert (said.code, "group 02" in said.err) == (0, False)
    named = ircon("update", "--status", "identified", "-m", "It.", "-c", "API (group 02)")
    assert (named.code, "API (group 02)" in named.err, gone in named.err) == (1, True, False)


@pytest.fixture
def two(ircon: CommandLine, page: PracticePage):
    """A second page, which is not the default one."""
    with PracticePage() as other:
        ircon.use(other.url, other.page_id, other.token, name="other")
        yield other


def test_an_internal_incident_is_on_the_page_of_its_first_word(ircon, page, two):
    incident = ircon.json("declare", "db-3 looks odd", "--internal")["incident"]
    first = (
        "update",
        incident,
        "--status",
        "investigating",
        "-m",
        WORDS,
        "--title",
        "Cards are refused",
    )
    ircon.json(*first, "--page", "other")
    assert ircon.json("show", incident)["page"] == "other"
    assert "other, called Cards are refused there" in ircon("show", incident).out
    assert "deleted" not in ircon("sync").err
    assert ircon.json("show", incident)["deleted_at"] is None
    ircon.json("resolve", incident, "-m", "Payments work.")
    on_main = page.public("/api/v2/incidents.json")["incidents"]
    assert "Cards are refused" not in [one["name"] for one in on_main]
    (there,) = two.public("/api/v2/incidents.json")["incidents"]
    assert there["status"] == "resolved"
    assert (
        "'other'"
        in ircon(
            "update", incident, "--status", "update", "-m", "x", "--reopen", "--page", "main"
        ).err
    )
