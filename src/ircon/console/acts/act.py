"""The base class of every act: its id, texts and default keys."""

from __future__ import annotations

from typing import ClassVar, Final

EVERYWHERE: Final = "everywhere"


class Act:
    """Something a person can do by key; the docstring of each subclass is its help text.

    Attributes:
        id: ``SCOPE.NAME``, as in ``[keys]`` of config.toml; the screen of that scope
            does it in ``do_NAME``.
        name: its title in the help and the palette.
        label: its short name in the footer; empty if the footer never shows it.
        keys: the default keys, as Textual names them or as the character itself.
    """

    id: ClassVar[str]
    name: ClassVar[str]
    label: ClassVar[str] = ""
    keys: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def scope(cls) -> str:
        """Return the scope: the first part of the id."""
        return cls.id.partition(".")[0]

    @classmethod
    def method(cls) -> str:
        """Return the name of the screen's method that does it."""
        return f"do_{cls.id.partition('.')[2]}"

    @classmethod
    def help(cls) -> str:
        """Return what it does: the first line of its docstring."""
        return (cls.__doc__ or "").strip().partition("\n")[0]
