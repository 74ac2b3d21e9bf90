"""The key map: the default keys of every act, changed by ``[keys]`` of config.toml.

A user's key always wins: a default that wants the same key in the same scope loses it,
and that is reported once. ``"unbound"`` takes an act's keys away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ircon.console.acts import BY_ID, every_act
from ircon.console.acts.act import EVERYWHERE, Act
from ircon.toml_table import suggest

UNBOUND: Final = "unbound"

NAMED_KEYS: Final = (
    frozenset(("enter", "escape", "tab", "space", "backspace", "delete", "insert", "home", "end"))
    | {"pageup", "pagedown", "up", "down", "left", "right", "comma", "plus"}
    | {f"f{number}" for number in range(1, 25)}
)
_MODIFIERS: Final = frozenset({"ctrl", "alt", "shift"})
# Unicode's names of characters, as Textual writes them: question_mark, left_square_bracket.
_CHARACTER_NAME: Final = re.compile(
    r"[a-z]+(_[a-z]+)+|asterisk|colon|semicolon|slash|period|minus|hash"
)


@dataclass(frozen=True, slots=True)
class KeyMap:
    """The keys of every act by id; ``problems`` are sentences about wrong lines of config.toml."""

    keys: Mapping[str, tuple[str, ...]]
    problems: tuple[str, ...] = ()

    def keys_for(self, act: type[Act]) -> tuple[str, ...]:
        """Return an act's keys, the main one first; none if it is unbound."""
        return self.keys[act.id]


def is_key(name: str) -> bool:
    """Return whether a terminal can send such a key: ``u``, ``?``, ``f2``, ``ctrl+enter``."""
    *modifiers, key = name.split("+") if len(name) > 1 else [name]
    if len(set(modifiers)) != len(modifiers) or not set(modifiers) <= _MODIFIERS:
        return False
    if len(key) == 1:
        return key.isprintable() and not key.isspace() and key != ","
    return key in NAMED_KEYS or (not modifiers and _CHARACTER_NAME.fullmatch(key) is not None)


def resolve(configured: Mapping[str, str]) -> KeyMap:
    """Return the key map that ``[keys]`` makes of the defaults.

    Each wrong line is ignored and reported in ``problems``.
    """
    problems: list[str] = []
    chosen: dict[str, tuple[str, ...]] = {}
    for act_id, value in configured.items():
        if act_id not in BY_ID:
            hint = suggest(act_id, BY_ID) or "'ircon keys' lists the acts. "
            problems.append(f"{act_id}: no such act. {hint}".strip())
            continue
        wanted = () if value.strip() == UNBOUND else tuple(key.strip() for key in value.split(","))
        wrong = [key for key in wanted if not is_key(key)]
        if wrong:
            problems.append(f'{act_id}: {wrong[0]!r} is not a key. Write "u", "f2" or "ctrl+r".')
            continue
        chosen[act_id] = wanted
    keys: dict[str, tuple[str, ...]] = {}
    holders: dict[tuple[str, str], str] = {}
    for act in sorted(every_act(), key=lambda act: act.id not in chosen):  # a user's keys first
        free = []
        for key in chosen.get(act.id, act.keys):
            holder = _holder(act, key, holders)
            if holder is None:
                free.append(key)
                holders[act.scope(), key] = act.id
            else:
                problems.append(f"{key} is now the key of {holder}: {act.id} has lost it.")
        keys[act.id] = tuple(free)
    return KeyMap(keys, tuple(problems))


def _holder(act: type[Act], key: str, holders: Mapping[tuple[str, str], str]) -> str | None:
    """Return the act that has a key already where this act applies, if there is one."""
    if act.scope() != EVERYWHERE:
        return holders.get((act.scope(), key)) or holders.get((EVERYWHERE, key))
    return next((holder for (_, held), holder in holders.items() if held == key), None)
