"""Hostile words in every field of composer, picker, confirm and postmortem stay words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from frames import offline

from ircon.desk.saved_drafts import update_key
from ircon.incident.components import Component, ComponentChange
from ircon.incident.text import InternalText
from terminal import Terminal

HOSTILE = (
    "\x1b]52;c;cHduZWQ=\x07\x1b]2;PWNED\x1b\\\x1b[6n\x1b[c\x9b31m\x9d2;PWNED\x9c"
    "[/x] [@click=app.leave]go[/] [ERROR] \u202eevil\u202c\u200b 日本"
)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
def test_no_byte_of_it_is_obeyed(tmp_path: Path, size: tuple[int, int]):
    with offline(tmp_path) as bench:
        down = Component("c1", f"name {HOSTILE}", f"group {HOSTILE}", "partial_outage")
        now = bench.clock.now()
        bench.cache.save_page("practice", "components", [down._asdict()], now)
        change = ComponentChange(down.id, down.name, down.group, "partial_outage", "operational")
        told = bench.say(
            f"body {HOSTILE}", title=f"title {HOSTILE}", components=(change,), reason="a test"
        )
        bench.desk.respond.note(told.incident, InternalText(f"note {HOSTILE}"))
        draft = {"status": "resolved", "body": f"draft {HOSTILE}", "title": f"head {HOSTILE}"}
        bench.desk.saved_drafts.save(
            update_key(told.incident), {**draft, "components": {"c1": "major_outage"}}
        )
        bench.desk.saved_drafts.save(
            f"postmortem:{told.incident}",
            {"text": f"## Section {HOSTILE}\n\n{HOSTILE} {{{{x}}}}", "template": "four-questions"},
        )
    with Terminal(bench.home, told.incident, size=size) as terminal:
        terminal.until("internal note")
        terminal.type("u")
        assert "[/x]" in terminal.until("draft ")
        terminal.type("\x1b[17~")  # F6
        assert "␛]52;c" in terminal.until("group ")
        terminal.type("\r")
        terminal.read(0.3)  # what comes with it at once would be a paste
        terminal.type("a3\r")
        terminal.until("Status")
        terminal.type("\x1b[21~")  # F10
        terminal.until("draft ")
        terminal.type("\x1b")
        terminal.until("Status")
        terminal.type("\x1b")
        terminal.until("internal note")
        terminal.type("p")
        terminal.until("## Section")
        for key, words in (("\x1bOQ", "Insert from"), ("\x1b[15~", "Postmortem: title")):
            terminal.type(key)  # F2, F5
            terminal.until(words)
            terminal.type("\x1b")
            terminal.until("## Section")
        terminal.type("\x11")  # ctrl+q
        terminal.until("not sent")
        terminal.type("\r")
        terminal.wait()
        raw = terminal.raw.replace(b"\x1b]22;default\x07", b"")  # the mouse pointer: Textual's own
    for payload in (b"\x1b]", b"PWNED\x1b", b"\x1b[6n", b"\x1b[c", b"\x07"):
        assert payload not in raw, raw[max(0, raw.find(payload) - 80) : raw.find(payload) + 80]
    assert not re.search("[\x80-\x9f\u202a-\u202e\u200b]", raw.decode())
