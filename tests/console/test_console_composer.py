"""Composing: from the first key to the page, back again, and nothing typed is lost."""

from __future__ import annotations

from pathlib import Path

from frames import NARROW, WIDE, Seat, awaited, offline, seated

from desks import Bench
from ircon.desk.saved_drafts import update_key
from ircon.incident.components import Component, ComponentChange
from ircon.incident.text import InternalText
from ircon.incident.times import iso
from practice_page import PracticePage
from terminal import Terminal


async def declare(seat: Seat, title: str, words: str) -> None:
    """Type an incident's first words; nothing is sent yet."""
    await seat.press("n")
    await seat.type(f"{title}\n{words}")


@awaited
async def test_declaring_takes_keys_only_and_ends_on_the_page(bench: Bench, page: PracticePage):
    async with seated(bench.desk) as seat:
        await declare(seat, "Checkout fails", "Cards are declined.")
        await seat.press("f6")
        await seat.until("Webhooks")
        await seat.type("webh")
        await seat.press("enter", "4", "enter")
        seen = await seat.until("✓ Ready")
        assert "✗ Webhooks Major outage" in seen
        asked = await seat.press("f10")
        for words in (
            "Publish on Practice", "sandbox", "emails 12 subscribers", "Cards are declined.",
            "Webhooks  Major outage  was Operational", "10 s in which z takes it back",
        ):  # fmt: skip
            assert words in asked
        assert page.public("/api/v2/incidents.json")["incidents"] == []
        assert "Not sent yet" in await seat.press("f10", "f10")  # a key held down
        await seat.say_yes()
        assert "sends in 10 s, z takes it back" in await seat.until("internal note")
        bench.clock.advance(11)
        await seat.until("published")
    (told,) = page.public("/api/v2/incidents.json")["incidents"]
    assert told["name"] == "Checkout fails"
    assert told["incident_updates"][0]["body"] == "Cards are declined."
    (webhooks,) = told["components"]
    assert (webhooks["name"], webhooks["status"]) == ("Webhooks", "major_outage")
    assert bench.desk.saved_drafts.updates() == []


@awaited
async def test_enter_and_letters_do_not_send(bench: Bench):
    async with seated(bench.desk) as seat:
        await declare(seat, "Checkout fails", "Cards are declined.")
        await seat.press("f10")
        for key in ("enter", "y", "s", "space", "ctrl+j"):
            assert "Publish on Practice" in await seat.press(key)
        await seat.press("escape")
    assert bench.journal.operations() == []


@awaited
async def test_the_answer_can_be_chosen_without_a_function_key(bench: Bench):
    async with seated(bench.desk, NARROW) as seat:
        await declare(seat, "Checkout fails", "Cards are declined.")
        await seat.press("ctrl+enter")
        await seat.press("tab", "enter")
        await seat.until("internal note")
    assert len(bench.journal.operations()) == 1


@awaited
async def test_take_back_brings_the_words_into_the_composer(bench: Bench, page: PracticePage):
    before = page.public("/api/v2/incidents.json")["incidents"]
    async with seated(bench.desk) as seat:
        await declare(seat, "Search is slow", "Results take [10 s].")
        await seat.press("f10")
        await seat.say_yes()
        await seat.until("internal note")
        await seat.press("z")
        seen = await seat.until("Update of Search is slow")
        assert "Results take [10 s]." in seen
        assert "Search is slow" in seen.splitlines()[4]  # its title is still to be given
        bench.clock.advance(60)
        assert "published" not in await seat.press("escape")
    (operation,) = bench.journal.operations()
    assert operation.state == "draft"
    assert page.public("/api/v2/incidents.json")["incidents"] == before


