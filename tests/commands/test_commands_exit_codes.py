"""The exit codes of the command line, row by row: they are a public interface.

That 'run' ends with its command's own is tried in test_commands_line.
"""

from pathlib import Path

import pytest

from command_line import CommandLine

SAY = ("-m", "Some payments fail.", "--no-notify")


@pytest.fixture
def home(bare: CommandLine, tmp_path: Path) -> CommandLine:
    """A home with one internal incident, and a page that nobody answers for."""
    (bare.home / "config").mkdir()
    token = bare.home / "token"
    token.touch(mode=0o600)
    token.write_text("t")
    (bare.home / "config/config.toml").write_text(
        'default_page = "main"\n[pages.main]\nkind = "statuspage"\nenvironment = "sandbox"\n'
        f'url = "http://127.0.0.1:9"\npage_id = "abc"\ntoken_file = "{token}"\n'
    )
    bare.json("declare", "Checkout fails", "--internal")
    return bare


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, ["incidents"]),
        (0, ["note", "failing over"]),
        (0, ["mark", "detected"]),
        (0, ["outbox"]),
        (0, ["check", "--list"]),
        (1, ["note", "zz99", "words"]),
        (1, ["note", "words", "--at", "2999-01-01T00:00Z"]),
        (1, ["show", "zz99"]),
        (1, ["update", "zz99", "--status", "identified", *SAY]),
        (1, ["update", "--status", "scheduled", *SAY]),
        (1, ["update", "--status", "identified", "-m", "It is {{cause}}."]),
        (1, ["import", "/no/such/file"]),
        (1, ["outbox", "resolve", "zzzz", "--drop"]),
        (1, ["doctor"]),
        (2, ["no-such-verb"]),
        (2, ["note"]),
        (2, ["note", "not", "quoted", "words"]),
        (2, ["show", "--no-such-option"]),
        (2, ["sync", "--at", "10m ago"]),
        (2, ["update", *SAY]),
        (2, ["update", "--status", "broken", *SAY]),
        (2, ["declare", "X", "--severity", "sev9", *SAY]),
        (2, ["declare", "X", "--status", "identified"]),
        (2, ["run", "true"]),
        (3, ["check", "{postmortem}", "--rules", "T1"]),
        (1, ["update", "--status", "identified", *SAY]),  # what do customers know it as?
        (75, ["update", "--status", "identified", "--title", "T", "--timeout", "0.1", *SAY]),
    ],
)
def test_each_ends_with_its_code(home, tmp_path, code, words):
    postmortem = tmp_path / "postmortem.md"
    postmortem.write_text("Uploads fail\n\nThe outage lasted from 11:00 to 11:40.\n")
    said = home(*(str(postmortem) if word == "{postmortem}" else word for word in words))
    assert said.code == code, said.err
    assert "Traceback" not in said.err


def test_a_wrong_component_status_is_wrong_usage_like_any_other(ircon):
    ircon("components", "--refresh")
    said = ircon("declare", "X", "-c", "Checkout=broken", *SAY)
    assert said.code == 2
    assert ircon("declare", "X", "--status", "broken", *SAY).code == 2


def test_what_waits_ends_a_sync_with_the_same_code(home):
    assert (
        home("update", "--status", "identified", "--title", "T", "--timeout", "0.1", *SAY).code
        == 75
    )
    assert home("sync", "--timeout", "0.1").code == 75
