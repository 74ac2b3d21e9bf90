"""Every answer of the manage API, checked against the service's own description of it.

The judge is openapi-strict.json, which nobody here wrote; it is made a little stricter still, so
that an answer may not hold a field that the description does not know.
"""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from practice_page import PracticePage

DESCRIPTION = Path(__file__).parents[3] / "shared/data/statuspage/openapi-strict.json"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not DESCRIPTION.exists(), reason=f"{DESCRIPTION.name} is not beside the clone"
    ),
]

formats = jsonschema.FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def is_instant(text):
    return not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None


def in_json_schema(schema):
    """OpenAPI 3.0's dialect as JSON Schema: ``nullable`` is a type, and known fields are all."""
    if isinstance(schema, list):
        return [in_json_schema(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    said = {key: in_json_schema(value) for key, value in schema.items()}
    if said.pop("nullable", False) and "type" in said:
        said["type"] = [said["type"], "null"]
    if isinstance(said.get("properties"), dict) and "type" in said:
        said.setdefault("additionalProperties", False)
    return said


class Judge:
    def __init__(self) -> None:
        document = json.loads(DESCRIPTION.read_text("utf-8"))
        self.components = in_json_schema(document["components"])
        self.paths = document["paths"]
        self.seen = set()

    def __call__(self, response: httpx.Response) -> httpx.Response:
        method, path = response.request.method.lower(), response.request.url.path
        template = self.template(path)
        answers = self.paths[template][method]["responses"]
        assert str(response.status_code) in answers, f"{method} {template}: {response.status_code}"
        self.seen.add((method, template, response.status_code))
        content = answers[str(response.status_code)].get("content")
        if not content:
            assert response.content == b""
            return response
        schema = in_json_schema(content["application/json"]["schema"])
        validator = jsonschema.Draft4Validator(
            schema | {"components": self.components}
            if "$ref" not in schema
            else {"allOf": [schema], "components": self.components},
            format_checker=formats,
        )
        validator.validate(response.json())
        return response

    def template(self, path):
        fitting = [
            each for each in self.paths if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", each), path)
        ]
        assert fitting, f"{path} is not in the description"
        return min(fitting, key=lambda each: each.count("{"))


@pytest.fixture
def judge():
    return Judge()


def test_every_answer_is_one_the_description_allows(page, judge):
    def call(method, path, body=None, **options: Any) -> Any:
        return judge(page.manage(method, path, body, **options))

    token = {"api_key": page.token}
    judge(page.get("/v1/pages", params=token))
    judge(page.get("/v1/pages"))
    call("GET", "")
    call("GET", "/subscribers")
    call("GET", "/subscribers/count")

    component = call("POST", "/components", {"component": {"name": "Search"}}).json()["id"]
    call("POST", "/components", {"component": {}})
    group = {"component_group": {"name": "Shop", "components": [component]}}
    made = call("POST", "/component-groups", group).json()["id"]
    call("POST", "/component-groups", {"component_group": {"name": "Shop", "components": ["x"]}})
    call("GET", "/component-groups")
    call("GET", f"/component-groups/{made}")
    call("GET", "/components")
    call("GET", f"/components/{component}")
    call("GET", "/components/nonesuch")
    for method in ("PATCH", "PUT"):
        status = {"component": {"status": "degraded_performance"}}
        call(method, f"/components/{component}", status)
        call(method, f"/components/{component}", {"component": {"status": "x"}})

    template = {"name": "a", "title": "b", "body": "c", "component_ids": [component]}
    call("POST", "/incident_templates", {"template": template})
    call("POST", "/incident_templates", {"template": {}})
    call("GET", "/incident_templates")

    opening = {
        "name": "Down",
        "body": "We are looking into it.",
        "components": {component: "major_outage"},
        "component_ids": [component],
        "metadata": {"ircon": {"op": "1"}},
    }
    incident = call("POST", "/incidents", {"incident": opening}).json()
    call("POST", "/incidents", {"incident": {"name": "x", "status": "x"}})
    call("POST", "/incidents", content=b"{")
    planned = {"name": "Move", "scheduled_for": "2030-01-01", "scheduled_until": "2030-01-02"}
    call("POST", "/incidents", {"incident": planned})
    path = f"/incidents/{incident['id']}"
    for method, status in (("PATCH", "monitoring"), ("PUT", "resolved")):
        call(method, path, {"incident": {"status": status, "body": "More."}})
        call(method, path, {"incident": {"body": "b" * 25_001}})
    update = f"{path}/incident_updates/{incident['incident_updates'][0]['id']}"
    for method in ("PATCH", "PUT"):
        call(method, update, {"incident_update": {"body": "Edited."}})
        call(method, f"{update}x", {"incident_update": {"body": "Edited."}})

    call("GET", f"{path}/postmortem")
    call("PUT", f"{path}/postmortem", {"postmortem": {"body_draft": "Why"}})
    call("GET", f"{path}/postmortem")
    call("PUT", f"{path}/postmortem/publish", {"postmortem": {"notify_subscribers": True}})
    call("GET", path)
    call("GET", "/incidents", params={"q": "down"})
    for name in ("unresolved", "scheduled", "upcoming", "active_maintenance"):
        call("GET", f"/incidents/{name}")
    call("PUT", f"{path}/postmortem/revert")
    call("DELETE", f"{path}/postmortem")
    call("DELETE", path)
    call("DELETE", path)
    call("DELETE", f"/components/{component}")

    assert {status for _, _, status in judge.seen} == {200, 201, 204, 400, 401, 404, 422}


def test_a_seeded_page_is_allowed_too(judge):
    with PracticePage(seed=True) as page:
        incidents = judge(page.manage("GET", "/incidents")).json()
        assert 5 <= len(incidents) <= 8
        judge(page.manage("GET", "/components"))


def test_so_is_the_answer_beyond_the_rate(judge):
    with PracticePage(rate=1) as page:
        judge(page.manage("GET", "/components"))
        assert judge(page.manage("GET", "/components")).status_code == 420


def test_the_judge_does_refuse(page, judge):
    """A judge that lets everything pass would prove nothing."""
    response = page.manage("GET", "/components")
    for spoil in (
        {"status": "on_fire"},
        {"position": "first"},
        {"invented": 1},
        {"created_at": "x"},
    ):
        spoilt = [response.json()[0] | spoil]
        answer = httpx.Response(200, json=spoilt, request=response.request)
        with pytest.raises(jsonschema.ValidationError):
            judge(answer)
