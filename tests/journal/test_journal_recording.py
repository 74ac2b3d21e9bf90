"""Recordings: exact both ways, fit to be read by people, and never trusted."""

import random
import tomllib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import Recorder, recorded
from ircon.errors import Unreadable
from ircon.incident.fold import fold
from ircon.journal.recording import read_recording, write_recording

HEAD = 'format = 1\n[incident]\nid = "k7f2"\nname = "x"\n'
EVENT = """
[[event]]
id = "01KJPWD6M00000000000000001"
at = "2026-03-02T09:00:00Z"
recorded_at = "2026-03-02T09:00:00Z"
kind = "note"
visibility = "internal"
actor = "ada"
entry = "n1"

[event.payload]
text = "a"
source = "typed"
"""


def whole():
    record = Recorder()
    record.declared("Checkout [fails]", components=[{"id": "c1", "name": "API", "group": None}])
    update = record.update("investigating", "We are looking.\n\nMore soon.", op="x")
    record.delivery(update, "sent", move=1, remote_id="r1")
    note = record.note("first\nsecond")
    record.amend(note, text="third")
    record.make("seance", {"spirits": [1, {"name": "x", "age": None}]}, visibility="internal")
    return record.events


def test_a_recording_gives_the_same_events_and_the_same_incident():
    events = whole()
    incident, again = read_recording(write_recording("k7f2", events))
    assert incident == "k7f2"
    assert fold(again) == fold(events)
    assert [(one.id, one.entry, one.visibility, one.actor) for one in again] == [
        (one.id, one.entry, one.visibility, one.actor) for one in events
    ]
    assert again[3] == recorded(events[3])


def test_the_order_of_the_events_does_not_change_the_text():
    events = whole()
    text = write_recording("k7f2", events)
    random.Random(1).shuffle(events)
    assert write_recording("k7f2", events) == text
    assert write_recording(*read_recording(text)) == text


def test_it_reads_like_a_document():
    text = write_recording("k7f2", whole())
    assert text.startswith('format = 1\n\n[incident]\nid = "k7f2"\nname = "Checkout [fails]"\n')
    assert 'body = """\nWe are looking.\n\nMore soon."""\n' in text
    assert tomllib.loads(text)["event"][0]["payload"]["components"] == [{"id": "c1", "name": "API"}]


def test_what_is_added_later_is_all_that_differs():
    events = whole()
    before, after = write_recording("k7f2", events[:-1]), write_recording("k7f2", events)
    assert after.startswith(before)


def test_signs_that_deceive_a_reader_are_spelled_out_and_come_back():
    hostile = (
        "a\u202eb \u200b \x1b[31m \x9b \x00 \ufeff \r\n \r \u2028 \\u0041 \\ \"\"\" ''' \t end\\"
    )
    record = Recorder()
    record.note(hostile)
    record.note("over\nlines " + hostile.replace("\r", ""))
    text = write_recording("k7f2", record.events)
    assert not set(text) & set("\u202e\u200b\x1b\x9b\x00\ufeff\r\u2028")
    _, again = read_recording(text)
    assert [one.payload for one in again] == [one.payload for one in record.events]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing():
    text = write_recording("k7f2", whole())
    assert read_recording("\ufeff" + text.replace("\n", "\r\n")) == read_recording(text)


texts = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.recursive(
    texts
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(texts, texts, st.dictionaries(texts, plain, max_size=4))
def test_any_event_comes_back_exactly(text, actor, unknown):
    record = Recorder()
    record.make("note", {"text": text, "source": "typed"}, actor=actor)
    record.make("seance", unknown, visibility="internal", actor=actor)
    _, again = read_recording(write_recording("k7f2", record.events))
    assert again == record.events


@given(st.text() | st.text(alphabet="[]{}=.,\"'\\#\n a1_"))
def test_any_text_is_refused_or_survives_being_written_again(text):
    for candidate in (text, HEAD + text, HEAD + EVENT + text, HEAD + EVENT.replace('"a"', text)):
        with suppress(Unreadable):
            incident, events = read_recording(candidate)
            assert read_recording(write_recording(incident, events)) == (incident, events)


def test_a_recording_without_events_is_one():
    assert read_recording(HEAD) == ("k7f2", [])


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("hello", "not TOML", None),
        ("a = 1\nb = \n", "not TOML", 2),
        ("a = 1", "not a recording of ircon", None),
        (HEAD.replace("1", "2"), "format 2; this ircon reads 1", None),
        (HEAD.replace("1", "true"), "format True", None),
        (HEAD.replace("1", "1.0"), "format 1.0", None),
        ("format = 1", "without an incident id", None),
        (HEAD.replace('"k7f2"', "7"), "without an incident id", None),
        (HEAD.replace("k7f2", "../../etc"), "Not a valid incident id", None),
        (HEAD.replace("k7f2", "a" * 65), "Not a valid incident id", None),
        ("event = 3\n" + HEAD, "not tables", None),
        ("event = [1]\n" + HEAD, "not tables", None),
        (HEAD + EVENT + EVENT.replace('"n1"', '"n1"\nentry = "n2"'), "not TOML", 27),
        (HEAD + EVENT.replace('"internal"', '"public"'), "a note event is internal", 6),
        (HEAD + EVENT.replace('"internal"', '"secret"'), "neither internal nor public", 6),
        (HEAD + EVENT.replace('visibility = "internal"\n', ""), "without 'visibility'", 6),
        (HEAD + EVENT + EVENT.replace('source = "typed"', ""), "without 'source'", 19),
        (HEAD + EVENT.replace('"a"', "7"), "'text' is int", 6),
        (HEAD + EVENT.replace('"a"', '"""\na\n[[event]]\n"""') + "\n[[event]]", "without 'id'", 22),
        (HEAD + EVENT.replace("01K", "not"), "not a ULID", 6),
        (HEAD + EVENT.replace("09:00:00Z", "25:00:00Z"), "not a time", 6),
        (HEAD + EVENT + "x = 2026-03-02", "bare date", 6),
        (HEAD + EVENT + "x = [{y = 10:00:00}]", "bare time", 6),
        (HEAD + EVENT + "x = nan", "number that is not finite", 6),
        (HEAD + EVENT + "x = 1e999", "number that is not finite", 6),
        (HEAD + EVENT + f"x = {2**63}", "beyond 64 bits", 6),
        (HEAD + EVENT + "x = 0x" + "f" * 5000, "beyond 64 bits", 6),
        (HEAD + EVENT + "x = " + "9" * 5000, "not TOML", None),
        (HEAD + EVENT + "x = " + "[" * 100_000, "nested deeper", 18),
        (HEAD + EVENT + "x = " + "{a=" * 100_000, "nested deeper", 18),
        (HEAD + EVENT + "\n" + "a." * 1_000_000 + "b = 1", "more parts", 19),
        ("format = 1 #" + "x" * 10_000_000, "larger than 10 MB", None),
        ("format = 1 #" + "\N{FIRE}" * 2_600_000, "larger than 10 MB", None),
    ],
    ids=lambda value: repr(value)[-40:],
)
def test_what_is_no_recording_is_refused_with_its_line(text, said, line):
    with pytest.raises(Unreadable, match=said) as caught:
        read_recording(text)
    assert caught.value.line == line


def test_depth_and_dots_inside_of_words_are_words():
    record = Recorder()
    record.note("a." * 100 + "[" * 100 + "\n# " + "b." * 100)
    assert read_recording(write_recording("k7f2", record.events))[1] == record.events
