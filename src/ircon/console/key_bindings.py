"""Textual bindings of the acts, and keys as people read them."""

from __future__ import annotations

from textual.binding import Binding, BindingType
from textual.keys import format_key

from ircon.console.acts import BY_ID, SCOPES
from ircon.console.acts.keymap import KeyMap


def bindings(scope: str) -> list[BindingType]:
    """Return the bindings of a scope with their default keys; the key map changes them.

    They have priority: the app runs an act before it handles the next key, so that what is
    typed ahead goes into the field that the act opens. The screen withholds keys that the
    focused widget needs.
    """
    return [
        Binding(
            ",".join(act.keys)
            or "f24",  # Textual requires a key; an act without one is never offered
            f"act('{act.id}')",
            act.name,
            show=False,  # the console has its own footer
            priority=True,
            tooltip=act.help(),
            id=act.id,
        )
        for act in SCOPES[scope]
    ]


def keymap_for_textual(keymap: KeyMap) -> dict[str, str]:
    """Return the keys that differ from the defaults; the screen withholds acts without keys."""
    return {
        act_id: ",".join(keys)
        for act_id, keys in keymap.keys.items()
        if keys and keys != BY_ID[act_id].keys
    }


def key_label(key: str) -> str:
    """Return a key as people read it: ``^p``, ``esc``, ``?``, ``F10``."""
    *modifiers, name = key.split("+") if len(key) > 1 else [key]
    if len(name) > 1 and name[0] == "f" and name[1:].isdigit():
        name = name.upper()
    else:
        name = _SHORT.get(name) or format_key(name)
    return "".join("^" if modifier == "ctrl" else f"{modifier}-" for modifier in modifiers) + name


_SHORT = {
    "escape": "esc",
    "backspace": "⌫",
    "enter": "enter",
    "space": "space",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "up": "↑",
    "down": "↓",
}