def test_what_was_typed_comes_back_after_a_crash(tmp_path: Path):
    with offline(tmp_path) as bench:
        pass
    with Terminal(bench.home, size=(100, 30)) as terminal:
        terminal.until("No incidents yet")
        terminal.type("n")
        terminal.until("Declare an incident")
        terminal.type("Checkout fails")
        terminal.until("Checkout fails")
        terminal.type("\r")
        terminal.read(0.3)  # what comes with it at once would be a paste
        terminal.type("Cards [are] declined 日本語")
        terminal.until("[are] declined")
        desk = bench.open()
        while (desk.saved_drafts.load("declare") or {}).get(
            "body"
        ) != "Cards [are] declined 日本語":
            terminal.read(0.05)
        desk.close()
        terminal.process.kill()
        terminal.process.wait()
    with Terminal(bench.home, size=(100, 30)) as terminal:
        terminal.until("No incidents yet")
        terminal.type("n")
        seen = terminal.until("Cards [are] declined")
        assert "Checkout fails" in seen
        terminal.type("\x1b")
        terminal.until("Saved as a draft")
        terminal.type("q")
        terminal.until("1 draft not sent")
        terminal.type("\r")
        assert terminal.wait() == 0


@awaited
async def test_status_components_and_mails_come_back_too(bench: Bench):
    async with seated(bench.desk) as seat:
        await declare(seat, "Checkout fails", "Cards are declined.")
        await seat.press("f7", "f6")
        await seat.until("Webhooks")
        await seat.type("webh")
        await seat.press("enter", "2", "enter")
        await seat.press("shift+tab", "shift+tab", "right")
        seen = await seat.until("[Identified]")
    async with seated(bench.desk) as seat:
        again = await seat.press("n")
        for words in ("[Identified]", "nobody", "▽ Webhooks Degraded", "Cards are declined."):
            assert words in seen
            assert words in again


@awaited
async def test_placeholders_are_tab_stops_and_the_same_one_is_typed_once(bench: Bench):
    async with seated(bench.desk) as seat:
        await seat.press("n", "f3")
        await seat.type("investigat")
        seen = await seat.press("enter")
        assert "{{symptom}}: this" not in seen
        assert "{{audience}}" in seen
        assert "Not finished" in await seat.until("to fill in")
        await seat.type("cards fail")
        await seat.press("tab")
        await seat.type("all customers")
        await seat.press("tab")
        await seat.type("Checkout")
        await seat.press("tab")
        await seat.type("02:50 UTC")
        await seat.press("tab")
        seen = await seat.until("✓ Ready")
        assert "Title       ▌ Checkout: cards fail" in seen
        assert "cards fail. This affects all customers using Checkout," in seen
        assert "since 02:50 UTC" in seen
        assert "{{" not in seen


@awaited
async def test_a_template_replaces_typed_words_only_until_undo(bench: Bench):
    async with seated(bench.desk) as seat:
        await declare(seat, "Checkout fails", "My own words.")
        await seat.press("f3")
        assert "My own words." not in await seat.press("enter")
        assert "My own words." in await seat.press("ctrl+z")
        await seat.press("ctrl+l", "x")
        assert seat.app.screen.query_one("#words").text == "x"
        help_ = await seat.press("f1")
        for words in ("^l           Select all", "F1           Help", "esc          Back"):
            assert words in help_
        for words in ("?", "⌫", " q ", "^z"):  # typed into the text, or done to it
            assert words not in help_


@awaited
async def test_production_wants_the_pages_name_before_the_first_word(production: Bench):
    async with seated(production.desk, NARROW) as seat:
        await declare(seat, "Checkout fails", "Cards are declined.")
        asked = await seat.press("f10")
        assert "PRODUCTION" in asked
        assert "type the page's name: Practice" in asked
        await seat.say_yes()
        await seat.type("Sandbox")
        assert "Nothing was sent" in await seat.press("enter")
        assert production.journal.operations() == []
        await seat.press("home", *["delete"] * 7)
        await seat.type("Practice")
        await seat.press("enter")
        await seat.until("internal note")


