"""Where the words of a post come from, and that they are posted once and no more."""

from __future__ import annotations

import os
import pty
import select
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from command_line import IRCON, CommandLine
from practice_page import PracticePage

WORDS = "Some payments fail; we are looking into it."
DECLARE = ("declare", "Checkout fails", "-m", WORDS)


def bodies(page: PracticePage) -> list[str]:
    """All that is on the page, newest first."""
    return [
        update["body"]
        for incident in page.manage("GET", "/incidents").json()
        for update in incident["incident_updates"]
    ]


def away(ircon: CommandLine, page: PracticePage) -> None:
    """Nothing answers where the page was."""
    config = ircon.home / "config" / "config.toml"
    config.write_text(config.read_text().replace(page.url, "http://127.0.0.1:9"))


def drafts(ircon: CommandLine) -> list[dict]:
    return [one for one in ircon.json("outbox") if one["state"] == "draft"]


# Where the words come from


def test_words_come_from_standard_input_and_from_files(ircon, page, tmp_path) -> None:
    assert ircon("declare", "A", "-m", "-", stdin=f"{WORDS} One.\n\n").code == 0
    file = tmp_path / "words.txt"
    file.write_bytes(b"\xef\xbb\xbf" + f"{WORDS} Two.\n".encode())
    assert ircon("update", "--status", "identified", "-F", str(file)).code == 0
    assert ircon("update", "--status", "monitoring", "-F", "-", stdin=f"{WORDS} Three.").code == 0
    assert ircon("resolve", "-m", f"{WORDS} Four.\n").code == 0
    assert bodies(page)[:4] == [f"{WORDS} {n}." for n in ("Four", "Three", "Two", "One")]


@pytest.mark.parametrize(
    "words",
    [["-m", "x", "-F", "y"], ["-F", "/nowhere/words.txt"], ["-F", "."], []],
)
def test_words_that_cannot_be_are_wrong_usage(ircon, words) -> None:
    assert ircon("declare", "A", *words).code == 2
    assert ircon.json("incidents") == []


@pytest.mark.parametrize(("option", "value"), [("-m", "-"), ("-F", "-"), ("--file=-", None)])
def test_refused_words_from_elsewhere_are_kept_and_taken_up(ircon, page, option, value) -> None:
    typed = [option] if value is None else [option, value]
    said = ircon("declare", "A", *typed, "-c", "Nowhere", stdin=f"{WORDS} Piped.\n")
    assert said.code == 1
    (draft,) = drafts(ircon)
    assert WORDS in draft["body"]
    command = draft["take_up"].replace(" -c Nowhere", "")
    path = f"{Path(IRCON).parent}:{os.environ['PATH']}"
    subprocess.run(["sh", "-c", command], env={**os.environ, "PATH": path}, check=True)
    assert bodies(page)[0] == f"{WORDS} Piped."
    assert drafts(ircon) == []


