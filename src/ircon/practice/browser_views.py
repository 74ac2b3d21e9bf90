"""HTML pages for a browser: the status page, one incident, and the emails that would be sent.

No script runs here and none is allowed to; the page looks again by itself every few seconds.
"""

from itertools import groupby

from ircon.practice import component_table, incident_reads, postmortems
from ircon.practice.api_errors import NotFound
from ircon.practice.database import Row, read_stamp
from ircon.practice.history_feeds import labelled
from ircon.practice.html import NOTHING, Markup, element, joined, prose
from ircon.practice.page import Page, list_mails
from ircon.practice.public_api import component_rows, indicator
from ircon.practice.statuspage_words import HEADLINES, IMPACT_OF, INCIDENT_LISTS, label

_PAST = 25
_MAILS = 100
_REFRESH = "15"  # seconds

# A sign beside each colour, for those who see no colours.
_SIGNS = {"none": "✓", "maintenance": "⚒", "minor": "◐", "major": "▲", "critical": "✕"}


def front(page: Page) -> str:
    """The page as the public sees it."""
    word = indicator(page)
    opened = incident_reads.with_status(page, INCIDENT_LISTS["unresolved"], _PAST)
    maintenances = incident_reads.with_status(page, INCIDENT_LISTS["scheduled"], _PAST)
    past = incident_reads.with_status(page, ("resolved", "completed"), _PAST)
    return _document(
        page,
        page.name,
        element("p", _sign(word), HEADLINES[word], class_=f"headline {word}"),
        *(_incident(page, row) for row in opened),
        *(_incident(page, row) for row in maintenances),
        element("section", element("h2", "Components"), _components(page), class_="components"),
        element("section", element("h2", "Past incidents"), _past(page, past), class_="past"),
    )


def incident(page: Page, incident_id: str) -> str:
    """One incident with its components and, once it is published, its postmortem.

    Raises:
        NotFound: there is no such incident.
    """
    row = incident_reads.find(page, incident_id)
    touched = incident_reads.attached(page, incident_id)
    parts = [_incident(page, row)]
    if touched:
        rows = [_component(component_table.show(page, each)) for each in touched]
        parts.append(element("section", element("h2", "Components"), element("ul", *rows)))
    if row["postmortem_body"]:
        published = postmortems.find(page, incident_id)["published_at"]
        parts.append(
            element(
                "section",
                element("h2", "Postmortem"),
                element("p", _time(published), class_="when"),
                element("div", prose(row["postmortem_body"]), class_="text"),
                id="postmortem",
            )
        )
    return _document(page, row["name"], *parts)


def outbox(page: Page) -> str:
    """The mails that would have been sent, newest first."""
    rows = list_mails(page, _MAILS)
    listed = [
        element(
            "article",
            element("h3", mail["subject"]),
            element(
                "p", _time(mail["sent_at"]), f" to {mail['recipients']} subscribers", class_="when"
            ),
            element("div", mail["body"], class_="text"),
        )
        for mail in rows
    ]
    nothing = element("p", "No mail would have been sent yet.", class_="quiet")
    intro = "Nothing is mailed from here. These are the mails subscribers would have got."
    return _document(
        page,
        "Mails",
        element("h2", "Mails"),
        element("p", intro, class_="quiet"),
        *(listed or [nothing]),
    )


def not_found(page: Page) -> str:
    """What a browser shows for an address that is none."""
    return _document(page, "Not found", element("p", str(NotFound()), class_="quiet"))


def _document(page: Page, title: str, *sections: str) -> str:
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="refresh", content=_REFRESH),
        element("title", title if title == page.name else f"{title} – {page.name}"),
        element("link", rel="stylesheet", href="/page.css"),
        element("link", rel="alternate", type="application/atom+xml", href="/history.atom"),
    )
    links = [
        element("a", name, href=href)
        for name, href in (("Status", "/"), ("Feed", "/history.atom"), ("Mails", "/mails"))
    ]
    body = element(
        "body",
        element("header", element("h1", element("a", page.name, href="/"))),
        element("main", *sections),
        element("footer", element("p", "A practice page. Nothing here is real."), *links),
    )
    return "<!doctype html>\n" + element("html", head, body, lang="en")


def _sign(word: str) -> Markup:
    return element("span", _SIGNS[word], class_=f"sign {word}", aria_hidden="true")


def _time(text: str) -> Markup:
    moment = read_stamp(text)
    return element("time", f"{moment:%b} {moment.day}, {moment:%H:%M} UTC", datetime=text)


def _components(page: Page) -> Markup:
    rows = component_rows(page)
    members = {
        group_id: [_component(row) for row in inside]
        for group_id, inside in groupby(rows, key=lambda row: row["group_id"])
        if group_id
    }
    top = [
        _component(row, element("ul", *members.get(row["id"], ())) if row["group"] else NOTHING)
        for row in rows
        if row["group_id"] is None
    ]
    return element("ul", *top)


def _component(row: Row, below: Markup = NOTHING) -> Markup:
    word = IMPACT_OF[row["status"]]
    line = element(
        "div",
        element("span", row["name"], class_="name"),
        element("span", label(row["status"]), " ", _sign(word), class_=f"status {word}"),
    )
    return element("li", line, below)


def _incident(page: Page, row: Row) -> Markup:
    word = incident_reads.impact(row)
    updates = [
        element(
            "li",
            element("strong", name),
            element("div", update["body"], class_="text"),
            element("p", _time(update["display_at"]), class_="when"),
        )
        for name, update in labelled(incident_reads.updates(page, row["id"]))
    ]
    schedule = NOTHING
    if row["scheduled_for"]:
        ends = [_time(at) for at in (row["scheduled_for"], row["scheduled_until"]) if at]
        between = joined([ends[0], *(joined([" – ", end]) for end in ends[1:])])
        schedule = element("p", "Scheduled for ", between, class_="when")
    address = f"/incidents/{row['id']}"
    postmortem = NOTHING
    if row["postmortem_body"]:
        postmortem = element("p", element("a", "Postmortem", href=f"{address}#postmortem"))
    return element(
        "article",
        element("h3", element("a", row["name"], href=address)),
        element("p", f"Impact: {word}", class_=f"impact {word}"),
        schedule,
        postmortem,
        element("ol", *updates),
        class_=f"incident {word}",
    )


def _past(page: Page, rows: list[Row]) -> Markup:
    if not rows:
        return element("p", "No incidents reported.", class_="quiet")
    parts: list[str] = []
    for day, of_day in groupby(rows, key=lambda row: read_stamp(row["created_at"]).date()):
        parts.append(element("h3", f"{day:%B} {day.day}, {day.year}", class_="day"))
        parts += [_incident(page, row) for row in of_day]
    return joined(parts)
