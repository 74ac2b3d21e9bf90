"""Finding incidents by the words of their name, components and text, as they are typed.

The table ``search`` is a full-text one where SQLite has FTS5, and else an ordinary one with
the same columns, read from end to end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from ircon.incident.text import compose, ingest

_MAX_WORDS: Final = 32  # of what was typed; the rest would narrow nothing
_COLUMNS: Final = "name, components, words"

# An index of first letters: one letter is the search that matches most; with it 22,000
# incidents answer in 12 ms, and more of them triple the time to build.
TABLES: Final = {
    True: f"CREATE VIRTUAL TABLE search USING fts5({_COLUMNS}, prefix='1')",
    False: f"CREATE TABLE search ({_COLUMNS})",
}
REPLACE: Final = f"INSERT OR REPLACE INTO search (rowid, {_COLUMNS}) VALUES (?, ?, ?, ?)"


def is_there(raw: sqlite3.Connection) -> bool:
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
    if is_there(raw):
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
    if is_there(raw):
        quoted = (word.replace("\0", " ").replace('"', '""') for word in words)
        return "search MATCH ?", "rank", [" OR ".join(f'"{word}"*' for word in quoted)]
    text = "search.name || ' ' || search.components || ' ' || search.words"
    like = f"({text} LIKE ? ESCAPE '!')"
    values = [f"%{_literal(word)}%" for word in words]
    each = [like] * len(words)
    return " OR ".join(each), f"{' + '.join(each)} DESC", [*values, *values]


def _literal(word: str) -> str:
    for sign in "!%_":
        word = word.replace(sign, f"!{sign}")
    return word
