"""Every way a call can end, and what may be said about it then.

The sorting is tried row by row above the socket; what only sockets do (resets,
half answers, drips) on sockets.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import logging
import socket
import ssl
import time
import traceback
from typing import Any, NoReturn
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircon.errors import NotSent, PageError, RateLimited, Rejected, Unknown
from ircon.pages import outcomes
from ircon.pages.outcomes import HINTS, TABLE, error_text
from page_wires import CANARY, PAGE_ID, read_request, reset
from posts import make_post

UPDATE = make_post(remote_incident="inc1", status="identified", body="We found it.")
INCIDENT = {
    "id": "inc1",
    "page_id": PAGE_ID,
    "name": "Down",
    "status": "identified",
    "created_at": "2026-03-02T09:00:00Z",
    "incident_updates": [
        {
            "id": "u1",
            "status": "identified",
            "body": "We found it.",
            "created_at": "2026-03-02T09:00:00Z",
            "display_at": "2026-03-02T09:00:00Z",
        }
    ],
}


def write(page):
    asyncio.run(page.write(UPDATE))


def read(page):
    asyncio.run(page.incident("inc1"))


def answering(*arguments: Any, **more: Any):
    return lambda _request: httpx.Response(*arguments, **more)


def raising(error):
    def answer(request) -> NoReturn:
        raise error(f"with {request.headers['authorization']} said by {request.url.host}")

    return answer


def json_with(**changes: Any):
    return answering(200, json={**INCIDENT, **changes})


# What OpenSSL calls it: the number of a certificate's fault; None where there is none to see.
TLS = {
    outcomes.NOT_YET: 9,
    outcomes.EXPIRED: 10,
    outcomes.UNTRUSTED: 18,
    outcomes.OTHER_NAME: 62,
    outcomes.NO_TLS: None,
}


def refusing_tls(code: int | None):
    def answer(_request) -> NoReturn:
        cause: ssl.SSLError = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
        if code is not None:
            cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
            cause.verify_code, cause.verify_message = code, "what is wrong"
        raise httpx.ConnectError(str(cause)) from cause

    return answer


def answer_for(seen):
    """A page that shows a row of the table."""
    if seen in {"TimeoutError", "DecodingError"}:
        return None  # only sockets do it: below
    shown = {
        outcomes.NOT_JSON: answering(200, html="<title>Sign in</title>"),
        outcomes.TOO_LONG: answering(200, content=b"[" * 32_000_001),
        outcomes.OTHER_SHAPE: answering(200, json=[1]),
        outcomes.OTHER_PAGE: json_with(page_id="another"),
        outcomes.NO_UPDATE: json_with(incident_updates=[]),
        outcomes.ANYTHING_ELSE: raising(ZeroDivisionError),
    }
    if seen in shown:
        return shown[seen]
    if seen in TLS:
        return refusing_tls(TLS[seen])
    if seen[0].isdigit():
        status = int(seen.replace("x", "9")) if seen != "3xx" else 302
        return answering(status, json={"error": "because"}, headers={"location": "https://x.test/"})
    return raising(getattr(httpx, seen))


MOCKED = [row for row in TABLE if answer_for(row.seen)]


@pytest.mark.parametrize("row", MOCKED, ids=[row.seen for row in MOCKED])
def test_a_write_that_ends_so_is_called_so(adapter, row):
    with pytest.raises(PageError) as caught:
        write(adapter(answer_for(row.seen)))
    assert type(caught.value) is row.outcome
    assert caught.value.message
    assert caught.value.hint
    assert "api.statuspage.io" in caught.value.message


@pytest.mark.parametrize(
    "row",
    [row for row in MOCKED if row.seen != outcomes.NO_UPDATE],
    ids=[row.seen for row in MOCKED if row.seen != outcomes.NO_UPDATE],
)
def test_a_read_that_ends_so_is_called_so(adapter, row):
    with pytest.raises(PageError) as caught:
        read(adapter(answer_for(row.seen)))
    assert type(caught.value) is (row.on_read or row.outcome)
    assert "public" not in caught.value.hint


def test_the_table_holds_what_was_measured():
    """docs/delivery.md, "Outcome of a call", written out a second time on purpose."""
    outcome = {row.seen: row.outcome for row in TABLE}
    never_left = "ConnectError ConnectTimeout ProxyError PoolTimeout UnsupportedProtocol"
    either = "ReadTimeout ReadError RemoteProtocolError WriteError WriteTimeout CloseError"
    either += " DecodingError TimeoutError 500 502 503 504 408 409"
    for seen in [*never_left.split(), "LocalProtocolError"]:
        assert outcome[seen] is NotSent
    for seen in either.split():
        assert outcome[seen] is Unknown
    for seen in ("400", "401", "403", "404", "413", "422", "3xx"):
        assert outcome[seen] is Rejected
    assert outcome["420"] is outcome["429"] is RateLimited
    assert outcome[outcomes.ANYTHING_ELSE] is Unknown
    assert len(outcome) == len(TABLE), "a row stands twice"


def test_only_what_is_certain_is_called_certain():
    for row in TABLE:
        assert (row.outcome is Unknown) == ("public already" in HINTS[row.outcome][0])


@pytest.mark.parametrize("status", [405, 410, 418, 451, 499, 505, 520, 599])
def test_a_status_nobody_foresaw_may_have_been_applied(adapter, status):
    with pytest.raises(Unknown):
        write(adapter(answering(status)))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 60),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "-5"}, 60),
        ({"retry-after": "soon"}, 60),
        ({"retry-after": "99999999999"}, 3600),
        (
            {
                "retry-after": "Mon, 02 Mar 2026 09:01:30 GMT",
                "date": "Mon, 02 Mar 2026 09:01:00 GMT",
            },
            30,
        ),
        ({"retry-after": "Mon, 02 Mar 2020 09:01:30 GMT"}, 1),
    ],
)
@pytest.mark.parametrize("status", [420, 429])
def test_a_page_that_wants_us_to_wait_is_believed_within_reason(adapter, status, headers, seconds):
    with pytest.raises(RateLimited) as caught:
        write(adapter(answering(status, headers=headers)))
    assert caught.value.retry_after == seconds


def test_after_a_420_nothing_goes_out_until_the_wait_is_over(adapter, clock):
    asked = []

    def answer(request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(420, headers={"retry-after": "30"})

    page = adapter(answer)
    for _ in range(3):
        with pytest.raises(RateLimited) as caught:
            read(page)
    assert len(asked) == 1
    assert caught.value.retry_after == 30
    clock.pass_(31)
    with pytest.raises(RateLimited):
        read(page)
    assert len(asked) == 2


BODIES = [
    ('{"error": "Could not authenticate"}', "Could not authenticate"),
    ('{"error": ["Name can\'t be blank", "Body too long"]}', "Name can't be blank; Body too long"),
    ('{"error": {"name": ["is long", "is odd"]}}', "name is long; name is odd"),
    ('{"errors": {"body": "is empty"}}', "body is empty"),
    ('{"message": "no"}', "no"),
    ('{"name": ["is long"]}', "name is long"),
    ('"just text"', "just text"),
    ("busy", "busy"),
    ("", ""),
    ("{}", ""),
    ('{"error": null, "message": "later"}', "later"),
    ("<html><head><title>502 Bad Gateway</title>", "a web page, '502 Bad Gateway'"),
    ("<html>", "a web page"),
    ("[" * 100_000, "[" * 300),
]


@pytest.mark.parametrize(("body", "said"), BODIES)
def test_what_a_refusal_says_is_found_in_any_shape(body, said):
    assert error_text(body.encode()) == said


@given(st.binary(max_size=300))
def test_no_body_is_too_odd_to_be_read(body):
    assert isinstance(error_text(body), str)


def test_foreign_words_reach_the_error_inert_and_short(adapter):
    body = {"error": "\x1b]52;c;ZXZpbA==\x07 [red]\u202egnp.exe " + "x" * 100_000}
    with pytest.raises(Rejected) as caught:
        write(adapter(answering(422, json=body)))
    assert "\x1b" not in caught.value.message
    assert "\u202e" not in caught.value.message
    assert len(caught.value.message) < 500
    assert caught.value.status == 422


def test_a_redirect_is_never_followed_and_says_where_it_led(adapter):
    asked = []

    def answer(request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(302, headers={"location": "https://portal.example/login"})

    with pytest.raises(Rejected, match=r"portal\.example/login.*never follows"):
        write(adapter(answer))
    assert len(asked) == 1


def test_another_incident_in_the_answer_is_no_success(adapter):
    with pytest.raises(Unknown, match="inc2"):
        write(adapter(json_with(id="inc2")))


def test_cancelling_stays_a_cancellation(adapter):
    async def leave() -> None:
        started = asyncio.Event()

        async def answer(_request) -> None:
            started.set()
            await asyncio.sleep(60)

        task = asyncio.create_task(adapter(answer).write(UPDATE))
        await started.wait()
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(leave())


# On sockets

OK = json.dumps(INCIDENT).encode()


def http(status, body, *headers: str):
    lines = [f"HTTP/1.1 {status} X", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def drip(client, _asked):
    """A byte at a time: each one comes well within any limit for a single read."""
    for sign in http(200, OK):
        client.sendall(bytes([sign]))
        time.sleep(0.05)


def half(client, _asked):
    answer = http(200, OK)
    client.sendall(answer[: len(answer) // 2])


def reset_unread(client, _asked):
    reset(client)


def saying(answer):
    return lambda client, _asked: client.sendall(answer)


def never(client, _asked):
    read_request(client)


SOCKETS = {
    "reset after reading": (reset_unread, Unknown),
    "closed without a word": (lambda _client, _asked: None, Unknown),
    "half an answer": (half, Unknown),
    "a drip": (drip, Unknown),
    "silence": (never, Unknown),
    "not HTTP": (saying(b"SSH-2.0-OpenSSH_9.6\r\n"), Unknown),
    "gzip that is none": (saying(http(200, b"garbage", "Content-Encoding: gzip")), Unknown),
    "gzip cut off": (
        saying(http(200, gzip.compress(OK)[:-20], "Content-Encoding: gzip")),
        Unknown,
    ),
    "302": (saying(http(302, b"", "Location: http://127.0.0.1:1/")), Rejected),
    "a captive portal": (saying(http(200, b"<html><title>Wi-Fi</title>")), Unknown),
    "an empty 200": (saying(http(200, b"")), Unknown),
    "204": (saying(b"HTTP/1.1 204 No Content\r\n\r\n"), Unknown),
    "420": (saying(http(420, b"{}", "Retry-After: 9")), RateLimited),
    "420 that says no time": (saying(http(420, b"{}")), RateLimited),
    "422 whose body never ends": (
        saying(b"HTTP/1.1 422 X\r\nContent-Length: 900\r\n\r\n{"),
        Rejected,
    ),
    "500": (saying(http(500, b"oops")), Unknown),
    "the token, repeated": (saying(http(400, f"you sent OAuth {CANARY}".encode())), Rejected),
    "the token, encoded": (
        saying(
            http(
                400,
                f"{quote(CANARY, safe='')} {base64.b64encode(CANARY.encode()).decode()}".encode(),
            )
        ),
        Rejected,
    ),
}


@pytest.mark.parametrize(("talk", "outcome"), SOCKETS.values(), ids=SOCKETS)
def test_on_a_real_socket_it_is_called_so_too_and_the_token_is_nowhere(
    adapter, server, caplog, talk, outcome
):
    caplog.set_level(logging.DEBUG)
    listening = server(talk)
    page = adapter(listening.url, limit=0.7)
    with pytest.raises(PageError) as caught:
        write(page)
    assert type(caught.value) is outcome
    assert f"OAuth {CANARY}".encode() in listening.asked[0], "it was really sent"
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(page)
    assert_hidden(shown + caught.value.message + caught.value.hint + repr(vars(page)))


@pytest.mark.parametrize("row", MOCKED, ids=[row.seen for row in MOCKED])
def test_the_token_is_in_no_error_log_or_traceback(adapter, caplog, row):
    caplog.set_level(logging.DEBUG)
    page = adapter(answer_for(row.seen))
    with pytest.raises(PageError) as caught:
        write(page)
    assert_hidden(
        "".join(traceback.format_exception(caught.value))
        + caplog.text
        + repr(page)
        + repr(vars(page))
        + repr(vars(page._http))
    )


def assert_hidden(shown):
    for form in (CANARY, quote(CANARY, safe=""), base64.b64encode(CANARY.encode()).decode()):
        assert form not in shown


def test_nobody_listening_means_certainly_not_sent(adapter):
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    with pytest.raises(NotSent, match="cannot be reached"):
        write(adapter(f"http://127.0.0.1:{port}"))


def test_a_name_that_does_not_resolve_means_certainly_not_sent(adapter):
    with pytest.raises(NotSent):
        write(adapter("https://ircon-test.invalid"))


def test_a_drip_is_cut_off_by_the_limit_for_the_whole_call(adapter, server):
    """Limits for a single read begin anew with every byte: with them alone, this succeeds."""
    listening = server(drip)
    with pytest.raises(Unknown, match="TimeoutError"):
        write(adapter(listening.url, limit=0.4))


def test_each_write_has_a_connection_of_its_own(adapter, server):
    listening = server(saying(http(200, OK, "Connection: keep-alive")))
    page = adapter(listening.url)

    async def twice() -> None:
        await page.write(UPDATE)
        await page.write(UPDATE)

    asyncio.run(twice())
    assert len(listening.asked) == 2
