"""What the checks hold back, what a reason lets through, and what stays in the record."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import pytest

from desks import Bench
from ircon.delivery.payload import thaw
from ircon.desk import spelling
from ircon.desk.drafts import PublicDraft
from ircon.desk.spelling import Spelling
from ircon.errors import NotFound, Refused
from ircon.incident.text import InternalText, PublicText

WORDS = "Card payments fail for about 4 % of orders since 02:50 UTC."
HOST = "Card payments fail: orders-db-1 is out of connections since 02:50 UTC."
FAULTY = "Card payments failed because a queue was full."


def draft(body: str, incident: str | None = None, **more: object) -> PublicDraft:
    title = None if incident else PublicText("Checkout fails")
    made = PublicDraft("investigating", PublicText(body), incident=incident, title=title)
    return replace(made, **more)


def test_an_internal_detail_wants_a_reason_which_stays_in_the_record(bench: Bench) -> None:
    publish = bench.desk.publish
    preview = publish.prepare(draft(HOST))
    (wanted,) = preview.needs_reason
    assert "internal host" in wanted
    assert "orders-db-1" not in wanted  # it may be a secret: only its place is told
    with pytest.raises(Refused, match="only with a reason") as refused:
        publish.send(draft(HOST), preview.confirm())
    assert "--reason" in refused.value.hint
    assert bench.journal.operations() == []
    posted = publish.send(draft(HOST), preview.confirm("  customers know that name  "))
    (event,) = [one for one in bench.desk.records.events(posted.incident) if one.kind == "update"]
    assert event.text("reason") == "customers know that name"


def test_the_reason_may_be_typed_before_the_question(bench: Bench) -> None:
    posted = bench.say(HOST, reason="customers know that name")
    (event,) = [one for one in bench.desk.records.events(posted.incident) if one.kind == "update"]
    assert event.text("reason") == "customers know that name"


def test_words_of_a_note_want_a_reason_even_once_it_is_withdrawn(bench: Bench) -> None:
    posted = bench.say(WORDS)
    note = "the pool of the orders service ran dry after the deploy of Tuesday"
    kept = bench.desk.respond.note(posted.incident, InternalText(note))
    bench.desk.respond.retract(posted.incident, kept.entry or "")
    said = draft("We see that the pool of the orders service ran dry after all.", posted.incident)
    assert "internal note" in bench.desk.publish.prepare(said).needs_reason[0]


def test_a_live_update_is_never_blocked_by_anything_else(bench: Bench) -> None:
    desk = bench.desk
    changes = tuple(desk.page_data.select(["API (group 01)"]))
    said = draft("The API is down. We are sorry for any inconvenience.", components=changes)
    preview = desk.publish.prepare(said)
    assert preview.needs_reason == ()
    assert any("U13" in one and "API" in one for one in preview.warnings)
    assert desk.publish.send(said, preview.confirm()).update


def test_edited_words_of_the_outbox_pass_the_same_gate(bench: Bench) -> None:
    posted = bench.say(WORDS)
    desk = bench.desk
    operation = desk._journal.operation(posted.operation)
    assert operation is not None
    content = desk.publish.required_reasons(
        desk.records.incident(posted.incident),
        replace(thaw(operation), body=PublicText(HOST)),
    )
    assert "internal host" in content[0]


def over(bench: Bench) -> str:
    """An incident that is public and over."""
    import asyncio

    posted = bench.say(WORDS)
    asyncio.run(bench.run(posted.operation))
    resolved = bench.say("Payments work.", "resolved", incident=posted.incident)
    asyncio.run(bench.run(resolved.operation))
    return posted.incident


def test_a_postmortem_with_errors_wants_a_reason(bench: Bench) -> None:
    incident, publish = over(bench), bench.desk.publish
    body = PublicText(FAULTY)
    preview = publish.prepare_postmortem(incident, body, notify=False)
    assert preview.needs_reason
    with pytest.raises(Refused, match="only with a reason"):
        publish.send_postmortem(incident, body, preview.confirm(), notify=False)
    publish.send_postmortem(incident, body, preview.confirm("the rest follows"), notify=False)
    (event,) = [one for one in bench.desk.records.events(incident) if one.kind == "postmortem"]
    assert event.text("reason") == "the rest follows"


def test_a_rule_is_silent_for_an_incident_with_a_reason_and_speaks_again(bench: Bench) -> None:
    desk, incident = bench.desk, bench.say(WORDS).incident
    said = draft("A fix is on its way shortly. We keep you posted.", incident)

    def rules() -> set[str]:
        state = desk.records.incident(incident)
        return {one.rule for one in desk.checking.update_draft(said, state)}

    assert {"U4", "U12"} <= rules()
    desk.checking.silence(incident, "U4", "the bridge decides when we speak")
    assert "U4" not in rules()
    assert "U12" in rules()
    assert desk.records.incident(incident).silenced == {"U4": "the bridge decides when we speak"}
    assert desk.checking.check([desk.checking.incident(incident)], ["U4"])[0].findings == ()
    desk.checking.unsilence(incident, "U4")
    assert "U4" in rules()


def test_silence_wants_a_rule_and_a_reason(bench: Bench) -> None:
    incident = bench.say(WORDS).incident
    with pytest.raises(Refused):
        bench.desk.checking.silence(incident, "U4", "  ")
    with pytest.raises(NotFound):
        bench.desk.checking.silence(incident, "U99", "there is no such rule")
    assert bench.desk.records.incident(incident).silenced == {}


def test_spelling_while_typing_waits_for_nothing(bench: Bench) -> None:
    desk = bench.desk
    said = draft("Uploads fail druing the night. Acme is an AKS customer.")
    assert [one.rule for one in desk.checking.update_draft(said, None, ["U18"])] == []
    assert desk.checking.look_up(said.body.public)
    (found,) = desk.checking.update_draft(said, None, ["U18"])
    assert (found.quote, found.fix and found.fix.replacement) == ("druing", "during")
    assert not desk.checking.look_up(said.body.public)  # every word was asked once
    assert desk.checking.notices() == []


def test_a_known_word_is_right() -> None:
    speller = Spelling()
    texts = ["Teh service is slow.", "teh"]
    assert speller.look_up(texts)
    assert set(speller.misspelt(texts, ()) or ()) == {"Teh", "teh"}
    assert speller.misspelt(texts, {"Teh Store"}) == {}


def test_spelling_is_off_and_says_so_without_the_program(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    speller = Spelling()
    assert not speller.look_up(["teh"])
    assert speller.misspelt(["teh"], ()) is None
    assert "ircon[spelling]" in (speller.problem or "")


@pytest.mark.parametrize("answer", ["echo nonsense; exit 2", "exit 64", 'echo "{}"; exit 0'])
def test_a_program_that_answers_otherwise_turns_spelling_off_or_nothing(
    monkeypatch, tmp_path, answer
) -> None:
    program = tmp_path / "typos"
    program.write_text(f"#!/bin/sh\ncat >/dev/null\n{answer}\n")
    program.chmod(0o755)
    monkeypatch.setattr(spelling, "_program", lambda: os.fspath(program))
    speller = Spelling()
    speller.look_up(["teh"])
    assert not speller.misspelt(["teh"], ())
