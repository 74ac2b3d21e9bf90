"""Acts, key map, footer and help: one source, so none can say what another does not."""

from __future__ import annotations

import inspect
from importlib import import_module
from itertools import chain
from pathlib import Path

import pytest
from frames import NARROW, awaited, offline, seated

import ircon.console.screens
from ircon.console.acts import BY_ID, SCOPES, acts_in, every_act
from ircon.console.acts.act import EVERYWHERE
from ircon.console.acts.keymap import is_key, resolve
from ircon.console.screens.base import IrconScreen


def _screens() -> dict[str, list[type[IrconScreen]]]:
    """Every screen that is shown, by its scope; what several share has none of its own."""
    found: dict[str, list[type[IrconScreen]]] = {}
    for path in sorted(Path(inspect.getfile(ircon.console.screens)).parent.glob("*.py")):
        module = import_module(f"ircon.console.screens.{path.stem}")
        for thing in vars(module).values():
            if inspect.isclass(thing) and issubclass(thing, IrconScreen) and "SCOPE" in vars(thing):
                found.setdefault(thing.SCOPE, []).append(thing)
    return found


def _methods(screen: type[IrconScreen]) -> set[str]:
    """The methods that do an act: the screen's own, and those of its parts."""
    return {
        name for owner in (screen, *screen.PARTS) for name in dir(owner) if name.startswith("do_")
    }


def test_every_act_is_done_by_a_screen_of_its_scope():
    screens = _screens()
    for act in every_act():
        places = (
            list(chain(*screens.values())) if act.scope() == EVERYWHERE else screens[act.scope()]
        )
        assert any(act.method() in _methods(one) for one in places), act.id


def test_every_method_of_a_screen_that_does_something_has_its_act():
    for scope, screens in _screens().items():
        known = {act.method() for act in acts_in(scope)}
        for screen in screens:
            assert _methods(screen) <= known, screen


def test_every_act_says_what_it_does():
    for act in every_act():
        assert act.name
        assert act.help().endswith("."), act.id
        assert act.id == f"{act.scope()}.{act.method().removeprefix('do_')}"


def test_the_default_keys_are_keys_and_no_two_acts_of_a_place_want_the_same():
    assert resolve({}).problems == ()
    for act in every_act():
        assert all(is_key(key) for key in act.keys), act.id
    for scope in SCOPES:
        keys = [key for act in acts_in(scope) for key in act.keys]
        assert len(keys) == len(set(keys)), scope


def test_nothing_that_publishes_is_a_letter_and_nothing_destructive_sits_on_ctrl():
    for act_id in ("composer.send", "postmortem.publish", "confirm.send"):
        assert all(len(key) > 1 for key in BY_ID[act_id].keys)
    for act_id in ("incident.retract", "everywhere.quit"):
        assert not any(key.startswith("ctrl+") for key in BY_ID[act_id].keys)


def test_a_users_key_wins_over_a_default_and_that_is_said_once():
    keymap = resolve({"incident.note": "u"})
    assert keymap.keys["incident.note"] == ("u",)
    assert keymap.keys["incident.update"] == ()
    assert keymap.problems == ("u is now the key of incident.note: incident.update has lost it.",)


def test_who_moves_both_is_told_nothing():
    keymap = resolve({"incident.note": "u", "incident.update": "n"})
    assert keymap.keys["incident.update"] == ("n",)
    assert keymap.problems == ()


def test_unbound_takes_all_keys_away():
    keymap = resolve({"everywhere.quit": "unbound"})
    assert keymap.keys["everywhere.quit"] == ()
    assert keymap.problems == ()


@pytest.mark.parametrize(
    ("act", "keys", "words"),
    [
        ("incident.notes", "u", "Did you mean 'incident.note'?"),
        ("incident.note", "not_a_key!!", "is not a key"),
        ("incident.note", "ctrl+ctrl+a", "is not a key"),
        ("incident.note", "f99", "is not a key"),
        ("incident.note", "", "is not a key"),
    ],
)
def test_a_wrong_line_is_left_out_and_said(act: str, keys: str, words: str):
    keymap = resolve({act: keys})
    assert keymap.keys == resolve({}).keys
    assert len(keymap.problems) == 1
    assert words in keymap.problems[0]


@pytest.mark.parametrize(
    "key", ["u", "?", "[", "*", "f10", "ctrl+enter", "shift+f2", "question_mark", "G", "é"]
)
def test_keys_that_a_terminal_can_send(key: str):
    assert is_key(key)


@awaited
async def test_a_remapped_act_obeys_its_new_key_only_and_the_footer_shows_it(tmp_path: Path):
    with offline(tmp_path) as bench:
        config = bench.home / "config" / "config.toml"
        config.write_text(
            config.read_text()
            + '\n[keys]\n"incidents.outbox" = "w"\n"incidents.import" = "unbound"\n'
        )
        async with seated(bench.desk, NARROW) as seat:
            seen = await seat.read()
            assert "import" not in seen.splitlines()[-1]
            await seat.press("o", "i")
            assert "No incidents yet" in await seat.read()
            await seat.press("w")
            assert "Nothing is pending" in await seat.until("Nothing is pending")


@awaited
async def test_the_footer_offers_only_keys_that_work_where_one_is(tmp_path: Path):
    with offline(tmp_path) as bench:
        incident = bench.desk.respond.declare_internal("Disk full")
        async with seated(bench.desk, start=incident) as seat:
            footer = (await seat.press("n")).splitlines()[-1]
            assert "update" not in footer  # a text field takes the letters now
            assert "esc back" in footer
            assert "F1 help" in footer
            footer = (await seat.press("escape")).splitlines()[-1]
            assert "u update" in footer
            assert "? help" in footer


def test_help_lists_what_the_footer_shows():
    shown = {act.id for act in every_act() if act.label}
    assert shown <= set(BY_ID)
    assert {"everywhere.help", "everywhere.back", "everywhere.quit"} <= shown
    assert EVERYWHERE in SCOPES
