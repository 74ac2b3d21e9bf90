"""From acts to Textual's bindings."""

from __future__ import annotations

from textual.binding import Binding, BindingType
from textual.keys import format_key

from ircon.console.acts import BY_ID, SCOPES
from ircon.console.acts.keymap import KeyMap


def bindings(scope: str) -> list[BindingType]:
    """The bindings of one scope with their default keys; the key map changes them.

    They have priority: the app does an act before it looks at the next key, so that
    what is typed ahead goes into the field that the act before it opened. The screen
    withholds keys that a focused widget wants for itself.
    """
    return [
        Binding(
            ",".join(act.keys) or "f24",  # Textual wants a key; without one it is never offered
            f"act('{act.id}')",
            act.name,
            show=False,  # the footer is ours
            priority=True,
            tooltip=act.help(),
            id=act.id,
        )
        for act in SCOPES[scope]
    ]


def keymap_for_textual(keymap: KeyMap) -> dict[str, str]:
    """What differs from the defaults; acts without keys are withheld by the screen."""
    return {
        act_id: ",".join(keys)
        for act_id, keys in keymap.keys.items()
        if keys and keys != BY_ID[act_id].keys
    }


def key_label(key: str) -> str:
    """A key as people read it: ``^p``, ``esc``, ``?``, ``F10``."""
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
