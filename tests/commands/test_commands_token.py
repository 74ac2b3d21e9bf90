"""A token is seen by nobody but its page, whatever goes wrong: screens, files, reports."""

from __future__ import annotations

import base64
import contextlib
import html
import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from command_line import CommandLine
from faulty_proxy import read_request
from practice_page import PracticePage

TOKEN = "canary-7b1f/tok+en"
_SOON = ("--timeout", "0.2")


def _said(status: str, kind: str, body: str, *headers: str) -> bytes:
    content = body.encode()
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(content)}"]
    return "\r\n".join([*head, *headers, "", ""]).encode() + content


def _incident(echo: str) -> dict[str, object]:
    update = {
        "id": "u1",
        "status": "investigating",
        "body": echo,
        "created_at": "2026-03-02T03:00Z",
    }
    return {"id": echo, "name": echo, "status": echo, "incident_updates": [update]}


# What a careless server or a proxy in between makes of a request that it saw.
CARELESS = {
    "401": lambda echo: _said("401 No", "application/json", json.dumps({"error": echo})),
    "403 in HTML": lambda echo: _said("403 No", "text/html", f"<title>{echo}</title><p>{echo}"),
    "422": lambda echo: _said("422 No", "application/json", json.dumps({"error": [echo] * 9})),
    "500": lambda echo: _said("500 No", "text/plain", echo),
    "429": lambda echo: _said("429 No", "text/plain", echo, f"Retry-After: {TOKEN}"),
    "redirect": lambda _: _said("302 Go", "text/html", "", f"Location: /login?next={TOKEN}"),
    "redirect, quoted": lambda _: _said("302 Go", "x/y", "", f"Location: /?t={quote(TOKEN)}"),
    "HTML": lambda echo: _said("200 OK", "text/html", f"<html><title>{echo}</title>"),
    "not what was asked": lambda echo: _said("200 OK", "application/json", json.dumps([echo])),
    "in an incident": lambda echo: _said("200 OK", "application/json", json.dumps(_incident(echo))),
    "broken head": lambda echo: f"{echo}\r\n\r\n".encode(),
    "broken chunks": lambda echo: (
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{echo}\r\n".encode()
    ),
}


