"""A page's public history, read without an account: for import.

The public API lists the latest incidents; ``/history.json`` (undocumented, three
months at a time) knows all of them, and ``/incidents/CODE.json`` each in full,
postmortem included. What is fetched is only what we name: an address found in an
answer is never followed.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from ircon.errors import Rejected
from ircon.incident.text import safe_line, strip_credentials
from ircon.incident.times import Clock
from ircon.incident.vocabulary import STATUSES
from ircon.pages import outcomes
from ircon.pages.http import HttpClient

MOST_INCIDENTS: Final = 2_000
MOST_QUARTERS: Final = 120  # pages of history.json: thirty years
QUIET_QUARTERS: Final = 4  # without an incident: then the past is over
MOST_MOVES: Final = 5  # from host to host
AT_ONCE: Final = 4  # requests
_CODE: Final = r"[A-Za-z0-9_-]{1,64}"
_LISTS: Final = ("incidents", "scheduled_maintenances")

Object = Mapping[str, Any]


async def fetch_public(
    url: str,
    clock: Clock,
    *,
    ca_file: str | None = None,
    follow: Callable[[str], bool] = lambda _question: False,
) -> list[tuple[str, bytes]]:
    """Everything a page tells the public about its past, newest first.

    No token is sent, and no cookie. Where the page has moved to another host, that one is
    read if ``follow`` says so.

    Args:
        url: the page's address, or that of one of its incidents.
        clock: tells the time.
        ca_file: certificates to trust instead of the system's.
        follow: asks a person, who may say yes.

    Returns:
        One document an incident, by its address: ``{"page", "components",
        "incidents" or "scheduled_maintenances": [it]}``, the shape of
        summary.json, with the components it names and their groups.

    Raises:
        ConfigError: the address cannot be used.
        PageError: it is no such page, it cannot be reached, or it has moved.
    """
    for _ in range(MOST_MOVES):
        try:
            return await _fetch(url, clock, ca_file)
        except _Moved as moved:
            if not follow(moved.question):
                raise moved.refusal from None
            url = moved.origin + urlsplit(url).path
    raise Rejected(
        f"{safe_line(url, 200)} redirects again and again.", "Give the address of the page itself."
    )


class _Moved(Exception):
    """The page sends us to another host."""

    def __init__(self, host: str, origin: str, status: int | None) -> None:
        super().__init__(origin)
        self.origin = origin
        shown = safe_line(strip_credentials(origin), 200)
        self.question = f"{host} redirects to {shown}. Read that page instead? [y/N]"
        self.refusal = Rejected(
            f"{host} redirects to {shown}, which was not followed.",
            "If you trust it, give that address instead.",
            status,
        )


async def _fetch(url: str, clock: Clock, ca_file: str | None) -> list[tuple[str, bytes]]:
    parts = urlsplit(url)
    http = HttpClient(f"{parts.scheme}://{parts.netloc}", clock, ca_file=ca_file)
    one = re.fullmatch(rf"/incidents/({_CODE})(\.json)?/?", parts.path)
    try:
        summary = await _summary(http, url)
        listed = {} if one else await _listed(http, summary)
        codes = [one[1]] if one else [*listed, *await _older(http, listed)]
        found = await _in_full(http, codes[:MOST_INCIDENTS], listed)
    finally:
        await http.aclose()
    origin = f"{parts.scheme}://{parts.netloc}"
    return [
        (f"{origin}/incidents/{code}", _document(summary, incident))
        for code, incident in found.items()
    ]


async def _summary(http: HttpClient, url: str) -> Object:
    path = "/api/v2/summary.json"
    try:
        summary = await http.call("GET", path)
    except Rejected as error:
        if error.status is None or not 300 <= error.status < 400:
            raise
        with suppress(ValueError):  # an address that is none
            there = urlsplit(urljoin(urljoin(url, path), error.location or ""))
            if there.netloc and there.netloc != urlsplit(url).netloc:
                origin = f"{there.scheme}://{there.netloc}"
                raise _Moved(http.host, origin, error.status) from None
        raise Rejected(
            error.message.partition(" ircon never")[0],
            "If you trust it, give that address instead.",
            error.status,
        ) from None
    if not isinstance(summary, dict) or "page" not in summary:
        raise http.error(outcomes.OTHER_SHAPE, "summary.json without a page", write=False)
    return summary


async def _listed(http: HttpClient, summary: Object) -> dict[str, Object]:
    """The incidents and maintenances that the public API lists, by id."""
    found: dict[str, Object] = {}
    documents = [summary]
    for path in ("incidents", "scheduled-maintenances"):
        answer = await _or_none(http, f"/api/v2/{path}.json")
        documents += [answer] if isinstance(answer, dict) else []
    for document in documents:
        for name in _LISTS:
            for incident in _objects(document.get(name)):
                found.update((code, incident) for code in _codes([incident], "id"))
    return found


async def _older(http: HttpClient, listed: Mapping[str, Object]) -> list[str]:
    """The codes of incidents that only history.json still knows, newest first."""
    codes: dict[str, None] = {}
    quiet = 0
    for number in range(1, MOST_QUARTERS + 1):
        answer = await _or_none(http, "/history.json", page=number)
        months = list(_objects(answer.get("months"))) if isinstance(answer, dict) else []
        before = len(codes)
        for month in months:
            codes.update(dict.fromkeys(_codes(_objects(month.get("incidents")), "code")))
        quiet = 0 if len(codes) > before else quiet + 1
        if not months or quiet == QUIET_QUARTERS or len(codes) >= MOST_INCIDENTS:
            break
    return [code for code in codes if code not in listed]


async def _in_full(
    http: HttpClient, codes: Iterable[str], listed: Mapping[str, Object]
) -> dict[str, Object]:
    """Each incident from its own document, which alone holds the postmortem; else as listed."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def look(code: str) -> Object | None:
        async with turn:
            answer = await _or_none(http, f"/incidents/{code}.json")
        is_full = isinstance(answer, dict) and "incident_updates" in answer
        return answer if is_full else listed.get(code)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = {code: group.create_task(look(code)) for code in codes}
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
    return {code: found for code, task in tasks.items() if (found := task.result()) is not None}


