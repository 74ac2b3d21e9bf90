"""Kinds of text: what stays masked, and what foreign text may do to a terminal: nothing."""

from __future__ import annotations

import pickle
import traceback
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircon.incident.text import MAX_MARKS, InternalText, PublicText, ingest, safe, safe_line

ZWJ = "\u200d"
ATTACKS = (
    "\x1b]52;c;aGk=\x07", "\x1b[2J", "\x9b31m", "\u202egnp.exe", "a\u200bb", "\U000e0041",
    "\ud83d", "a\u0301", "\u0489", ZWJ, "\r", "\r\n", "\t", "\u2028", "\ufeff", "\u115f", "\xad",
)  # fmt: skip
FOREIGN = st.lists(
    st.sampled_from(ATTACKS)
    | st.text(st.characters(exclude_categories=[]), max_size=12)  # all planes, surrogates too
    | st.sampled_from("\u0300\u0489\u093f\U000e0100").map(lambda mark: mark * 9)
).map("".join)


def is_harmless(sign: str) -> bool:
    """Neither a control, nor invisible, nor a change of direction."""
    return unicodedata.category(sign) not in {"Cc", "Cs", "Zl", "Zp"} and (
        unicodedata.bidirectional(sign)
        not in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN"}
        or sign == ZWJ
        or unicodedata.category(sign) == "Cn"  # a code point that is not given to anything yet
    )


def marks_in_a_row(text: str) -> int:
    longest = run = 0
    for sign in text:
        run = run + 1 if unicodedata.category(sign).startswith("M") or sign == ZWJ else 0
        longest = max(longest, run)
    return longest


@given(FOREIGN)
def test_nothing_that_comes_out_acts_on_a_terminal(text):
    inert = safe(text)
    assert [hex(ord(sign)) for sign in inert if sign != "\n" and not is_harmless(sign)] == []
    assert marks_in_a_row(inert) <= MAX_MARKS


@given(FOREIGN, st.integers(1, 40))
def test_making_it_safe_twice_changes_nothing(text, limit):
    for make in (safe, safe_line):
        assert make(make(text)) == make(text)
        assert make(make(text, limit), limit) == make(text, limit)
        assert len(make(text, limit)) <= limit


@given(FOREIGN)
def test_one_line_is_one_line(text):
    assert len(safe_line(text).splitlines()) <= 1


@given(st.text())
def test_words_of_any_script_are_left_alone(text):
    plain = "".join(sign for sign in text if unicodedata.category(sign)[0] in "LNPS")
    hidden = "\u115f\u1160\u3164\uffa0"  # letters by name, but invisible
    assert safe("".join(sign for sign in plain if sign not in hidden)) == "".join(
        sign for sign in plain if sign not in hidden
    )


def test_every_code_point_there_is_comes_out_harmless():
    inert = safe("\n".join(map(chr, range(0x110000))), limit=10**8)
    assert {hex(ord(sign)) for sign in inert if sign != "\n" and not is_harmless(sign)} == set()


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("\x1b[31mred\x07", "␛[31mred␇"),
        ("a\r\nb\rc", "a\nb␍c"),
        ("a\tb", "a    b"),
        ("invoice\u202efdp.exe", "invoice⟦U+202E⟧fdp.exe"),
        ("\x9b2J", "⟦U+009B⟧2J"),
        ("\ud83d", "⟦U+D83D⟧"),
        ("e" + "\u0301" * 50, "e" + "\u0301" * 6),
        ("👩‍👩‍👧 ❤️‍🔥 für 東京", "👩‍👩‍👧 ❤️‍🔥 für 東京"),
        ("[bold]db-1[/bold] [@click=x]", "[bold]db-1[/bold] [@click=x]"),
    ],
)
def test_what_is_made_of_it_can_be_read(foreign, shown):
    assert safe(foreign) == shown


def test_line_breaks_and_tabs_are_pictures_where_one_line_is_wanted():
    assert safe_line("a\r\nb\tc\n") == "a␤b␉c␤"


def test_what_is_cut_says_so():
    assert safe("abcdef", 4) == "abc…"
    assert safe("\u202e\u202e", 9) == "⟦U+202E⟧…"


@given(FOREIGN)
def test_what_is_taken_in_can_be_encoded(text):
    kept = ingest(text)
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert ingest(kept) == kept


SECRET = "canary-9f3e"


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        "{}".format,
        lambda text: f"{text}",
        lambda text: f"{text!r}",
        lambda text: "%s" % (text,),  # noqa: UP031 - logging formats so
        lambda text: str([text]),
        lambda text: str({"note": text}),
    ],
)
def test_an_internal_text_never_shows_itself(show):
    assert SECRET not in show(InternalText(SECRET))


def test_an_internal_text_does_not_show_itself_in_a_crash_report():
    def fail(text: InternalText) -> None:
        raise ValueError(text)

    with pytest.raises(ValueError, match="InternalText") as caught:
        fail(InternalText(SECRET))
    report = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert SECRET not in "".join(report.format())


def test_the_two_kinds_of_text_are_never_equal_nor_made_of_each_other():
    public, internal = PublicText("same"), InternalText("same")
    assert public != internal
    assert public == PublicText("same")
    assert len({public, internal, InternalText("same")}) == 2
    assert not hasattr(internal, "public")
    assert not hasattr(public, "internal")
    for make, other in ((PublicText, internal), (InternalText, public)):
        with pytest.raises(TypeError):
            make(other)
    assert not set(PublicText.__mro__) & set(InternalText.__mro__) - {object}


def test_texts_survive_being_sent_to_a_worker():
    assert pickle.loads(pickle.dumps(InternalText("a"))) == InternalText("a")  # noqa: S301
