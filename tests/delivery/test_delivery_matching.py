"""Did our write arrive? Ids first, then the token, then the words; never the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ircon.delivery.matching import find_incident, find_update
from ircon.incident.text import PublicText
from ircon.pages.protocol import CREATE, UPDATE, Payload, RemoteIncident, RemoteUpdate

NOW = datetime(2026, 3, 1, 3, 12, tzinfo=UTC)
WORDS = "Card payments fail for about 4 % of orders since 02:50 UTC."


def _update(remote_id: str, body: str = WORDS, status: str = "investigating") -> RemoteUpdate:
    return RemoteUpdate(
        id=remote_id,
        status=status,
        body=body,
        created_at=NOW,
        shown_at=NOW,
        components=(),
        notified=None,
    )


def _incident(
    *updates: RemoteUpdate, remote_id: str = "inc1", name: str = "Payments", op: str | None = None
) -> RemoteIncident:
    return RemoteIncident(
        id=remote_id,
        page_id="page",
        name=name,
        status="investigating",
        impact="minor",
        url=None,
        created_at=NOW - timedelta(hours=1),
        updated_at=None,
        resolved_at=None,
        updates=updates,
        components=(),
        metadata={"ircon": {"op": op}} if op else {},
        postmortem=None,
    )


def _payload(body: str = WORDS, kind: str = UPDATE) -> Payload:
    return Payload(
        kind, PublicText(body), notify=True, status="investigating", title=PublicText("Payments")
    )


def test_the_one_new_update_with_our_words_is_ours() -> None:
    incident = _incident(_update("old", "Something else"), _update("new"))
    match = find_update(_payload(), "op1", incident, base={"old"}, claimed=set())
    assert (match.verdict, match.update) == ("one", incident.updates[1])


def test_the_same_words_from_before_are_not_ours() -> None:
    incident = _incident(_update("old"))
    assert find_update(_payload(), "op1", incident, {"old"}, set()).verdict == "none"


def test_an_update_that_confirmed_another_operation_is_not_ours() -> None:
    incident = _incident(_update("new"))
    assert find_update(_payload(), "op1", incident, set(), {"new"}).verdict == "none"


def test_two_that_could_be_ours_are_a_question_for_a_person() -> None:
    incident = _incident(_update("a"), _update("b"))
    match = find_update(_payload(), "op1", incident, set(), set())
    assert match.verdict == "several"
    assert {one.id for one in match.candidates} == {"a", "b"}


def test_a_page_may_trim_and_wrap_our_words() -> None:
    incident = _incident(_update("new", "  " + WORDS.replace(" ", "\r\n", 3) + "\n"))
    assert find_update(_payload(), "op1", incident, set(), set()).verdict == "one"


def test_ours_edited_on_the_page_meanwhile_is_a_question_not_a_no() -> None:
    incident = _incident(_update("new", "Edited by a colleague."), op="op1")
    assert find_update(_payload(), "op1", incident, set(), set()).verdict == "near"


def test_a_truncated_copy_is_a_question_not_a_no() -> None:
    incident = _incident(_update("new", WORDS[:45] + "…"))
    assert find_update(_payload(), "op1", incident, set(), set()).verdict == "near"


def test_another_status_is_another_update() -> None:
    incident = _incident(_update("new", status="monitoring"))
    assert find_update(_payload(), "op1", incident, set(), set()).verdict == "none"


def test_a_new_incident_with_our_token_is_ours_whatever_its_name() -> None:
    ours = _incident(_update("u"), remote_id="n", name="Renamed", op="op1")
    match = find_incident(_payload(kind=CREATE), "op1", [ours], set(), set())
    assert (match.verdict, match.incident) == ("one", ours)


def test_a_new_incident_with_our_words_and_no_token_is_ours() -> None:
    ours = _incident(_update("u"), remote_id="n")
    assert find_incident(_payload(kind=CREATE), "op1", [ours], set(), set()).verdict == "one"


def test_the_same_words_with_somebody_elses_token_are_theirs() -> None:
    theirs = _incident(_update("u"), remote_id="n", op="op2")
    assert find_incident(_payload(kind=CREATE), "op1", [theirs], set(), set()).verdict == "none"


def test_an_incident_that_was_there_before_is_not_ours() -> None:
    before = _incident(_update("u"), remote_id="n")
    assert find_incident(_payload(kind=CREATE), "op1", [before], {"n"}, set()).verdict == "none"
