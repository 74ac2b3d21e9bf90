"""Wrong input: a clear sentence, what to do next, the right code, and nothing typed is lost."""

import http.server
import threading
from collections.abc import Iterator

import pytest

TEXT = "Some payments fail; we are looking into it."


def kept(ircon) -> str:
    """The drafts that 'ircon outbox' shows."""
    return ircon("outbox").out


@pytest.fixture
def incident(ircon) -> str:
    return ircon.json("declare", "Checkout fails", "-m", "Payments fail.")["incident"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["-c", "Chekout=major_outage"], ["No such component: 'Chekout'", "ircon components"]),
        (["-c", "API=major_outage"], ["is a group", "API/*"]),
        (["-c", "Checkout=broken"], ["'broken' is not a component status", "major_outage"]),
        (["--status", "fixed"], ["'fixed' is not a valid status", "monitoring"]),
        (["--page", "other"], ["'other'", "main"]),
        (["--at", "2026-13-45 99:99"], ["14:05"]),
    ],
)
def test_what_does_not_exist_is_named_and_the_text_is_kept(ircon, words, says):
    said = ircon("declare", "Checkout fails", "-m", TEXT, *words)
    assert said.code in {1, 2}
    assert all(part in said.err for part in says), said.err
    assert "saved as a draft" in said.err
    assert TEXT in kept(ircon)
    assert ircon.json("incidents") == []


def test_a_component_that_several_are_called_is_not_guessed(ircon, page):
    made = [
        page.manage("POST", "/components", {"component": {"name": "Twin"}}).json()["id"]
        for _ in range(2)
    ]
    try:
        said = ircon("declare", "Checkout fails", "-m", TEXT, "-c", "Twin=major_outage")
    finally:
        for one in made:
            page.manage("DELETE", f"/components/{one}")
    assert all(made)
    assert said.code == 1
    assert all(one in said.err for one in made)
    assert TEXT in kept(ircon)


def test_a_missing_placeholder_is_named_with_how_to_fill_it(ircon, incident):
    said = ircon("update", "--template", "identified", "--set", "cause=a bad release")
    assert said.code == 1
    assert "{{symptom}}" in said.err
    assert "what customers see fail" in said.err
    assert "--set" in said.err
    assert "{{cause}}" not in said.err
    assert "a bad release" in kept(ircon)


def test_a_left_over_placeholder_is_not_sent(ircon, incident, page):
    said = ircon("update", "--status", "identified", "-m", "The cause is {{cause}}.")
    assert said.code == 1
    assert "{{cause}}" in said.err
    assert "{{cause}}" in kept(ircon)
    assert "{{cause}}" not in str(page.public("/api/v2/incidents.json"))


def test_without_a_page_nothing_is_declared_and_init_is_named(bare):
    said = bare("declare", "Checkout fails", "-m", TEXT)
    assert said.code == 1
    assert "ircon init" in said.err
    assert TEXT in kept(bare)


def test_a_wrong_token_is_refused_with_the_reason_and_the_text_kept(ircon, page):
    (ircon.home / "main.token").write_text("wrong-token-canary")
    said = ircon("declare", "Checkout fails", "-m", TEXT, "--json")
    assert said.code == 1
    assert said.document["delivery"] == "failed"
    assert "401" in said.err
    assert "saved as a draft" in said.err
    assert "wrong-token-canary" not in said.out + said.err
    assert TEXT in kept(ircon)


def test_a_token_that_is_not_there_is_named_and_nothing_waits_for_it(ircon):
    config = ircon.home / "config/config.toml"
    lines = config.read_text().splitlines()
    kept_lines = [one for one in lines if not one.startswith("token_file")]
    config.write_text("\n".join([*kept_lines, 'token_env = "NO_SUCH_TOKEN"']) + "\n")
    said = ircon("declare", "Checkout fails", "-m", TEXT)
    assert said.code == 1
    assert "NO_SUCH_TOKEN is not set" in said.err
    assert [one["state"] for one in ircon.json("outbox")] == ["draft"]
    assert ircon.json("incidents") == []


def test_init_does_not_take_a_page_that_refuses_the_token(bare, page):
    token = bare.home / "token"
    token.touch(mode=0o600)
    token.write_text("wrong")
    said = bare(*("init", "--url", page.url, "--page-id", page.page_id, "--token-file", str(token)))
    assert said.code == 1
    assert "401" in said.err
    assert not (bare.home / "config/config.toml").exists()


def test_init_without_a_terminal_names_what_is_missing(bare):
    said = bare("init", "--url", "http://127.0.0.1:1")
    assert said.code == 2
    assert "--page-id" in said.err
    assert "--token-command" in said.err


@pytest.fixture
def portal() -> Iterator[str]:
    """A server that answers everything with HTML, as a hotel's sign-in page does."""

    class Html(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<html><body>Welcome, please sign in</body></html>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - as above

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Html) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_page_that_answers_html_is_no_page(bare, portal):
    token = bare.home / "token"
    token.touch(mode=0o600)
    token.write_text("t")
    said = bare("init", "--url", portal, "--page-id", "abc", "--token-file", str(token))
    assert said.code == 1
    assert "a web page" in said.err