async def _or_none(http: HttpClient, path: str, **query: int) -> Any:
    """A document that not every page has; None where it says so, or shows a web page instead."""
    try:
        return json.loads(await http.fetch("GET", path, query=query))
    except Rejected as error:
        if error.status in {404, 410} or 300 <= (error.status or 0) < 400:
            return None
        raise  # a 403 in the middle would be a past with holes
    except (ValueError, RecursionError):
        return None


def _document(summary: Object, incident: Object) -> bytes:
    """One incident by itself, with what it takes to name its components."""
    named = {one.get("id") for one in _objects(incident.get("components"))}
    for update in _objects(incident.get("incident_updates")):
        named |= {one.get("code") for one in _objects(update.get("affected_components"))}
    rows = list(_objects(summary.get("components")))
    groups = {row.get("group_id") for row in rows if row.get("id") in named}
    status = STATUSES.get(str(incident.get("status")))
    is_maintenance = incident.get("scheduled_for") or (status and status.kind == "maintenance")
    document = {
        "page": summary["page"],
        "components": [row for row in rows if row.get("id") in named | groups],
        "scheduled_maintenances" if is_maintenance else "incidents": [incident],
    }
    return json.dumps(document, indent=1).encode()


def _codes(rows: Iterable[Object], name: str) -> Iterator[str]:
    """Ids that can be a part of an address; others are foreign text and left out."""
    for row in rows:
        code = row.get(name)
        if isinstance(code, str) and re.fullmatch(_CODE, code):
            yield code


def _objects(value: Any) -> Iterator[Object]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())
