"""A page's past by its address, without an account."""

from __future__ import annotations

import asyncio
import json

import pytest

from ircon.errors import ConfigError, NotSent, PageError, RateLimited, Rejected, Unknown
from ircon.pages import public
from ircon.pages.public import fetch_public
from ircon.pages.vendors.statuspage_schema import read_components, read_incident
from page_wires import CANARY
from practice_page import PracticePage

SUMMARY = {
    "page": {"id": "p", "name": "Example", "url": "http://169.254.169.254/latest"},
    "components": [
        {"id": "g", "name": "API", "group": True, "components": ["c1"]},
        {"id": "c1", "name": "One", "group_id": "g"},
        {"id": "c2", "name": "Two", "group_id": "g"},
        {"id": "c3", "name": "Three"},
    ],
    "incidents": [],
    "scheduled_maintenances": [],
}


def an_incident(code: str, **changes: object):
    return {
        "id": code,
        "name": f"Incident {code}",
        "status": "resolved",
        "created_at": "2026-03-02T09:00:00Z",
        "shortlink": "http://169.254.169.254/",
        "incident_updates": [],
        **changes,
    }


def months(*codes: str):
    return {"months": [{"name": "March", "incidents": [{"code": code} for code in codes]}]}


def serve(server, documents):
    """A page that has these documents and no others; values may be raw answers."""

    def talk(client, asked) -> None:
        path = asked.split(b" ")[1].decode()
        found = documents.get(path)
        if isinstance(found, bytes):
            client.sendall(found)
        elif found is None:
            client.sendall(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            body = json.dumps(found).encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            client.sendall(head.encode() + body)

    return server(talk)


def asked_of(listening):
    return [one.split(b" ")[1].decode() for one in listening.asked]


def fetch(url, clock):
    return [
        (name, json.loads(document)) for name, document in asyncio.run(fetch_public(url, clock))
    ]


def test_the_whole_past_comes_one_document_an_incident(server, clock):
    update = {"id": "u", "affected_components": [{"code": "c1"}, {"name": "No components"}]}
    listening = serve(
        server,
        {
            "/api/v2/summary.json": SUMMARY | {"incidents": [an_incident("open")]},
            "/api/v2/incidents.json": {"incidents": [an_incident("open"), an_incident("new")]},
            "/api/v2/scheduled-maintenances.json": {
                "scheduled_maintenances": [an_incident("work", status="completed")]
            },
            "/history.json?page=1": months("new", "old", "../../admin", "a?b", ""),
            "/history.json?page=2": months("older"),
            "/history.json?page=3": {"months": []},
            "/incidents/old.json": an_incident("old", incident_updates=[update]),
            "/incidents/new.json": an_incident("new", postmortem_body="Why"),
        },
    )
    found = dict(fetch(f"{listening.url}/history", clock))
    at = f"{listening.url}/incidents"
    assert list(found) == [f"{at}/open", f"{at}/new", f"{at}/work", f"{at}/old"]
    assert found[f"{at}/new"]["incidents"][0]["postmortem_body"] == "Why"
    assert found[f"{at}/work"]["scheduled_maintenances"][0]["id"] == "work"
    assert [one["id"] for one in found[f"{at}/old"]["components"]] == ["g", "c1"]
    assert found[f"{at}/open"]["components"] == []
    assert not any("admin" in path or "latest" in path for path in asked_of(listening))
    assert not any(b"authorization" in one.lower() for one in listening.asked)


def test_the_address_of_one_incident_gives_that_one(server, clock):
    documents = {"/api/v2/summary.json": SUMMARY, "/incidents/abc.json": an_incident("abc")}
    listening = serve(server, documents)
    ((name, document),) = fetch(f"{listening.url}/incidents/abc", clock)
    assert name.endswith("/incidents/abc")
    assert document["incidents"][0]["name"] == "Incident abc"
    assert asked_of(listening) == ["/api/v2/summary.json", "/incidents/abc.json"]


def test_a_page_of_another_vendor_without_a_history_gives_what_it_lists(server, clock):
    portal = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>"
    listening = serve(
        server,
        {
            "/api/v2/summary.json": SUMMARY | {"incidents": [an_incident("open")]},
            "/history.json?page=1": portal,
            "/incidents/open.json": portal,
        },
    )
    ((_, document),) = fetch(listening.url, clock)
    assert document["incidents"] == [an_incident("open")]


def test_quiet_quarters_are_not_the_end_but_a_quiet_year_is(server, clock):
    documents = {f"/history.json?page={number}": months() for number in range(1, 20)}
    documents |= {
        "/api/v2/summary.json": SUMMARY,
        "/history.json?page=4": months("old"),
        "/history.json?page=19": months("never"),
        "/incidents/old.json": an_incident("old"),
    }
    listening = serve(server, documents)
    assert [name.rpartition("/")[2] for name, _ in fetch(listening.url, clock)] == ["old"]
    assert "/history.json?page=8" in asked_of(listening)
    assert "/history.json?page=9" not in asked_of(listening)


def test_a_past_without_end_is_cut(server, clock, monkeypatch):
    monkeypatch.setattr(public, "MOST_INCIDENTS", 5)
    codes = [f"i{number}" for number in range(9)]
    documents = {f"/incidents/{code}.json": an_incident(code) for code in codes}
    documents |= {"/api/v2/summary.json": SUMMARY, "/history.json?page=1": months(*codes)}
    assert len(fetch(serve(server, documents).url, clock)) == 5


REFUSALS = {
    "moved": (
        b"HTTP/1.1 301 Moved\r\nLocation: https://www.example.test/\r\nContent-Length: 0\r\n\r\n",
        Rejected,
        "www.example.test",
    ),
    "a web page": (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", Unknown, "web page"),
    "another shape": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", Unknown, "without a page"),
    "no such page": (b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", Rejected, "404"),
    "too often": (
        b"HTTP/1.1 429 No\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n",
        RateLimited,
        "limiting requests",
    ),
}


@pytest.mark.parametrize(("answer", "outcome", "words"), REFUSALS.values(), ids=REFUSALS)
def test_what_is_no_status_page_says_so_and_is_asked_once(server, clock, answer, outcome, words):
    listening = serve(server, {"/api/v2/summary.json": answer})
    with pytest.raises(outcome, match=words) as caught:
        fetch(listening.url, clock)
    assert caught.value.hint
    assert len(listening.asked) == 1


def test_a_failure_in_the_middle_is_an_error_and_not_a_past_with_holes(server, clock):
    listening = serve(
        server,
        {
            "/api/v2/summary.json": SUMMARY,
            "/history.json?page=1": months("a", "b", "c"),
            "/incidents/a.json": an_incident("a"),
            "/incidents/b.json": b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n",
        },
    )
    with pytest.raises(PageError):
        fetch(listening.url, clock)


def test_http_to_the_network_and_odd_addresses_are_refused(clock):
    for url in ("http://www.githubstatus.com", "https://", "ftp://x.test", "https://a:b@x.test"):
        with pytest.raises(ConfigError):
            asyncio.run(fetch_public(url, clock))
    with pytest.raises(NotSent):
        asyncio.run(fetch_public("https://ircon-test.invalid/history", clock))


def test_a_practice_page_gives_all_of_its_past(clock):
    with PracticePage(seed=True, token=CANARY) as page:
        listed = page.manage("GET", "/incidents", params={"limit": 100, "page": 1}).json()
        found = fetch(page.url, clock)
    assert len(listed) > 3
    ids = set()
    for _, document in found:
        components = read_components(document["components"])
        rows = document.get("incidents") or document["scheduled_maintenances"]
        incident = read_incident(rows[0], components)
        ids.add(incident.id)
        assert incident.updates
        assert all(change.name for update in incident.updates for change in update.components)
    assert ids == {one["id"] for one in listed}
    assert any("postmortem_body" in json.dumps(document) for _, document in found)
    assert CANARY not in json.dumps(found)
