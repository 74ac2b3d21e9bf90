"""Which keys do what: the acts' defaults, under what ``[keys]`` of config.toml says.

A user's key always wins: a default that wants the same key in the same place
loses it, and that is said once. ``"unbound"`` takes an act's keys away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ircon.config.schema import near
from ircon.console.acts import BY_ID, every_act
from ircon.console.acts.act import EVERYWHERE, Act

UNBOUND: Final = "unbound"

NAMED_KEYS: Final = (
    frozenset(("enter", "escape", "tab", "space", "backspace", "delete", "insert", "home", "end"))
    | {"pageup", "pagedown", "up", "down", "left", "right", "comma", "plus"}
    | {f"f{number}" for number in range(1, 25)}
)
_MODIFIERS: Final = frozenset({"ctrl", "alt", "shift"})
# Unicode's names of signs, as Textual writes them: question_mark, left_square_bracket.
_SIGN_NAME: Final = re.compile(r"[a-z]+(_[a-z]+)+|asterisk|colon|semicolon|slash|period|minus|hash")


@dataclass(frozen=True, slots=True)
class KeyMap:
    """The keys of every act; ``problems`` are sentences about what config.toml says."""

    keys: Mapping[str, tuple[str, ...]]
    problems: tuple[str, ...] = ()

    def keys_for(self, act: type[Act]) -> tuple[str, ...]:
        """An act's keys, the first one first; none if it is unbound."""
        return self.keys[act.id]


def is_key(name: str) -> bool:
    """Whether a terminal can send such a key: ``u``, ``?``, ``f2``, ``ctrl+enter``."""
    *modifiers, key = name.split("+") if len(name) > 1 else [name]
    if len(set(modifiers)) != len(modifiers) or not set(modifiers) <= _MODIFIERS:
        return False
    if len(key) == 1:
        return key.isprintable() and not key.isspace() and key != ","
    return key in NAMED_KEYS or (not modifiers and _SIGN_NAME.fullmatch(key) is not None)


def resolve(configured: Mapping[str, str]) -> KeyMap:
    """The key map that ``[keys]`` makes of the defaults.

    Every wrong line is left out and becomes a sentence; the others hold.
    """
    problems: list[str] = []
    said: dict[str, tuple[str, ...]] = {}
    for act_id, words in configured.items():
        if act_id not in BY_ID:
            hint = near(act_id, BY_ID) or "'ircon keys' lists the acts. "
            problems.append(f"{act_id}: no such act. {hint}".strip())
            continue
        wanted = () if words.strip() == UNBOUND else tuple(one.strip() for one in words.split(","))
        wrong = [key for key in wanted if not is_key(key)]
        if wrong:
            problems.append(f'{act_id}: {wrong[0]!r} is no key. Write "u", "f2" or "ctrl+r".')
            continue
        said[act_id] = wanted
    keys: dict[str, tuple[str, ...]] = {}
    taken: dict[tuple[str, str], str] = {}
    for act in sorted(every_act(), key=lambda act: act.id not in said):  # a user's keys first
        free = []
        for key in said.get(act.id, act.keys):
            holder = _holder(act, key, taken)
            if holder is None:
                free.append(key)
                taken[act.scope(), key] = act.id
            else:
                problems.append(f"{key} is {holder}'s: {act.id} has it no more.")
        keys[act.id] = tuple(free)
    return KeyMap(keys, tuple(problems))


def _holder(act: type[Act], key: str, taken: Mapping[tuple[str, str], str]) -> str | None:
    """Who has a key already where this act applies; what holds everywhere holds there too."""
    if act.scope() != EVERYWHERE:
        return taken.get((act.scope(), key)) or taken.get((EVERYWHERE, key))
    return next((holder for (_, its), holder in taken.items() if its == key), None)
