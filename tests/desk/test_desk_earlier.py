"""Earlier incidents of the page: found in the journal, shown with the reason, compared with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desks import HandClock
from events import Recorder
from ircon.config.paths import app_paths
from ircon.desk.desk import Desk
from ircon.desk.reviewing import Reviewing
from ircon.pages.registry import PageOpener
from ircon.writing.terminal_views import similar_lines

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
UPLOADS = {"id": "c1", "name": "Uploads"}
SEARCH = {"id": "c2", "name": "Search"}
DISK = (
    "Why did this happen?\nThe disk of the upload host was filled by logs that no rotation removed."
    "\n\nNext steps:\n\n- Rotate upload logs hourly (Ada, June, OPS-1)."
)


@pytest.fixture
def desk(tmp_path):
    desk = Desk(
        app_paths(str(tmp_path)),
        HandClock(BEGIN + timedelta(days=90)),
        actor="ada",
        host="here",
        open_page=PageOpener({}),
    )
    yield desk
    desk.close()


def happened(
    desk, incident, day, name, component, postmortem="", *, page="acme", done=False, **more: str
):
    """An incident in the journal: told of, resolved, perhaps written up."""
    record = Recorder(incident, seed=day + 1)
    at = BEGIN + timedelta(days=day)
    record.declared(name, at=at, page=page)
    record.update("investigating", more.get("said", f"{name}."), [component], at=at)
    record.update("resolved", "It works again.", at=at + timedelta(hours=1))
    if "action" in more:
        action = record.make("action", {"text": more["action"]}, at=at + timedelta(hours=2))
        if done:
            kept = {"action": action.id, "done": True}
            record.make("action_done", kept, at=at + timedelta(hours=3))
    if postmortem:
        record.make(
            "postmortem_saved",
            {"body": postmortem, "template": "letter", "audience": "public"},
            at=at + timedelta(hours=4),
            visibility="internal",
        )
    desk._journal.append(record.events)


def reasons(desk, incident):
    return {
        one.incident: " / ".join(one.reasons)
        for one in desk.checking.similar(desk.records.incident(incident))
    }


def test_the_same_component_is_a_reason(desk):
    happened(desk, "aaa1", 1, "Uploads fail", UPLOADS)
    happened(desk, "aaa2", 2, "Search is slow", SEARCH)
    happened(desk, "aaa3", 3, "Uploads are slow", UPLOADS)
    assert reasons(desk, "aaa3") == {"aaa1": "same components: Uploads"}


def test_the_same_words_about_the_cause_are_a_reason(desk):
    happened(desk, "aaa1", 1, "Uploads fail", UPLOADS, DISK)
    happened(
        desk, "aaa2", 2, "Search fails", SEARCH,
        said="Search fails. This was caused by a full disk: logs were not rotated.",
    )  # fmt: skip
    told = reasons(desk, "aaa2")["aaa1"]
    assert "same words about the cause" in told
    for word in ("disk", "logs", "rotation"):
        assert word in told


@pytest.mark.parametrize(("done", "said"), [(False, "not done"), (True, "done")])
def test_what_was_promised_then_and_whether_it_was_done(desk, done, said):
    happened(
        desk, "aaa1", 1, "Uploads fail", UPLOADS, action="Rotate upload logs hourly", done=done
    )
    happened(desk, "aaa2", 2, "Uploads fail again", UPLOADS)
    assert f"promised then, {said}: Rotate upload logs hourly" in reasons(desk, "aaa2")["aaa1"]


def test_only_what_was_before_and_of_the_same_page(desk):
    happened(desk, "aaa1", 3, "Uploads fail", UPLOADS)
    happened(desk, "aaa2", 1, "Uploads fail", UPLOADS, page="umbrella")
    happened(desk, "aaa3", 2, "Uploads are slow", UPLOADS)
    assert reasons(desk, "aaa3") == {}


def test_words_that_every_incident_has_are_no_reason(desk):
    rote = "Files fail. This was caused by a regression that slipped through gateway review."
    for number in range(1, 9):
        happened(desk, f"bbb{number}", number, f"Case {number}", {"id": f"x{number}", "name": f"X{number}"}, said=f"{rote} {number}")  # fmt: skip
    assert reasons(desk, "bbb8") == {}


def test_a_new_incident_is_found_at_once(desk):
    happened(desk, "aaa3", 3, "Uploads are slow", UPLOADS)
    assert reasons(desk, "aaa3") == {}
    happened(desk, "aaa1", 1, "Uploads fail", UPLOADS)
    assert list(reasons(desk, "aaa3")) == ["aaa1"]


def test_a_draft_is_compared_with_what_was_promised_before(desk):
    happened(desk, "aaa1", 1, "Uploads fail", UPLOADS, DISK)
    happened(desk, "aaa2", 20, "Uploads fail again", UPLOADS)
    text = f"It failed. {DISK}"
    found = {one.rule: one for one in desk.checking.postmortem_draft("aaa2", text)}
    assert found["P15"].quote == "Rotate upload logs hourly"
    assert "Uploads fail" in found["P14"].message


def test_typing_does_not_read_the_journal_again(desk, monkeypatch):
    happened(desk, "aaa1", 1, "Uploads fail", UPLOADS, DISK)
    happened(desk, "aaa2", 20, "Uploads fail again", UPLOADS, DISK)
    desk.checking.postmortem_draft("aaa2", "It failed.")

    def never(*_: object) -> None:
        raise AssertionError("read again for a key")

    monkeypatch.setattr(type(desk._cache), "similar", never)
    monkeypatch.setattr(Reviewing, "templates", never)
    assert desk.checking.postmortem_draft("aaa2", "It failed. Badly.")


def test_they_are_shown_in_lines_that_cannot_act(desk):
    happened(desk, "aaa1", 1, "Uploads \x1b[31mfail", UPLOADS)
    happened(desk, "aaa2", 2, "Uploads are slow", UPLOADS)
    lines = similar_lines(desk.checking.similar(desk.records.incident("aaa2")))
    assert lines[0].startswith("aaa1  Uploads ␛[31mfail")
    assert lines[1] == "    same components: Uploads"