def typed(ircon: CommandLine, *words: str, answer: str = "", **environment: str) -> tuple[int, str]:
    """Run the program on a terminal; its code, and all that stood there."""
    master, slave = pty.openpty()
    child = subprocess.Popen(
        [IRCON, "--home", str(ircon.home), *words],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    os.close(slave)
    seen = b""
    if answer:
        os.write(master, answer.encode())
    until = time.monotonic() + 60
    while time.monotonic() < until:
        ready, _, _ = select.select([master], [], [], 0.2)
        try:
            seen += os.read(master, 65536) if ready else b""
        except OSError:
            break
        if not ready and child.poll() is not None:
            break
    os.close(master)
    return child.wait(10), seen.decode(errors="replace")


def test_an_editor_writes_them_where_there_is_a_terminal(ircon, page, tmp_path) -> None:
    editor = tmp_path / "editor"
    editor.write_text(f'#!/bin/sh\nprintf "%s\\n" "{WORDS} Written." > "$1"\n')
    editor.chmod(0o700)
    code, seen = typed(ircon, "declare", "A", EDITOR=str(editor), VISUAL="")
    assert code == 0, seen
    assert bodies(page)[0] == f"{WORDS} Written."
    empty = tmp_path / "empty"
    empty.write_text("#!/bin/sh\nexit 0\n")
    empty.chmod(0o700)
    code, seen = typed(ircon, "update", "--status", "identified", EDITOR=str(empty), VISUAL="")
    assert (code, "Nothing was written" in seen) == (1, True)


def test_the_public_title_is_asked_for_before_anything_goes_out(ircon, page) -> None:
    ircon.json("declare", "db-7 canary", "--internal")
    update = ("update", "--status", "investigating", "-m", WORDS)
    code, seen = typed(ircon, *update, answer="\n")
    assert (code, "Its title for customers?" in seen) == (1, True)
    code, seen = typed(ircon, *update, answer="Orders fail\n")
    assert code == 0, seen
    assert page.manage("GET", "/incidents").json()[0]["name"] == "Orders fail"
    assert "canary" not in str(page.manage("GET", "/incidents").json())


# Nothing is sent


def test_a_dry_run_shows_what_would_be_and_sends_nothing(ircon, page) -> None:
    before = (bodies(page), page.mails())
    said = ircon(*DECLARE, "-c", "Checkout=major_outage", "--dry-run")
    assert said.code in {0, 3}
    assert WORDS in said.out
    assert "Nothing was sent" in said.err
    document = ircon(*DECLARE, "-c", "Checkout=major_outage", "--dry-run", "--json").document
    assert set(document) == {"would", "findings"}
    would = document["would"]
    assert (would["title"], would["status"], would["notify"]) == (
        "Checkout fails",
        "investigating",
        True,
    )
    assert list(would["components"].values()) == ["major_outage"]
    assert (bodies(page), page.mails()) == before
    assert ircon.json("incidents") == ircon.json("outbox") == []


def test_a_dry_run_ends_with_3_where_there_are_errors(ircon) -> None:
    leak = ("declare", "A", "-m", "The replica db-1.internal at 10.2.3.4 is down.", "--dry-run")
    said = ircon(*leak, "--json")
    assert said.code == 3
    assert any(one["severity"] == "error" for one in said.document["findings"])
    ircon.json(*DECLARE)
    clean = ircon("resolve", "-m", "Payments work again since 03:20 UTC.", "--dry-run", "--json")
    errors = [one for one in clean.document["findings"] if one["severity"] == "error"]
    assert clean.code == (3 if errors else 0)
    assert ircon.json("show")["status"] == "investigating"


def test_a_dry_run_keeps_the_draft_of_an_earlier_refusal(ircon) -> None:
    ircon(*DECLARE, "-c", "Nowhere")
    (draft,) = drafts(ircon)
    ircon(*DECLARE, "--dry-run")
    assert drafts(ircon) == [draft]


def test_strict_refuses_on_warnings_and_keeps_the_words(ircon, page) -> None:
    vague = ("declare", "A", "-m", "We are looking into it.", "--strict")
    findings = ircon(*vague, "--dry-run", "--json").document["findings"]
    assert any(one["severity"] in {"warn", "error"} for one in findings)
    before = bodies(page)
    said = ircon(*vague)
    assert (said.code, "--strict" in said.err) == (1, True)
    assert bodies(page) == before
    assert drafts(ircon)[0]["body"] == "We are looking into it."
    assert ircon(*vague[:-1]).code == 0


# Once


def test_the_same_declaration_within_the_hour_asks_once(ircon, page) -> None:
    first = ircon(*DECLARE)
    assert first.code == 0
    before = bodies(page)
    for name, words in (("checkout fails ", WORDS.upper()), ("Checkout  fails", f" {WORDS}\n")):
        again = ircon("declare", name, "-m", words)
        told = (again.code, "--again" in again.err, first.out.strip() in again.err)
        assert told == (1, True, True)
    assert bodies(page) == before
    assert drafts(ircon)[0]["body"] == f" {WORDS}\n"
    assert ircon("declare", "Checkout fails", "-m", "Other words.").code == 0
    assert ircon("declare", "Search fails", "-m", WORDS).code == 0
    assert ircon(*DECLARE, "--again").code == 0
    assert len(bodies(page)) == len(before) + 3


def test_on_a_terminal_it_is_a_question(ircon, page) -> None:
    assert ircon(*DECLARE).code == 0
    before = bodies(page)
    code, seen = typed(ircon, *DECLARE, answer="n\n")
    assert (code, "once more? [y/N]" in seen) == (1, True)
    assert bodies(page) == before
    code, seen = typed(ircon, *DECLARE, answer="y\n")
    assert code == 0, seen
    assert len(bodies(page)) == len(before) + 1


def test_what_is_over_or_was_refused_may_be_declared_again(ircon, page) -> None:
    token = ircon.home / "main.token"
    token.write_text("wrong")
    assert ircon(*DECLARE).code == 1
    token.write_text(page.token)
    told = ircon(*DECLARE)
    assert told.code == 0, told.err
    ircon.json("resolve", told.out.strip(), "-m", "It works again.")
    assert ircon(*DECLARE).code == 0


def test_an_update_that_still_waits_is_not_said_twice(ircon, page) -> None:
    assert ircon(*DECLARE).code == 0
    away(ircon, page)
    update = ("update", "--status", "identified", "-m", "It is a disk.", "--timeout", "1")
    assert ircon(*update).code == 75
    again = ircon(*update)
    assert (again.code, "already on its way" in again.err) == (1, True)
    assert len([one for one in ircon.json("outbox") if one["state"] != "draft"]) == 1
    assert ircon(*update, "--again").code == 75


def test_a_key_posts_once_whoever_repeats_the_command(ircon, page) -> None:
    before = len(bodies(page))
    first = ircon(*DECLARE, "--key", "run-1")
    again = ircon(*DECLARE, "--key", "run-1")
    assert (first.code, again.code) == (0, 0)
    assert again.out == first.out
    assert "nothing is posted again" in again.err
    real = ircon.real(*DECLARE, "--key", "run-1", "--json")
    assert real.document["incident"] == first.out.strip()
    for _ in range(2):
        assert ircon("resolve", "-m", "It works again.", "--key", "run-1 end").code == 0
    assert len(bodies(page)) == before + 2


def test_a_key_posts_once_from_many_processes_at_once(ircon, page) -> None:
    before = len(bodies(page))
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda _: ircon.real(*DECLARE, "--key", "race"), range(4)))
    assert {one.code for one in said} <= {0, 75}
    assert ircon("sync").code == 0
    assert len(bodies(page)) == before + 1
    assert len({one.out for one in said}) == 1


