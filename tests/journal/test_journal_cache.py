"""The cache: found as one types, shared by processes, and worth nothing to lose."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ircon.journal import cache_database
from ircon.journal.cache import Cache, Summary

PLAIN = Summary(
    incident="k7f2",
    name="Checkout fails",
    page="main",
    kind="incident",
    status="investigating",
    impact="major",
    severity="sev2",
    origin="ircon",
    is_open=True,
    declared_at="2026-03-02T09:00:00Z",
    started_at=None,
    first_public_at="2026-03-02T09:04:00Z",
    resolved_at=None,
    components=("API (group 01)", "Web App"),
    updates=3,
    waiting=1,
    postmortem="none",
)


@pytest.fixture(params=["full text", "plain"])
def cache(request, tmp_path, monkeypatch):
    """With FTS5, and as where Python's SQLite was built without it."""
    if request.param == "plain":
        monkeypatch.setattr(cache_database, "has_fts5", lambda _: False)
    cache = Cache.open(tmp_path / "cache")
    yield cache
    cache.close()


def found(cache, **what: object):
    return [summary.incident for summary in cache.summaries(**what)]


def test_a_summary_comes_back_but_for_the_words_that_find_it(cache):
    cache.put("j1", [PLAIN._replace(words="stack traces")], 7)
    assert cache.summaries() == [PLAIN]
    assert cache.position("j1") == 7


def test_a_later_summary_takes_the_place_of_the_first(cache):
    cache.put("j1", [PLAIN._replace(words="old")], 1)
    cache.put("j1", [PLAIN._replace(name="Payments fail", is_open=False, words="new")], 2)
    assert [summary.name for summary in cache.summaries()] == ["Payments fail"]
    assert found(cache, search="checkout") == found(cache, search="old") == []
    assert found(cache, search="paym new") == ["k7f2"]
    assert cache.count(open_only=True) == 0


def test_open_ones_come_first_then_the_newest(cache):
    rows = [
        ("a1", False, "2026-03-01T00:00:00Z"),
        ("b2", True, "2026-01-01T00:00:00Z"),
        ("c3", False, "2026-03-03T00:00:00Z"),
        ("d4", True, "2026-02-01T00:00:00Z"),
    ]
    cache.put(
        "j1",
        [
            PLAIN._replace(incident=id_, is_open=is_open, declared_at=at)
            for id_, is_open, at in rows
        ],
        1,
    )
    assert found(cache) == ["d4", "b2", "c3", "a1"]
    assert found(cache, limit=2, offset=1) == ["b2", "c3"]
    assert found(cache, open_only=True) == ["d4", "b2"]
    assert found(cache, ids={"a1", "d4", "zz"}) == ["d4", "a1"]
    assert found(cache, ids=[]) == []
    assert (cache.count(), cache.count(open_only=True)) == (4, 2)


def test_words_are_found_by_their_beginnings_in_any_order_and_case(cache):
    cache.put(
        "j1",
        [
            PLAIN._replace(words="Database db-1 [ERROR] überlastet 日本"),
            PLAIN._replace(incident="m3b4", name="Login slow", components=(), words="nothing"),
        ],
        1,
    )
    for typed in ("c", "check", "FAILS check", "api (group", "db-1", "[error]", "web datab", "日"):
        assert found(cache, search=typed) == ["k7f2"], typed
        assert cache.count(search=typed) == 1
    assert found(cache, search="check login") == []


@pytest.mark.parametrize("typed", ["", "  ", '"', "*", "-", "( )", "^ +"])
def test_what_holds_no_word_leaves_nothing_out(cache, typed):
    cache.put("j1", [PLAIN], 1)
    assert found(cache, search=typed) == ["k7f2"]


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "NEAR",
            "NEAR(a b)",
            "a OR b",
            "AND",
            "NOT a",
            "name:check",
            '"a',
            'a"b"c',
            "x*",
            "a\x00b",
        ),
        *("\ud83d", "%", "_a", "!a", "a'b", "{a b}", "a" * 10_000, "a " * 2_000),
    ],
)
def test_nothing_typed_is_taken_for_a_query_language(cache, typed):
    cache.put("j1", [PLAIN._replace(words="quite other words")], 1)
    assert found(cache, search=typed) in ([], ["k7f2"])
    assert cache.position("j1") == 1  # and nothing typed costs the cache


