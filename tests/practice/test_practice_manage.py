"""The manage API as a client sees it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest


def declare(page, **fields: Any):
    response = page.manage("POST", "/incidents", {"incident": {"name": "Down"} | fields})
    assert response.status_code == 201, response.text
    return response.json()


def change(page, incident, **fields: Any):
    response = page.manage("PATCH", f"/incidents/{incident['id']}", {"incident": fields})
    assert response.status_code == 200, response.text
    return response.json()


def refused(page, **fields: Any):
    response = page.manage("POST", "/incidents", {"incident": {"name": "Down"} | fields})
    assert response.status_code == 422
    assert page.manage("GET", "/incidents").json() == []
    return response.json()["error"]


class TestNewPage:
    def test_has_what_the_contract_says(self, page):
        assert page.manage("GET", "").json()["name"] == "Practice"
        components = page.manage("GET", "/components").json()
        groups = page.manage("GET", "/component-groups").json()
        assert [c["name"] for c in components] == [
            "API (group 01)",
            "API (group 02)",
            "API (group 03)",
            "Checkout",
            "Web App",
            "Webhooks",
        ]
        assert {c["status"] for c in components} == {"operational"}
        assert [(g["name"], g["components"]) for g in groups] == [
            ("API", [c["id"] for c in components[:3]])
        ]
        assert page.manage("GET", "/subscribers/count").json()["email"] == 12
        assert len(page.manage("GET", "/subscribers").json()) == 12
        assert page.manage("GET", "/incidents").json() == []
        assert page.mails() == []

    def test_lists_itself_without_a_page_id(self, page):
        listed = page.get("/v1/pages", params={"api_key": page.token}).json()
        assert [each["id"] for each in listed] == [page.page_id]

    def test_ids_look_like_the_services_own(self, page):
        ids = [page.page_id, declare(page)["id"], page.component("Checkout")]
        assert all(len(each) == 12 and each.isalnum() and each == each.lower() for each in ids)


class TestAccess:
    @pytest.mark.parametrize(
        "headers",
        [{}, {"Authorization": "OAuth wrong"}, {"Authorization": "Bearer practice-token"}],
    )
    def test_without_the_token_is_401_with_the_services_words(self, page, headers):
        for path in ("/v1/pages", f"/v1/pages/{page.page_id}/incidents", "/v1/nowhere"):
            response = page.get(path, headers=headers)
            assert response.status_code == 401
            assert response.json() == {"error": "Could not authenticate"}

    def test_the_token_may_stand_in_the_query(self, page):
        path = f"/v1/pages/{page.page_id}/components"
        assert page.get(path, params={"api_key": page.token}).status_code == 200

    def test_paths_may_end_in_json(self, page):
        incident = declare(page)
        for path in ("/components.json", "/incidents.json", f"/incidents/{incident['id']}.json"):
            assert page.manage("GET", path).json() == page.manage("GET", path[:-5]).json()

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/components/nonesuch"),
            ("GET", "/incidents/nonesuch"),
            ("PATCH", "/components/nonesuch"),
            ("DELETE", "/incidents/nonesuch"),
            ("GET", "/nowhere"),
            ("DELETE", "/incidents"),
        ],
    )
    def test_what_is_not_there_is_404_with_an_error(self, page, method, path):
        body = {"component": {}} if method == "PATCH" else None
        response = page.manage(method, path, body)
        assert response.status_code == 404
        assert set(response.json()) == {"error"}

    def test_another_pages_id_is_404(self, page):
        page.page_id = "anotherpage0"
        assert page.manage("GET", "/incidents").status_code == 404

    def test_every_answer_has_a_date(self, page):
        assert page.manage("GET", "").headers["date"].endswith("GMT")


class TestBodies:
    def test_a_form_says_the_same_as_json(self, page):
        component = page.component("Checkout")
        form = {
            "incident[name]": "Down & out",
            "incident[status]": "identified",
            "incident[body]": "Größe 3 %",
            "incident[deliver_notifications]": "false",
            f"incident[components][{component}]": "major_outage",
            "incident[component_ids][]": component,
            "incident[metadata][ircon][op]": "x1",
        }
        incident = page.manage("POST", "/incidents", data=form).json()
        assert (incident["name"], incident["status"]) == ("Down & out", "identified")
        assert incident["metadata"] == {"ircon": {"op": "x1"}}
        assert incident["impact"] == "critical"
        (update,) = incident["incident_updates"]
        assert (update["body"], update["deliver_notifications"]) == ("Größe 3 %", False)
        assert page.mails() == []

    @pytest.mark.parametrize(
        "raw",
        [
            b"{",
            b"[1]",
            b"\xff",
            b'{"incident": {"name": NaN}}',
            rb'{"incident": {"name": "\ud800"}}',
            b"[" * 200_000,
        ],
    )
    def test_what_cannot_be_read_is_400(self, page, raw):
        response = page.manage("POST", "/incidents", content=raw)
        assert response.status_code == 400
        assert isinstance(response.json()["error"], str)

    def test_what_was_accepted_can_be_repeated(self, page):
        for depth in range(700, 1000, 5):
            deep = b'{"a":' * depth + b"1" + b"}" * depth
            raw = b'{"incident": {"name": "Deep", "metadata": {"a": %s}}}' % deep
            status = page.manage("POST", "/incidents", content=raw).status_code
            assert status in {201, 400}
        assert page.manage("GET", "/incidents").status_code == 200

    def test_a_form_that_contradicts_itself_is_400(self, page):
        for form in ({"incident[name]": "a", "incident[name][b]": "c"}, {"a": "b", "a[]": "c"}):
            assert page.manage("POST", "/incidents", data=form).status_code == 400

    def test_without_the_wrapper_is_422(self, page):
        response = page.manage("POST", "/incidents", {"name": "Down"})
        assert (response.status_code, response.json()) == (422, {"error": ["incident is missing"]})


class TestComponents:
    def test_a_status_alone_creates_no_incident_and_mails_nobody(self, page):
        path = f"/components/{page.component('Checkout')}"
        changed = page.manage("PATCH", path, {"component": {"status": "partial_outage"}}).json()
        assert changed["status"] == "partial_outage"
        assert page.manage("GET", path).json() == changed
        assert page.manage("GET", "/incidents").json() == []
        assert page.mails() == []

    def test_created_changed_grouped_and_removed(self, page):
        group = page.manage("GET", "/component-groups").json()[0]["id"]
        made = page.manage(
            "POST", "/components", {"component": {"name": "Search", "group_id": group}}
        )
        assert made.status_code == 201
        path = f"/components/{made.json()['id']}"
        assert (made.json()["group_id"], made.json()["position"]) == (group, 4)
        out = page.manage("PUT", path, {"component": {"group_id": "null", "description": "New"}})
        assert (out.json()["group_id"], out.json()["description"]) == (None, "New")
        assert page.manage("DELETE", path).status_code == 204
        assert page.manage("GET", path).status_code == 404

    def test_a_group_takes_the_components_it_names(self, page):
        members = [page.component("Checkout"), page.component("Web App")]
        body = {"description": "Shop", "component_group": {"name": "Shop", "components": members}}
        group = page.manage("POST", "/component-groups", body).json()
        assert (group["description"], group["components"]) == ("Shop", members)
        assert page.manage("GET", f"/component-groups/{group['id']}").json() == group

    @pytest.mark.parametrize(
        "fields",
        [
            {"status": "on_fire"},
            {"group_id": "nonesuch"},
            {"name": ""},
            {"name": 7},
            {"showcase": "maybe"},
            {"start_date": "soon"},
        ],
    )
    def test_what_cannot_be_is_422_and_changes_nothing(self, page, fields):
        path = f"/components/{page.component('Checkout')}"
        before = page.manage("GET", path).json()
        response = page.manage("PATCH", path, {"component": fields})
        assert response.status_code == 422
        assert len(response.json()["error"]) == 1
        assert page.manage("GET", path).json() == before

    def test_lists_are_paged(self, page):
        def names(**params: Any) -> Any:
            return [c["name"] for c in page.manage("GET", "/components", params=params).json()]

        everything = names()
        assert names(per_page=4) == everything[:4]
        assert names(per_page=4, page=2) == everything[4:]
        assert names(per_page=4, page=3) == []
        assert names(per_page=0) == names(per_page="x", page="y") == names(page=0) == everything

    def test_a_list_holds_a_hundred_at_most(self, page):
        for number in range(101):
            page.manage("POST", "/components", {"component": {"name": f"Shard {number}"}})
        first = page.manage("GET", "/components", params={"per_page": 500}).json()
        second = page.manage("GET", "/components", params={"page": 2}).json()
        assert (len(first), len(second)) == (100, 7)


class TestIncidents:
    def test_one_request_carries_everything(self, page):
        component = page.component("API (group 01)")
        incident = declare(
            page,
            status="identified",
            body="We know.",
            components={component: "major_outage"},
            component_ids=[component],
            metadata={"ircon": {"op": "a"}},
            deliver_notifications=True,
        )
        (update,) = incident["incident_updates"]
        assert (update["status"], update["body"]) == ("identified", "We know.")
        assert update["affected_components"] == [
            {
                "code": component,
                "name": "API - API (group 01)",
                "old_status": "operational",
                "new_status": "major_outage",
            }
        ]
        assert incident["impact"] == "critical"
        assert [c["status"] for c in incident["components"]] == ["major_outage"]
        assert incident["page_id"] == page.page_id
        assert [m["recipients"] for m in page.mails()] == [12]

    def test_a_text_or_another_status_is_an_update_and_nothing_else_is(self, page):
        incident = declare(page, body="one")
        change(page, incident, body="two")
        change(page, incident, status="identified")
        after = change(page, incident, name="Still down", status="identified")
        assert after["name"] == "Still down"
        assert [(u["status"], u["body"]) for u in after["incident_updates"]] == [
            ("identified", ""),
            ("investigating", "two"),
            ("investigating", "one"),
        ]
        assert {u["affected_components"] for u in after["incident_updates"]} == {None}

    def test_mails_are_listed_unless_the_request_says_no(self, page):
        incident = declare(page, body="one")
        change(page, incident, body="two", deliver_notifications=False)
        change(page, incident, body="three", deliver_notifications=True)
        assert [m["body"] for m in page.mails()] == ["three", "one"]
        assert page.mails()[0]["subject"] == "[Practice] Investigating: Down"
        shown = page.manage("GET", f"/incidents/{incident['id']}").json()["incident_updates"]
        assert [u["deliver_notifications"] for u in shown] == [True, False, True]

    def test_milestones_follow_the_status(self, page):
        incident = declare(page)
        assert (incident["monitoring_at"], incident["resolved_at"]) == (None, None)
        watched = change(page, incident, status="monitoring")
        assert watched["monitoring_at"] == watched["incident_updates"][0]["created_at"]
        closed = change(page, incident, status="resolved")
        assert closed["resolved_at"] == closed["incident_updates"][0]["created_at"]
        assert change(page, incident, name="Still closed")["resolved_at"] == closed["resolved_at"]
        assert change(page, incident, status="investigating")["resolved_at"] is None

    def test_closing_leaves_components_as_they_are(self, page):
        component = page.component("Checkout")
        incident = declare(page, components={component: "partial_outage"})
        change(page, incident, status="resolved")
        assert page.manage("GET", f"/components/{component}").json()["status"] == "partial_outage"

    @pytest.mark.parametrize(
        ("status", "impact"),
        [
            ("operational", "none"),
            ("under_maintenance", "maintenance"),
            ("degraded_performance", "minor"),
            ("partial_outage", "major"),
            ("major_outage", "critical"),
        ],
    )
    def test_impact_is_that_of_the_worst_component(self, page, status, impact):
        component = page.component("Checkout")
        incident = declare(page, components={component: status})
        assert incident["impact"] == impact
        assert change(page, incident, components={component: "operational"})["impact"] == impact

    def test_impact_can_be_overridden_and_given_back(self, page):
        incident = declare(
            page, components={page.component("Checkout"): "major_outage"}, impact_override="minor"
        )
        assert (incident["impact"], incident["impact_override"]) == ("minor", "minor")
        assert change(page, incident, impact_override=None)["impact"] == "critical"

    def test_metadata_is_merged_by_top_level_key(self, page):
        incident = declare(page, metadata={"a": {"x": 1}, "b": {"y": 2}})
        after = change(page, incident, metadata={"b": {"z": 3}, "c": {}})
        assert after["metadata"] == {"a": {"x": 1}, "b": {"z": 3}, "c": {}}
        assert change(page, incident, body="more")["metadata"] == after["metadata"]

    def test_component_ids_replace_and_statuses_add(self, page):
        checkout, web = page.component("Checkout"), page.component("Web App")
        incident = declare(page, component_ids=[checkout])
        both = change(page, incident, components={web: "degraded_performance"})
        assert {c["id"] for c in both["components"]} == {checkout, web}
        assert [c["id"] for c in change(page, incident, component_ids=[web])["components"]] == [web]

    def test_a_bare_list_of_components_attaches_them(self, page):
        checkout = page.component("Checkout")
        incident = declare(page, components=[checkout])
        assert [(c["id"], c["status"]) for c in incident["components"]] == [
            (checkout, "operational")
        ]

    def test_limits_are_the_services(self, page):
        assert refused(page, name="n" * 256) == ["name is too long (maximum is 255 characters)"]
        assert refused(page, body="b" * 25_001) == [
            "body is too long (maximum is 25000 characters)"
        ]
        incident = declare(page, name="n" * 255, body="b" * 25_000)
        response = page.manage(
            "PATCH", f"/incidents/{incident['id']}", {"incident": {"body": "b" * 25_001}}
        )
        assert response.status_code == 422

    @pytest.mark.parametrize(
        "fields",
        [
            {"name": ""},
            {"name": None},
            {"status": "broken"},
            {"metadata": {"a": 1}},
            {"metadata": []},
            {"components": {"nonesuch": "operational"}},
            {"components": "all"},
            {"component_ids": ["nonesuch"]},
            {"component_ids": [1]},
            {"impact_override": "huge"},
            {"deliver_notifications": "maybe"},
            {"scheduled_for": "tomorrow"},
            {"scheduled_for": "2026-05-02T10:00Z", "scheduled_until": "2026-05-02T09:00Z"},
        ],
    )
    def test_what_cannot_be_is_422_and_nothing_is_created(self, page, fields):
        assert len(refused(page, **fields)) == 1

    def test_an_unknown_component_status_is_422_and_changes_nothing(self, page):
        component = page.component("Checkout")
        assert refused(page, body="x", components={component: "on_fire"})
        assert page.manage("GET", f"/components/{component}").json()["status"] == "operational"

    def test_every_complaint_comes_at_once(self, page):
        assert len(refused(page, name="", status="broken", metadata={"a": 1})) == 3

    def test_updates_patched_at_once_are_all_kept(self, page):
        incident = declare(page, body="first")
        texts = [f"update {number}" for number in range(20)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda text: change(page, incident, body=text), texts))
        shown = page.manage("GET", f"/incidents/{incident['id']}").json()["incident_updates"]
        assert sorted(u["body"] for u in shown) == sorted([*texts, "first"])
        assert shown == sorted(shown, key=lambda u: u["created_at"], reverse=True)

    def test_deleted_is_shown_once_more_and_gone(self, page):
        incident = declare(page)
        path = f"/incidents/{incident['id']}"
        assert page.manage("DELETE", path).json()["id"] == incident["id"]
        assert page.manage("GET", path).status_code == 404

    def test_an_update_can_be_edited_but_not_its_status(self, page):
        incident = declare(page, body="Tpyo", deliver_notifications=False)
        uid = incident["incident_updates"][0]["id"]
        path = f"/incidents/{incident['id']}/incident_updates/{uid}"
        edit = {"body": "Typo", "display_at": "2026-05-02T10:00:00+02:00", "status": "resolved"}
        after = page.manage("PATCH", path, {"incident_update": edit}).json()
        assert (after["body"], after["status"]) == ("Typo", "investigating")
        assert after["display_at"] == "2026-05-02T08:00:00.000Z"
        assert after["created_at"] == incident["incident_updates"][0]["created_at"]
        assert page.mails() == []
        mailed = {"body": "Typo!", "deliver_notifications": True}
        page.manage("PUT", path, {"incident_update": mailed})
        assert [m["body"] for m in page.mails()] == ["Typo!"]

    def test_an_update_of_another_incident_is_404(self, page):
        uid = declare(page)["incident_updates"][0]["id"]
        path = f"/incidents/{declare(page)['id']}/incident_updates/{uid}"
        body = {"incident_update": {"body": "x"}}
        assert page.manage("PATCH", path, body).status_code == 404

    def test_backfilled_lies_in_the_past_and_mails_nobody(self, page):
        incident = declare(page, body="Long ago", backfilled=True, backfill_date="2025-03-04")
        assert incident["status"] == "resolved"
        assert incident["created_at"] == "2025-03-04T00:00:00.000Z"
        assert page.mails() == []
        body = {
            "incident": {
                "name": "x",
                "backfilled": True,
                "components": {page.component("Checkout"): "operational"},
            }
        }
        assert page.manage("POST", "/incidents", body).status_code == 422


class TestIncidentLists:
    def test_newest_first_and_paged_by_limit(self, page):
        ids = [declare(page, name=f"Incident {number}")["id"] for number in range(5)][::-1]

        def listed(**params: Any) -> list[str]:
            return [i["id"] for i in page.manage("GET", "/incidents", params=params).json()]

        assert listed() == ids
        assert listed(limit=2) == ids[:2]
        assert listed(limit=2, page=3) == ids[4:]
        assert listed(per_page=2) == ids, "this list knows limit, not per_page"

    def test_search_reads_name_status_and_texts_literally(self, page):
        first = declare(page, name="Checkout 100% down")["id"]
        second = declare(page, name="Other", body="The checkout is slow", status="identified")["id"]

        def found(words) -> list[str]:
            return [i["id"] for i in page.manage("GET", "/incidents", params={"q": words}).json()]

        assert found("checkout") == [second, first]
        assert found("100%") == [first]
        assert found("identified") == [second]
        assert found("_") == found("nothing like it") == []

    def test_a_maintenance_moves_through_its_lists(self, page):
        realtime = declare(page)["id"]
        planned = declare(
            page,
            status="scheduled",
            scheduled_for="2030-01-01T10:00:00Z",
            scheduled_until="2030-01-01T11:00:00Z",
            scheduled_remind_prior=True,
        )
        assert (planned["impact"], planned["scheduled_remind_prior"]) == ("maintenance", True)
        assert planned["scheduled_for"] == "2030-01-01T10:00:00.000Z"

        def lists() -> dict[str, list[str]]:
            names = ("unresolved", "scheduled", "upcoming", "active_maintenance")
            return {
                name: [i["id"] for i in page.manage("GET", f"/incidents/{name}").json()]
                for name in names
            }

        me, other = [planned["id"]], [realtime]
        empty = {"unresolved": other, "scheduled": [], "upcoming": [], "active_maintenance": []}
        assert lists() == empty | {"scheduled": me, "upcoming": me}
        change(page, planned, status="in_progress")
        assert lists() == empty | {"scheduled": me, "active_maintenance": me}
        change(page, planned, status="completed")
        assert lists() == empty

    def test_an_incident_does_not_turn_into_a_maintenance(self, page):
        path = f"/incidents/{declare(page)['id']}"
        response = page.manage("PATCH", path, {"incident": {"status": "in_progress"}})
        assert response.status_code == 422


class TestPostmortems:
    def test_drafted_published_and_taken_back(self, page):
        incident = declare(page)
        change(page, incident, status="resolved", deliver_notifications=False)
        path = f"/incidents/{incident['id']}"
        assert page.manage("GET", f"{path}/postmortem").status_code == 404
        draft = page.manage("PUT", f"{path}/postmortem", {"postmortem": {"body_draft": "Why"}})
        assert (draft.json()["body_draft"], draft.json()["body"]) == ("Why", None)
        assert page.public(f"{path}.json")["postmortem_body"] is None

        mails = len(page.mails())
        publish = {"postmortem": {"notify_subscribers": False}}
        published = page.manage("PUT", f"{path}/postmortem/publish", publish).json()
        assert published["body"] == "Why"
        assert published["published_at"]
        assert len(page.mails()) == mails
        assert page.manage("GET", path).json()["status"] == "postmortem"
        assert page.public(f"{path}.json")["postmortem_body"] == "Why"

        reverted = page.manage("PUT", f"{path}/postmortem/revert").json()
        assert (reverted["body"], reverted["published_at"]) == (None, None)
        assert reverted["body_draft"] == "Why"
        assert page.manage("GET", path).json()["status"] == "resolved"
        assert page.public(f"{path}.json")["postmortem_body"] is None

        assert page.manage("DELETE", f"{path}/postmortem").status_code == 204
        assert page.manage("GET", f"{path}/postmortem").status_code == 404

    def test_publishing_mails_only_when_told(self, page):
        path = f"/incidents/{declare(page, deliver_notifications=False)['id']}/postmortem"
        page.manage("PUT", path, {"postmortem": {"body_draft": "Why"}})
        page.manage("PUT", f"{path}/publish", {"postmortem": {"notify_subscribers": True}})
        assert [(m["subject"], m["body"]) for m in page.mails()] == [
            ("[Practice] Postmortem: Down", "Why")
        ]

    def test_without_a_draft_there_is_nothing_to_publish(self, page):
        path = f"/incidents/{declare(page)['id']}/postmortem"
        assert page.manage("PUT", f"{path}/publish", {"postmortem": {}}).status_code == 404
        assert page.manage("PUT", path, {"postmortem": {}}).status_code == 422


class TestTemplates:
    def test_created_and_listed(self, page):
        component = page.component("Checkout")
        body = {
            "name": "Checkout down",
            "title": "Checkout is down",
            "body": "We are looking into it.",
            "update_status": "investigating",
            "should_send_notifications": True,
            "component_ids": [component],
        }
        made = page.manage("POST", "/incident_templates", {"template": body})
        assert made.status_code == 201
        (listed,) = page.manage("GET", "/incident_templates").json()
        assert listed == made.json()
        assert [c["id"] for c in listed["components"]] == [component]
        assert listed["should_send_notifications"] is True

    def test_needs_name_title_and_body(self, page):
        response = page.manage("POST", "/incident_templates", {"template": {"name": "x"}})
        assert response.status_code == 422
        assert len(response.json()["error"]) == 2