def test_what_the_page_refused_under_a_key_may_be_repeated_and_what_was_dropped_not(
    ircon, page
) -> None:
    token = ircon.home / "main.token"
    token.write_text("wrong")
    assert ircon(*DECLARE, "--key", "k").code == 1
    token.write_text(page.token)
    assert ircon(*DECLARE, "--key", "k").code == 0
    away(ircon, page)
    update = ("update", "--status", "identified", "-m", "A disk.", "--key", "u", "--timeout", "1")
    incident = ircon.json("incidents", "--open")[0]["id"]
    waiting = ircon(update[0], incident, *update[1:], "--json").document
    assert ircon("outbox", "resolve", waiting["operation"], "--drop").code == 0
    again = ircon(update[0], incident, *update[1:])
    assert (again.code, "dropped" in again.err) == (1, True)


def test_what_ran_out_of_time_before_it_was_sent_is_queued_and_can_be_dropped(ircon, page) -> None:
    incident = ircon(*DECLARE).out.strip()
    config = ircon.home / "config" / "config.toml"
    with closing(socket.create_server(("127.0.0.1", 0))) as mute:  # takes calls, never answers
        port = mute.getsockname()[1]
        config.write_text(config.read_text().replace(page.url, f"http://127.0.0.1:{port}"))
        late = ("update", incident, "--status", "identified", "-m", "A disk.", "--timeout", "2")
        told = ircon(*late, "--json")
    assert told.code == 75
    (waiting,) = [one for one in ircon.json("outbox") if one["state"] != "draft"]
    assert waiting["state"] == "queued"
    assert ircon("outbox", "resolve", waiting["operation"], "--drop").code == 0


# Which incident


def test_the_line_before_a_post_names_the_incident(ircon) -> None:
    said = ircon(*DECLARE)
    assert "'Checkout fails'" in said.err
    told = ircon("update", "--status", "identified", "-m", "A disk.")
    for word in (said.out.strip(), "'Checkout fails'", "page 'main'", "sandbox"):
        assert word in told.err


def test_an_edited_conflict_does_not_set_the_status_back(ircon, page) -> None:
    incident = ircon(*DECLARE).out.strip()
    away_from = ircon.home / "config" / "config.toml"
    kept = away_from.read_text()
    away(ircon, page)
    ours = ("update", "--status", "identified", "-m", "It is a disk.", "--timeout", "1", "--json")
    waiting = ircon(*ours).document
    away_from.write_text(kept)
    remote = page.manage("GET", "/incidents").json()[0]["id"]
    theirs = {"incident": {"status": "monitoring", "body": "A fix is in place."}}
    page.manage("PATCH", f"/incidents/{remote}", theirs)
    assert ircon("sync").code == 75
    said = ircon("outbox", "resolve", waiting["operation"], "--edit", "It was a disk.\n")
    assert said.code == 0, said.err
    assert "written as identified" in said.err
    assert incident in said.err
    shown = page.manage("GET", f"/incidents/{remote}").json()
    assert shown["status"] == "monitoring"
    assert shown["incident_updates"][0]["body"] == "It was a disk."
    assert ircon.json("show", incident)["status"] == "monitoring"


