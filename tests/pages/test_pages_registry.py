"""Vendors: one module and one row each; what a page cannot do is not asked of it."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from types import ModuleType

import httpx
import pytest

from ircon.config import schema
from ircon.errors import ConfigError
from ircon.pages.http import HttpClient
from ircon.pages.rate_limit import INTERACTIVE, Rate, RateLimiter
from ircon.pages.registry import PageOpener, adapter_class
from ircon.pages.secrets import Authentication, Secret
from ircon.pages.vendors.statuspage import Statuspage
from page_wires import CANARY, profile


class KeyedPage(Statuspage):
    """A vendor with a header of its own, a stricter limit, and nothing but updates."""

    authentication = Authentication(header="x-page-key", scheme="")
    rate = Rate(requests=2, window=10.0, reserved=1)
    capabilities = replace(Statuspage.capabilities, subscriber_count=False, postmortem=False)


@pytest.fixture
def keyed(monkeypatch):
    module = ModuleType("a_vendor_of_a_test")
    module.KeyedPage = KeyedPage
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(
        schema, "VENDORS", {**schema.VENDORS, "keyed": f"{module.__name__}:KeyedPage"}
    )
    monkeypatch.setattr("ircon.pages.registry.VENDORS", schema.VENDORS)


@pytest.mark.usefixtures("keyed")
def test_a_second_vendor_is_a_module_and_a_row(clock):
    page = PageOpener({"T": CANARY})(
        profile("https://page.example", kind="keyed", token_env="T"), clock
    )
    assert isinstance(page, KeyedPage)
    assert adapter_class("keyed").capabilities.subscriber_count is False
    assert adapter_class("statuspage").capabilities.subscriber_count is True


def test_the_token_goes_into_the_vendors_own_header(clock):
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={})

    client = HttpClient(
        "https://page.example",
        clock,
        secret=Secret(CANARY),
        authentication=KeyedPage.authentication,
        transport=httpx.MockTransport(answer),
    )
    asyncio.run(client.call("GET", "/"))
    assert asked[0].headers["x-page-key"] == CANARY
    assert "authorization" not in asked[0].headers


def test_a_vendors_own_rate_is_kept(clock):
    limiter = RateLimiter(clock, KeyedPage.rate)
    assert [limiter.take(INTERACTIVE) for _ in range(3)] == [0.0, 0.0, 10.0]


def test_a_page_whose_token_cannot_be_had_is_not_opened(clock):
    with pytest.raises(ConfigError):
        PageOpener({})(profile("https://page.example", token_env="T"), clock)