@awaited
async def test_resolving_offers_to_restore_and_says_what_stays_below(bench: Bench):
    listed = {one.name: one for one in await bench.desk.page_data.renew()}
    down = ComponentChange(listed["Web App"].id, "Web App", None, "partial_outage", "operational")
    told = bench.say("We are looking.", components=(down,))
    await bench.run(told.operation)
    for size in (WIDE, NARROW):
        async with seated(bench.desk, size, start=told.incident) as seat:
            await seat.press("r")
            await seat.type("It works.")
            seen = await seat.until("Would stay below")
            assert "[Resolved]" in seen
            assert "Would stay below operational: Web App." in " ".join(seen.split())
            asked = await seat.press("f10")
            assert "Customers will still see 1 below operational: Web App." in asked
            await seat.press("escape")
            restored = await seat.press("f5")
            assert "yes: 1 to operational" in restored
            assert "Web App  Operational  was Partial outage" in await seat.press("f10")
            await seat.press("escape")
        bench.desk.saved_drafts.drop(update_key(told.incident))


@awaited
async def test_restoring_leaves_what_another_open_incident_says_is_broken(bench: Bench):
    listed = {one.name: one for one in await bench.desk.page_data.renew()}
    ids = [listed[name].id for name in ("Checkout", "Webhooks")]
    mine = tuple(
        ComponentChange(id_, name, None, "partial_outage", "operational")
        for id_, name in zip(ids, ("Checkout", "Webhooks"), strict=True)
    )
    told = bench.say("We are looking.", components=mine)
    await bench.run(told.operation)
    other = bench.say("Webhooks are late.", components=mine[1:], title="Webhooks are late")
    await bench.run(other.operation)
    async with seated(bench.desk, WIDE, start=told.incident) as seat:
        await seat.press("r")
        await seat.type("It works.")
        await seat.until("Would stay below")
        assert "1 to operational, 1 stay: another incident" in await seat.press("f5")
        asked = await seat.press("f10")
        assert "Checkout  Operational  was Partial outage" in asked
        assert "Customers will still see 1 below operational: Webhooks." in asked


@awaited
async def test_what_the_desk_refuses_is_said_before_anybody_sends(bench: Bench):
    async with seated(bench.desk) as seat:
        await declare(seat, "Checkout fails", "TODO say what")
        assert "✗ Not finished: TODO." in await seat.until("✗ Not finished")
        assert "✗ Not sent. Not finished: TODO." in await seat.press("f10")
        await seat.press("tab", "x", "q")  # it was chosen; then a sign typed beside the text
        assert seat.app.screen.query_one("#words").text == "xq say what"
        seat.app.screen.query_one("#words").load_text("x" * 25_001)
        seen = await seat.until("✗ The text has 25,001 characters")
        assert "25,001 of 25,000" in seen
        seat.app.screen.query_one("#words").load_text("evil\u202etext\u200b")
        await seat.until("Invisible or control characters (U+202E)")
        assert "⟦U+202E⟧" in await seat.press("f10")


@awaited
async def test_free_names_of_an_internal_incident_are_not_offered_to_customers(bench: Bench):
    incident = bench.desk.respond.declare_internal(
        "Disk full",
        text=InternalText("canary"),
        components=(ComponentChange("db-secret-1", "db-secret-1"),),
    )
    async with seated(bench.desk, start=incident) as seat:
        await seat.press("u")
        seen = await seat.type("Something is slow.")
        assert "canary" not in seen
        assert "db-secret-1" not in seen
        await seat.press("f6")
        await seat.until("Webhooks")
        await seat.type("webh")
        await seat.press("enter", "2", "enter")
        assert "db-secret-1" not in await seat.press("f10")
        await seat.say_yes()
        await seat.until("internal note")
    (operation,) = bench.journal.operations()
    assert b"Something is slow." in operation.payload
    assert b"db-secret-1" not in operation.payload
    assert b"canary" not in operation.payload


@awaited
async def test_what_others_posted_meanwhile_is_said(bench: Bench, page: PracticePage):
    told = bench.say("We are looking.")
    await bench.run(told.operation)
    remote = bench.desk.records.incident(told.incident).remote_id
    async with seated(bench.desk, start=told.incident) as seat:
        await seat.press("u")
        await seat.type("Still looking.")
        page.manage(
            "PATCH",
            f"/incidents/{remote}",
            {"incident": {"body": "By Bob.", "status": "identified"}},
        )
        await pull(bench, told.incident)
        assert "posted meanwhile: By Bob." in " ".join((await seat.until("By Bob.")).split())
        assert "By Bob." in await seat.press("f10")


