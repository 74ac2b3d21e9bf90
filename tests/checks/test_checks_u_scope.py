"""U13 U14 U16 U18 U19: when they fire, and when they must not; and no text is too odd."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ircon.checks.catalogue import check, selected
from ircon.checks.leaks import find_leaks
from ircon.checks.subject import UPDATE, Passage
from ircon.incident.components import Component, ComponentChange
from subjects import apply_fix, findings, quotes, subject_with

PAGE = (
    Component("a1", "API (group 01)", "API"),
    Component("a2", "API (group 02)", "API"),
    Component("w1", "Web App"),
    Component("w2", "Webhooks"),
)


def scoped(*names: str, words: str, page: Any = PAGE, **more: Any):
    """A draft that selects these components."""
    subject = subject_with(title=more.pop("title", "Trouble"), page_components=page, **more)
    chosen = tuple(
        ComponentChange(one.id, one.name, one.group) for one in (page or PAGE) if one.name in names
    )
    draft = Passage(UPDATE, words, is_draft=True, status="investigating", components=chosen or ())
    return replace(subject, passages=(*subject.passages, draft))


def test_u13_a_group_in_the_text_and_one_of_it_selected():
    subject = scoped("API (group 02)", words="Requests to the API fail.")
    (found,) = findings(subject, "U13")
    assert (found.quote, found.severity) == ("API", "error")
    assert apply_fix(subject, "U13") == "Requests to the API (group 02) fail."


@pytest.mark.parametrize(
    "words",
    [
        "Requests to API (group 02) fail.",
        "Some of the API is slow.",
        "API keys cannot be made.",
        "Uploads fail.",
        "The Web App is not affected; API (group 02) fails.",
        "Please use the Web App until then.",
        "```\nthe API is down\n```",
    ],
)
def test_u13_lets_words_that_say_the_selection_pass(words):
    assert findings(scoped("API (group 02)", words=words), "U13") == []


def test_u13_partial_and_all_of_it_selected():
    words = "A partial outage of the API."
    (found,) = findings(scoped("API (group 01)", "API (group 02)", words=words), "U13")
    assert found.quote == "partial outage of the API"
    assert findings(scoped("API (group 01)", words=words), "U13") == []


def test_u13_a_component_that_is_not_selected():
    subject = scoped("Web App", words="The Web App and Webhooks are slow.")
    assert quotes(subject, "U13") == ["Webhooks"]


def test_u13_the_title_only_if_no_text_says_it():
    title = "Partial outage of the API"
    both = ("API (group 01)", "API (group 02)")
    silent = scoped(*both, words="Uploads fail.", title=title)
    assert [one.passage.role for one in findings(silent, "U13")] == ["title"]
    said = scoped(*both, words="A partial outage of the API.", title=title)
    assert [one.passage.role for one in findings(said, "U13")] == ["update"]


def test_u13_without_the_pages_list_a_number_tells_that_there_are_others():
    subject = subject_with("09:00 investigating: An issue with the API.")
    one = ComponentChange("c", "API (group 03)")
    alone = replace(subject, incident=replace(subject.incident, components=(one,)))
    assert quotes(alone, "U13") == ["API"]
    nine = tuple(ComponentChange(f"c{n}", f"API (group {n:02})") for n in range(1, 10))
    many = replace(subject, incident=replace(subject.incident, components=nine))
    assert quotes(many, "U13") == []


def test_u13_the_whole_page_and_a_part_selected():
    words = "All services are down."
    assert quotes(scoped("Web App", words=words), "U13") == ["All services are down"]
    every = tuple(one.name for one in PAGE)
    assert quotes(scoped(*every, words=words), "U13") == []


def test_u14_title_and_text_differ():
    subject = subject_with(
        "09:00 investigating: Uploads are slow.",
        title="Outage of uploads",
        postmortem="Uploads were degraded for 40 minutes.",
    )
    assert quotes(subject, "U14") == ["slow", "degraded"]


@pytest.mark.parametrize(
    "words",
    [
        "Uploads are unavailable.",
        "Uploads fail.",
        "Uploads have degraded availability.",
        "Uploads are down, not slow.",
    ],
)
def test_u14_one_family_is_fine(words):
    subject = subject_with(f"09:00 investigating: {words}", title="Outage of uploads")
    assert quotes(subject, "U14") == []


def test_u14_the_impact_counts_where_the_title_says_nothing():
    minor = subject_with("09:00 investigating: Uploads are down.", title="Uploads", impact="minor")
    assert quotes(minor, "U14") == ["are down"]
    major = subject_with("09:00 investigating: Uploads are down.", title="Uploads", impact="major")
    assert quotes(major, "U14") == []
    title = subject_with(
        "09:00 investigating: Uploads fail.", title="Slow uploads", impact="critical"
    )
    assert [one.passage.role for one in findings(title, "U14")] == ["title"]


AWS = "AKIA" + "QWERTYUIOPASDFGH"
GITHUB = "ghp_" + "a1B2" * 9
SLACK = "xoxb-" + "1234567890-abcdef"
JWT = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxIn0" + ".c2lnbmF0dXJl"
HEX = "9f86d081884c7d65" + "9a2feaa0c55ad015"


@pytest.mark.parametrize(
    ("words", "quote"),
    [
        (f"We rotated {AWS}.", AWS),
        (f"The token {GITHUB} leaked.", GITHUB),
        ("We used password: hunter2 for it.", "password: hunter2"),
        ("Signing in with passwd=correct-horse fails.", "passwd=correct-horse"),
        ("It sends api key = abc123 in the address.", "api key = abc123"),
        (f"Bot {SLACK} is off.", SLACK),
        (f"Sent {JWT} twice.", JWT),
        (f"Authorization: Bearer {HEX}", f"Bearer {HEX}"),
        (f"The API key was {HEX}.", HEX),
        ("Node 10.20.3.4 is down.", "10.20.3.4"),
        ("From 172.16.0.0/12 nothing works.", "172.16.0.0/12"),
        ("fd12:3456:789a::1 is gone.", "fd12:3456:789a::1"),
        ("fe80::1 is gone.", "fe80::1"),
        ("orders.prod.internal is gone.", "orders.prod.internal"),
        ("pg.db.svc.cluster.local is gone.", "pg.db.svc.cluster.local"),
        ("We restarted db-1 today.", "db-1"),
        ("app-server-123 had no memory.", "app-server-123"),
        ("web03 had no memory.", "web03"),
        ("Pod uploads-7d9f8c6b5d-x2x7k died.", "uploads-7d9f8c6b5d-x2x7k"),
        ("Ask jane.doe@example.com.", "jane.doe@example.com"),
        ("See OPS-4711.", "OPS-4711"),
        ("See INC0012345.", "INC0012345"),
        ("Fixed in PR #812.", "PR #812"),
        ("https://tracker.example.com/browse/OPS-7", "browse/OPS-7"),
        ("It said java.lang.OutOfMemoryError then.", "OutOfMemoryError"),
        ("Traceback (most recent call last)", "Traceback (most recent call last)"),
        ("Uploads\u200b fail.", "\u200b"),
        ("Uploads \u202efail.", "\u202e"),
        ("Uploads\x1b[31m fail.", "\x1b"),
    ],
)
def test_u16_finds_what_must_not_get_out(words, quote):
    assert quotes(subject_with(f"09:00 investigating: {words}"), "U16") == [quote]


@pytest.mark.parametrize(
    "words",
    [
        "Uploads to us-east-1 fail with HTTP-2 and TLS-1.3 since 09:00 UTC-5.",
        "SHA-256 and UTF-8 of CVE-2024-1234 on Ubuntu-24 with node-18 and GPT-4.",
        "Allow 203.0.113.7 and 2001:db8::1 in your firewall; version 10.1.2.3 is out.",
        "Write to support@example.com or https://example.com/help/AB-12.",
        "The key is to wait, the password page is slow.",
        "Password: resets fail. Secret: sharing fails since 10:05 UTC. API key: 10:05 UTC, none.",
        "Tokens expire after 12345678901234567890 requests.",
        "👩‍👩‍👧 families work. Ｗｉｄｅ text, too.",
        "العربية\u200f is written from right to left.",
        "a\tb\r\nc",
    ],
)
def test_u16_lets_what_is_meant_for_the_public_pass(words):
    assert quotes(subject_with(f"09:00 investigating: {words}"), "U16") == []


def test_u16_a_component_may_be_called_like_a_host():
    subject = subject_with("09:00 investigating: api-eu-1 is slow.", words=frozenset({"api-eu-1"}))
    assert quotes(subject, "U16") == []
    assert [leak.kind for leak in find_leaks("api-eu-1")] == ["an internal host"]


def test_u16_never_repeats_a_secret_in_its_message():
    (found,) = findings(subject_with(f"09:00 investigating: We rotated {AWS}."), "U16")
    assert AWS not in f"{found.message} {found.compared_with}"


NOTE = "the pool of the orders database ran dry after Tuesday's deploy by Kim"


def test_u16_eight_words_of_a_note():
    words = "Sorry: the pool of the orders database ran dry after a change."
    subject = subject_with(f"09:00 investigating: {words}", internal=(NOTE,))
    assert quotes(subject, "U16") == ["the pool of the orders database ran dry after"]
    seven = subject_with(
        "09:00 investigating: pool of the orders database ran dry.", internal=(NOTE,)
    )
    assert quotes(seven, "U16") == []


def test_u16_words_that_were_public_before_the_note_repeats_them():
    said = "Uploads to the storage in Europe fail for every tenth file."
    subject = subject_with(
        f"09:00 investigating: {said}", draft=f"identified: {said}", internal=(f"we said: {said}",)
    )
    assert [one.passage.is_draft for one in findings(subject, "U16")] == [False]


def test_u16_stays_an_error_in_what_is_published():
    (found,) = findings(subject_with("09:00 investigating: We restarted db-1."), "U16")
    assert found.severity == "error"


def test_u18_fires_on_what_the_program_does_not_know():
    wrong = {"druing": ("during",), "thier": ("their", "there")}
    subject = subject_with(
        "09:00 investigating: Uploads fail druing the night.",
        draft="identified: It was thier fault.",
        misspelt=wrong,
    )
    found = findings(subject, "U18")
    assert [(one.quote, bool(one.fix)) for one in found] == [("druing", True), ("thier", False)]
    assert [one.severity for one in found] == ["warn", "warn"]


def test_u18_is_an_error_in_a_postmortem_and_off_without_the_program():
    subject = subject_with(
        postmortem="It failed druing the night.", misspelt={"druing": ("during",)}
    )
    assert [one.severity for one in findings(subject, "U18")] == ["warn"]
    assert findings(replace(subject, misspelt=None), "U18") == []
    code = subject_with("09:00 investigating: `druing` fails.", misspelt={"druing": ("during",)})
    assert findings(code, "U18") == []


@pytest.mark.parametrize(
    ("page", "words", "quote"),
    [
        ("Acme Drive", "Signing in to Acme fails.", ["Acme"]),
        ("Acme Drive", "Signing in to acme drive fails.", ["acme drive"]),
        ("PayPost", "Paypost is slow.", ["Paypost"]),
        ("Acme Drive", "Signing in to Acme Drive fails.", []),
        ("Acme Drive", "Signing in to Acme Mail fails.", []),
        ("PayPost", "PayPost is slow, see https://paypost.example.com.", []),
        ("Cloud Reports", "The Cloud is slow.", []),
        (None, "Acme is slow.", []),
    ],
)
def test_u19_the_products_own_name(page, words, quote):
    subject = subject_with(f"09:00 investigating: {words}", page=page)
    assert quotes(subject, "U19") == quote


MINE = [
    *("U1", "U2", "U3", "U4", "U5", "U6", "U7", "U8", "U9", "U10", "U11", "U12", "U13"),
    *("U14", "U15", "U16", "U17", "U18", "U19", "U20", "U21"),
]
PIECES = st.sampled_from(
    [
        *("We are investigating ", "as soon as ", "the API ", "db-1 ", "10.0.0.1 ", "{{", "}}"),
        *("any inconvenience ", "sorry ", "shortly ", "\n\n", "| a | b |\n", "```", "`", "<b>"),
        *("resolved ", "We rolled back ", "\u202e", "שלום ", "👩‍👧 ", "at 14:00 ", "token=", ". "),
        *("contact support ", "partial ", "Acme ", "has been ", "expected to be fixed by 10 "),
        HEX,
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=25).map("".join))
def test_any_text_has_findings_or_none_and_spans_inside_it(words):
    subject = subject_with("09:00 monitoring: Watch.", page="Acme Drive", internal=(words, NOTE))
    draft = Passage(
        UPDATE,
        words,
        is_draft=True,
        status="resolved",
        components=(ComponentChange("c", "API (group 03)"),),
    )
    subject = replace(subject, passages=(*subject.passages, draft), misspelt={"has": ("had",)})
    for found in check(subject, selected(MINE)):
        assert 0 <= found.start <= found.end <= len(found.passage.text)
        assert found.message
        if found.fix:
            assert 0 <= found.fix.start <= found.fix.end <= len(found.passage.text)
