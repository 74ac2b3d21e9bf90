"""What was meant is kept whole and sent whole; what was never public asks, or ends silently."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from command_line import CommandLine
from desks import HandClock
from practice_page import PracticePage

FUTURE = ("--from", "2031-05-01 22:00 UTC", "--until", "2031-05-01 23:30 UTC")
WORDS = "Some payments fail; we are looking into it."


@pytest.fixture(autouse=True)
def all_well_at_first(page: PracticePage) -> None:
    all_well(page)


def all_well(page: PracticePage) -> None:
    for one in page.manage("GET", "/components").json():
        page.manage("PATCH", f"/components/{one['id']}", {"component": {"status": "operational"}})


def in_a_shell(command: str) -> int:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", command], env={**os.environ, "PATH": path}, check=False, timeout=60
    )
    return done.returncode


def refuse(ircon: CommandLine) -> None:
    """The page refuses everything from now on: another token is written down."""
    (ircon.home / "main.token").write_text("wrong")


def accept(ircon: CommandLine, page: PracticePage) -> None:
    (ircon.home / "main.token").write_text(page.token or "")


def posted(ircon: CommandLine, *words: str) -> dict:
    return ircon(*words, "--json").document


def on_page(page: PracticePage) -> tuple[int, int]:
    """How much customers were told: incidents there, and mails."""
    return len(page.manage("GET", "/incidents").json()), len(page.mails())


def newest(page: PracticePage) -> dict:
    return page.manage("GET", "/incidents").json()[0]


MEANT = [
    (
        ["declare", "Database upgrade", "--status", "scheduled", *FUTURE, "--remind"],
        ["-c", "Checkout=under_maintenance", "--no-notify", "-m", "Read-only for a while."],
    ),
    (
        ["declare", "Checkout 'fails' -- $(badly)", "--impact", "critical", "--severity", "sev1"],
        ["-c", "API/*=partial_outage", "-c", "Web App", "--at", "30m ago", "-m", WORDS],
    ),
    (
        ["declare", "Search slow", "--status", "monitoring", "--notify"],
        ["--reason", "the fix is in", "-m", 'Two lines,\n"quoted" and $HOME.\n\n'],
    ),
    (
        ["declare", "Kernel patch", "--status", "in_progress", "-c", "Webhooks=under_maintenance"],
        ["--until", "2031-05-01 23:30 UTC", "-m", "- a list\n- that begins with a dash"],
    ),
]


@pytest.mark.parametrize(("first", "rest"), MEANT)
def test_a_refused_command_posts_the_same_by_the_line_that_is_suggested(
    ircon: CommandLine, page: PracticePage, first: list[str], rest: list[str]
) -> None:
    command = [*first, *rest]
    assert ircon(*command).code == 0
    wanted = newest(page)
    page.manage("DELETE", f"/incidents/{wanted['id']}")
    ircon.json("close", "--leave-page")
    all_well(page)
    ircon.json("components", "--refresh")

    refuse(ircon)
    assert ircon(*command).code == 1
    (draft,) = [one for one in ircon.json("outbox") if one["state"] == "draft"]
    accept(ircon, page)
    assert in_a_shell(draft["take_up"]) == 0
    got = newest(page)
    for field in (
        *("name", "status", "impact", "impact_override", "scheduled_for", "scheduled_until"),
        *("scheduled_remind_prior", "auto_transition_to_maintenance_state"),
    ):
        assert got[field] == wanted[field], field
    shown, meant = got["incident_updates"][0], wanted["incident_updates"][0]
    for field in ("body", "status", "affected_components", "deliver_notifications"):
        assert shown[field] == meant[field], field
    assert ircon.json("outbox") == []


def test_a_window_that_was_refused_is_suggested_in_absolute_times(ircon: CommandLine) -> None:
    said = ircon(
        *("declare", "Upgrade", "--status", "scheduled", "--from", "tomorrow 22:00 UTC"),
        *("--until", "23:00 UTC", "-m", WORDS, "-c", "Nowhere"),
    )
    assert said.code == 1
    (draft,) = ircon.json("outbox")
    assert "tomorrow" not in draft["take_up"]
    assert draft["take_up"].count("T22:00:00") == 1
    assert draft["take_up"].count("T23:00:00") == 1


def test_ago_is_the_same_moment_when_it_is_taken_up_later(ircon: CommandLine) -> None:
    ircon.json("declare", "Odd", "--internal")
    ircon("update", "--status", "identified", "--at", "10m ago", "-m", WORDS)
    (draft,) = ircon.json("outbox")
    assert "10m" not in draft["take_up"]
    assert "--at 20" in draft["take_up"]


def test_the_impact_of_an_internal_incident_reaches_the_page(ircon, page) -> None:
    ircon.json("declare", "db-3 pool", "--internal", "--impact", "critical", "--severity", "sev1")
    said = ircon("update", "--status", "identified", "--title", "Orders fail", "-m", WORDS)
    assert said.code == 0
    assert (newest(page)["name"], newest(page)["impact_override"]) == ("Orders fail", "critical")
    assert "db-3" not in str(newest(page))


@pytest.mark.parametrize(
    "words",
    [
        ["resolve", "-m", "False alarm."],
        ["resolve", "--restore"],
        ["resolve", "--template", "resolved", "--set", "data_loss=None was lost."],
        ["update", "--status", "resolved", "-m", "False alarm."],
    ],
)
def test_what_nobody_was_told_of_is_not_published_only_to_end(ircon, page, words) -> None:
    incident = ircon.json("declare", "Pool looks odd", "--internal")["incident"]
    before = on_page(page)
    said = ircon(*words)
    assert said.code == 1
    assert f"ircon close {incident}" in said.err
    assert on_page(page) == before
    told = ("update", "--status", "resolved", "--title", "Orders failed", "-m", "It is over.")
    assert ircon(*told).code == 0  # said with its title, it is meant


def test_a_refused_declaration_that_is_dropped_is_over(ircon, page) -> None:
    refuse(ircon)
    incident = ircon("declare", "Checkout fails", "-m", WORDS).out.strip()
    assert ircon.json("incidents", "--open")[0]["id"] == incident
    (draft,) = ircon.json("outbox")
    said = ircon("outbox", "resolve", draft["operation"], "--drop")
    assert f"{incident} is closed here" in said.out
    assert ircon.json("incidents", "--open") == []
    assert ircon.json("show", incident)["closed"]["reason"]


def test_a_queued_declaration_that_is_dropped_is_over_and_an_internal_one_goes_on(
    ircon, page
) -> None:
    config = ircon.home / "config" / "config.toml"
    config.write_text(config.read_text().replace(page.url, "http://127.0.0.1:9"))
    queued = posted(ircon, "declare", "A", "-m", WORDS, "--timeout", "1")
    dropped = ircon("outbox", "resolve", queued["operation"], "--drop")
    assert "is closed here" in dropped.out, (dropped, queued)
    assert ircon.json("incidents", "--open") == []
    internal = ircon.json("declare", "B", "--internal")["incident"]
    first = ("update", "--title", "B", "--status", "identified", "-m", WORDS, "--timeout", "1")
    ircon("outbox", "resolve", posted(ircon, *first)["operation"], "--drop")
    assert [one["id"] for one in ircon.json("incidents", "--open")] == [internal]


@pytest.mark.parametrize(
    "words",
    [
        ["resolve", "--restore", "-m", "It works again.", "--notify"],
        ["update", "--status", "identified", "-m", "A disk.", "-c", "Webhooks", "--reason", "so"],
        ["update", "--status", "monitoring", "-m", "We watch.", "-c", "Checkout=operational"],
        ["update", "--reopen", "--status", "investigating", "-m", "It is back.", "--no-notify"],
    ],
)
def test_a_refused_update_posts_the_same_by_the_line_that_is_suggested(
    ircon: CommandLine, page: PracticePage, words: list[str]
) -> None:
    seen = []
    for is_refused in (False, True):
        all_well(page)
        declared = ircon(
            *("declare", "A", "-m", WORDS, "--again", "-c", "API/*=major_outage"),
            *("-c", "Checkout=partial_outage"),
        ).out.strip()
        if "--reopen" in words:
            ircon.json("resolve", declared, "-m", "Over.")
        command = [words[0], declared, *words[1:]]
        if is_refused:
            refuse(ircon)
            assert ircon(*command).code == 1
            (draft,) = [one for one in ircon.json("outbox") if one["state"] == "draft"]
            accept(ircon, page)
            assert in_a_shell(draft["take_up"]) == 0
        else:
            assert ircon(*command).code == 0
        got = newest(page)
        shown = got["incident_updates"][0]
        listed = shown["affected_components"] or []
        seen.append(
            (
                *(got["status"], shown["body"], shown["deliver_notifications"], statuses(page)),
                {(one["code"], one["new_status"]) for one in listed},
            )
        )
        if not got["resolved_at"]:
            ircon.json("resolve", declared, "-m", "Over.")
    assert seen[0] == seen[1]


def test_what_waited_and_is_refused_by_a_sync_is_said_and_kept(bare: CommandLine) -> None:
    with PracticePage() as page:
        bare.use(page.url, page.page_id, page.token or "")
        declared = bare("declare", "Checkout fails", "-m", WORDS).out.strip()
        page.kill()
        update = ("update", declared, "--timeout", "0.5", "--status", "monitoring", "-m")
        assert bare(*update, "A fix is in place.").code == 75
        assert bare(*update, "It is over.").code == 75
        lost = bare("declare", "Search fails", "-m", "No results.", "--timeout", "0.5").out.strip()
        page.start()
        refuse(bare)
        said = bare("sync")
        assert (said.code, "0 pending" in said.out) == (1, True)
        for named in (f"u2 of incident {declared}", f"u3 of incident {declared}", f"{lost}."):
            assert named in said.err
        kept = {one["body"]: one["take_up"] for one in bare.json("outbox")}
        assert set(kept) == {"A fix is in place.", "It is over.", "No results."}
        accept(bare, page)
        assert [in_a_shell(one) for one in kept.values()] == [0, 0, 0]
        assert bare.json("outbox") == []
        assert on_page(page)[0] == 2


def test_the_line_for_words_that_were_asked_about_says_that_they_are_meant(
    ircon: CommandLine, page: PracticePage
) -> None:
    words = ("declare", "Checkout fails", "-c", "Checkout=partial_outage", "-m", WORDS)
    before = on_page(page)[0]
    assert ircon(*words).code == 0
    assert ircon(*words).code == 1
    (draft,) = ircon.json("outbox")
    assert in_a_shell(draft["take_up"]) == 0
    assert on_page(page)[0] == before + 2
    assert ircon.json("outbox") == []


def test_a_refused_declaration_that_is_typed_again_leaves_nothing_open(ircon, page) -> None:
    refuse(ircon)
    first = ircon("declare", "Checkout fails", "-m", WORDS).out.strip()
    other = ircon("declare", "Search fails", "-m", WORDS).out.strip()
    accept(ircon, page)
    again = ircon("declare", "Checkout fails", "-m", WORDS)
    assert again.code == 0, again.err
    still = {one["id"] for one in ircon.json("incidents", "--open")}
    assert still == {again.out.strip(), other}
    assert ircon.json("show", first)["closed"]
    assert len(ircon.json("outbox")) == 1


# Maintenance windows


@pytest.mark.parametrize(
    "words",
    [
        ["declare", "X", "--from", "22:00", "--until", "23:00"],
        ["declare", "X", "--until", "23:00"],
        ["declare", "X", "--remind"],
        ["declare", "X", "--status", "identified", "--from", "tomorrow 10:00"],
        ["declare", "X", "--internal", *FUTURE],
        ["declare", "X", "--status", "scheduled"],
        ["declare", "X", "--status", "scheduled", "--from", "22:00"],
        ["declare", "X", "--status", "scheduled", FUTURE[0], FUTURE[3], FUTURE[2], FUTURE[1]],
        ["declare", "X", "--status", "scheduled", *(w.replace("2031", "2021") for w in FUTURE)],
        ["declare", "X", "--status", "scheduled", "--from", "1h ago", *FUTURE[2:]],
        ["declare", "X", "--status", "in_progress", "--until", "2021-05-01 23:00 UTC"],
    ],
)
def test_a_window_that_cannot_be_is_wrong_usage_and_nothing_is_sent(ircon, page, words) -> None:
    before = on_page(page)
    said = ircon(*words, "-m", WORDS)
    assert said.code == 2, said.err
    assert on_page(page) == before


def test_what_is_on_the_page_takes_no_window(ircon) -> None:
    ircon.json("declare", "Checkout fails", "-m", WORDS)
    said = ircon("update", "--status", "identified", "-m", WORDS, *FUTURE)
    assert said.code == 2


@pytest.mark.parametrize("hour", [0, 9, 21, 22, 23])
def test_a_bare_until_is_the_first_one_after_from(ircon, monkeypatch, hour: int) -> None:
    config = ircon.home / "config" / "config.toml"
    config.write_text(f'zone = "UTC"\n{config.read_text()}')
    now = datetime(2027, 3, 9, hour, 30, tzinfo=UTC)
    monkeypatch.setattr("ircon.desk.factory.SystemClock", lambda: HandClock(now))
    said = ircon(
        *("declare", "Upgrade", "--status", "scheduled", "-m", WORDS, "--dry-run"),
        *("--from", "22:00 UTC", "--until", "23:00 UTC"),
    )
    assert said.code in {0, 3}, said.err
    day = 9 if hour < 22 else 10
    assert f"from 2027-03-{day:02} 22:00 UTC until 2027-03-{day:02} 23:00 UTC" in said.err


def test_components_are_under_maintenance_in_the_window_only(ircon, page) -> None:
    said = ircon(
        *("declare", "Upgrade", "--status", "scheduled", *FUTURE, "-m", WORDS),
        *("-c", "Checkout=under_maintenance", "-c", "Webhooks"),
    )
    assert said.code == 0, said.err
    assert "for the window only" in said.err
    assert statuses(page)["Checkout"] == "operational"
    planned = newest(page)
    assert planned["auto_transition_to_maintenance_state"] is True
    assert planned["auto_transition_to_operational_state"] is True
    assert {one["name"] for one in planned["components"]} == {"Checkout", "Webhooks"}
    assert {one["status"] for one in ircon.json("show")["components"]} == {"operational"}
    assert ircon("update", "--status", "in_progress", "-m", "We have begun.").code == 0
    assert statuses(page)["Checkout"] == "under_maintenance"
    assert ircon("resolve", "-m", "Done.").code == 0
    assert statuses(page)["Checkout"] == "operational"


def test_an_announcement_breaks_nothing(ircon, page) -> None:
    said = ircon(
        *("declare", "Upgrade", "--status", "scheduled", *FUTURE, "-m", WORDS),
        *("-c", "Checkout=major_outage"),
    )
    assert (said.code, "before it begins" in said.err) == (1, True)
    assert statuses(page)["Checkout"] == "operational"


def statuses(page: PracticePage) -> dict[str, str]:
    return {one["name"]: one["status"] for one in page.manage("GET", "/components").json()}


# Restoring


def test_what_another_open_incident_says_is_broken_is_left_and_said(ircon, page) -> None:
    one = ircon.json("declare", "A", "-m", WORDS, "-c", "API/*=partial_outage")["incident"]
    other = ircon.json("declare", "B", "-m", "Web is slow.", "-c", "Web App=major_outage")
    shared = ("-c", "API (group 01)=major_outage")
    words = ("-m", "It is the API.", "--status", "identified")
    ircon.json("update", other["incident"], *words, *shared)
    said = ircon("resolve", one, "--restore", "-m", "It works again.")
    assert said.code == 0
    assert f"Left unchanged: API/API (group 01), as incident {other['incident']}" in said.err
    assert "--restore to set them operational" not in said.err
    after = statuses(page)
    assert after["API (group 01)"] == "major_outage"
    assert after["API (group 02)"] == "operational"
    # Named, it is set all the same, and the contradiction is said.
    again = ircon(
        *("update", one, "--reopen", "--status", "monitoring", "-m", "We watch it."),
        *("-c", "API (group 01)=operational"),
    )
    assert again.code == 0
    assert f"but incident {other['incident']}" in again.err
    assert statuses(page)["API (group 01)"] == "operational"


def test_what_restore_is_told_to_set_all_the_same_is_not_called_left(ircon, page) -> None:
    one = ircon.json("declare", "A", "-m", WORDS, "-c", "Checkout=partial_outage")["incident"]
    other = ircon.json("declare", "B", "-m", "It is slow.", "-c", "Checkout=partial_outage")
    insist = ("-c", "Checkout=operational")
    said = ircon("resolve", one, "--restore", *insist, "-m", "It works again.")
    assert said.code == 0, said.err
    assert "Left unchanged" not in said.err
    assert f"but incident {other['incident']}" in said.err
    assert statuses(page)["Checkout"] == "operational"


def test_a_component_that_is_gone_does_not_keep_the_others_from_working(ircon, page) -> None:
    ircon.json("declare", "A", "-m", WORDS, "-c", "API/*=partial_outage", "-c", "Webhooks")
    gone = next(
        one for one in page.manage("GET", "/components").json() if one["name"] == "API (group 02)"
    )
    page.manage("DELETE", f"/components/{gone['id']}")
    said = ircon("update", "--status", "identified", "-m", "A disk.", "-c", "Webhooks=major_outage")
    assert said.code == 0, said.err
    said = ircon("resolve", "--restore", "-m", "It works again.")
    assert said.code == 0, said.err
    assert "No longer on the page, so left out: API/API (group 02)" in said.err
    assert set(statuses(page).values()) == {"operational"}