def test_an_update_meets_html_and_waits(ircon, incident, portal, page):
    config = ircon.home / "config/config.toml"
    config.write_text(config.read_text().replace(page.url, portal))
    said = ircon("update", "--status", "identified", "-m", TEXT, "--timeout", "1", "--json")
    assert said.code == 75
    assert said.document["delivery"] == "queued"
    assert ircon.json("outbox")[0]["last_error"]


def test_a_wrong_config_names_file_line_key_and_what_is_allowed(bare):
    config = bare.home / "config/config.toml"
    config.parent.mkdir()
    config.write_text('zone = "UTC"\nthem = "dark"\n')
    said = bare("declare", "Checkout fails", "-m", TEXT)
    assert said.code == 1
    assert f"{config}:2:" in said.err
    assert "'them'" in said.err
    assert "theme" in said.err
    assert TEXT in kept(bare)
    listed = bare("doctor", "--json")
    assert listed.code == 1
    assert {one["check"]: one["ok"] for one in listed.document} == {
        "config": False,
        "journal": True,
    }


def test_an_incident_that_does_not_exist(ircon):
    said = ircon("update", "zz99", "--status", "identified", "-m", TEXT)
    assert said.code == 1
    assert "'zz99'" in said.err
    assert "ircon incidents" in said.err
    assert TEXT in kept(ircon)


def test_an_incident_that_is_over_is_only_reopened_on_purpose(ircon, incident):
    ircon.json("resolve", "-m", "Payments work.")
    said = ircon("update", incident, "--status", "identified", "-m", TEXT)
    assert said.code == 1
    assert "already resolved" in said.err
    assert "--reopen" in said.err
    assert TEXT in kept(ircon)
    reopened = ircon("update", incident, "--status", "identified", "-m", TEXT, "--reopen")
    assert reopened.code == 0, reopened.err
    assert TEXT not in kept(ircon)  # it is public now
    ircon.json("resolve", "-m", "Payments work again.")


def test_a_text_longer_than_a_page_takes(ircon, incident):
    long = "x" * 25_001
    said = ircon("update", "--status", "identified", "-m", long, "--json")
    assert said.code == 1
    assert "25,001" in said.document["error"]["message"]
    assert "25,000" in said.document["error"]["message"]
    assert "xxxx" in kept(ircon)
    assert ircon("update", "--status", "identified", "-m", long[1:]).code == 0
    ircon.json("resolve", "-m", "Short again.")


def test_a_name_longer_than_a_page_takes(ircon):
    said = ircon("declare", "n" * 256, "-m", TEXT)
    assert said.code == 1
    assert "256" in said.err
    assert "255" in said.err
    assert TEXT in kept(ircon)


def test_without_an_id_several_open_incidents_are_listed(ircon):
    ids = [ircon.json("declare", f"Number {n}", "--internal")["incident"] for n in range(2)]
    said = ircon("note", "which one?")
    assert said.code == 1
    assert all(one in said.err for one in ids)


def test_an_imported_incident_takes_notes_and_no_updates(ircon, tmp_path):
    report = tmp_path / "incident.txt"
    report.write_text(
        "Search is slow\nIncident Report for Example\n\nResolved\n\nIt is quick again.\n\n"
        "Posted Mar 02, 2026 - 10:30 UTC\n\nInvestigating\n\nSearches take a minute.\n\n"
        "Posted Mar 02, 2026 - 10:00 UTC\n"
    )
    (one,) = ircon.json("import", str(report))
    assert one["updates"] == 2
    assert ircon("note", one["id"], "we saw this, too").code == 0
    said = ircon("update", one["id"], "--status", "identified", "-m", TEXT)
    assert said.code == 1
    assert "read-only" in said.err


def test_a_file_that_cannot_be_read_fails_and_the_others_are_imported(bare, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_text("\n")
    report = tmp_path / "report.json"
    report.write_text('{"page": {"name": "Example"}, "incidents": [{"id": 1}]}')
    for path in (empty, report):
        said = bare("import", str(path), "--json")
        assert said.code == 1
        assert said.document[0]["created"] is False
        assert "line" in said.document[0]["warnings"][-1]
        assert ": line" in bare("metrics", str(path)).err
    assert bare.json("incidents") == []


def test_published_words_are_not_corrected_here(ircon, incident):
    said = ircon("amend", incident, "u1", "--text", "something else")
    assert said.code == 1
    assert "public" in said.err
    assert ircon("retract", incident, "u1").code == 1
    ircon.json("resolve", "-m", "Payments work.")


def test_a_draft_is_forgotten_when_asked(bare):
    bare("declare", "Checkout fails", "-m", TEXT)
    assert TEXT in kept(bare)
    (draft,) = bare.json("outbox")
    assert bare("outbox", "resolve", draft["operation"], "--drop").code == 0
    assert TEXT not in kept(bare)
