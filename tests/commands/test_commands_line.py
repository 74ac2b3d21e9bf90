"""How the command line is read."""

import os
import pty
import subprocess
import sys

import pytest

from command_line import IRCON
from ircon.commands.table import VERBS


@pytest.fixture
def incident(bare) -> str:
    return bare.json("declare", "Checkout fails", "--internal")["incident"]


def last_note(ircon) -> dict:
    return ircon.json("show")["notes"][-1]


def test_every_verb_explains_itself_with_an_example(bare):
    overview = bare("--help")
    assert overview.code == 0
    for verb in VERBS:
        assert f"\n  {verb} " in overview.out
        said = bare(verb, "--help")
        assert said.code == 0
        assert f"  ircon {verb}" in said.out.partition("examples:")[2]


def test_common_options_stand_before_or_after_the_verb(bare, incident):
    assert bare("--json", "show").document == bare("show", "--json").document
    assert bare("note", "--at", "10m ago", "before").code == 0
    assert bare("--at", "10m ago", "note", "after").code == 0


def test_one_word_is_a_text_and_two_are_an_id_and_a_text(bare, incident):
    assert bare("note", incident[:3], "with an id").code == 0
    assert last_note(bare)["text"] == "with an id"
    assert bare("note", "one", "two", "three").code == 2


def test_what_follows_two_dashes_is_never_an_option(bare, incident):
    assert bare("note", "--", "--json is not meant").code == 0
    assert last_note(bare)["text"] == "--json is not meant"


def test_a_note_from_a_pipe(bare, incident):
    assert bare("note", "-", stdin="three\nlines\nof log\n").code == 0
    assert last_note(bare)["source"] == "pipe"
    assert last_note(bare)["text"].splitlines() == ["three", "lines", "of log"]


def test_options_that_a_verb_does_not_take_are_refused(bare):
    assert bare("sync", "--at", "10m ago").code == 2
    assert bare("--json", "demo").code == 2
    assert bare("nota", "x").err.count("'note'") == 1


def test_a_time_that_has_not_come_is_refused(bare, incident):
    said = bare("note", "x", "--at", "2999-01-01T00:00Z")
    assert said.code == 1
    assert "in the future" in said.err


def test_actions_are_added_listed_and_done(bare, incident):
    assert bare("action", "add", "Alert on the pool", "--due", "2026-12-01").code == 0
    assert bare("action", incident, "add", "Rotate the key").code == 0
    assert bare("action", "done", "2").code == 0
    assert [one["done"] for one in bare.json("action", "list")] == [False, True]
    assert bare("action", "add", "x", "--due", "soon").code == 2
    assert bare("action", "Alert").code == 2


def test_a_milestone_a_pin_and_a_correction(bare, incident):
    assert bare("mark", "detected", "--at", "10m ago").code == 0
    assert bare("mark", "noticed").code == 2
    bare.json("note", "db-1")
    assert bare("pin", incident, "n1").code == 0
    assert bare("amend", incident, "n1", "--text", "db-2").code == 0
    shown = last_note(bare)
    assert (shown["text"], shown["pinned"]) == ("db-2", True)
    assert bare("retract", incident, "n1").code == 0
    assert bare.json("show")["notes"] == []


def test_home_may_come_from_the_environment(tmp_path):
    home = {**os.environ, "IRCON_HOME": str(tmp_path)}
    done = subprocess.run(
        [IRCON, "declare", "X", "--internal"], env=home, check=True, capture_output=True, text=True
    )
    assert (tmp_path / "data/journal.db").exists()
    listed = subprocess.run(
        [IRCON, "incidents"], env=home, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() in listed.stdout


def test_foreign_text_is_inert_on_a_terminal(bare, incident):
    bare.json("note", "\x1b]0;owned\x07\x1b[31mred\u202e")
    for words in (["show"], ["timeline"], ["incidents"], ["handover"]):
        said = bare(*words)
        assert not set(said.out + said.err) & {"\x1b", "\x07", "\u202e"}


def test_a_command_is_run_as_typed_and_recorded(bare, incident):
    said = bare.real("run", "--", "sh", "-c", "echo out; echo err >&2; exit 7")
    assert said.code == 7
    assert said.out == "out\n"
    assert "err\n" in said.err
    note = last_note(bare)
    assert note["source"] == "command"
    assert set(note["text"].splitlines()[1:]) == {"out", "err"}  # two pipes, no order
    assert bare.real("run", "--", "no-such-program-at-all").code == 127
    assert bare.real("run", "--", "sh", "-c", "kill -9 $$").code == 137
    assert bare("run", "true").code == 2


def test_a_command_s_output_stays_out_of_the_document(bare, incident):
    said = bare.real("run", "--json", "--", "echo", "noise")
    assert said.document == {"incident": incident, "note": "n1"}
    assert "noise" in said.err


def test_at_a_terminal_the_command_has_one_of_the_same_size(bare, incident):
    pid, master = pty.fork()
    if pid == 0:  # pragma: no cover - the child becomes another program
        os.execv(  # noqa: S606 - a program, and no shell
            IRCON, [IRCON, "--home", str(bare.home), "run", "--", "sh", "-c", "tty; stty size"]
        )
    shown = b""
    try:
        import fcntl
        import struct
        import termios

        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 101, 0, 0))
        while data := os.read(master, 4096):
            shown += data
    except OSError:
        pass  # Linux: the other end is closed
    finally:
        os.close(master)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert b"/dev/pts/" in shown
    assert b"33 101" in shown
    assert "33 101" in last_note(bare)["text"]


def test_the_console_wants_a_terminal():
    for words in ([], ["demo"]):
        done = subprocess.run(
            [IRCON, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert "terminal" in done.stderr


def test_a_verb_is_imported_when_it_is_used():
    code = (
        "import sys; from ircon.commands.main import main; main(['--version']); "
        "print([one for one in sys.modules if one.startswith('ircon.commands.verbs')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1] == "[]"


def test_keys_and_themes_are_listed_with_what_is_wrong(bare, tmp_path):
    assert "incident.note" in bare("keys").out
    assert "ircon-dark" in bare("themes").out
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('primary = "no colour"\n')
    said = bare("themes", "--check", str(wrong))
    assert said.code == 1
    assert f"{wrong}:1" in said.err
    config = bare.home / "config/config.toml"
    config.parent.mkdir()
    config.write_text('[keys]\n"incident.nota" = "y"\n')
    said = bare("keys")
    assert said.code == 1
    assert "incident.nota" in said.err


def test_a_defect_becomes_a_document_and_a_report_without_values(bare, incident, monkeypatch):
    def fails(*_: object, **__: object) -> None:
        raise KeyError("token-canary")

    monkeypatch.setattr("ircon.desk.responding.Responding.note", fails)
    said = bare("note", "typed-canary", "--json")
    assert said.code == 1
    assert "KeyError in test_commands_line.py" in said.document["error"]["message"]
    (report,) = (bare.home / "data").glob("ircon-crash-*.txt")
    assert str(report) in said.err
    assert report.stat().st_mode & 0o077 == 0
    told = report.read_text()
    assert "KeyError" in told
    assert "in note: " in told
    assert "canary" not in told.replace('raise KeyError("token-canary")', "")
    assert "Traceback" not in said.err
    assert [one["body"] for one in bare.json("outbox")] == ["typed-canary"]
