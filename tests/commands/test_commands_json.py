"""The shapes of --json: a public interface."""

import pytest

SUMMARY = {
    *("id", "name", "page", "status", "impact", "severity", "started_at", "first_public_at"),
    *("resolved_at", "closed", "roles", "components", "metrics"),
}
METRICS = {
    *("updates", "first_public", "resolved_final", "time_to_first_update_min"),
    *("time_to_identified_min", "time_to_monitoring_first_min", "time_to_monitoring_final_min"),
    *("time_to_resolved_min", "active_min", "monitoring_min", "closed_between_min"),
    *("failed_fixes", "reopens_after_resolved", "max_update_gap_min", "soak_min"),
    *("time_to_detect_min", "time_to_acknowledge_min", "promises"),
    *("postmortem_lag_days", "component_downtime_min"),
}
POSTED = {"incident", "update", "operation", "delivery", "remote_id", "error"}


@pytest.fixture
def incident(ircon) -> str:
    declared = ircon.json(
        "declare", "Checkout fails", "-m", "It fails.", "-c", "Checkout", "--at", "5m ago"
    )
    assert set(declared) == POSTED
    incident: str = declared["incident"]
    yield incident
    if ircon.json("show", incident)["status"] != "resolved":
        ircon.json("resolve", incident, "-m", "It works.", "--restore")


def test_show(ircon, incident):
    ircon.json("note", "one thing")
    ircon.json("assign", "commander", "Ada")
    ircon.json("action", "add", "Alert on the pool", "--owner", "ada", "--due", "2026-12-01")
    shown = ircon.json("show")
    listed = {"updates", "notes", "actions", "postmortem", "promises"}
    assert set(shown) == SUMMARY | listed | {"page_title", "deleted_at", "deleted_components"}
    assert shown["roles"] == {"commander": "Ada"}
    assert set(shown["components"][0]) == {"id", "name", "group", "status"}
    assert set(shown["updates"][0]) == {
        *("id", "status", "body", "components", "notify", "created_at", "shown_at", "delivery"),
        *("remote_id", "error", "was", "deleted_at", "notice", "author"),
    }
    assert set(shown["notes"][0]) == {
        *("id", "at", "recorded_at", "author", "text", "source", "pinned"),
        *("command", "exit_code", "seconds"),
    }
    assert set(shown["actions"][0]) == {"id", "text", "owner", "due", "ticket", "done"}
    assert set(shown["postmortem"]) == {"state", "saved_at", "published_at", "body"}
    assert set(shown["metrics"]) == METRICS
    assert shown["severity"] is None
    assert shown["started_at"].endswith("Z")


def test_lists(ircon, incident):
    ircon.json("note", "one thing")
    assert [set(one) for one in ircon.json("incidents")] == [SUMMARY]
    timeline = ircon.json("timeline")
    keys = {"id", "at", "recorded_at", "kind", "visibility", "text", "delivery"}
    assert all(
        set(one) == keys | {"was", "seen_before", "author", "command", "exit_code", "seconds"}
        for one in timeline
    )
    assert {one["visibility"] for one in timeline} == {"public", "internal"}
    assert {one["visibility"] for one in ircon.json("timeline", "--public")} == {"public"}
    assert set(ircon.json("components")[0]) == {"id", "name", "group", "status"}
    assert set(ircon.json("templates")[0]) == {"name", "kind", "status", "variables"}
    assert [set(one) for one in ircon.json("doctor")] == [{"check", "ok", "detail"}] * 3
    assert ircon.json("outbox") == []
    pages = [{"page": "main", "ok": True, "error": None}]
    assert ircon.json("sync") == {"sent": 0, "waiting": 0, "pulled": 0, "pages": pages}


def test_posting_and_noting(ircon, incident):
    updated = ircon.json("update", "--status", "monitoring", "-m", "A fix is in place.")
    assert set(updated) == POSTED
    assert updated["remote_id"]
    assert updated["error"] is None
    assert ircon.json("note", "quiet now") == {"incident": incident, "note": "n1"}
    assert set(ircon.json("resolve", "-m", "It works.")) == POSTED


def test_what_waits(bare, page):
    bare.use(page.url, page.page_id, page.token)
    config = bare.home / "config/config.toml"
    config.write_text(config.read_text().replace(page.url, "http://127.0.0.1:9"))
    said = bare("declare", "Checkout fails", "-m", "It fails.", "--timeout", "0.5", "--json")
    assert said.code == 75
    assert set(said.document) == POSTED
    (waiting,) = bare.json("outbox")
    assert set(waiting) == {
        *("incident", "update", "operation", "state", "attempts", "next_attempt_at", "last_error"),
        "may_be",
    }
    bare.json("outbox", "resolve", waiting["operation"], "--drop")
    assert bare.json("outbox") == []


def test_metrics(ircon, incident):
    assert set(ircon.json("metrics", incident)) == METRICS
    spread = ircon.json("metrics")
    assert set(spread) == METRICS - {"first_public", "resolved_final"} | {"maintenances"}
    assert set(spread["maintenances"]) == set(spread) - {"maintenances"}
    assert set(spread["updates"]) == {"n", "median", "p25", "p75", "min", "max"}


def test_a_failure_is_one_document_too(bare):
    for words in (["show", "zz99"], ["no-such-verb"], ["update"], ["declare", "X", "--frob"]):
        said = bare(*words, "--json")
        assert said.code in {1, 2}
        assert set(said.document) == {"error"}
        error = said.document["error"]
        assert set(error) == {"message", "hint", "code", "draft", "findings"}
        assert error["message"]
        assert error["code"] == said.code


def test_importing_and_exporting_come_back_to_the_same(ircon, incident, tmp_path, bare):
    ircon.json("note", "only inside")
    ircon.json("resolve", "-m", "It works.")
    recording = tmp_path / "incident.toml"
    said = ircon("export", incident, "--format", "toml", "-o", str(recording))
    assert said.code == 0
    assert "Internal" in said.err
    assert recording.stat().st_mode & 0o777 == 0o600
    assert ircon("export", incident, "--format", "toml", "-o", str(recording)).code == 1
    (again,) = ircon.json("import", str(recording))
    assert set(again) == {"source", "id", "name", "updates", "created", "warnings"}
    assert again["created"] is False
    assert ircon.json("replay", str(recording))["notes"][0]["text"] == "only inside"
