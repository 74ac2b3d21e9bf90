"""Requests judged by Atlassian's own description of its API (made strict, see docs/statuspage.md).

    judge = RequestJudge()
    adapter over httpx.MockTransport(judge)   # answers with the description's own shapes

Method, path, query and body are held against ../shared/data/statuspage/openapi-strict.json,
which nobody here wrote. ``problems`` lists what it would refuse.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import jsonschema

DESCRIPTION = Path(__file__).resolve().parents[2] / "shared/data/statuspage/openapi-strict.json"


class RequestJudge:
    """Judges each request, then answers with what ``answer`` gives for it."""

    def __init__(self, answer: Any) -> None:
        document = json.loads(DESCRIPTION.read_text("utf-8"))
        self._paths = document["paths"]
        self._components = document["components"]
        self._answer = answer
        self.seen: list[tuple[str, str]] = []
        self.problems: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Judge and answer."""
        found = self._operation(request)
        if found is None:
            self.problems.append(f"{request.method} {request.url.path} does not exist")
            return httpx.Response(404)
        template, operation = found
        self.seen.append((request.method, template))
        where = f"{request.method} {template}"
        self.problems += [f"{where}: {one}" for one in self._of_query(request, operation)]
        self.problems += [f"{where}: {one}" for one in self._of_body(request, operation)]
        if not re.fullmatch(r"OAuth \S+", request.headers.get("authorization", "")):
            self.problems.append(f"{where}: no token")
        return httpx.Response(200, json=self._answer(request))

    def _operation(self, request: httpx.Request) -> tuple[str, dict[str, Any]] | None:
        fitting = [
            (template, operations[request.method.lower()])
            for template, operations in self._paths.items()
            if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), request.url.path)
            and request.method.lower() in operations
        ]
        return min(fitting, key=lambda one: one[0].count("{"), default=None)

    def _of_query(self, request: httpx.Request, operation: dict[str, Any]) -> list[str]:
        known = {
            one["name"]: one["schema"]
            for one in operation.get("parameters", [])
            if one["in"] == "query"
        }
        problems = []
        for name, value in parse_qsl(request.url.query.decode(), keep_blank_values=True):
            if name not in known:
                problems.append(f"query {name} is unknown")
                continue
            typed = int(value) if known[name]["type"] == "integer" and value.isdigit() else value
            problems += self._against(known[name], typed)
        return problems

    def _of_body(self, request: httpx.Request, operation: dict[str, Any]) -> list[str]:
        wanted = operation.get("requestBody")
        if wanted is None:
            return ["a body where none is wanted"] if request.content else []
        if request.headers.get("content-type") != "application/json":
            return [f"content type {request.headers.get('content-type')}"]
        schema = wanted["content"]["application/json"]["schema"]
        return self._against(schema, json.loads(request.content))

    def _against(self, schema: dict[str, Any], value: Any) -> list[str]:
        whole = {"allOf": [schema], "components": self._components}
        return [error.message for error in jsonschema.Draft4Validator(whole).iter_errors(value)]
