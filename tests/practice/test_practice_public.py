"""What the public sees: v2 JSON, history, the feed and the HTML page."""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ircon.practice.html import prose
from practice_page import PracticePage

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "<script>alert(1)</script> & \"quoted\" 'x' \x00\x1b[31m ]]> \u202e"
PAGES = ("/", "/mails", "/incidents/{id}")
PUBLIC_JSON = (
    "/api/v2/summary.json",
    "/api/v2/status.json",
    "/api/v2/components.json",
    "/api/v2/incidents.json",
    "/api/v2/incidents/unresolved.json",
    "/api/v2/scheduled-maintenances.json",
    "/api/v2/scheduled-maintenances/upcoming.json",
    "/api/v2/scheduled-maintenances/active.json",
    "/history.json",
    "/incidents/{id}.json",
    "/mails.json",
)


def declare(page, **fields: Any):
    response = page.manage("POST", "/incidents", {"incident": {"name": "Down"} | fields})
    assert response.status_code == 201, response.text
    return response.json()


def change(page, incident, **fields: Any):
    path = f"/incidents/{incident['id']}"
    return page.manage("PATCH", path, {"incident": fields}).raise_for_status().json()


def read_feed(page):
    return ET.fromstring(page.get("/history.atom").content)  # noqa: S314 -- written by ourselves


