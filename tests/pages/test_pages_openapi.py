"""Every request of the adapter, judged by the service's own description."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from ircon.incident.vocabulary import COMPONENT_STATUSES, IMPACTS, STATUSES
from ircon.pages.protocol import Post
from openapi_requests import DESCRIPTION, RequestJudge
from page_wires import PAGE_ID
from posts import make_post

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not DESCRIPTION.exists(), reason=f"{DESCRIPTION.name} is not beside the clone"
    ),
]


def answer(request):
    """Enough of a page for every call to go through."""
    path = request.url.path
    updates = [
        {"id": status, "status": status, "created_at": "2026-03-02T09:00:00Z"}
        for status in STATUSES
    ]
    incident = {
        "id": "inc1",
        "page_id": PAGE_ID,
        "created_at": "2026-03-02T09:00:00Z",
        "incident_updates": updates,
    }
    if path.endswith(f"/pages/{PAGE_ID}"):
        return {"id": PAGE_ID, "name": "Example"}
    if path.endswith("/components"):
        return [{"id": "c1", "name": "API", "group_id": "g"}]
    if path.endswith("/subscribers/count"):
        return {"email": 1}
    if path.endswith(("/incidents/inc1", "/incidents")):
        return [incident] if request.method == "GET" and path.endswith("s") else incident
    return {} if "postmortem" in path else []


@pytest.fixture
def judge():
    return RequestJudge(answer)


def everything(status: str, remote: str | None, *, notify: bool) -> Post:
    moment = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
    return make_post(
        op="op-1",
        remote_incident=remote,
        title="Down",
        status=status,
        body="We look. \u202e\x00",
        components={f"c{number}": level for number, level in enumerate(COMPONENT_STATUSES)},
        component_ids=("c0", "c9"),
        notify=notify,
        impact=IMPACTS[len(status) % len(IMPACTS)],
        scheduled_for=moment,
        scheduled_until=moment,
        remind=not notify,
        metadata={"jira": {"id": 3}},
    )


def test_every_call_is_one_the_service_describes(adapter, judge):
    page = adapter(judge)
    page._http._rate_limiter = None  # not what is judged here

    async def all_calls() -> None:
        await page.identity()
        await page.subscribers()
        await page.components()
        await page.templates()
        await page.incidents()
        await page.incident("inc1")
        for status in STATUSES:
            for remote in (None, "inc1"):
                for notify in (True, False):
                    await page.write(everything(status, remote, notify=notify))
        await page.draft_postmortem("inc1", "")
        await page.publish_postmortem("inc1", notify=True)
        await page.postmortem("inc1")

    asyncio.run(all_calls())
    assert judge.problems == []
    assert len(set(judge.seen)) == 13


def test_the_least_that_can_be_said_is_enough(adapter, judge):
    least = make_post("op", "inc1", None, "resolved", "", notify=False)
    first = make_post("op", None, "Down", "investigating", "", notify=True)
    asyncio.run(adapter(judge).write(least))
    asyncio.run(adapter(judge).write(first))
    assert judge.problems == []


def test_the_judge_can_say_no(adapter, judge):
    wrong = make_post("op", None, None, "on fire", "x", components={"c": "broken"})
    with pytest.raises(Exception, match="does not show"):
        asyncio.run(adapter(judge).write(wrong))
    said = "; ".join(judge.problems)
    for refusal in ("'name' is a required property", "'on fire' is not one", "'broken' is not one"):
        assert refusal in said