@contextlib.contextmanager
def careless(name: str) -> Iterator[str]:
    """A server that answers everything with the request's own ``Authorization``; its URL."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, contextlib.suppress(OSError):
                    request = read_request(client).decode("latin-1")
                    told = [line for line in request.split("\r\n") if TOKEN in line]
                    client.sendall(CARELESS[name](" ".join(told)))

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


@pytest.mark.parametrize("name", CARELESS)
def test_an_answer_that_echoes_it_does_not_show_it(
    ircon: CommandLine, page: PracticePage, name: str
) -> None:
    (ircon.home / "main.token").write_text(TOKEN)
    config = next(ircon.home.rglob("config.toml"))
    with careless(name) as url:
        config.write_text(config.read_text().replace(page.url, url))
        seen = [
            ircon(
                "declare", "Checkout fails", "--status", "investigating", "-m", "We look.", *_SOON
            ),
            ircon("sync", "--json", *_SOON),
            ircon("outbox"),
            ircon("outbox", "--json"),
            ircon("components"),
            ircon("doctor"),
            ircon("incidents", "--json"),
        ]
    assert {one.code for one in seen} - {0}, "nothing went wrong: this proves nothing"
    for one in seen:
        assert TOKEN not in one.out + one.err
        assert quote(TOKEN) not in one.out + one.err
    kept = [path for path in ircon.home.rglob("*") if path.is_file() and path.suffix != ".token"]
    assert kept
    assert [path for path in kept if TOKEN.encode() in path.read_bytes()] == []


@pytest.mark.parametrize(
    "source",
    [
        ["sh", "-c", f"echo {TOKEN} >&2; exit 3"],
        ["sh", "-c", f"printf '{TOKEN}\\001'"],
        ["sh", "-c", f"echo '{TOKEN} {TOKEN}'"],
    ],
    ids=["says it and fails", "with a control character", "with a space"],
)
def test_a_command_that_fails_does_not_show_it(bare: CommandLine, source: list[str]) -> None:
    folder = bare.home / "config"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(
        '[pages.main]\nkind = "statuspage"\nurl = "http://127.0.0.1:9"\npage_id = "p1"\n'
        f"token_command = {json.dumps(source)}\n"
    )
    for words in (["doctor"], ["components"], ["declare", "X", "--status", "investigating"]):
        said = bare(*words)
        assert said.code
        assert TOKEN not in said.out + said.err
    kept = [one for one in bare.home.rglob("*") if one.is_file() and one.name != "config.toml"]
    assert [one for one in kept if TOKEN.encode() in one.read_bytes()] == []


# How a token is written by programs that print it, each a shell's or a script's own way.
def _html(text: str) -> str:
    return "".join(
        f"&#{ord(sign)};" if number % 2 else f"&#x{ord(sign):X};"
        for number, sign in enumerate(text)
    )


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


WRITTEN = {
    "as it is": TOKEN,
    "in capitals": TOKEN.upper(),
    "in hex": TOKEN.encode().hex(),
    "in capital hex": TOKEN.encode().hex().upper(),
    "in spaced hex": TOKEN.encode().hex(" "),
    "as shells escape bytes": "".join(f"\\x{ord(sign):02x}" for sign in TOKEN),
    "in entities": _html(TOKEN),
    "in named entities": TOKEN.replace("/", "&sol;").replace("+", "&plus;"),
    "in a URL": quote(TOKEN, safe=""),
    "in a URL in a URL": quote(quote(TOKEN, safe=""), safe=""),
    "all in percents": "".join(f"%{ord(sign):02X}" for sign in TOKEN),
    "in JSON": "".join(f"\\u{ord(sign):04x}" for sign in TOKEN),
    "in base64": _base64(TOKEN),
    "in base64 without padding": _base64(TOKEN).rstrip("="),
    "in base64 after one more byte": _base64(f"u{TOKEN} more"),
    "in base64 after two": _base64(f"u:{TOKEN}:x"),
    "in base64 for URLs": base64.urlsafe_b64encode(f"ab{TOKEN}?>".encode()).decode(),
    "in folded base64": "\n".join(re.findall(".{1,9}", _base64(f"OAuth {TOKEN}"))),
    "in a header of somebody else's": f"authorization: bearer {'q7' * 9}",
}


def _told(text: str) -> set[str]:
    """What of a token can be read out of a text, by undoing whatever can be undone."""
    seen = {text, text.lower(), re.sub(r"\s", "", text)}
    for _ in range(3):
        seen |= {unquote(one) for one in seen} | {html.unescape(one) for one in seen}
    for one in list(seen):
        seen |= {re.sub(r"\\u00|\\x|[\s:]", "", one)}
        for run in re.findall(r"[A-Za-z0-9+/_-]{8,}", one):
            for cut in range(4):
                plain = run[cut:].replace("-", "+").replace("_", "/")
                with contextlib.suppress(ValueError):
                    seen.add(base64.b64decode(plain[: len(plain) // 4 * 4]).decode("latin-1"))
    for one in list(seen):
        for run in re.findall(r"(?:[0-9a-fA-F]{2}){6,}", one):
            seen.add(bytes.fromhex(run).decode("latin-1"))
    return {one for one in seen if TOKEN[:10].lower() in one.lower() or "q7" * 9 in one.lower()}


@pytest.mark.parametrize("form", WRITTEN)
def test_what_a_command_printed_is_kept_without_it(
    ircon: CommandLine, page: PracticePage, form: str, tmp_path: Path
) -> None:
    assert _told(WRITTEN[form]), "this test could not find it"
    (ircon.home / "main.token").write_text(TOKEN)
    incident = ircon.json("declare", "Checkout fails", "--internal")["incident"]
    printed = tmp_path / "printed"
    for filler in ("", "x" * 30 + "\n"):  # also where the beginning of all that is cut off
        printed.write_text(filler * 900 + f"before {WRITTEN[form]} after\nlast line\n")
        said = ircon.real("run", incident, "--", "cat", str(printed))
        assert said.code == 0
        assert WRITTEN[form] in said.out  # whoever ran it sees what it says
    assert ircon("note", incident, "-", stdin=f"piped {WRITTEN[form]}").code == 0
    shown = [one["text"] for one in ircon.json("show", incident)["notes"]]
    assert sum("after\nlast line" in one for one in shown) == 2
    for one in shown:
        assert not _told(one), one
    for path in ircon.home.rglob("*"):
        if path.is_file() and path.suffix != ".token":
            assert WRITTEN[form].encode() not in path.read_bytes()


def test_half_a_token_at_the_cut_is_not_kept_either(ircon: CommandLine, tmp_path: Path) -> None:
    (ircon.home / "main.token").write_text(TOKEN)
    ircon.json("declare", "Checkout fails", "--internal")
    printed = tmp_path / "printed"
    for more in (32_768 - 6, 16_384 - 6):
        printed.write_text(f"a{TOKEN}" + "z" * more)
        assert ircon.real("run", "--", "cat", str(printed)).code == 0
    for path in ircon.home.rglob("*"):
        if path.is_file() and path.suffix != ".token":
            assert TOKEN[6:].encode() not in path.read_bytes()


def test_the_command_itself_is_kept_without_it(ircon: CommandLine) -> None:
    (ircon.home / "main.token").write_text(TOKEN)
    incident = ircon.json("declare", "Checkout fails", "--internal")["incident"]
    ircon.real("run", "--", "echo", f"Authorization: OAuth {TOKEN}")
    ircon.real("run", "--", "true", f"https://api.example.com/?api_key={quote(TOKEN)}")
    ircon.real("run", "--", "no-such-program", TOKEN)
    text = json.dumps([ircon.json("show", incident), ircon.json("timeline", incident)])
    assert TOKEN not in text
    assert quote(TOKEN) not in text
    assert text.count("[token]") >= 3


def _with_token(bare: CommandLine, source: str) -> Path:
    config = bare.home / "config" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f'[pages.main]\nurl = "http://127.0.0.1:9"\npage_id = "p1"\n{source}\n')
    return config


@pytest.mark.parametrize("broken", ["", "\nnonsense = = 1\n"], ids=["", "in a broken file"])
def test_nothing_that_is_started_inherits_its_variable(bare: CommandLine, broken: str) -> None:
    incident = bare.json("declare", "Checkout fails", "--internal")["incident"]
    config = _with_token(bare, 'token_env = "IRCON_CANARY"')
    config.write_text(config.read_text() + broken)
    said = bare.real("run", incident, "--", "env", IRCON_CANARY=TOKEN, IRCON_OTHER="stays")
    assert "IRCON_OTHER=stays" in said.out
    assert TOKEN not in said.out
    assert "IRCON_CANARY" not in said.out
    said = bare.real("run", incident, "--", "echo", TOKEN, IRCON_CANARY=TOKEN)
    assert TOKEN in said.out
    for path in bare.home.rglob("*"):
        assert path.is_dir() or TOKEN.encode() not in path.read_bytes()


def test_another_pages_command_does_not_inherit_it(bare: CommandLine, tmp_path: Path) -> None:
    config = _with_token(bare, 'token_env = "IRCON_CANARY"')
    command = json.dumps(["sh", "-c", f"env > {tmp_path}/seen; echo a-token-of-its-own"])
    more = f'[pages.other]\nurl = "http://127.0.0.1:9"\npage_id = "p2"\ntoken_command = {command}\n'
    config.write_text(config.read_text() + more)
    bare.real("components", "--page", "other", IRCON_CANARY=TOKEN)
    assert "PATH=" in (tmp_path / "seen").read_text()
    assert TOKEN not in (tmp_path / "seen").read_text()


def test_what_the_token_command_prints_is_not_kept(bare: CommandLine) -> None:
    incident = bare.json("declare", "Checkout fails", "--internal")["incident"]
    _with_token(bare, f'token_command = ["echo", "{TOKEN}"]'.replace(TOKEN, "the-secret-itself"))
    for line in (["echo", "the-secret-itself"], ["sh", "-c", "echo the-secret-itself | cat"]):
        assert bare.real("run", incident, "--", *line).code == 0
    for one in bare.json("show", incident)["notes"]:
        assert "output not recorded" in one["text"]


@pytest.mark.parametrize("mode", [0o666, 0o620])
def test_a_config_that_others_may_write_runs_no_command(
    bare: CommandLine, tmp_path: Path, mode: int
) -> None:
    ran = tmp_path / "ran"
    config = _with_token(bare, f'token_command = ["touch", {json.dumps(str(ran))}]')
    config.chmod(mode)
    for words in (["doctor"], ["sync"], ["components", "--refresh"]):
        said = bare(*words)
        assert said.code == 1
        assert "can be written by others" in said.out + said.err
        assert "chmod go-w" in said.out + said.err
    assert not ran.exists()
    config.chmod(0o600)
    bare("doctor")
    assert ran.exists()
