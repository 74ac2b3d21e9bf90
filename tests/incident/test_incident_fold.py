"""The fold: what it reads from events, whatever their order, and whatever is in them."""

from __future__ import annotations

import random
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import Recorder, moment, recorded
from ircon.incident.event import INTERNAL, KINDS, PUBLIC, Event
from ircon.incident.fold import fold
from ircon.incident.metrics import compute_metrics
from ircon.incident.text import InternalText, PublicText
from ircon.incident.times import iso

WORDS = st.sampled_from(
    ["investigating", "monitoring", "resolved", "Update", "started", "ended", "op1", "op2", "sent",
     "unknown", "sev1", "major", "2026-03-02T09:05:00Z", "0001-01-01T00:00:00+14:00", "n1", ""]
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(10**400) | st.floats() | WORDS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
FIELDS = sorted({spec.rstrip("?") for row in KINDS.values() for spec in row.fields})
COMPONENT = st.fixed_dictionaries(
    {"id": st.sampled_from(["c1", "c2"]), "name": st.just("API")},
    optional=dict.fromkeys(("group", "status", "was"), ANYTHING),
)
ENTRIES = st.none() | st.sampled_from(["n1", "n2", "u1", "n²", "n" + "9" * 5000, "", "x"])


@st.composite
def journals(draw, size: int = 8) -> list[Event]:
    """Events of all kinds, with payloads of all shapes, some of them right."""
    record = Recorder()
    record.declared(
        at=draw(st.integers(-5, 5)), visibility=draw(st.sampled_from([INTERNAL, PUBLIC]))
    )
    for _ in range(draw(st.integers(0, size))):
        kind = draw(st.sampled_from([*KINDS, "from_the_future"]))
        payload = draw(st.dictionaries(st.sampled_from(FIELDS), ANYTHING | WORDS, max_size=8))
        if draw(st.booleans()):
            payload["components"] = draw(st.lists(COMPONENT | ANYTHING, max_size=3))
        for pointer in ("target", "action"):
            if draw(st.booleans()):
                payload[pointer] = draw(st.sampled_from(record.events)).id
        record.make(
            kind,
            payload,
            at=draw(st.integers(-10, 60)),
            recorded_at=draw(st.integers(-10, 60)),
            visibility=draw(st.sampled_from([None, INTERNAL, PUBLIC])),
            entry=draw(ENTRIES),
            hostile=True,
        )
    return record.events


@given(journals(), st.integers(0, 2**9 - 1), st.none() | st.integers(-20, 80))
def test_no_set_of_events_makes_it_fail(events, mask, cut):
    some = [event for place, event in enumerate(events) if mask >> place & 1]
    incident = fold(some, None if cut is None else moment(cut))
    if incident:
        compute_metrics(incident, moment(100))
        assert incident.pending_updates is not None
        assert incident.not_operational is not None


@given(journals(), st.randoms(use_true_random=False), st.none() | st.integers(-20, 80))
def test_the_order_of_arrival_does_not_matter(events, rng: random.Random, cut):
    at = None if cut is None else moment(cut)
    shuffled = [*events, *rng.sample(events, k=len(events) // 2)]  # some arrive twice
    rng.shuffle(shuffled)
    assert fold(shuffled, at) == fold(events, at)


@given(journals(), st.integers(-20, 80))
def test_the_past_is_a_part_of_the_present(events, cut):
    then, now = fold(events, moment(cut)), fold(events)
    if then:
        assert all(entry.at <= moment(cut) for entry in then.entries)
        assert {entry.event_id for entry in then.entries} <= {e.event_id for e in now.entries}
        assert {e.event_id: e.id for e in then.entries}.items() <= {
            e.event_id: e.id for e in now.entries
        }.items()


@given(journals())
def test_what_is_internal_stays_of_the_internal_type(events):
    incident = fold(events)
    kept = {event.id: event for event in events}
    for entry in incident.entries if incident else ():
        public = kept[entry.event_id].visibility == PUBLIC
        assert entry.visibility == (PUBLIC if public else INTERNAL)
        assert isinstance(entry.text, PublicText if public else InternalText)


def test_a_recording_folds_to_the_same():
    record = Recorder()
    record.declared(at=0)
    record.update("investigating", components=[{"id": "c1", "name": "API"}], at=1)
    note = record.note("a", at=2)
    record.amend(note, text="b", at=3)
    assert fold(recorded(event) for event in record.events) == fold(record.events)


def test_every_kind_is_read_or_steers_how_others_are():
    from ircon.incident.fold import _HANDLERS

    assert set(KINDS) - set(_HANDLERS) == {"amended", "retracted", "delivery"}


def test_without_a_declaration_there_is_no_incident():
    record = Recorder()
    record.note("words alone")
    assert fold(record.events) is None
    record.declared(at=10)
    assert fold(record.events, moment(9)) is None


@pytest.fixture
def noted() -> tuple[Recorder, Event]:
    record = Recorder()
    record.declared(at=0)
    return record, record.note("disk is ful", at=5)


def test_an_amended_note_shows_the_new_words_and_the_journal_keeps_both(noted):
    record, note = noted
    record.amend(note, text="disk is full", at=6)
    (shown,) = fold(record.events).notes
    assert (shown.text.internal, shown.amended, shown.id) == ("disk is full", True, "n1")
    assert note in record.events
    assert note.payload["text"] == "disk is ful"


def test_of_two_amendments_the_last_recorded_counts_field_by_field(noted):
    record, note = noted
    record.make("amended", {"target": note.id, "text": "second"}, at=1, recorded_at=9)
    record.make("amended", {"target": note.id, "text": "first"}, at=8, recorded_at=7)
    record.make("amended", {"target": note.id, "at": iso(moment(3))}, at=8, recorded_at=8)
    (shown,) = fold(record.events).notes
    assert (shown.text.internal, shown.at) == ("second", moment(3))


def test_a_retracted_note_stays_in_the_timeline_as_retracted(noted):
    record, note = noted
    record.retract(note)
    incident = fold(record.events)
    assert [one.retracted for one in incident.notes] == [True]
    assert incident.entry("n1").retracted
    record.amend(note, text="it was so after all")
    assert not fold(record.events).notes[0].retracted


def test_a_moment_is_seen_with_todays_knowledge(noted):
    record, note = noted
    record.amend(note, to=20, at=40)
    assert fold(record.events, moment(19)).notes == ()
    assert fold(record.events, moment(20)).notes[0].at == moment(20)


@pytest.mark.parametrize("kind", ["amended", "retracted"])
def test_published_words_cannot_be_corrected(kind):
    record = Recorder()
    record.declared(at=0)
    update = record.update("investigating", "We are looking.", at=1)
    payload = {"target": update.id} | ({"text": "Never mind."} if kind == "amended" else {})
    record.make(kind, payload, at=2)
    incident = fold(record.events)
    assert incident.updates[0].body.public == "We are looking."
    assert not incident.entry("u1").retracted


def test_moving_the_record_of_a_delivery_does_not_hide_that_it_is_public():
    record = Recorder()
    record.declared(at=0)
    update = record.update("investigating", at=1, op="one")
    sent = record.delivery(update, "sent", move=4, at=2)
    record.amend(sent, to=99, at=3)
    assert fold(record.events, moment(10)).updates[0].is_public


def test_merged_journals_keep_all_entries_of_one_id_and_agree_which_keeps_it():
    mine, theirs, third = Recorder(seed=9), Recorder(seed=2), Recorder(seed=3)
    mine.declared(at=0)
    mine.note("recorded first", at=5, recorded_at=6)
    theirs.note("recorded last", at=1, recorded_at=8)
    third.note("recorded second", at=7, recorded_at=7)
    for events in permutations([*mine.events, *theirs.events, *third.events]):
        labels = {note.text.internal: note.id for note in fold(events).notes}
        assert labels == {
            "recorded first": "n1",
            "recorded second": "n1b",
            "recorded last": "n1c",
        }


def test_deliveries_follow_their_own_count_not_the_clock():
    record = Recorder()
    record.declared(at=0)
    update = record.update("investigating", at=1, op="one")
    assert fold(record.events).updates[0].delivery == "queued"
    record.delivery(update, "confirmed", move=5, at=3, remote_id="r9")  # clock set back since:
    record.delivery(update, "sent", move=4, at=8, server_time=iso(moment(2)), remote_id="r9")
    (shown,) = fold(record.events).updates
    assert (shown.delivery, shown.state, shown.remote_id) == ("published", "confirmed", "r9")
    assert shown.shown == moment(2)


@pytest.mark.parametrize(
    ("state", "delivery", "public"),
    [
        ("queued", "queued", False), ("sending", "sending", False), ("sent", "published", True),
        ("unknown", "unknown", False), ("needs_human", "unknown", False),
        ("rejected", "failed", False), ("cancelled", "cancelled", False),
        ("a state of tomorrow", "unknown", False),
    ],
)  # fmt: skip
def test_only_a_post_that_the_page_has_is_public(state, delivery, public):
    record = Recorder()
    record.declared(at=0)
    record.update("investigating", at=1)
    record.delivery(record.update("resolved", at=2, op="one"), state, move=1, at=3)
    incident = fold(record.events)
    assert incident.updates[1].delivery == delivery
    assert incident.updates[1].is_public == public
    assert incident.status == ("resolved" if public else "investigating")
    assert incident.is_open != public


def test_the_word_update_keeps_the_status_that_is_public():
    record = Recorder()
    record.declared(at=0)
    record.update("Identified", at=1)
    record.update("resolved", at=2, op="never sent")
    record.update("Update", at=3)
    record.update("In progress", at=4)
    incident = fold(record.events)
    assert [one.status for one in incident.updates] == [
        "identified", "resolved", "identified", "in_progress",
    ]  # fmt: skip
    assert incident.updates[2].raw_status == "Update"


def test_the_page_order_is_by_the_time_shown_and_the_record_by_its_own():
    record = Recorder()
    record.declared(at=0)
    record.update("investigating", at=1, shown_at=iso(moment(1)))
    record.update("resolved", at=2, shown_at=iso(moment(9)))
    record.update("monitoring", at=3, shown_at=iso(moment(5)))
    incident = fold(record.events)
    assert incident.status == "resolved"
    assert incident.resolved_at == moment(9)
    assert [one.status for one in incident.public_updates][1:] == ["monitoring", "resolved"]
    assert [one.status for one in incident.updates][1:] == ["resolved", "monitoring"]


def test_updates_of_one_instant_stay_in_page_order():
    record = Recorder()
    record.declared(at=0)
    for status in ("investigating", "identified", "monitoring", "resolved"):
        record.update(status, at=5)
    for events in permutations(record.events):
        assert [one.status for one in fold(events).public_updates] == [
            "investigating", "identified", "monitoring", "resolved",
        ]  # fmt: skip


def test_a_closed_incident_ended_when_it_was_first_closed_for_good():
    record = Recorder()
    record.declared(at=0)
    for at, status in [(1, "resolved"), (2, "monitoring"), (3, "resolved"), (9, "resolved")]:
        record.update(status, at=at)
    assert fold(record.events).resolved_at == moment(3)


def test_components_stand_as_customers_see_them():
    api = {"id": "c1", "name": "API", "group": "Core", "was": "operational"}
    web = {"id": "c2", "name": "Web", "was": "degraded_performance"}
    record = Recorder()
    record.declared(at=0, components=[api, web])
    record.update("investigating", components=[api | {"status": "major_outage"}], at=1)
    record.update("monitoring", components=[api | {"status": "operational"}], at=2, op="waiting")
    incident = fold(record.events)
    assert [(one.path, one.status) for one in incident.components] == [
        ("Core/API", "major_outage"), ("Web", "degraded_performance"),
    ]  # fmt: skip
    assert incident.impact == "critical"
    assert incident.not_operational == incident.components


def test_the_pages_word_on_impact_counts_most():
    record = Recorder()
    record.declared(at=0, impact="minor")
    assert fold(record.events).impact == "minor"
    record.update("investigating", at=1, impact="critical")
    assert fold(record.events).impact == "critical"
    record.delivery(
        record.update("identified", at=2, op="one"), "sent", move=1, at=3, impact="major"
    )
    assert fold(record.events).impact == "major"


def test_an_internal_incident_is_over_when_its_impact_ended():
    record = Recorder()
    record.declared(at=10, visibility="internal")
    record.milestone("started", at=1)
    record.milestone("detected", at=4)
    assert fold(record.events).is_open
    record.milestone("ended", at=40)
    incident = fold(record.events)
    assert (incident.status, incident.resolved_at) == ("resolved", moment(40))
    assert (incident.started_at, incident.detected_at) == (moment(1), moment(4))
    assert fold(record.events, moment(39)).is_open
    waiting = record.update("investigating", at=41, op="one")
    assert fold(record.events).is_open  # customers may be about to hear of it
    record.delivery(waiting, "cancelled", move=1, at=42)
    assert not fold(record.events).is_open


def test_a_milestone_marked_twice_is_where_it_was_put_last():
    record = Recorder()
    record.declared(at=0, started_at=iso(moment(0)))
    record.make("milestone", {"name": "started"}, at=-5, recorded_at=10)
    correction = record.make("milestone", {"name": "started"}, at=-9, recorded_at=11)
    assert fold(record.events).started_at == moment(-9)
    record.retract(correction, at=12)
    assert fold(record.events).started_at == moment(-5)


def test_roles_actions_pins_and_names_are_as_last_said():
    record = Recorder()
    record.declared(at=0)
    record.make("role", {"role": "commander", "person": "ada"}, at=1)
    record.make("role", {"role": "commander", "person": "bob"}, at=2)
    record.make("role", {"role": "scribe", "person": ""}, at=2)
    action = record.make("action", {"text": "add an alert", "owner": "ada"}, at=3)
    record.make("action_done", {"action": action.id, "done": True}, at=1)  # a skewed clock
    note = record.note("look here", at=4)
    record.make("pinned", {"target": note.id, "pinned": True}, at=5)
    record.make("changed", {"severity": "sev2", "name": "Checkout is slow"}, at=6)
    incident = fold(record.events)
    assert incident.roles == {"commander": "bob"}
    assert [(one.text.internal, one.done) for one in incident.actions] == [("add an alert", True)]
    assert incident.notes[0].pinned
    assert incident.entry("n1").pinned
    assert (incident.severity, incident.name) == ("sev2", "Checkout is slow")


def test_a_postmortem_is_a_draft_until_the_page_has_it():
    record = Recorder()
    record.declared(at=0)
    record.make("postmortem_saved", {"body": "draft 1", "audience": "public"}, at=1)
    record.make("postmortem_saved", {"body": "draft 2", "audience": "public"}, at=2)
    published = record.make("postmortem", {"body": "final", "origin": "ircon", "op": "pm"}, at=3)
    draft = fold(record.events).postmortem
    assert (draft.state, draft.body.internal, draft.published) == ("draft", "draft 2", None)
    record.delivery(published, "confirmed", move=3, at=4, server_time=iso(moment(4)))
    done = fold(record.events).postmortem
    assert (done.state, done.published.public, done.published_at) == (
        "published",
        "final",
        moment(4),
    )
    lines = [entry.kind for entry in fold(record.events).entries]
    assert lines == ["declared", "postmortem_saved", "postmortem"]  # saved as one types: one line


def test_an_impact_that_nobody_said_is_not_called_none():
    record = Recorder()
    record.declared()
    assert fold(record.events).impact is None
    api = {"id": "c1", "name": "API", "status": "operational"}
    record.update("investigating", "We are looking.", components=[api])
    assert fold(record.events).impact is None
    record.update("resolved", "It works.", impact="none")
    assert fold(record.events).impact == "none"
