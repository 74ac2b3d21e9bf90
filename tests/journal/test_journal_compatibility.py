"""A journal and a config.toml of commit 363ab98 open unchanged, and show what it showed.

That commit is the last one before the code was renamed into the field's words. It made
``before_field_words/`` with a practice page: an internal incident, a public one with a saved
postmortem, one whose first update is still queued, two imports, and two refused drafts.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from command_line import CommandLine
from ircon.config.load import load

OLD = Path(__file__).parent / "before_field_words"
SHOWN = json.loads((OLD / "shown.json").read_text())


@pytest.fixture
def ircon(tmp_path):
    home = tmp_path / "home"
    for folder in (home, home / "data", home / "config"):
        folder.mkdir(mode=0o700)
    for name, folder in (("journal.db", "data"), ("config.toml", "config")):
        shutil.copy(OLD / name, home / folder / name)
        (home / folder / name).chmod(0o600)
    (home / "data" / "known").touch(0o600)
    return CommandLine(home)


def test_incidents_are_listed_as_they_were(ircon):
    assert holds(ircon.json("incidents"), SHOWN["incidents"])


def holds(new, old):
    """Whether all that was shown is shown, whatever has been added to it since."""
    if isinstance(old, dict):
        return all(name in new and holds(new[name], value) for name, value in old.items())
    if isinstance(old, list):
        return len(new) == len(old) and all(map(holds, new, old))
    return new == old


@pytest.mark.parametrize("view", ["show", "timeline", "metrics"])
@pytest.mark.parametrize("incident", [row["id"] for row in SHOWN["incidents"]])
def test_an_incident_shows_what_it_showed(ircon, view, incident):
    assert holds(ircon.json(view, incident), SHOWN[view][incident])


def test_the_outbox_holds_the_queued_update_and_the_refused_drafts(ircon):
    outbox = ircon.json("outbox")
    assert holds(outbox, SHOWN["outbox"])
    assert [item["state"] for item in outbox] == ["queued", "draft", "draft"]


def test_the_saved_postmortem_is_the_one_that_was_saved(ircon):
    said = ircon("postmortem", "dqv3")
    assert (said.code, said.out) == (0, SHOWN["postmortem"]["dqv3"])


def test_the_file_is_sound_and_reading_it_changed_no_row(ircon):
    checks = {row["check"]: row for row in json.loads(ircon("doctor", "--json").out)}
    assert checks["journal"]["ok"], checks
    ircon.json("incidents")
    with closing(sqlite3.connect(OLD / "journal.db")) as old:
        before = list(old.iterdump())
    with closing(sqlite3.connect(ircon.home / "data" / "journal.db")) as new:
        assert list(new.iterdump()) == before


def test_a_note_is_added_to_it(ircon):
    assert ircon("note", "4w9b", "and it goes on").code == 0
    texts = [entry["text"] for entry in ircon.json("timeline", "4w9b")]
    assert texts[-1] == "and it goes on"
    assert len(texts) == len(SHOWN["timeline"]["4w9b"]) + 1


def test_the_config_says_what_it_said(ircon):
    config = load(ircon.home / "config" / "config.toml")
    page = config.page()
    assert (page.name, page.kind, page.environment) == ("status", "statuspage", "sandbox")
    assert (page.url, page.page_id) == ("http://127.0.0.1:18391", "52mpzcqcrct7")
    assert (page.page_name, page.notify) == ("Practice", True)
    assert page.token_env == "IRCON_FIXTURE_TOKEN"
    assert (config.zone, config.author, config.mouse) == ("Europe/Amsterdam", "Ada", False)
    assert (config.console.hold_seconds, config.console.pull_seconds) == (3, 60)
    assert (config.cadence["sev1"]["first"], config.cadence["sev1"]["identified"]) == (4, 10)
    assert (config.checks["T2"].severity, config.words) == ("off", ("Quibbler",))
    assert config.keys == {"incident.note": "n"}
