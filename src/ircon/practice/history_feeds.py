"""The page's past as files: history.json by month and history.atom as a feed.

Both are laid out as the real service lays them out, oddities included: times are of minutes,
without a year, inside ``<var>`` marks, and the feed's content is HTML inside XML.
"""

from datetime import datetime
from urllib.parse import urlsplit

from ircon.practice import incident_reads
from ircon.practice.database import Row, read_stamp
from ircon.practice.html import Markup, element, escaped
from ircon.practice.page import Page
from ircon.practice.statuspage_words import MAINTENANCE, label

_MONTHS_A_PAGE = 3
_FEED_ENTRIES = 25


def months(page: Page, number: int, today: datetime) -> list[Row]:
    """History page ``number``: three months, newest first.

    Months without incidents are there, empty; beyond the month of the first incident is nothing.
    """
    oldest = page.store.rows("SELECT min(created_at) AS at FROM incidents")[0]["at"]
    if oldest is None:
        return []
    first = _month_index(read_stamp(oldest))
    latest = _month_index(today) - _MONTHS_A_PAGE * (number - 1)
    wanted = range(latest, max(latest - _MONTHS_A_PAGE, first - 1), -1)
    return [_month(page, *divmod(index, 12)) for index in wanted]


def labelled(updates: list[Row]) -> list[tuple[str, Row]]:
    """Updates, newest first, each with the word it goes by.

    That is its status, or "Update" where the status is the same as before.
    """
    before = [*(each["status"] for each in updates[1:]), None]
    return [
        ("Update" if update["status"] == previous else label(update["status"]), update)
        for update, previous in zip(updates, before, strict=True)
    ]


def feed(page: Page) -> str:
    """history.atom: the latest 25 incidents and maintenances."""
    entries = [_entry(page, row) for row in incident_reads.listed(page, "", _FEED_ENTRIES, 0)]
    lines = [
        element("id", f"tag:{_host(page)},2005:/history"),
        element("link", rel="alternate", type="text/html", href=page.url),
        element("link", rel="self", type="application/atom+xml", href=f"{page.url}/history.atom"),
        element("title", f"{page.name} Status - Incident History"),
        element("updated", _second(page.row()["updated_at"])),
        element("author", "\n    ", element("name", page.name), "\n  "),
        *entries,
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom">\n'
        + "".join(f"  {line}\n" for line in lines)
        + "</feed>\n"
    )


def _month_index(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1


def _month(page: Page, year: int, zero_based: int) -> Row:
    month = f"{year:04}-{zero_based + 1:02}"
    return {
        "name": f"{read_stamp(f'{month}-01'):%B}",
        "year": year,
        "incidents": [_in_month(page, row) for row in incident_reads.of_month(page, month)],
    }


def _in_month(page: Page, row: Row) -> Row:
    return {
        "code": row["id"],
        "name": row["name"],
        "message": incident_reads.updates(page, row["id"])[0]["body"],
        "impact": incident_reads.impact(row),
        "timestamp": _span(row["created_at"], row["resolved_at"]),
    }


def _entry(page: Page, row: Row) -> Markup:
    updates = incident_reads.updates(page, row["id"])
    schedule = [_schedule(row)] if row["status"] in MAINTENANCE and row["scheduled_for"] else []
    content = " ".join([*schedule, *(_paragraph(*each) for each in labelled(updates))])
    lines = [
        element("id", f"tag:{_host(page)},2005:Incident/{row['number']}"),
        element("published", _second(updates[0]["display_at"])),
        element("updated", _second(row["updated_at"])),
        element(
            "link", rel="alternate", type="text/html", href=f"{page.url}/incidents/{row['id']}"
        ),
        element("title", row["name"]),
        element("content", content, type="html"),
    ]
    return element("entry", "\n", *(Markup(f"    {line}\n") for line in lines), "  ")


def _paragraph(word: str, update: Row) -> str:
    """One update as HTML; the feed escapes it once more."""
    body = "<br />".join(map(escaped, update["body"].split("\n")))
    at = _marked(update["display_at"])
    return f"<p> <small>{at} UTC</small><br> <strong>{escaped(word)}</strong> - {body} </p>"


def _schedule(row: Row) -> str:
    span = _span(row["scheduled_for"], row["scheduled_until"])
    return f"<p><strong>THIS IS A SCHEDULED EVENT {span}</strong></p>"


def _span(start: str, end: str | None) -> str:
    """From and until, the day once where it is the same."""
    if end is None:
        return f"{_marked(start)} UTC"
    until = _marked_time(end) if end[:10] == start[:10] else _marked(end)
    return f"{_marked(start)} - {until} UTC"


def _marked(text: str) -> str:
    """``Aug <var data-var='date'>21</var>, <var data-var='time'>00:37</var>``."""
    moment = read_stamp(text)
    return f"{moment:%b} <var data-var='date'>{moment.day:2}</var>, {_marked_time(text)}"


def _marked_time(text: str) -> str:
    return f"<var data-var='time'>{read_stamp(text):%H:%M}</var>"


def _second(text: str) -> str:
    return f"{read_stamp(text):%Y-%m-%dT%H:%M:%SZ}"


def _host(page: Page) -> str:
    return urlsplit(page.url).hostname or ""
