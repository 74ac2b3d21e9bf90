"""Templates for updates: ircon's own, and a user's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from written_record import BERLIN

from events import START, Recorder, moment
from ircon.incident.fold import fold
from ircon.incident.text import find_placeholders
from ircon.incident.vocabulary import status_phase
from ircon.writing.placeholders import fill, placeholders
from ircon.writing.template_fields import FIELDS, RECORD, TYPED, public_values
from ircon.writing.templates import load_update_templates, variables

SHIPPED = load_update_templates().templates
TYPED_VALUES = {name: f"some {name}" for name, field in FIELDS.items() if field.source == TYPED}

# CHECKS: U1, U11, U12 and U21, and the phrases that the seeds are made of.
STOCK = (
    "we are currently investigating this issue",
    "the issue has been identified and a fix is being implemented",
    "a fix has been implemented and we are monitoring the results",
    "this incident has been resolved",
    "we are continuing to",
    "inconvenience",
    "apologi",
    "sorry",
    "patience",
    "as soon as",
    "as quickly as",
    "shortly",
    "a few minutes",
    "has been resolved",
    "our team is working",
    "some users",
    "expected to be resolved",
)


@pytest.fixture
def values(incident):
    """What an incident fills in, in a moment that has everything."""
    return public_values(
        incident,
        components=incident.components,
        zone=BERLIN,
        now=moment(80),
        next_update=moment(110),
        begins=moment(120),
        ends=moment(150),
        page="Acme Status",
    )


def test_every_kind_of_update_has_a_template():
    assert load_update_templates().failed == []
    assert set(SHIPPED) == {
        "investigating",
        "scoping",
        "identified",
        "mitigating",
        "monitoring",
        "reopened",
        "resolved",
        "no-news",
        "emergency-maintenance",
        "scheduled",
        "in-progress",
        "verifying",
        "completed",
    }


@pytest.mark.parametrize("name", SHIPPED)
def test_a_template_is_complete_with_the_record_and_what_was_typed(name, recorder, values):
    recorder.milestone("ended", at=60)
    ended = fold(recorder.events)
    values |= public_values(ended, components=(), zone=BERLIN, now=moment(80))
    template = SHIPPED[name]
    for text in (template.title or "", template.body):
        assert find_placeholders(fill(text, values | TYPED_VALUES)) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_no_template_says_what_says_nothing(name):
    words = f"{SHIPPED[name].title} {SHIPPED[name].body}".lower()
    assert [phrase for phrase in STOCK if phrase in words] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_a_template_says_symptom_audience_since_and_what_is_next(name):
    template = SHIPPED[name]
    named = set(placeholders(template.body))
    if template.status in {"investigating", "identified", "monitoring"} or name == "no-news":
        assert {"symptom", "audience", "components", "since", "next_update"} <= named
    if template.status == "resolved":
        assert {"symptom", "start", "end", "duration", "change", "data_loss"} <= named
    if template.status and status_phase(template.status) == "active":
        assert "next_update" in named


@pytest.mark.parametrize("name", SHIPPED)
def test_every_clock_time_in_a_filled_template_says_its_zone(name, values):
    filled = fill(SHIPPED[name].body, values | TYPED_VALUES)
    for found in re.finditer(r"\d\d:\d\d", filled):
        assert re.match(r" (CET|UTC)\b", filled[found.end() :])


def test_what_the_record_fills_is_what_is_promised(recorder):
    recorder.milestone("ended", at=60)
    incident = fold(recorder.events)
    full = public_values(
        incident,
        components=incident.components,
        zone=BERLIN,
        now=moment(80),
        next_update=moment(110),
        begins=moment(120),
        ends=moment(150),
        page="Acme Status",
    )
    assert set(full) == {name for name, field in FIELDS.items() if field.source == RECORD}
    assert full == {
        "components": "API (group 01) and Checkout",
        "page": "Acme Status",
        "since": "10:00 CET (09:00 UTC)",
        "start": "10:00 CET (09:00 UTC)",
        "end": "11:00 CET (10:00 UTC)",
        "duration": "1 h",
        "last_update": "11:10 CET (10:10 UTC)",
        "fix_time": "11:10 CET (10:10 UTC)",
        "next_update": "11:50 CET (10:50 UTC)",
        "begins": "12:00 CET (11:00 UTC)",
        "ends": "12:30 CET (11:30 UTC)",
        "planned": "30 min",
        "lead": "40 min",
    }


def test_what_nobody_said_is_missing_not_guessed():
    record = Recorder()
    record.declared()
    record.update("investigating", at=4)
    values = public_values(fold(record.events), components=(), zone=BERLIN, now=moment(10))
    assert values == {"last_update": "10:04 CET (09:04 UTC)"}
    assert public_values(None, components=(), zone=BERLIN, now=START) == {}


def test_a_time_of_another_day_says_the_day():
    values = public_values(
        None, components=(), zone=BERLIN, now=START, next_update=START + timedelta(hours=14.5)
    )
    assert values["next_update"] == "2026-03-03 00:30 CET (2026-03-02 23:30 UTC)"


def test_a_maintenance_brings_its_own_window():
    record = Recorder()
    record.declared(
        kind="maintenance",
        status="scheduled",
        scheduled_for=moment(60).isoformat(),
        scheduled_until=moment(150).isoformat(),
    )
    values = public_values(fold(record.events), components=(), zone=BERLIN, now=START)
    assert values == {
        "begins": "11:00 CET (10:00 UTC)",
        "ends": "12:30 CET (11:30 UTC)",
        "planned": "1 h 30 min",
        "lead": "1 h",
    }


def test_many_components_are_counted_by_group():
    record = Recorder()
    record.declared()
    listed = [{"id": f"a{n}", "name": f"API {n}", "group": "API"} for n in range(9)]
    record.update("investigating", components=[*listed, {"id": "w", "name": "Web"}], at=4)
    incident = fold(record.events)
    values = public_values(incident, components=incident.components, zone=BERLIN, now=START)
    assert values["components"] == "9 components of API and Web"


def test_variables_say_who_fills_them_in():
    named = {field.name: field.source for field in variables(SHIPPED["investigating"])}
    assert named == {
        "components": RECORD,
        "symptom": TYPED,
        "audience": TYPED,
        "since": RECORD,
        "next_update": RECORD,
    }


def test_a_users_template_wins_by_name_and_brings_its_components(tmp_path):
    (tmp_path / "own.toml").write_text(
        'name = "resolved"\nstatus = "resolved"\nbody = "Over: {{symptom}}"\nnotify = false\n'
        '[components]\n"API/*" = "operational"\n'
    )
    loaded = load_update_templates(tmp_path)
    own = loaded.templates["resolved"]
    assert (own.body, own.notify, own.components) == (
        "Over: {{symptom}}",
        False,
        {"API/*": "operational"},
    )
    assert loaded.failed == []
    assert set(loaded.templates) == set(SHIPPED)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"name = ", "broken.toml:1: not TOML"),
        (b'name = "x"\nbody = "\xff"', "broken.toml:2: not UTF-8"),
        (b'name = "x"', "'body' is missing"),
        (b'body = "x"', "'name' is missing"),
        (b'name = "x"\nbody = "   "', "'body' is missing"),
        (b'name = "../x"\nbody = "x"', "cannot be used"),
        (b'name = "x"\nbody = 5', "'body' must be a text"),
        (b'name = "x"\nbody = "x"\nnotify = "yes"', "'notify' must be true or false"),
        (b'name = "x"\nbody = "x"\nstatus = "fixed"', "status 'fixed' is not valid"),
        (b'name = "x"\nbody = "x"\nstat = "resolved"', "unknown key 'stat'"),
        (b'name = "x"\nbody = "x"\ncomponents = "API"', "'components' must be a table"),
        (b'name = "x"\nbody = "x"\n[components]\nAPI = "down"', "components.API 'down'"),
        (b'name = "x"\nbody = "{{symptom}} {{token}}"', "{{token}}"),
        (b"x = " + b"[" * 5000, "broken.toml:1: not TOML"),
        (b"# " + b"x" * 70_000, "larger than 64 KiB"),
    ],
)
def test_a_bad_file_is_reported_and_stops_nothing(tmp_path, content, says):
    (tmp_path / "broken.toml").write_bytes(content)
    (tmp_path / "fine.toml").write_text('name = "fine"\nbody = "{{symptom}}"\n')
    loaded = load_update_templates(tmp_path)
    assert "fine" in loaded.templates
    assert set(SHIPPED) < set(loaded.templates)
    (problem,) = loaded.failed
    assert problem.message.startswith("broken.toml:")
    assert says in problem.message
    assert problem.hint


def test_a_name_used_twice_in_one_folder_is_reported(tmp_path):
    for file, body in (("a.toml", "first"), ("b.toml", "second")):
        (tmp_path / file).write_text(f'name = "mine"\nbody = "{body}"\n')
    loaded = load_update_templates(tmp_path)
    assert loaded.templates["mine"].body == "first"
    assert "b.toml" in loaded.failed[0].message


def test_no_folder_and_other_files_in_it_are_no_problem(tmp_path):
    assert load_update_templates(tmp_path / "none").failed == []
    (tmp_path / "notes.txt").write_text("x = ")
    (tmp_path / ".hidden.toml").write_text("x = ")
    (tmp_path / "folder.toml").mkdir()
    loaded = load_update_templates(tmp_path)
    assert [one.message for one in loaded.failed] == ["folder.toml: Is a directory."]
