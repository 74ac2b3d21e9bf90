"""From outage to postmortem, as a script would do it, against a real page."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from command_line import IRCON, CommandLine
from faulty_proxy import FaultyProxy
from practice_page import PracticePage


def test_a_practice_page_says_how_to_reach_it_and_a_script_can_set_it_up(tmp_path):
    argv = [IRCON, "practice", "--port", "0", "--db", str(tmp_path / "page.db")]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as child:
        try:
            ready, url, page_id, token = child.stdout.readline().split()
            assert ready == "ready"
            ircon = CommandLine(tmp_path / "home")
            page = (
                "--kind",
                "statuspage",
                "--url",
                url,
                "--page-id",
                page_id.removeprefix("page="),
            )
            said = ircon.real(
                "init", *page, "--token-env", "PAGE_TOKEN", PAGE_TOKEN=token.removeprefix("token=")
            )
            assert said.code == 0, said.err
            config = (tmp_path / "home/config/config.toml").read_text()
            assert 'environment = "sandbox"' in config
            assert token.removeprefix("token=") not in config
        finally:
            child.terminate()
    assert child.returncode == 0


def test_an_outage_from_declare_to_resolve_is_what_the_page_shows(ircon, page):
    said = ircon.real(
        "declare", "Checkout fails", "-c", "API/*=partial_outage", "-m", "Payments fail.", "--json"
    )
    assert said.code == 0, said.err
    incident = said.document["incident"]
    assert said.document["delivery"] == "published"
    summary = page.public("/api/v2/summary.json")
    assert [one["name"] for one in summary["incidents"]] == ["Checkout fails"]

    updated = ircon.real("update", "--status", "identified", "-m", "It is the pool.", "--json")
    assert updated.code == 0, updated.err
    noted = ircon.real("note", "db-1 has no connections left", "--json")
    assert noted.document == {"incident": incident, "note": "n1"}

    shown = ircon.json("show", incident)
    (open_one,) = page.public("/api/v2/summary.json")["incidents"]
    assert shown["status"] == open_one["status"] == "identified"
    assert [one["body"] for one in shown["updates"]] == [
        one["body"] for one in reversed(open_one["incident_updates"])
    ]
    assert {one["remote_id"] for one in shown["updates"]} == {
        one["id"] for one in open_one["incident_updates"]
    }

    closed = ircon.real("resolve", "--restore", "-m", "Payments work again.", "--json")
    assert closed.code == 0, closed.err
    summary = page.public("/api/v2/summary.json")
    assert summary["incidents"] == []
    assert {one["status"] for one in summary["components"]} == {"operational"}
    assert ircon.json("show", incident)["resolved_at"] is not None


def test_standard_output_of_a_declaration_is_the_id(ircon):
    said = ircon("declare", "Search is slow", "-m", "Searches take a minute.")
    assert said.out.strip() == ircon.json("incidents", "--open")[0]["id"]
    assert "Practice" in said.err
    assert "sandbox" in said.err
    assert "notifies 12 subscribers" in said.err
    assert ircon("resolve", "-m", "Searches are quick again.").code == 0


def test_what_could_not_be_sent_waits_and_is_sent_once(bare):
    with PracticePage() as page:
        bare.use(page.url, page.page_id, page.token)
        bare.json("declare", "Checkout fails", "-m", "Payments fail.")
        page.stop()
        said = bare(
            "update", "--status", "identified", "-m", "The pool.", "--timeout", "1", "--json"
        )
        assert said.code == 75
        assert said.document["delivery"] == "queued"
        assert f"--home {bare.home} sync" in said.err
        waiting = bare.json("outbox")
        assert [one["operation"] for one in waiting] == [said.document["operation"]]
        assert bare("sync", "--timeout", "1").code == 75
        page.start()
        done = bare.json("sync")
        asked = [{"page": "main", "ok": True, "error": None}]
        assert done == {"sent": 1, "waiting": 0, "pulled": 0, "pages": asked}
        (incident,) = page.public("/api/v2/incidents.json")["incidents"]
        bodies = [one["body"] for one in incident["incident_updates"]]
        assert bodies.count("The pool.") == 1


def test_what_others_posted_is_told_and_wants_a_decision(ircon, page):
    incident = ircon.json("declare", "Logins fail", "-m", "Nobody can log in.")["incident"]
    remote = page.public("/api/v2/incidents.json")["incidents"][0]["id"]
    page.manage(
        "PATCH",
        f"/incidents/{remote}",
        {"incident": {"status": "identified", "body": "A colleague found it."}},
    )
    said = ircon("update", "--status", "identified", "-m", "We found it.", "--json")
    assert said.code == 75
    assert "A colleague found it." in said.err
    assert "outbox resolve" in said.err
    (waiting,) = ircon.json("outbox")
    assert waiting["state"] == "conflict"
    sent = ircon.json("outbox", "resolve", waiting["operation"][:6], "--send-anyway")
    assert sent["delivery"] == "published"
    bodies = [one["body"] for one in ircon.json("show", incident)["updates"]]
    assert bodies == ["Nobody can log in.", "A colleague found it.", "We found it."]
    assert ircon("resolve", "-m", "Everybody can log in again.", "--send-anyway").code == 0


def test_no_word_of_a_note_ever_reaches_the_page(bare, page):
    canary = "zanzibar-canary"
    with FaultyProxy(page.url) as proxy:
        bare.use(proxy.url, page.page_id, page.token)
        incident = bare.json("declare", "Internal pool", "--internal", "-m", f"{canary} first")
        bare.json("note", f"{canary} note")
        assert bare("note", "-", stdin=f"{canary} piped\n").code == 0
        bare.json("assign", "commander", f"{canary} person")
        bare.json("action", "add", f"{canary} action")
        first = ("update", "--status", "investigating", "-m", "Pages load slowly.")
        unnamed = bare(*first)
        assert (unnamed.code, "--title" in unnamed.err) == (1, True)
        assert not proxy.writes()  # what it is called here is nothing for the public
        assert bare(*first, "--title", "Slow pages").code == 0
        bare.json("handover")
        bare.json("amend", incident["incident"], "n2", "--text", f"{canary} amended")
        assert bare("resolve", "-m", "Pages load as usual.").code == 0
        draft = bare("postmortem", incident["incident"])
        assert canary not in draft.out
        assert canary not in bare("export", incident["incident"], "--format", "markdown").out
        assert canary in bare("timeline", incident["incident"]).out
        assert len(proxy.writes()) == 2
        assert canary.encode() not in b"".join(proxy.received)


def test_an_internal_name_stays_internal_where_a_title_is_given(ircon, page):
    incident = ircon.json("declare", "zanzibar-canary pool", "--internal")["incident"]
    first = ("update", "--status", "investigating", "-m", "Pages load slowly.")
    assert ircon(*first, "--title", "Slow {{pages}}").code == 1
    said = ircon(*first, "--title", "Slow pages")
    assert said.code == 0
    assert "Slow pages" in [
        one["name"] for one in page.public("/api/v2/incidents.json")["incidents"]
    ]
    assert "zanzibar-canary" not in ircon("export", incident, "--format", "markdown").out
    refused = ircon("update", "--status", "monitoring", "-m", "Mended.", "--title", "Other")
    assert "already has its title on the page" in refused.err
    assert ircon("resolve", "-m", "Pages load as usual.").code == 0
    assert "zanzibar-canary" not in str(page.public("/api/v2/incidents.json"))


def test_a_postmortem_is_drafted_saved_and_published(ircon, page, tmp_path):
    incident = ircon.json("declare", "Webhooks late", "-m", "Webhooks arrive late.")["incident"]
    ircon.json("resolve", "-m", "Webhooks arrive at once.")
    file = tmp_path / "postmortem.md"
    assert ircon("postmortem", incident, "-o", str(file)).code == 0
    assert "{{fill in:" in file.read_text()
    assert ircon("postmortem", "publish", incident).code == 1  # nothing was saved yet
    file.write_text("Webhooks were late because a queue was full.")
    assert ircon("postmortem", "save", incident, str(file)).code == 0
    assert ircon("postmortem", incident).out == file.read_text()
    refused = ircon("postmortem", "publish", incident)  # it has no timeline, no numbers
    assert refused.code == 1
    assert "--reason" in refused.err
    posted = ircon.json("postmortem", "publish", incident, "--reason", "a first word, more follows")
    assert posted["delivery"] == "published"
    assert ircon.json("show", incident)["postmortem"]["state"] == "published"
    remote = page.public("/api/v2/incidents.json")["incidents"][0]["id"]
    there = page.manage("GET", f"/incidents/{remote}/postmortem").json()
    assert "queue was full" in there["body"]
    assert there["published_at"]
    again = ircon("postmortem", "publish", incident, "--reason", "once more")
    assert (again.code, "already published" in again.out) == (0, True)
    assert page.manage("GET", f"/incidents/{remote}/postmortem").json() == there
    assert ircon("timeline", incident).out.count("queue was full") == 1


def test_a_maintenance_is_planned(ircon, page):
    said = ircon(
        *("declare", "Database upgrade", "--status", "scheduled", "-m", "Checkout is read-only."),
        *("--from", "22:00 UTC", "--until", "23:00 UTC", "--remind", "-c", "Checkout"),
    )
    assert said.code == 0, said.err
    (planned,) = page.public("/api/v2/scheduled-maintenances/upcoming.json")[
        "scheduled_maintenances"
    ]
    assert planned["name"] == "Database upgrade"
    assert ircon("update", "--status", "in_progress", "-m", "We have begun.").code == 0
    assert ircon("resolve", "-m", "Done: all is as before.").code == 0


SEEDS = Path(__file__).resolve().parents[2].parent / "shared/data/seeds"
FIGURES = {  # METRICS: total, active, monitoring, postmortem lag in days
    "000": (206, 41, 165, 162.265),
    "001": (65, 54, 11, 64.160),
    "002": (126, 106, 20, 243.812),
    "003": (59, 22, 37, 0.005),
}


@pytest.mark.shared
@pytest.mark.skipif(not SEEDS.exists(), reason="the real reports are not beside this clone")
def test_real_reports_are_imported_once_measured_and_replayed(bare):
    seeds = sorted(str(path) for path in SEEDS.glob("*.txt"))
    first = bare.json("import", *seeds)
    assert all(one["created"] for one in first)
    assert not any(one["created"] for one in bare.json("import", *seeds))
    for one in first:
        if figures := FIGURES.get(one["source"][:3]):
            measured = bare.json("metrics", one["id"])
            found = (
                measured["time_to_resolved_min"],
                measured["active_min"],
                measured["monitoring_min"],
                measured["postmortem_lag_days"],
            )
            assert found == figures
    assert bare.json("metrics")["updates"]["n"] == len(seeds)
    fourth = next(seed for seed in seeds if "/003_" in seed)
    for when, status in (("09:30 EDT", "monitoring"), ("09:33 EDT", "investigating")):
        assert bare.json("replay", fourth, "--at", f"2023-08-08 {when}")["status"] == status


def test_reading_only_the_first_lines_is_no_failure(bare):
    for name in ("one", "two", "three"):
        bare.json("declare", f"Incident {name} " + "x" * 200, "--internal")
    code = (
        "import subprocess, sys; "
        f"child = subprocess.Popen([{IRCON!r}, '--home', {str(bare.home)!r}, 'incidents'], "
        "stdout=subprocess.PIPE, stderr=subprocess.PIPE); "
        "child.stdout.close(); print(child.stderr.read().decode()); print(child.wait())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0"]


def test_ctrl_c_says_what_is_kept(bare):
    with PracticePage() as page:
        bare.use(page.url, page.page_id, page.token)
        page.stop()
        argv = [IRCON, "--home", str(bare.home), "declare", "Checkout fails", "-m", "It fails."]
        with subprocess.Popen(
            argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as child:
            said = child.stdout.readline()  # the id: from here on it is kept
            time.sleep(0.2)
            child.send_signal(2)
            _, err = child.communicate(timeout=30)
        assert child.returncode == 75
        assert said.strip() in err
        assert "Saved: do not type it again." in err
        assert bare.json("outbox")[0]["incident"] == said.strip()
        page.start()
        assert bare.json("sync")["sent"] == 1


def test_prose_without_a_date_is_listed_last_and_without_one(bare, tmp_path):
    report = tmp_path / "report.txt"
    report.write_text("Lost orders in May\n\nSome orders were lost for an hour.\n")
    (one,) = bare.json("import", str(report))
    dated = bare.json("declare", "Checkout fails", "--internal")["incident"]
    bare.json("mark", dated, "ended")
    assert [each["id"] for each in bare.json("incidents")] == [dated, one["id"]]
    assert "no date" in bare("incidents").out.splitlines()[-1]
    shown = bare.json("show", one["id"])
    assert (shown["impact"], shown["first_public_at"]) == (None, None)
    assert "not set" in bare("show", one["id"]).out


def test_another_copy_of_an_imported_report_creates_nothing(bare, tmp_path):
    report = tmp_path / "incident.txt"
    words = (
        "Search is slow\nIncident Report for Example\n\nResolved\n\nIt is quick again.\n\n"
        "Posted Mar 02, 2026 - 10:30 UTC\n"
    )
    report.write_text(words)
    assert [one["created"] for one in bare.json("import", str(report))] == [True]
    report.write_text(f"{words}\n\n")
    assert [one["created"] for one in bare.json("import", str(report))] == [False]


def test_an_update_that_is_older_than_its_incident_is_said_to_be(ircon):
    incident = ircon.json("declare", "Search", "--status", "investigating", "-m", "Slow.")
    said = ircon(
        *("update", incident["incident"], "--status", "identified", "-m", "A slow disk."),
        *("--at", "2020-03-08 02:30 UTC"),
    )
    assert said.code == 0
    assert "recorded at 2020-03-08 02:30 UTC, before the incident began" in said.err


def test_doctor_says_that_the_disk_is_nearly_full(ircon, monkeypatch):
    assert "disk" not in {one["check"] for one in ircon("doctor", "--json").document}
    monkeypatch.setattr("ircon.desk.setup._ROOM", 1 << 60)  # no disk here has as much
    (disk,) = [one for one in ircon("doctor", "--json").document if one["check"] == "disk"]
    assert not disk["ok"]
    assert "make room" in disk["detail"]
