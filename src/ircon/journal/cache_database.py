"""The cache's database file: its tables, its full-text index, and what may go wrong with it.

The table ``search`` is a full-text one where SQLite has FTS5, and else an ordinary one with the
same columns, read from end to end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from ircon.incident.text import compose, ingest
from ircon.journal.storage.rows import decode

_VERSION: Final = 4  # of the tables; any other is thrown away
_TIMEOUT: Final = 5.0  # seconds to wait for another process
BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
# What says something about the file; any other error is a defect here.
DOUBTS: Final = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
    }
)


_TABLES: Final = (
    "CREATE TABLE folded (journal_id TEXT PRIMARY KEY, position INTEGER NOT NULL)",
    """
    CREATE TABLE summary (
        id INTEGER PRIMARY KEY,
        incident TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        page TEXT,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        impact TEXT,
        severity TEXT,
        origin TEXT NOT NULL,
        is_open INTEGER NOT NULL,
        declared_at TEXT,
        started_at TEXT,
        first_public_at TEXT,
        resolved_at TEXT,
        components TEXT NOT NULL,
        updates INTEGER NOT NULL,
        waiting INTEGER NOT NULL,
        postmortem TEXT NOT NULL
    )
    """,
    "CREATE INDEX summary_order ON summary (is_open DESC, declared_at DESC, id DESC)",
    "CREATE TABLE page_copy (page, what, content, fetched_at, PRIMARY KEY (page, what))",
)


def open_file(place: str) -> sqlite3.Connection:
    """A connection to the file, with its tables.

    Raises:
        sqlite3.DatabaseError: it is damaged, held by another process, or of another version.
    """
    raw = sqlite3.connect(place, timeout=_TIMEOUT, isolation_level=None, check_same_thread=False)
    raw.text_factory = decode
    try:
        raw.execute("PRAGMA journal_mode = TRUNCATE")
        raw.execute("PRAGMA synchronous = OFF")  # it can always be made again
        indexed = has_fts5(raw)
        wanted = 2 * _VERSION + indexed
        if raw.execute("PRAGMA user_version").fetchone() != (wanted,):
            with transaction(raw, "EXCLUSIVE"):
                _make(raw, wanted, indexed=indexed)
    except BaseException:
        raw.close()
        raise
    return raw


def _make(raw: sqlite3.Connection, version: int, *, indexed: bool) -> None:
    if raw.execute("PRAGMA user_version").fetchone() == (version,):
        return  # another process was faster
    for statement in (*_TABLES, SEARCH_TABLES[indexed]):
        raw.execute(statement)  # fails on the tables of another version: a new file, then
    raw.execute(f"PRAGMA user_version = {version}")


@contextmanager
def transaction(raw: sqlite3.Connection, mode: str = "IMMEDIATE") -> Iterator[None]:
    """All that is executed in the block, or nothing of it."""
    raw.execute(f"BEGIN {mode}")
    try:
        yield
        raw.execute("COMMIT")
    except BaseException:
        if raw.in_transaction:
            raw.rollback()
        raise


def code(error: sqlite3.Error) -> int:
    """SQLite's primary code of an error; 0 where Python raised it itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


_MAX_WORDS: Final = 32  # of what was typed; the rest would narrow nothing
_SEARCH_COLUMNS: Final = "name, components, words"

# An index of first letters: one letter is the search that matches most; with it 22,000
# incidents answer in 12 ms, and more of them triple the time to build.
SEARCH_TABLES: Final = {
    True: f"CREATE VIRTUAL TABLE search USING fts5({_SEARCH_COLUMNS}, prefix='1')",
    False: f"CREATE TABLE search ({_SEARCH_COLUMNS})",
}
REPLACE_SEARCH: Final = (
    f"INSERT OR REPLACE INTO search (rowid, {_SEARCH_COLUMNS}) VALUES (?, ?, ?, ?)"
)


def has_fts5(raw: sqlite3.Connection) -> bool:
    """Whether this SQLite has FTS5."""
    found = raw.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").fetchone()
    return found is not None


def indexed(text: str) -> str:
    """A text as it is kept in the table: with composed letters, like the words to come.

    SQLite itself takes only accents off letters; it does not put syllables together.
    """
    return compose(text)


def condition(raw: sqlite3.Connection, typed: str) -> tuple[str, list[str]]:
    """The condition on ``search`` for what was typed, and its values; empty for no words.

    Every word must begin a word of the text. Words are quoted, so nothing in them is taken
    for FTS5's query language; what has no letter or digit is not looked for.
    """
    plain = compose(ingest(typed)).replace("\0", " ")  # SQLite would end the text there
    words = [word for word in plain.split() if any(map(str.isalnum, word))][:_MAX_WORDS]
    if not words:
        return "", []
    if has_fts5(raw):
        quoted = (word.replace('"', '""') for word in words)
        return "search MATCH ?", [" ".join(f'"{word}"*' for word in quoted)]
    like = "name || ' ' || components || ' ' || words LIKE ? ESCAPE '!'"
    return " AND ".join(like for _ in words), [f"%{_literal(word)}%" for word in words]


def any_of(raw: sqlite3.Connection, begins: Sequence[str]) -> tuple[str, str, list[str]]:
    """A condition on ``search`` for any word that begins so, an order by likeness, their values.

    The values are those of both, in this order; the condition is empty for no words.
    """
    words = [word for word in map(compose, map(ingest, begins)) if any(map(str.isalnum, word))][
        :_MAX_WORDS
    ]
    if not words:
        return "", "", []
    if has_fts5(raw):
        quoted = (word.replace("\0", " ").replace('"', '""') for word in words)
        return "search MATCH ?", "rank", [" OR ".join(f'"{word}"*' for word in quoted)]
    text = "search.name || ' ' || search.components || ' ' || search.words"
    like = f"({text} LIKE ? ESCAPE '!')"
    values = [f"%{_literal(word)}%" for word in words]
    each = [like] * len(words)
    return " OR ".join(each), f"{' + '.join(each)} DESC", [*values, *values]


def _literal(word: str) -> str:
    for char in "!%_":
        word = word.replace(char, f"!{char}")
    return word
