"""The documents of --json: their keys are CLI.md's, and missing is null."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from events import Recorder
from ircon.incident.components import Component
from ircon.incident.fold import fold
from ircon.incident.metrics import compute_metrics
from ircon.writing.json_documents import (
    components_document,
    posted_document,
    postmortem_posted_document,
    show_document,
    summary_document,
    templates_document,
    timeline_document,
)
from ircon.writing.templates import load_postmortem_templates, load_update_templates

SUMMARY = [
    "id",
    "name",
    "page",
    "status",
    "impact",
    "severity",
    "started_at",
    "first_public_at",
    "resolved_at",
    "closed",
    "roles",
    "components",
    "metrics",
]
POSTED = ["incident", "update", "operation", "delivery", "remote_id", "error"]


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def test_show_has_the_keys_of_the_contract(incident):
    shown = show_document(incident, compute_metrics(incident))
    listed = {"updates", "notes", "actions", "postmortem", "promises"}
    on_page = {"page_title", "deleted_at", "deleted_components"}
    assert set(shown) == {*SUMMARY, *listed, *on_page}
    assert set(shown["components"][0]) == {"id", "name", "group", "status"}
    assert set(shown["updates"][0]) == {
        "id",
        "status",
        "body",
        "components",
        "notify",
        "created_at",
        "shown_at",
        "delivery",
        "remote_id",
        "error",
        "was",
        "deleted_at",
        "notice",
        "author",
    }
    assert set(shown["notes"][0]) == {
        "id",
        "at",
        "recorded_at",
        "author",
        "text",
        "source",
        "pinned",
        "command",
        "exit_code",
        "seconds",
    }
    assert set(shown["actions"][0]) == {"id", "text", "owner", "due", "ticket", "done"}
    assert set(shown["postmortem"]) == {"state", "saved_at", "published_at", "body"}
    assert set(shown["metrics"]) == {
        "updates",
        "first_public",
        "resolved_final",
        "time_to_first_update_min",
        "time_to_identified_min",
        "time_to_monitoring_first_min",
        "time_to_monitoring_final_min",
        "time_to_resolved_min",
        "active_min",
        "monitoring_min",
        "closed_between_min",
        "failed_fixes",
        "reopens_after_resolved",
        "max_update_gap_min",
        "soak_min",
        "time_to_detect_min",
        "time_to_acknowledge_min",
        "promises",
        "postmortem_lag_days",
        "component_downtime_min",
    }


def test_show_says_what_the_record_says(incident):
    shown = show_document(incident, compute_metrics(incident))
    assert shown["status"] == "resolved"
    assert shown["started_at"] == "2026-03-02T09:00:00Z"
    assert shown["roles"] == {"commander": "Grace Hopper"}
    assert shown["updates"][0]["components"] == {"c1": "partial_outage", "c2": None}
    rejected = next(one for one in shown["updates"] if one["delivery"] == "failed")
    assert rejected["error"] == "HTTP 422 from the page"
    assert rejected["shown_at"] is None
    assert shown["notes"][0]["pinned"] is True
    assert shown["actions"][0] == {
        "id": "a1",
        "text": "raise the limit",
        "owner": "grace@example.com",
        "due": None,
        "ticket": "OPS-4711",
        "done": False,
    }
    assert shown["postmortem"]["state"] == "draft"
    assert shown["postmortem"]["body"] == "a draft of ours"
    assert shown["metrics"]["component_downtime_min"]["API (group 01)"] == 66.0


def test_missing_is_null_and_times_are_utc(incident):
    record = Recorder()
    record.declared()
    record.update("investigating", "")
    record.note("")
    bare = fold(record.events)
    for one in (incident, bare):
        document = [show_document(one, compute_metrics(one)), timeline_document(one)]
        values = list(leaves(document))
        assert "" not in values
        assert json.loads(json.dumps(document)) == document
        for value in values:
            if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", value)


def test_a_summary_is_show_without_the_entries(incident):
    summary = summary_document(incident, compute_metrics(incident))
    shown = show_document(incident, compute_metrics(incident))
    assert set(summary) == set(SUMMARY)
    assert {name: shown[name] for name in SUMMARY} == summary


def test_a_timeline_has_the_keys_of_the_contract_and_both_visibilities(incident):
    timeline = timeline_document(incident)
    assert set(timeline[0]) == {
        "id",
        "at",
        "recorded_at",
        "kind",
        "visibility",
        "text",
        "delivery",
        "was",
        "seen_before",
        "author",
        "command",
        "exit_code",
        "seconds",
    }
    assert {one["visibility"] for one in timeline} == {"public", "internal"}
    assert [one["at"] for one in timeline] == sorted(one["at"] for one in timeline)


def test_the_public_timeline_is_what_customers_certainly_see(incident):
    public = timeline_document(incident, public_only=True)
    assert [one["id"] for one in public] == ["u1", "u2", "u3", "u4", "u5", "u7"]
    assert {one["delivery"] for one in public} == {"observed"}


def test_withdrawn_words_are_gone(recorder):
    recorder.retract(next(one for one in recorder.events if one.kind == "note"))
    incident = fold(recorder.events)
    everything = json.dumps(
        [show_document(incident, compute_metrics(incident)), timeline_document(incident)]
    )
    assert "db-7" not in everything
    assert "pager woke Grace" in everything


def test_components_of_a_page_and_of_an_incident_have_one_shape(incident):
    (listed,) = components_document([Component("c9", "Web", None, "operational", 3)])
    assert listed == {"id": "c9", "name": "Web", "group": None, "status": "operational"}
    assert list(components_document(incident.components)[0]) == list(listed)


def test_templates_say_what_each_wants():
    updates = load_update_templates().templates.values()
    postmortems = load_postmortem_templates().templates.values()
    document = templates_document(updates, postmortems)
    assert {tuple(one) for one in document} == {("name", "kind", "status", "variables")}
    assert len(document) == len(updates) + len(postmortems)
    named = {one["name"]: one for one in document}
    assert named["no-news"]["status"] is None
    assert named["four-questions"]["kind"] == "postmortem"
    assert {"name": "since", "source": "record"}.items() <= named["no-news"]["variables"][4].items()


def test_a_posted_update_says_how_far_it_got(incident):
    rejected = next(one for one in incident.updates if one.op)
    document = posted_document(incident, rejected)
    assert list(document) == POSTED
    assert document == {
        "incident": "k7f2",
        "update": "u6",
        "operation": "op1",
        "delivery": "failed",
        "remote_id": None,
        "error": "HTTP 422 from the page",
    }


def test_a_posted_postmortem_has_the_same_shape(recorder):
    event = recorder.make("postmortem", {"body": "Why.", "origin": "ircon", "op": "op2"})
    recorder.delivery(event, "sent", move=1, server_time="2026-03-05T10:00:00Z")
    incident = fold(recorder.events)
    document = postmortem_posted_document(incident)
    assert list(document) == POSTED
    assert (document["operation"], document["delivery"]) == ("op2", "published")
    shown = show_document(incident, compute_metrics(incident))["postmortem"]
    assert (shown["state"], shown["body"]) == ("published", "Why.")
    assert shown["published_at"] == "2026-03-05T10:00:00Z"