@given(st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_answered(cache, typed):
    cache.put("j1", [PLAIN], 1)
    assert found(cache, search=typed) in ([], ["k7f2"])
    assert cache.position("j1") == 1


latin = st.text(st.characters(categories=["L", "N"], max_codepoint=0x24F), min_size=1)


@given(st.lists(latin, min_size=1, max_size=5), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_word_is_found_from_its_first_letter_on(cache, words, data):
    cache.put("j1", [PLAIN._replace(name=" ".join(words))], 1)
    word = data.draw(st.sampled_from(words))
    typed = word[: data.draw(st.integers(1, len(word)))]
    assert found(cache, search=typed) == ["k7f2"]


def test_a_wildcard_of_sql_is_a_sign_like_others(cache):
    cache.put("j1", [PLAIN._replace(words="100% sure_thing")], 1)
    assert found(cache, search="check%fails") == []
    assert found(cache, search="sure_thing") == ["k7f2"]


def test_another_journal_finds_it_empty(cache):
    cache.put("j1", [PLAIN], 7)
    at = datetime(2026, 3, 2, tzinfo=UTC)
    cache.save_page("main", "components", [], at)
    assert cache.position("j2") == 0
    assert cache.summaries() == []
    assert found(cache, search="checkout") == []
    assert cache.position("j1") == 0
    assert cache.page("main", "components") is not None  # a page is no journal's


def test_writing_for_another_journal_leaves_nothing_of_the_first(cache):
    cache.put("j1", [PLAIN], 7)
    cache.put("j2", [PLAIN._replace(incident="m3b4")], 1)
    assert found(cache) == ["m3b4"]
    assert (cache.position("j2"), cache.count(search="checkout")) == (1, 1)


def test_what_a_page_answered_is_kept_with_its_time(cache):
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    content = [{"id": "c1", "name": "[bold]\x1b \N{FIRE}", "group": None}]
    cache.save_page("main", "components", [], at)
    cache.save_page("main", "components", content, at)
    assert cache.page("main", "components") == (content, at)
    assert cache.page("other", "components") is None


def test_two_openings_see_each_others_writing(tmp_path):
    with closing(Cache.open(tmp_path)) as one, closing(Cache.open(tmp_path)) as other:
        one.put("j1", [PLAIN], 3)
        assert other.position("j1") == 3
        other.put("j1", [PLAIN._replace(incident="m3b4")], 4)
        assert one.count() == 2


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_text("no database at all " * 500),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        lambda path: changed(path, "PRAGMA user_version = 999"),
        lambda path: changed(path, "PRAGMA user_version = 0"),
        lambda path: path.write_bytes(b""),
    ],
    ids=["garbage", "cut off", "newer", "older", "empty"],
)
def test_a_file_that_cannot_be_used_is_made_anew(tmp_path, harm):
    with closing(Cache.open(tmp_path)) as cache:
        cache.put("j1", [PLAIN._replace(incident=f"i{number}") for number in range(200)], 7)
    harm(tmp_path / "cache.db")
    with closing(Cache.open(tmp_path)) as cache:
        assert cache.position("j1") == 0
        cache.put("j1", [PLAIN], 8)
        assert (found(cache), cache.in_memory) == (["k7f2"], False)
    with closing(Cache.open(tmp_path)) as cache:
        assert cache.position("j1") == 8


def changed(path, statement):
    with closing(sqlite3.connect(path)) as tool:
        tool.execute(statement)


def test_damage_met_while_reading_costs_the_cache_and_nothing_else(tmp_path):
    with closing(Cache.open(tmp_path)) as cache:
        cache.put("j1", [PLAIN._replace(incident=f"i{number}") for number in range(500)], 7)
    path = tmp_path / "cache.db"
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(content)
    with closing(Cache.open(tmp_path)) as cache:
        assert cache.summaries() == []
        assert cache.position("j1") == 0
        cache.put("j1", [PLAIN], 1)
        assert not cache.in_memory
    with closing(Cache.open(tmp_path)) as cache:
        assert found(cache) == ["k7f2"]


def test_a_file_that_was_taken_away_is_noticed_when_writing(tmp_path):
    with closing(Cache.open(tmp_path)) as cache, closing(Cache.open(tmp_path)) as other:
        cache.put("j1", [PLAIN], 1)
        (tmp_path / "cache.db").unlink()
        with closing(Cache.open(tmp_path)) as third:
            third.put("j1", [PLAIN._replace(incident="m3b4")], 5)
            other.put("j1", [PLAIN._replace(incident="p9q8")], 6)
            assert found(third, ids=["m3b4", "p9q8"]) == found(other) != []
            assert third.position("j1") == 6


def test_without_a_place_it_lives_in_memory(tmp_path):
    (tmp_path / "file").touch()
    with closing(Cache.open(tmp_path / "file" / "cache")) as cache:
        cache.put("j1", [PLAIN], 3)
        assert (found(cache, search="check"), cache.position("j1")) == (["k7f2"], 3)
        assert cache.in_memory


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "cache.db").symlink_to(tmp_path / "target")
    with closing(Cache.open(tmp_path)) as cache:
        cache.put("j1", [PLAIN], 3)
        assert cache.in_memory
    assert not (tmp_path / "target").exists()


def test_it_is_its_owners_alone_since_it_holds_words_of_notes(tmp_path):
    before = os.umask(0)
    try:
        with closing(Cache.open(tmp_path / "cache")) as cache:
            cache.put("j1", [PLAIN], 1)
    finally:
        os.umask(before)
    assert [path.stat().st_mode & 0o077 for path in (tmp_path / "cache").rglob("*")] in (
        [0],
        [0, 0],
    )
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0


def test_incidents_that_share_words_come_the_most_alike_first(cache):
    cache.put(
        "j1",
        [
            PLAIN._replace(incident="a", name="Uploads fail", words="a full disk"),
            PLAIN._replace(incident="b", name="Uploads fail", words="a full disk, logs rotated"),
            PLAIN._replace(incident="c", name="Search is slow", words="an expired certificate"),
        ],
        3,
    )
    alike = [one.incident for one in cache.similar(["disk", "log", "rotat"], 9)]
    assert alike == ["b", "a"]
    assert [one.incident for one in cache.similar(["disk"], 1)] in (["a"], ["b"])


@pytest.mark.parametrize("begins", [[], ["!?"], ['"'], ["nothing-like-it"]])
def test_nothing_is_alike_where_there_are_no_words(cache, begins):
    cache.put("j1", [PLAIN], 1)
    assert cache.similar(begins, 9) == []
