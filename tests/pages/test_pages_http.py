"""The environment and the address: what a person set wrong is named, and nothing leaves in clear."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import sys

import pytest

from ircon.errors import ConfigError, NotSent, PageError
from ircon.pages.http import HttpClient
from ircon.pages.secrets import Secret
from ircon.pages.vendors.statuspage import Statuspage
from page_wires import CANARY, PAGE_ID, read_request

PROXIES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in (*PROXIES, "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize(
    "origin",
    [
        "http://api.statuspage.io",
        "http://127.0.0.1.evil.test",
        "http://localhost.evil.test",
        "https://api.statuspage.io/v1",
        "https://me:pw@api.statuspage.io",
        "ftp://127.0.0.1",
        "api.statuspage.io",
        "",
        "https://",
        "https://[::1",
    ],
)
def test_an_address_that_would_show_the_token_makes_no_wire(clock, origin):
    with pytest.raises(ConfigError):
        HttpClient(origin, clock, secret=Secret(CANARY))


@pytest.mark.parametrize("origin", ["http://localhost:1", "http://127.9.9.9:1", "http://[::1]:1"])
def test_http_is_for_this_machine_alone(clock, origin):
    with pytest.raises(NotSent):
        asyncio.run(HttpClient(origin, clock).call("GET", "/"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:9"),
        ("HTTPS_PROXY", "gopher://127.0.0.1:9"),
        ("https_proxy", "http://127.0.0.1:port"),
        ("NO_PROXY", "fe80::/10"),
        ("SSL_CERT_FILE", "/nowhere/ca.pem"),
        ("SSL_CERT_DIR", "/nowhere/at/all"),
    ],
)
def test_a_broken_variable_is_named_and_costs_only_the_request(monkeypatch, clock, name, value):
    monkeypatch.setenv(name, value)
    if name == "NO_PROXY":
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    http = HttpClient("https://127.0.0.1:9", clock, secret=Secret(CANARY))
    with pytest.raises(NotSent, match=f"variable {name} ") as caught:
        asyncio.run(http.call("GET", "/"))
    assert value not in str(caught.value)
    assert "Correct it or unset it" in caught.value.hint
    monkeypatch.delenv(name)
    with pytest.raises(NotSent, match=r"cannot be reached|proxy"):
        asyncio.run(http.call("GET", "/"))


def test_a_ca_file_that_is_none_is_named(tmp_path, clock):
    path = tmp_path / "ca.pem"
    for content in (None, "not a certificate"):
        if content:
            path.write_text(content)
        with pytest.raises(NotSent, match=r"ca_file .*ca\.pem"):
            asyncio.run(
                HttpClient("https://127.0.0.1:9", clock, ca_file=str(path)).call("GET", "/")
            )


def test_a_proxy_does_not_see_what_stays_on_this_machine(monkeypatch, adapter, server):
    proxy = server(lambda client, _asked: client.sendall(b"HTTP/1.1 200 OK\r\n\r\n"))
    page = server(lambda client, _asked: client.sendall(b"HTTP/1.1 500 No\r\n\r\n"))
    for name in PROXIES[:3]:
        monkeypatch.setenv(name, proxy.url)
    with pytest.raises(PageError):
        asyncio.run(adapter(page.url).identity())
    assert proxy.asked == []
    assert len(page.asked) == 1


def test_a_proxy_sees_only_where_https_leads_to(monkeypatch, adapter, server):
    def refuse(client, _asked) -> None:
        client.sendall(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
        read_request(client)

    proxy = server(refuse)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    with pytest.raises(NotSent, match="proxy"):
        asyncio.run(adapter("https://api.example.test").identity())
    assert len(proxy.asked) == 1
    assert proxy.asked[0].startswith(b"CONNECT api.example.test:443")
    assert CANARY.encode() not in proxy.asked[0]
    assert PAGE_ID.encode() not in proxy.asked[0]


@pytest.fixture
def tls(server, tmp_path):
    """A server whose certificate nobody vouches for, its file, and the requests it could read."""
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    argv = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    argv += ["-subj", "/CN=here", "-addext", "subjectAltName=IP:127.0.0.1"]
    try:
        subprocess.run(
            [*argv, "-keyout", str(key), "-out", str(certificate)], capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("there is no openssl here that makes certificates")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    requests: list[bytes] = []

    def talk(client, _asked) -> None:
        with context.wrap_socket(client, server_side=True) as safe:
            requests.append(read_request(safe))
            safe.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    url = server(talk, reads=False).url.replace("http:", "https:")
    return url, str(certificate), requests


def test_a_certificate_nobody_vouches_for_is_refused_before_anything_is_said(clock, tls):
    url, _, requests = tls
    with pytest.raises(NotSent, match=r"is not trusted: self.signed certificate\.") as caught:
        asyncio.run(HttpClient(url, clock, secret=Secret(CANARY)).call("GET", "/"))
    assert requests == []
    assert "ca_file" in caught.value.hint
    assert "SSL_CERT_FILE" in caught.value.hint
    assert "network is back" not in caught.value.hint


def test_a_certificate_that_ca_file_names_is_trusted_for_its_host_only(clock, tls):
    url, certificate, requests = tls
    elsewhere = url.replace("127.0.0.1", "localhost")
    with pytest.raises(NotSent, match=r"is for another name: .*localhost"):
        asyncio.run(HttpClient(elsewhere, clock, ca_file=certificate).call("GET", "/"))
    http = HttpClient(
        url,
        clock,
        secret=Secret(CANARY),
        authentication=Statuspage.authentication,
        ca_file=certificate,
    )
    assert asyncio.run(http.call("GET", "/")) == {}
    assert len(requests) == 1
    assert f"OAuth {CANARY}".encode() in requests[0]


def test_a_port_that_speaks_no_tls_is_said_to(clock, server):
    plain = server(lambda client, _asked: client.sendall(b"HTTP/1.1 400 No\r\n\r\n"), reads=False)
    with pytest.raises(NotSent, match="does not speak TLS"):
        asyncio.run(HttpClient(plain.url.replace("http:", "https:"), clock).call("GET", "/"))


@pytest.mark.parametrize(
    "origin",
    [
        "https://me:pass-4711@api.test",
        "https://pass-4711@api.test",
        "https://a:pass-4711@b@x.test/",
    ],
)
def test_an_address_with_a_password_is_not_printed_with_it(clock, origin):
    with pytest.raises(ConfigError) as caught:
        HttpClient(origin, clock)
    assert "pass-4711" not in str(caught.value)
    assert ".test" in str(caught.value)


def test_nor_is_one_that_a_page_sends_us_to(adapter, server):
    page = server(
        lambda client, _asked: client.sendall(
            b"HTTP/1.1 302 Go\r\nLocation: https://me:pass-4711@else.test/x\r\n\r\n"
        )
    )
    with pytest.raises(PageError) as caught:
        asyncio.run(adapter(page.url).identity())
    assert "https://else.test/x" in str(caught.value)


def test_asking_for_the_protocol_or_opening_a_registry_does_not_import_httpx():
    light = ["protocol", "vendors.statuspage", "outcomes", "rate_limit", "secrets", "registry"]
    program = (
        "import sys\n"
        + "".join(f"import ircon.pages.{name}\n" for name in light)
        + "print(sorted({'httpx', 'ssl', 'textual', 'sqlite3'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
