"""An incident with one of everything."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from events import Recorder, moment

BERLIN = ZoneInfo("Europe/Berlin")
API = {"id": "c1", "name": "API (group 01)", "group": "API"}
CHECKOUT = {"id": "c2", "name": "Checkout"}
SECRETS = (
    "db-7 is out of memory",
    "pager woke Grace",
    "raise the limit",
    "grace@example.com",
    "OPS-4711",
    "Grace Hopper",
    "hand-over words",
    "working title",
    "never sent words",
    "a draft of ours",
    "HTTP 422 from the page",
)


def record_everything() -> Recorder:
    """One of each kind of event; everything internal is in ``SECRETS``."""
    record = Recorder()
    record.declared("Payments fail", at=2, started_at=moment(0).isoformat(), severity="sev2")
    record.update(
        "investigating",
        "Card payments fail for 30 % of customers.",
        [{**API, "status": "partial_outage", "was": "operational"}, CHECKOUT],
        at=4,
    )
    pinned = record.note("db-7 is out of memory", at=6)
    record.make("pinned", {"target": pinned.id, "pinned": True}, at=6)
    record.milestone("detected", at=3)
    record.make("role", {"role": "commander", "person": "Grace Hopper"}, at=7)
    record.note("pager woke Grace", at=8)
    record.update("identified", "A release doubled the queries per payment.", at=20)
    record.update("monitoring", "We rolled the release back.", at=30)
    record.update("investigating", "The fix did not hold.", at=40)
    record.make("handover", {"text": "hand-over words"}, at=41)
    record.make("changed", {"name": "working title"}, at=42)
    record.update("monitoring", "We raised the limit to 200.", at=50)
    failed = record.update("monitoring", "never sent words", at=52, op="op1")
    record.delivery(failed, "rejected", move=1, at=53, error="HTTP 422 from the page")
    record.make(
        "action",
        {"text": "raise the limit", "owner": "grace@example.com", "ticket": "OPS-4711"},
        at=55,
    )
    record.update("resolved", "Payments work again.", [{**API, "status": "operational"}], at=70)
    record.make("postmortem_saved", {"body": "a draft of ours", "audience": "public"}, at=90)
    return record
