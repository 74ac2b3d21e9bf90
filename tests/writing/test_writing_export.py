"""Exports: what is in them, that nothing in them is markup, and where they are put."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import stat
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from written_record import BERLIN, SECRETS

from events import Recorder
from ircon.errors import Refused
from ircon.incident.fold import fold
from ircon.incident.metrics import compute_metrics
from ircon.writing.export import save_export, to_html, to_json, to_markdown
from ircon.writing.markdown import escape_md, inline, quote, table, tamed

HOSTILE = (
    "<script>alert(1)</script> [x](javascript:alert) ![i](http://e.example/i.png) *b* _e_ `c`\n"
    "# heading\n- item\n1. one\n| a | b |\n> quote\n&amp; <https://e.example> \x1b[31m\u202e\n\n    code"
)
GFM = MarkdownIt("commonmark").enable("table").enable("strikethrough")


def hostile():
    record = Recorder()
    component = {"id": "c", "name": HOSTILE, "group": HOSTILE, "status": "major_outage"}
    record.declared(HOSTILE)
    record.update("investigating", HOSTILE, [component], title=HOSTILE)
    record.note(HOSTILE)
    record.make("role", {"role": HOSTILE, "person": HOSTILE})
    record.make("postmortem", {"body": HOSTILE, "origin": "observed"})
    return fold(record.events)


def tokens(text: str) -> set[str]:
    found = set()
    for token in GFM.parse(text):
        found.add(token.type)
        found |= {child.type for child in token.children or ()}
    return found


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text.append(data)


def shown(text: str) -> str:
    """What a reader of rendered Markdown reads."""
    return "".join(Tags(GFM.render(text)).text)


@given(st.text("ab1.)#+-=*_`~[]()<>!&|\\ :\"'{}$%@^/?,;x\n", max_size=80))
def test_escaped_text_is_read_as_it_was_written(text):
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    read = [line.strip() for line in shown("\n\n".join(map(escape_md, lines))).split("\n")]
    assert [line for line in read if line] == lines


@given(st.text("ab1.)#+-=*_`~[]()<>!&|\\ :\"'\n", max_size=80))
def test_escaped_text_holds_no_markup_in_a_list_a_quote_or_a_table(text):
    plain = {"inline", "text", "text_special", "softbreak", "paragraph_open", "paragraph_close"}
    lists = {f"{name}_{end}" for name in ("bullet_list", "list_item") for end in ("open", "close")}
    assert tokens(f"- x: {inline(text)}") <= plain | lists
    quotes = {"blockquote_open", "blockquote_close"}
    assert tokens(f"x\n\n{quote(text)}\n\nx") <= plain | quotes
    cells = shown(table(("a", "b"), [(f"x{inline(text)}", "y")]))
    assert [line for line in cells.split("\n") if line][2:] == [
        f"x{' '.join(text.split())}",
        "y",
    ] or (text[:1].isspace())


def test_nothing_foreign_is_markup_in_markdown():
    for internal in (True, False):
        incident = hostile()
        text = to_markdown(incident, compute_metrics(incident), BERLIN, internal=internal)
        assert not tokens(text) & {"html_inline", "html_block", "link_open", "image"}
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_a_postmortem_keeps_its_markdown_but_nothing_that_leads_away():
    words = "## What happened?\n\n- **one** [site](https://e.example) <b>x</b>\n\n[a]: https://e.example\n"
    found = tokens(tamed(words))
    assert {"heading_open", "bullet_list_open", "strong_open"} <= found
    assert not found & {"html_inline", "link_open", "image"}
    assert "[site](https://e.example) <b>x</b>" in shown(tamed(words))


def test_nothing_foreign_is_markup_in_html():
    for internal in (True, False):
        incident = hostile()
        page = Tags(to_html(incident, compute_metrics(incident), BERLIN, internal=internal))
        assert page.tags <= {
            *("html", "head", "meta", "title", "style", "body"),
            *("h1", "h2", "h3", "p", "dl", "dt", "dd"),
        }
        assert page.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class"}
        assert "<script>alert(1)</script>" in "".join(page.text)


def test_html_allows_its_own_style_and_nothing_else(incident):
    text = to_html(incident, compute_metrics(incident), BERLIN, internal=False)
    style = re.search(r"<style>(.*)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in text
    assert "http://" not in text
    assert "https://" not in text


@pytest.mark.parametrize("render", [to_markdown, to_html])
def test_a_public_export_holds_what_customers_see_and_no_more(render, incident):
    text = render(incident, compute_metrics(incident), BERLIN, internal=False)
    assert "Payments fail" in text
    assert "A release doubled the queries per payment." in text
    assert "2026-03-02 10:20 CET (09:20 UTC)" in text
    assert [secret for secret in SECRETS if secret in text] == []
    assert "10:03" not in text  # detected: nobody told customers


@pytest.mark.parametrize("render", [to_markdown, to_html])
def test_an_internal_export_holds_everything_and_says_so(render, incident):
    text = render(incident, compute_metrics(incident), BERLIN, internal=True)
    for secret in SECRETS[:3]:
        assert secret in text
    assert "Internal: this holds notes that are not for customers." in text


@pytest.mark.parametrize("render", [to_markdown, to_html])
@pytest.mark.parametrize("state", ["queued", "sending", "unknown", "rejected", "cancelled"])
def test_an_incident_that_is_not_surely_public_has_no_public_export(render, state):
    record = Recorder()
    record.declared()
    record.delivery(record.update("investigating", op="o"), state, move=1)
    incident = fold(record.events)
    with pytest.raises(Refused, match="Nothing of k7f2 is public") as refused:
        render(incident, compute_metrics(incident), BERLIN, internal=False)
    assert "--internal" in refused.value.hint


def test_a_published_postmortem_is_exported_and_a_draft_is_not(recorder):
    before = fold(recorder.events)
    assert "Postmortem" not in to_markdown(before, compute_metrics(before), BERLIN, internal=False)
    recorder.make("postmortem", {"body": "## Why\n\nA limit.", "origin": "observed"}, at=100)
    after = fold(recorder.events)
    text = to_markdown(after, compute_metrics(after), BERLIN, internal=False)
    assert "## Postmortem\n\n## Why\n\nA limit." in text


def test_an_imported_report_keeps_its_own_list_of_components():
    record = Recorder()
    record.declared(origin="import", components=[{"id": "c", "name": "Web App"}])
    record.update("resolved", origin="import")
    incident = fold(record.events)
    assert "- Web App: status not posted" in to_markdown(
        incident, compute_metrics(incident), BERLIN, internal=False
    )


def test_json_is_the_document_of_show_and_inert(incident):
    text = to_json(hostile(), compute_metrics(hostile()))
    assert text.isascii()
    assert json.loads(text)["name"] == HOSTILE
    assert json.loads(to_json(incident, compute_metrics(incident)))["notes"]


def test_an_export_is_readable_by_its_owner_only(tmp_path):
    path = tmp_path / "k7f2.md"
    save_export(path, "words é\n")
    assert path.read_bytes() == "words é\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["k7f2.md"]


def test_an_export_never_replaces_a_file(tmp_path):
    path = tmp_path / "k7f2.md"
    path.write_text("mine")
    with pytest.raises(Refused, match="already exists"):
        save_export(path, "other")
    assert path.read_text() == "mine"


@pytest.mark.parametrize("exists", [True, False])
def test_an_export_does_not_follow_a_link(tmp_path, exists):
    target = tmp_path / "target"
    if exists:
        target.write_text("mine")
    link = tmp_path / "k7f2.md"
    link.symlink_to(target)
    with pytest.raises(Refused):
        save_export(link, "other")
    assert target.exists() == exists
    assert not exists or target.read_text() == "mine"


def test_a_place_that_does_not_exist_is_said(tmp_path):
    with pytest.raises(Refused, match="cannot be written") as refused:
        save_export(tmp_path / "none" / "k7f2.md", "words")
    assert refused.value.hint


def test_an_export_that_fails_leaves_nothing_behind(tmp_path):
    path = tmp_path / ("x" * 250)  # room for the name, none for the temporary one
    with pytest.raises(Refused):
        save_export(path, "words")
    assert list(tmp_path.iterdir()) == []