def test_a_refusal_by_the_checks_brings_its_findings_along_and_no_secret(ircon) -> None:
    secret = "password=" + "hunter2hunter2"
    said = ircon(*DECLARE[:2], "-m", f"Try again with {secret}.", "--json")
    assert said.code == 1
    error = said.document["error"]
    assert "U16" in {one["rule"] for one in error["findings"]}
    assert "hunter2" not in said.out + said.err
    assert error["draft"]


def test_a_postmortem_is_tried_first_and_published_once_under_a_key(ircon, page, tmp_path) -> None:
    incident = ircon(*DECLARE).out.strip()
    ircon.json("resolve", "-m", "It works again.")
    file = tmp_path / "postmortem.md"
    file.write_text("Webhooks were late because a queue was full.")
    ircon.json("postmortem", "save", incident, str(file))
    publish = ("postmortem", "publish", incident, "--reason", "a first word")
    tried = ircon(*publish, "--dry-run", "--json")
    assert tried.code == 3  # it has no times, no numbers
    assert tried.document["would"]["body"] == file.read_text()
    assert ircon(*publish, "--strict").code == 1
    assert ircon.json("show", incident)["postmortem"]["state"] == "draft"
    first = ircon.json(*publish, "--key", "pm")
    assert ircon.json(*publish, "--key", "pm")["operation"] == first["operation"]
    assert ircon.json("show", incident)["postmortem"]["state"] == "published"


def test_a_dry_run_under_a_key_sends_nothing_that_waits(ircon, page) -> None:
    config = ircon.home / "config" / "config.toml"
    kept = config.read_text()
    away(ircon, page)
    assert ircon(*DECLARE, "--key", "k", "--timeout", "1").code == 75
    config.write_text(kept)
    before = bodies(page)
    ircon(*DECLARE, "--key", "k", "--dry-run")
    assert bodies(page) == before
    assert ircon(*DECLARE, "--key", "k").code == 0
    assert len(bodies(page)) == len(before) + 1


ERROR = "Payments fail since 02:50. Next update by 03:30 UTC."


def test_what_the_check_finds_is_said_before_the_update_is_sent(ircon: CommandLine, page) -> None:
    said = ircon("declare", "Checkout fails", "-m", ERROR)
    assert said.code == 0
    assert "Findings: 1 error" in said.err
    assert bodies(page)[0] == ERROR
    assert "  error T1 update 1:21 '02:50': " in said.err
    assert "    fix: 02:50 UTC" in said.err
    assert said.err.count("T1") == 1
    incident = said.out.strip()
    said = ircon("update", incident, "--status", "identified", "-m", "We are looking into it.")
    assert "warn U" in said.err
    assert "Findings: " in ircon("resolve", incident, "-m", "All is well.").err


def test_strict_refuses_a_warning_and_keeps_the_text(ircon: CommandLine, page) -> None:
    before = bodies(page)
    said = ircon("declare", "Checkout fails", "-m", "Payments fail for all.", "--strict")
    assert said.code == 1
    assert "warn U4" in said.err
    assert "--strict refuses the update, because of U4." in said.err
    assert bodies(page) == before
    assert [one["last_error"] for one in drafts(ircon)]


def test_what_may_be_a_secret_is_not_repeated_before_sending(ircon: CommandLine, page) -> None:
    said = ircon(
        "declare", "Checkout fails", "-m", "The replica db-1.internal at 10.2.3.4 is down."
    )
    assert said.code == 1
    findings = [line for line in said.err.splitlines() if line.startswith("  error U16")]
    assert findings
    assert not any("10.2.3.4" in line or "db-1" in line for line in findings)


def test_a_postmortem_says_what_is_found_before_it_is_published(
    ircon: CommandLine, page, tmp_path
) -> None:
    incident = ircon("declare", "Checkout fails", "-m", WORDS).out.strip()
    ircon("resolve", incident, "-m", "We rolled back release 12. Payments work, none was lost.")
    text = tmp_path / "text.md"
    text.write_text("# Checkout failed\n\nIt broke at 09:00 and was mended.\n")
    ircon("postmortem", "save", incident, str(text))
    said = ircon("postmortem", "publish", incident)
    assert said.code == 1
    assert "error P8" in said.err
    said = ircon("postmortem", "publish", incident, "--reason", "the board wants it", "--strict")
    assert said.code == 1
    assert "--strict refuses the postmortem" in said.err
