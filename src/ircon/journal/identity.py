"""Incident identities, and the short ids that stand for them in one journal.

An incident is the ULID of its declaration, the same on every machine. People type an alias of
it: four characters, longer where another incident has them already, never used again. The
file knows identities only; the rest of ircon knows aliases only; this is where the one becomes
the other. Events of an incident that nothing declares are kept under the word they came with.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from typing import Any, Final, NamedTuple

from ircon.incident.event import Event
from ircon.incident.ids import is_ulid, short_id_letters, short_id_of
from ircon.journal.storage.rows import seal

# An alias as the file keeps it: the checksum is over the other two.
ALIASES: Final = "SELECT incident, alias, sha FROM alias"
# The same by the row's number, and what the two indexes have of it: a second copy of each value.
_NUMBERED: Final = "SELECT rowid, incident, alias, sha FROM alias NOT INDEXED"
_IDENTITIES: Final = "SELECT rowid, incident FROM alias INDEXED BY sqlite_autoindex_alias_1"
_SHORT_IDS: Final = "SELECT rowid, alias FROM alias INDEXED BY sqlite_autoindex_alias_2"
ADD_ALIAS: Final = "INSERT INTO alias (incident, alias, sha) VALUES (?, ?, ?)"
_ALIAS: Final = "SELECT alias FROM alias WHERE incident = ?"
_IDENTITY: Final = "SELECT incident FROM alias WHERE alias = ?"
_TAKEN: Final = (
    "SELECT EXISTS (SELECT 1 FROM alias WHERE alias = ?1)"
    " OR EXISTS (SELECT 1 FROM event WHERE incident = ?1)"
)
_KEPT_UNDER: Final = "SELECT incident FROM event WHERE id = ?"


class Known(NamedTuple):
    """An incident as the file has it: its identity, and its alias here.

    Both are the word that its events came with, where nothing declares it.
    """

    identity: str
    alias: str


def resolve(
    raw: sqlite3.Connection, events: Iterable[Event], others: Iterable[str] = ()
) -> dict[str, Known]:
    """Which incident each alias in some events means; one that is declared by them is added.

    Where the alias of a new incident is taken, it gets a longer one: two incidents never
    become one, whoever drew the letters.

    Args:
        raw: inside a transaction.
        events: all of one batch, since a declaration need not come first in it.
        others: more aliases.
    """
    groups: dict[str, list[Event]] = {given: [] for given in others}
    for event in events:
        groups.setdefault(event.incident, []).append(event)
    return {given: _resolve(raw, given, group) for given, group in groups.items()}


def _resolve(raw: sqlite3.Connection, given: str, events: Sequence[Event]) -> Known:
    declared = [event for event in events if event.kind == "declared"]
    for event in declared:
        if alias := _one(raw, _ALIAS, event.id):
            return Known(event.id, alias)
    for event in declared:  # kept already, but in an incident that another one declares
        if under := _one(raw, _KEPT_UNDER, event.id):
            return Known(under, alias_in(raw, under))
    if declared:
        identity = min(declared, key=lambda event: (event.at, event.id)).id
        for event in events:  # a part of it came before its declaration: that word is its alias
            under = _one(raw, _KEPT_UNDER, event.id)
            if under and not is_ulid(under) and not _one(raw, _IDENTITY, under):
                raw.execute(ADD_ALIAS, alias_row(identity, under))
                return Known(identity, under)
        return Known(identity, register(raw, identity, given))
    if is_ulid(given):
        return Known(given, alias_in(raw, given))
    return Known(_one(raw, _IDENTITY, given) or given, given)


def alias_in(raw: sqlite3.Connection, identity: str) -> str:
    """An incident's alias; the identity itself where it has none."""
    return _one(raw, _ALIAS, identity) or identity


def alias_row(identity: str, alias: str) -> tuple[str, str, str]:
    """An alias as the values of ``ADD_ALIAS``."""
    return (identity, alias, seal([identity, alias]))


def is_sound_alias(row: Sequence[Any]) -> bool:
    """Whether the checksum of a row of ``ALIASES`` holds."""
    identity, alias, sha = row
    texts = all(isinstance(value, str) for value in row)
    return texts and bool(sha == seal([identity, alias]))


def damaged_aliases(rows: Callable[[str], list[tuple[Any, ...]]]) -> Iterator[tuple[str, str, str]]:
    """Damaged rows of ``ALIASES`` as they were, where the file's indexes still tell.

    A short id is typed, and stands in other people's notes: it must not become another
    incident's because one bit of it was lost.

    Args:
        rows: all rows of a SELECT on the damaged file.
    """
    identities, short_ids = dict(rows(_IDENTITIES)), dict(rows(_SHORT_IDS))
    for number, identity, alias, sha in rows(_NUMBERED):
        if is_sound_alias((identity, alias, sha)):
            continue
        indexed = (identities.get(number), short_ids.get(number))
        for one, other in product((identity, indexed[0]), (alias, indexed[1])):
            if is_sound_alias((one, other, sha)):
                yield one, other, sha
        if (identity, alias) == indexed and all(isinstance(one, str) for one in indexed):
            yield alias_row(identity, alias)  # only the checksum was hit: two copies say so


def register(raw: sqlite3.Connection, identity: str, wanted: str) -> str:
    """The alias of an incident; where it has none yet, the wanted one or a longer one."""
    alias = _one(raw, _ALIAS, identity)
    if alias is None:
        alias = _free(raw, wanted, identity)
        raw.execute(ADD_ALIAS, alias_row(identity, alias))
    return alias


def _free(raw: sqlite3.Connection, wanted: str, identity: str) -> str:
    """The wanted alias, or with as many letters of the identity's own as make it free."""
    alias = short_id_of(identity) if is_ulid(wanted) else wanted
    letters = short_id_letters(identity)
    while raw.execute(_TAKEN, (alias,)).fetchone()[0]:
        alias += next(letters)
    return alias


def _one(raw: sqlite3.Connection, statement: str, value: str) -> str | None:
    found = raw.execute(statement, (value,)).fetchone()
    return str(found[0]) if found else None
