"""What the adapter asks for, and what it makes of the answers."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx
import pytest

from ircon import __version__
from ircon.errors import RateLimited, Rejected, Unknown
from ircon.pages.protocol import Post, RemoteIncident, RemotePostmortem
from page_wires import CANARY, PAGE_ID
from posts import make_post

ROOT = f"/v1/pages/{PAGE_ID}"


def incident(number: int = 1, **changes: object):
    return {
        "id": f"inc{number}",
        "page_id": PAGE_ID,
        "name": "Down",
        "status": "investigating",
        "created_at": f"2026-03-02T09:{number % 60:02}:00Z",
        "incident_updates": [
            {"id": f"u{number}", "status": "investigating", "created_at": "2026-03-02T09:00:00Z"}
        ],
        **changes,
    }


class Page:
    """Answers by method and path, and keeps what it was asked."""

    def __init__(self, **answers: object) -> None:
        self.answers = answers
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        name = f"{request.method} {request.url.path.removeprefix(ROOT)}".strip()
        answer = self.answers[name]
        if callable(answer):
            answer = answer(request)
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def body(self, index: int = -1):
        return json.loads(self.asked[index].content)


def create(**changes: object) -> Post:
    return make_post(**{"title": "Down", **changes})


def test_creating_is_one_post_that_says_everything(adapter):
    page = Page(**{"POST /incidents": httpx.Response(201, json=incident())})
    scheduled = datetime(2026, 3, 2, 10, 0, 30, tzinfo=UTC)
    post = create(
        components={"c1": "major_outage"},
        component_ids=("c1", "c2"),
        impact="critical",
        scheduled_for=scheduled,
        scheduled_until=scheduled.replace(hour=12),
        remind=True,
        metadata={"jira": {"id": 3}, "ircon": {"op": "older", "more": 1}},
    )
    found = asyncio.run(adapter(page).write(post))
    assert found.id == "inc1"
    assert len(page.asked) == 1
    assert page.body() == {
        "incident": {
            "name": "Down",
            "status": "investigating",
            "body": "We look.",
            "deliver_notifications": False,
            "metadata": {"jira": {"id": 3}, "ircon": {"op": "op-1", "more": 1}},
            "component_ids": ["c1", "c2"],
            "components": {"c1": "major_outage"},
            "impact_override": "critical",
            "scheduled_for": "2026-03-02T10:00:30Z",
            "scheduled_until": "2026-03-02T12:00:30Z",
            "scheduled_remind_prior": True,
        }
    }
    headers = page.asked[0].headers
    assert headers["authorization"] == f"OAuth {CANARY}"
    assert headers["user-agent"] == f"ircon/{__version__}"
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize("notify", [True, False])
def test_an_update_is_one_patch_that_always_says_whether_it_mails(adapter, notify):
    page = Page(**{"PATCH /incidents/inc1": incident()})
    asyncio.run(adapter(page).write(create(remote_incident="inc1", title=None, notify=notify)))
    assert [one.method for one in page.asked] == ["PATCH"]
    assert page.body()["incident"] == {
        "status": "investigating",
        "body": "We look.",
        "deliver_notifications": notify,
        "metadata": {"ircon": {"op": "op-1"}},
    }


def test_a_text_with_half_a_surrogate_pair_can_be_sent(adapter):
    page = Page(**{"POST /incidents": incident()})
    asyncio.run(adapter(page).write(create(body="ok \ud83d")))
    assert page.body()["incident"]["body"] == "ok \ud83d"


@pytest.mark.parametrize("remote", ["", "..", "a/b", "a?b", "a b", "x" * 65, "\x1b[2J"])
def test_an_id_that_would_lead_elsewhere_is_never_asked_for(adapter, remote):
    page = Page()
    with pytest.raises(Rejected) as caught:
        asyncio.run(adapter(page).incident(remote))
    assert page.asked == []
    assert "\x1b" not in caught.value.message


def rows(count: int, **more: object):
    return [{"id": f"c{number}", "name": f"C{number}", **more} for number in range(count)]


def paged(all_rows):
    def answer(request) -> list[object]:
        query = parse_qs(request.url.query.decode())
        assert query["per_page"] == ["100"]
        start = 100 * (int(query["page"][0]) - 1)
        return all_rows[start : start + 100]

    return answer


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (99, 1), (100, 2), (1000, 11), (250, 3)])
def test_a_list_is_read_to_its_end(adapter, count, requests):
    page = Page(**{"GET /components": paged(rows(count))})
    assert len(asyncio.run(adapter(page).components())) == count
    assert len(page.asked) == requests


def test_a_server_that_ignores_the_page_number_is_not_asked_for_ever(adapter):
    page = Page(**{"GET /components": rows(100)})
    assert len(asyncio.run(adapter(page).components())) == 100
    assert len(page.asked) == 2


def test_groups_are_asked_for_only_where_the_list_does_not_describe_them(adapter):
    plain = Page(**{"GET /components": rows(1, group_id="g")})
    plain.answers["GET /component-groups"] = [{"id": "g", "name": "API"}]
    assert [one.path for one in asyncio.run(adapter(plain).components())] == ["API/C0"]
    described = Page()
    described.answers["GET /components"] = [
        *rows(1, group_id="g"),
        {"id": "g", "name": "API", "group": True},
    ]
    assert [one.path for one in asyncio.run(adapter(described).components())] == ["API/C0"]
    assert len(described.asked) == 1


def test_groups_of_a_listed_component_are_named_in_incidents_too(adapter):
    page = Page(**{"GET /components": rows(1, group_id="g")})
    page.answers["GET /component-groups"] = [{"id": "g", "name": "API"}]
    page.answers["GET /incidents/inc1"] = incident(components=rows(1, group_id="g"))
    one = adapter(page)

    async def read() -> RemoteIncident:
        await one.in_background().components()
        return await one.incident("inc1")

    assert asyncio.run(read()).components[0].path == "API/C0"


def test_incidents_are_the_newest_hundred_and_the_older_unresolved_once_each(adapter):
    page = Page()
    page.answers["GET /incidents"] = [incident(3), incident(2)]
    page.answers["GET /incidents/unresolved"] = [incident(1), incident(3)]
    found = asyncio.run(adapter(page).incidents())
    assert [one.id for one in found] == ["inc3", "inc2", "inc1"]
    assert str(page.asked[0].url.query, "ascii") == "limit=100&page=1"


def test_subscribers_of_every_kind_are_counted(adapter):
    page = Page(**{"GET /subscribers/count": {"email": 12, "sms": 3, "slack": None, "teams": 0}})
    assert asyncio.run(adapter(page).subscribers()) == 15
    with pytest.raises(Unknown):
        asyncio.run(adapter(Page(**{"GET /subscribers/count": [1]})).subscribers())


def test_the_pages_own_templates(adapter):
    page = Page(**{"GET /incident_templates": [{"id": "t", "name": "Slow", "body": "…"}]})
    (template,) = asyncio.run(adapter(page).templates())
    assert (template.name, template.title, template.notify) == ("Slow", "", None)


SHOWN = {"id": PAGE_ID, "name": "Example", "subdomain": "example", "domain": None}


def test_the_pinned_page_is_known_by_id_and_name(adapter):
    page = Page(GET=SHOWN)
    found = asyncio.run(adapter(page, page_name="Example").identity())
    assert (found.name, found.url) == ("Example", "https://example.statuspage.io")
    given = adapter(page, public_url="https://status.example.com")
    assert asyncio.run(given.identity()).url == "https://status.example.com"


@pytest.mark.parametrize("answer", [SHOWN | {"name": "Other\x1b[1m"}, SHOWN | {"id": "other"}])
def test_another_page_is_refused_and_never_retried(adapter, answer):
    with pytest.raises(Rejected, match="another page") as caught:
        asyncio.run(adapter(Page(GET=answer), page_name="Example").identity())
    assert "\x1b" not in caught.value.message
    assert "config.toml" in caught.value.hint


def test_a_list_that_is_none_is_not_taken_for_an_empty_one(adapter):
    page = adapter(Page(**{"GET /components": {"error": "later"}}))
    with pytest.raises(Unknown, match="not a list"):
        asyncio.run(page.components())


@pytest.mark.parametrize("broken", [{"id": ""}, {"id": None}, {"id": ["inc1"]}])
def test_an_incident_without_an_id_cannot_be_matched_and_is_not_read(adapter, broken):
    page = adapter(Page(**{"GET /incidents/inc1": incident(**broken)}))
    with pytest.raises(Unknown, match="without an id"):
        asyncio.run(page.incident("inc1"))


NONSENSE = [
    None,
    [],
    "inc2",
    {},
    {"id": None, "created_at": "2026-03-02T09:00:00Z"},
    {"id": "inc2"},
    {"id": "inc2", "created_at": "yesterday"},
    {"id": True, "created_at": 7},
    {"id": "inc2", "page_id": "another", "created_at": "2026-03-02T09:00:00Z"},
]


@pytest.mark.parametrize("row", NONSENSE)
def test_a_row_of_a_list_that_makes_no_sense_costs_that_row(adapter, row):
    lists = {"GET /incidents": [row, incident(1)], "GET /incidents/unresolved": [incident(3), row]}
    found = asyncio.run(adapter(Page(**lists)).incidents())
    assert {one.id for one in found} == {"inc1", "inc3"}


@pytest.mark.parametrize("row", [None, 7, "u9", {}, {"id": ""}, {"status": "resolved"}])
def test_an_update_that_makes_no_sense_costs_that_update(adapter, row):
    good = {"id": "u1", "status": "investigating", "created_at": "2026-03-02T09:00:00Z"}
    page = adapter(Page(**{"GET /incidents/inc1": incident(incident_updates=[row, good, good])}))
    found = asyncio.run(page.incident("inc1"))
    assert [one.id for one in found.updates] == ["u1"]
    assert found.unread == 1


@pytest.mark.parametrize("row", [None, 7, "c9", {}, {"id": None, "name": ""}])
def test_a_component_that_makes_no_sense_costs_that_component(adapter, row):
    good = {"id": "c1", "name": "Checkout", "status": "operational"}
    page = adapter(Page(**{"GET /components": [row, good]}))
    assert [one.id for one in asyncio.run(page.components())] == ["c1"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Date", "not a date"),
        ("Date", "Mon, 01 Jan 0001 00:00:00 +2359"),
        ("Date", "Fri, 31 Dec 9999 23:59:59 -2359"),
        ("Date", "99999999999999999999"),
        ("Retry-After", "soon"),
        ("Retry-After", "-5"),
        ("Retry-After", "9" * 400),
        ("Retry-After", "Fri, 31 Dec 9999 23:59:59 -2359"),
        ("Retry-After", "Tue, 99 Foo 2026 99:99:99 GMT"),
        ("Retry-After", "\u0663"),
    ],
)
def test_a_429_is_not_sent_whatever_its_headers_say(adapter, name, value):
    headers = {name: value.encode()}
    refused = httpx.Response(429, json={}, headers=headers)
    page = adapter(Page(**{"POST /incidents": refused}))
    with pytest.raises(RateLimited) as caught:
        asyncio.run(page.write(create()))
    assert 1 <= caught.value.retry_after <= 3600


def test_a_postmortem_is_drafted_apart_from_publishing(adapter):
    path = "/incidents/inc1/postmortem"
    page = Page(**{f"PUT {path}": {}, f"PUT {path}/publish": {}})
    page.answers[f"GET {path}"] = {"body": "Why", "published_at": "2026-03-02T09:00:00Z"}

    async def publish() -> RemotePostmortem:
        one = adapter(page)
        await one.draft_postmortem("inc1", "Why")
        await one.publish_postmortem("inc1", notify=False)
        return await one.postmortem("inc1")

    assert asyncio.run(publish()).published_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert page.body(0) == {"postmortem": {"body_draft": "Why"}}
    said = {"notify_subscribers": False, "notify_twitter": False}
    assert page.body(1) == {"postmortem": said}


def test_no_postmortem_is_an_empty_one_and_no_access_an_error(adapter):
    path = "GET /incidents/inc1/postmortem"
    none = adapter(Page(**{path: httpx.Response(404)}))
    assert asyncio.run(none.postmortem("inc1")) == RemotePostmortem()
    with pytest.raises(Rejected):
        asyncio.run(adapter(Page(**{path: httpx.Response(403)})).postmortem("inc1"))


def test_the_sixty_first_request_of_a_minute_stays_at_home(adapter, clock):
    page = Page(GET=SHOWN)
    one = adapter(page)

    async def ask(page, times) -> None:
        for _ in range(times):
            await page.identity()

    asyncio.run(ask(one.in_background(), 40))
    with pytest.raises(RateLimited, match="used up"):
        asyncio.run(ask(one.in_background(), 1))
    asyncio.run(ask(one, 20))
    with pytest.raises(RateLimited) as caught:
        asyncio.run(ask(one, 1))
    assert len(page.asked) == 60
    assert caught.value.retry_after == 61
    clock.pass_(61)
    asyncio.run(ask(one, 1))


def test_the_pages_clock_is_known_after_an_answer(adapter):
    dated = httpx.Response(200, json=SHOWN, headers={"date": "Mon, 02 Mar 2026 09:00:07 GMT"})
    one = adapter(Page(GET=dated))
    assert (one.server_time, one.skew) == (None, None)
    asyncio.run(one.identity())
    assert one.server_time == datetime(2026, 3, 2, 9, 0, 7, tzinfo=UTC)
    assert one.skew == 7.0
    assert one.in_background().skew == 7.0


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Mar 2026 09:00:07 GMT"])
def test_a_clock_that_cannot_be_read_is_no_obstacle(adapter, date):
    odd = httpx.Response(200, json=SHOWN, headers={"date": date})
    one = adapter(Page(GET=odd))
    asyncio.run(one.identity())
    assert one.server_time is None