@awaited
async def test_when_a_word_is_due_one_key_begins_it_and_one_mends_its_time(tmp_path: Path):
    with offline(tmp_path) as bench:
        told = bench.say("We are looking. Next update by 03:40 UTC.")
        recorder = bench.desk.recorder
        taken = {"op": told.operation, "move": 9, "event": "seen", "state": "confirmed"}
        taken |= {"remote_id": "u-1", "server_time": iso(bench.clock.now())}
        bench.journal.append([recorder.event(told.incident, "delivery", taken)])
        async with seated(bench.desk, NARROW, start=told.incident) as seat:
            assert "no news yet" not in await seat.press("u")
            await seat.press("escape")
            bench.clock.advance(30 * 60)
            await seat.press("u")
            await seat.until("F2 no news yet")
            seen = " ".join((await seat.until("was due")).split())
            assert "The next update was due at 03:40 UTC" in seen
            await seat.type("Half a thought")
            assert "[Identified]" in await seat.press("shift+tab", "right")
            seen = await seat.press("f2")
            assert "There is no change since our update" in seen
            assert "[Investigating]" in seen  # no news is no other status
            assert "! ctrl+z brings your own text back." in seen
            seat.app.show_message("An alarm.")
            seen = await seat.until("An alarm.")
            assert seen.index("Notify ") < seen.index("An alarm.") < seen.index("! ctrl+z brings")
            assert "ctrl+z" not in " ".join(one.message for one in seat.app._notifications)
            field = seat.app.screen.query_one("#words")
            field.load_text("It fails since 15:00")
            await seat.until("F9 fixes it")
            await seat.press("f9")
            assert field.text.startswith("It fails since 15:00 ")
            assert "UTC" in field.text


async def pull(bench: Bench, incident: str) -> None:
    """Hear what others posted, as the delivery thread does."""
    session = bench.desk.open_delivery_session()
    try:
        await session.pull(incident)
    finally:
        await session.aclose()


@awaited
async def test_typing_is_never_interrupted_by_what_is_shown_beside(tmp_path: Path):
    with offline(tmp_path) as bench:
        keep_copy(bench, 1_000)
        async with seated(bench.desk) as seat:
            await seat.press("n", "tab")
            words = "The quick brown fox jumps over the lazy dog."
            await seat.press(*({" ": "space"}.get(sign, sign) for sign in words))
            assert seat.app.screen.query_one("#words").text == words


def keep_copy(bench: Bench, count: int) -> None:
    """A local copy of a page with many components in groups of ten."""
    components = [
        Component(f"c{place}", f"node {place:04} [db]", f"Region {place // 10:03}", position=place)
        for place in range(count)
    ]
    now = bench.clock.now()
    bench.cache.save_page("practice", "components", [one._asdict() for one in components], now)
    bench.cache.save_page("practice", "subscribers", 12, now)


@awaited
async def test_placeholders_are_counted_as_such_and_nothing_is_ready_beside_an_error(bench: Bench):
    async with seated(bench.desk) as seat:
        await declare(seat, "Checkout fails", "Payments of {{audience}} fail at 02:50. TODO")
        seen = await seat.until("☐ 2 to fill in")
        assert "✗ 1 " in seen
        assert "U17" not in seen
        assert "Ready" not in seen
        await seat.press(*["backspace"] * len("TODO"))
        await seat.until("☐ 1 to fill in")


@awaited
async def test_an_error_does_not_stop_a_live_update(bench: Bench):
    async with seated(bench.desk) as seat:
        await declare(seat, "Checkout fails", "Payments fail since 02:50.")
        seen = await seat.until("It can be sent despite the error")
        assert "✗ T1" in seen
        assert "Ready" not in seen