class Elements(HTMLParser):
    """The tags of a document and its readable text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def seeded():
    with PracticePage(seed=True) as page:
        yield page


class TestJson:
    def test_a_new_page_is_operational_and_empty(self, page):
        summary = page.public("/api/v2/summary.json")
        assert set(summary) == {
            "page",
            "components",
            "incidents",
            "scheduled_maintenances",
            "status",
        }
        assert summary["status"] == {
            "indicator": "none",
            "description": "All Systems Operational",
        }
        assert summary["page"]["url"] == page.url
        assert summary["incidents"] == summary["scheduled_maintenances"] == []

    def test_groups_are_rows_as_bad_as_their_worst_member(self, page):
        member = page.component("API (group 02)")
        page.manage("PATCH", f"/components/{member}", {"component": {"status": "partial_outage"}})
        rows = page.public("/api/v2/components.json")["components"]
        assert [(r["name"], r["group"], r["position"]) for r in rows] == [
            ("API", True, 1),
            ("API (group 01)", False, 1),
            ("API (group 02)", False, 2),
            ("API (group 03)", False, 3),
            ("Checkout", False, 2),
            ("Web App", False, 3),
            ("Webhooks", False, 4),
        ]
        assert rows[0]["status"] == "partial_outage"
        assert rows[0]["components"] == [r["id"] for r in rows[1:4]]
        assert "components" not in rows[1]

    @pytest.mark.parametrize(
        ("status", "indicator"),
        [
            ("under_maintenance", "maintenance"),
            ("degraded_performance", "minor"),
            ("partial_outage", "major"),
            ("major_outage", "critical"),
        ],
    )
    def test_the_indicator_follows_components(self, page, status, indicator):
        component = page.component("Checkout")
        declare(page, impact_override="critical")
        assert page.public("/api/v2/status.json")["status"]["indicator"] == "none"
        page.manage("PATCH", f"/components/{component}", {"component": {"status": status}})
        assert page.public("/api/v2/status.json")["status"]["indicator"] == indicator

    def test_each_list_holds_what_its_name_says(self, page):
        closed = declare(page, name="Closed")
        change(page, closed, status="resolved")
        opened = declare(page, name="Open")
        planned = declare(page, name="Planned", scheduled_for="2030-01-01")
        active = declare(page, name="Active", status="in_progress")

        def names(path, key) -> Any:
            return {i["name"] for i in page.public(f"/api/v2/{path}.json")[key]}

        assert names("incidents", "incidents") == {"Closed", "Open"}
        assert names("incidents/unresolved", "incidents") == {"Open"}
        assert names("summary", "incidents") == {"Open"}
        key = "scheduled_maintenances"
        assert names("summary", key) == names("scheduled-maintenances", key)
        assert names("scheduled-maintenances", key) == {"Planned", "Active"}
        assert names("scheduled-maintenances/upcoming", key) == {"Planned"}
        assert names("scheduled-maintenances/active", key) == {"Active"}
        for incident in (closed, opened, planned, active):
            one = page.public(f"/incidents/{incident['id']}.json")
            assert one["started_at"] == incident["created_at"]
            assert one["shortlink"] == f"{page.url}/incidents/{incident['id']}"

    def test_what_is_not_there_is_404_as_json(self, page):
        for path in ("/incidents/nonesuch.json", "/api/v2/nonesuch.json", "/nonesuch.json"):
            response = page.get(path)
            assert (response.status_code, response.json()) == (404, {"error": "Not found"})

    def test_metadata_never_leaves_the_manage_api(self, page):
        secret = "canary5131"
        incident = declare(page, metadata={secret: {secret: secret}})
        change(page, incident, status="resolved", body="over", metadata={"more": {secret: 1}})
        page.manage(
            "PUT", f"/incidents/{incident['id']}/postmortem", {"postmortem": {"body_draft": secret}}
        )
        for path in (*PUBLIC_JSON, *PAGES, "/history.atom"):
            answer = page.get(path.format(id=incident["id"]))
            assert answer.status_code == 200
            assert secret not in answer.text

    def test_mails_are_listed_with_their_recipients(self, page):
        incident = declare(page, body="We know.")
        declare(page, deliver_notifications=False)
        (mail,) = page.mails()
        assert mail["incident_id"] == incident["id"]
        assert (mail["recipients"], mail["body"]) == (12, "We know.")


class TestHistory:
    def test_pages_of_three_months_until_empty(self, seeded):
        codes, number = [], 1
        while months := seeded.public(f"/history.json?page={number}")["months"]:
            assert 1 <= len(months) <= 3
            codes += [i["code"] for month in months for i in month["incidents"]]
            number += 1
        everything = seeded.manage("GET", "/incidents").json()
        assert codes == [i["id"] for i in everything]

    def test_a_page_without_incidents_has_no_history(self, page):
        assert page.public("/history.json") == {"months": []}
        assert page.public("/history.json?page=x") == {"months": []}

    def test_an_entry_gives_the_last_word_and_the_span(self, page):
        incident = declare(page, body="one")
        change(page, incident, status="resolved", body="two")
        month = page.public("/history.json?page=1")["months"][0]
        today = datetime.now(UTC)
        assert (month["name"], month["year"]) == (f"{today:%B}", today.year)
        (entry,) = month["incidents"]
        assert (entry["code"], entry["message"]) == (incident["id"], "two")
        assert entry["timestamp"].count("<var data-var='time'>") == 2

    def test_the_feed_has_the_services_layout(self, page):
        incident = declare(page, body="one")
        change(page, incident, body="two\nlines")
        change(page, incident, status="resolved", body="three")
        response = page.get("/history.atom")
        assert response.headers["content-type"].startswith("application/atom+xml")
        feed = read_feed(page)
        assert feed.findtext(f"{ATOM}title") == "Practice Status - Incident History"
        assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Practice"
        (entry,) = feed.findall(f"{ATOM}entry")
        assert entry.findtext(f"{ATOM}id") == "tag:127.0.0.1,2005:Incident/1"
        assert entry.findtext(f"{ATOM}title") == "Down"
        assert entry.find(f"{ATOM}link").get("href") == f"{page.url}/incidents/{incident['id']}"
        content = entry.find(f"{ATOM}content")
        assert content.get("type") == "html"
        words = ["Resolved</strong> - three", "Update</strong> - two<br />lines"]
        words.append("Investigating</strong> - one")
        places = [content.text.index(each) for each in words]
        assert places == sorted(places)
        assert content.text.count("<p> <small>") == 3
        assert "</var> UTC</small><br> <strong>" in content.text

    def test_a_maintenance_in_the_feed_says_when(self, page):
        declare(page, scheduled_for="2030-01-01T22:00Z", scheduled_until="2030-01-02T01:00Z")
        assert "THIS IS A SCHEDULED EVENT Jan" in page.get("/history.atom").text

    def test_the_feed_holds_twenty_five(self, page):
        for number in range(27):
            declare(page, name=f"Incident {number}", deliver_notifications=False)
        feed = read_feed(page)
        titles = [each.findtext(f"{ATOM}title") for each in feed.findall(f"{ATOM}entry")]
        assert titles == [f"Incident {number}" for number in range(26, 1, -1)]


class TestHtml:
    def test_the_front_page_tells_the_whole_story(self, page):
        component = page.component("Checkout")
        past = declare(page, name="Long over", body="It was bad.")
        change(page, past, status="resolved", body="It is well.")
        declare(
            page, name="Cards declined", body="We know.", components={component: "partial_outage"}
        )
        declare(page, name="Database move", scheduled_for="2030-01-01T10:00Z")
        shown = Elements(page.get("/").text).text
        words = ["Partial System Outage", "Cards declined", "We know.", "Database move"]
        words += ["Jan 1, 10:00 UTC", "API (group 01)", "Checkout", "Past incidents", "Long over"]
        places = [shown.index(each) for each in words]
        assert places == sorted(places)

    def test_one_incident_shows_its_postmortem_once_published(self, seeded):
        incident = next(
            i for i in seeded.manage("GET", "/incidents").json() if i["postmortem_body"]
        )
        shown = Elements(seeded.get(f"/incidents/{incident['id']}").text).text
        lines = incident["postmortem_body"].splitlines()
        assert all(line.lstrip("#- ") in shown for line in lines)
        assert all(u["body"] in shown for u in incident["incident_updates"])

    def test_hostile_text_is_shown_and_does_nothing(self, page):
        component = page.manage("POST", "/components", {"component": {"name": HOSTILE}}).json()[
            "id"
        ]
        group = {"component_group": {"name": HOSTILE, "components": [component]}}
        page.manage("POST", "/component-groups", group).raise_for_status()
        incident = declare(page, name=HOSTILE, body=HOSTILE, components={component: "major_outage"})
        path = f"/incidents/{incident['id']}"
        page.manage("PUT", f"{path}/postmortem", {"postmortem": {"body_draft": HOSTILE}})
        page.manage("PUT", f"{path}/postmortem/publish", {"postmortem": {}}).raise_for_status()
        for address in (template.format(id=incident["id"]) for template in PAGES):
            response = page.get(address)
            elements = Elements(response.text)
            assert "script" not in elements.tags
            assert "<script>alert(1)</script> & \"quoted\" 'x'" in elements.text
            assert "\x1b" not in response.text
            assert "\u202e" not in response.text
        feed = read_feed(page)
        assert "&lt;script&gt;" in feed.find(f"{ATOM}entry/{ATOM}content").text
        assert json.dumps(HOSTILE)[1:-1] in json.dumps(page.public("/api/v2/incidents.json"))

    def test_nothing_but_the_style_sheet_may_load(self, page):
        for path in ("/", "/mails", "/nonesuch"):
            policy = page.get(path).headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; style-src 'self';")
        assert page.get("/page.css").headers["content-type"].startswith("text/css")

    def test_what_is_not_there_is_404(self, page):
        for path in ("/nonesuch", "/incidents/nonesuch"):
            response = page.get(path)
            assert response.status_code == 404
            assert "Not found" in Elements(response.text).text


class TestProse:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("", ""),
            ("# Why\ntwo\nlines", "<h2>Why</h2><p>two\nlines</p>"),
            ("###### deep", "<h6>deep</h6>"),
            ("#no heading", "<p>#no heading</p>"),
            ("a\n\nb", "<p>a</p><p>b</p>"),
            (
                "- one\n* **two**\nthree",
                "<ul><li>one</li><li><strong>two</strong></li></ul><p>three</p>",
            ),
            ("run `a < b` now", "<p>run <code>a &lt; b</code> now</p>"),
            ("**<b>** [x](javascript:0)", "<p><strong>&lt;b&gt;</strong> [x](javascript:0)</p>"),
            ("** not bold", "<p>** not bold</p>"),
        ],
    )
    def test_blocks_and_little_else(self, text, html):
        assert prose(text) == html


class TestSeed:
    def test_the_past_is_believable(self, seeded):
        incidents = seeded.manage("GET", "/incidents").json()
        assert 5 <= len(incidents) <= 8
        assert sum(i["impact"] == "maintenance" for i in incidents) == 1
        assert sum(i["postmortem_body"] is not None for i in incidents) >= 2
        now = datetime.now(UTC)
        for incident in incidents:
            updates = incident["incident_updates"]
            times = [datetime.fromisoformat(u["created_at"]) for u in updates]
            assert times == sorted(times, reverse=True)
            assert times[0] < now
            assert (now - times[-1]).days <= 90
            assert updates[0]["status"] in {"resolved", "completed"}
            assert all(u["body"] for u in updates)
        statuses = [[u["status"] for u in i["incident_updates"]][::-1] for i in incidents]
        assert any("resolved" in each[:-1] for each in statuses), "one was reopened"

    def test_everything_is_well_by_now(self, seeded):
        assert seeded.public("/api/v2/status.json")["status"]["indicator"] == "none"

    def test_the_page_is_older_than_its_past(self, seeded):
        first = min(i["created_at"] for i in seeded.manage("GET", "/incidents").json())
        born = seeded.manage("GET", "").json()["created_at"]
        assert born < first
        assert all(c["created_at"] == born for c in seeded.manage("GET", "/components").json())
