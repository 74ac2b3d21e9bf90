"""What an act is."""

from __future__ import annotations

from typing import ClassVar, Final

EVERYWHERE: Final = "everywhere"


class Act:
    """One thing a person can do; the docstring of each subclass is its help.

    Attributes:
        id: ``SCOPE.NAME``, what ``[keys]`` of config.toml calls it; the screen of
            that scope does it in ``do_NAME``.
        name: how the palette lists it.
        label: how the footer names it; empty where the footer never shows it.
        keys: the default keys, as Textual names them or as the sign itself.
    """

    id: ClassVar[str]
    name: ClassVar[str]
    label: ClassVar[str] = ""
    keys: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def scope(cls) -> str:
        """Where it applies."""
        return cls.id.partition(".")[0]

    @classmethod
    def method(cls) -> str:
        """The method of the screen that does it."""
        return f"do_{cls.id.partition('.')[2]}"

    @classmethod
    def help(cls) -> str:
        """What it does, in one line."""
        return (cls.__doc__ or "").strip().partition("\n")[0]
