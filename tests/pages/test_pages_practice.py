"""The whole protocol against a practice page, over a real socket."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ircon.desk.system_clock import SystemClock
from ircon.errors import ConfigError, RateLimited, Rejected
from ircon.pages.protocol import Post
from ircon.pages.registry import PageOpener
from page_wires import profile
from posts import make_post
from practice_page import PracticePage

TOKEN = "practice-token"


@pytest.fixture
def practice():
    with PracticePage(token=TOKEN) as page:
        yield page


def opened(practice, token: str = TOKEN, **more: object):
    page = profile(practice.url, **{"page_id": practice.page_id, **more})
    return PageOpener({"T": token})(page, SystemClock())


def post(op: str, status: str, body: str, remote: str | None = None, **more: object) -> Post:
    title = None if remote else "Checkout fails"
    return make_post(op, remote, **{"title": title, "status": status, "body": body, **more})


def test_an_incident_from_its_first_word_to_its_postmortem(practice):
    page = opened(practice, page_name="Practice")

    async def tell() -> None:
        identity = await page.identity()
        assert (identity.id, identity.url) == (practice.page_id, practice.url)
        assert abs(page.skew) < 5
        assert await page.subscribers() == 12
        components = await page.components()
        assert [one.path for one in components] == [
            "API/API (group 01)",
            "API/API (group 02)",
            "API/API (group 03)",
            "Checkout",
            "Web App",
            "Webhooks",
        ]
        assert await page.templates() == []
        assert await page.incidents() == []

        checkout, api = components[3].id, components[0].id
        first = await page.write(
            post(
                "op-1",
                "investigating",
                "Orders fail.",
                components={checkout: "major_outage"},
                component_ids=(checkout, api),
                notify=True,
            )
        )
        assert first.metadata["ircon"]["op"] == "op-1"
        assert first.impact == "critical"
        assert {one.id: one.status for one in first.components} == {
            checkout: "major_outage",
            api: "operational",
        }
        assert first.components[0].group in {"API", None}

        second = await page.write(
            post(
                "op-2",
                "resolved",
                "Fixed.",
                first.id,
                components={checkout: "operational"},
                component_ids=(checkout, api),
                metadata=first.metadata,
            )
        )
        assert [one.status for one in second.updates] == ["investigating", "resolved"]
        assert [one.notified for one in second.updates] == [True, False]
        assert second.metadata["ircon"]["op"] == "op-2"
        (change,) = [one for one in second.updates[1].components if one.id == checkout]
        assert (change.was, change.status) == ("major_outage", "operational")
        assert await page.incident(first.id) == second
        assert await page.incidents() == [second]

        assert (await page.postmortem(first.id)).body is None
        await page.draft_postmortem(first.id, "Why it failed.")
        await page.draft_postmortem(first.id, "Why it failed.")
        assert (await page.postmortem(first.id)).draft == "Why it failed."
        await page.publish_postmortem(first.id, notify=False)
        published = await page.postmortem(first.id)
        assert published.body == "Why it failed."
        assert published.published_at is not None

    asyncio.run(tell())
    assert len(practice.mails()) == 1, "one update asked for mails"


def test_a_maintenance_keeps_its_schedule(practice):
    page = opened(practice)
    begins = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    ends = begins + timedelta(hours=1)
    work = post("op", "scheduled", "New disks.", scheduled_for=begins, scheduled_until=ends)
    found = asyncio.run(page.write(work))
    assert (found.kind, found.scheduled_for, found.scheduled_until) == ("maintenance", begins, ends)


def test_two_hundred_and_fifty_unresolved_incidents_are_all_seen(practice):
    for number in range(125):
        practice.manage("POST", "/incidents", {"incident": {"name": f"Number {number}"}})
    found = asyncio.run(opened(practice).incidents())
    assert len({one.id for one in found}) == 125
    created = [one.created_at for one in found]
    assert created == sorted(created, reverse=True)


def test_refusals_come_with_the_pages_own_reason(practice):
    page = opened(practice)
    first = asyncio.run(page.write(post("a", "investigating", "x")))
    with pytest.raises(Rejected, match="status cannot go") as caught:
        asyncio.run(page.write(post("b", "completed", "x", first.id)))
    assert caught.value.status == 422
    with pytest.raises(Rejected, match="does not have incident nothere"):
        asyncio.run(page.incident("nothere"))
    with pytest.raises(Rejected, match="does not accept the token") as caught:
        asyncio.run(opened(practice, token="wrong-one").identity())
    assert "wrong-one" not in str(caught.value)
    with pytest.raises(Rejected, match="another page"):
        asyncio.run(opened(practice, page_name="Somebody's").identity())
    with pytest.raises(Rejected):
        asyncio.run(opened(practice, page_id="other").identity())


def test_the_pages_own_limit_is_a_wait_and_not_a_failure():
    with PracticePage(token=TOKEN, rate=2) as practice:
        page = opened(practice)

        async def ask() -> None:
            for _ in range(3):
                await page.identity()

        with pytest.raises(RateLimited) as caught:
            asyncio.run(ask())
    assert 1 <= caught.value.retry_after <= 60


def test_pages_with_one_token_share_its_budget_and_a_variable_is_read_once(practice):
    environ = {"T": TOKEN}
    opener = PageOpener(environ)
    clock = SystemClock()
    one = opener(profile(practice.url, page_id=practice.page_id), clock)
    assert "T" not in environ
    two = opener(profile(practice.url, page_id=practice.page_id, name="again"), clock)

    async def ask(page, times: int) -> None:
        for _ in range(times):
            await page.identity()

    asyncio.run(ask(one, 30))
    with pytest.raises(RateLimited):
        asyncio.run(ask(two, 31))


def test_a_page_over_http_to_the_network_is_not_opened():
    with pytest.raises(ConfigError, match="https://"):
        PageOpener({"T": TOKEN})(profile("http://status.example.com"), SystemClock())
