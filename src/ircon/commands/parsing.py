"""argv into a verb, its options and its words.

Common options stand before or after the verb; argv is split at the first ``--``
before anything else, and what follows it is never an option.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final, NoReturn, Protocol, cast

from ircon.commands.table import CONSOLE, VERBS
from ircon.errors import UsageError

if TYPE_CHECKING:
    from ircon.commands.context import Context

_VALUED: Final = {"--home", "--page", "--at"}  # the common options that take a value
_ABOUT: Final = "A terminal incident-response console: declare, tell, record, write up, look back."


class Line(argparse.Namespace):
    """The command line as understood: every option, and what stands here.

    Attributes:
        verb: a key of ``VERBS``, or ``CONSOLE``.
        words: what is no option, in order, with what followed ``--`` at the end.
        tail: what followed ``--``, for 'run'; None without one.
        argv: the whole line as typed, the verb first.
        said: the words of a person in it, which must not be lost.
    """

    verb: str
    words: list[str]
    tail: list[str] | None
    argv: list[str]
    said: str
    home: str | None
    page: str | None
    at: str | None
    json: bool


class VerbModule(Protocol):
    """What a module in ``verbs`` has."""

    USAGE: str
    EXAMPLES: str

    def options(self, parser: argparse.ArgumentParser) -> None:
        """Add the verb's own options."""

    def run(self, line: Line, context: Context) -> int:
        """Do it; the exit code."""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose complaints are ``UsageError``."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of ending the process."""
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", f"See '{self.prog} --help'.")


def split(argv: Sequence[str]) -> tuple[list[str], list[str] | None]:
    """What stands before the first ``--``, and what stands after it."""
    words = list(argv)
    if "--" not in words:
        return words, None
    place = words.index("--")
    return words[:place], words[place + 1 :]


def parse(head: list[str], tail: list[str] | None) -> tuple[VerbModule, Line]:
    """The verb's module, and the line as understood by it.

    Raises:
        UsageError: there is no such verb, or it does not take what was given.
        SystemExit: help or the version was asked for, and printed.
    """
    name, rest = _verb(head)
    if name is None:
        return _bare(rest, tail)
    if name not in VERBS:
        raise UsageError(f"There is no command {name!r}.", _near(name))
    row = VERBS[name]
    module = cast("VerbModule", import_module(f"ircon.commands.verbs.{row.module}"))
    parser = Parser(
        prog=f"ircon {name}",
        usage=f"ircon {name} {module.USAGE}".strip(),
        description=f"{row.summary[:1].upper()}{row.summary[1:]}.",
        epilog=f"examples:\n{module.EXAMPLES.rstrip()}",
        formatter_class=_format,
        allow_abbrev=False,
    )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    module.options(parser)
    _add_common(parser)
    argv = [name, *rest, *(["--", *tail] if tail else [])]
    line = parser.parse_intermixed_args(rest, Line(verb=name, tail=tail, argv=argv, said=""))
    for option in ("page", "json", "at"):
        if getattr(line, option) and option not in row.takes.split():
            raise UsageError(f"'{name}' takes no --{option}.", f"See 'ircon {name} --help'.")
    if name != "run":
        line.words += tail or []
    return module, line


def _verb(head: list[str]) -> tuple[str | None, list[str]]:
    """The first word that is no common option, and the line without it."""
    place = 0
    while place < len(head):
        word = head[place]
        if not word.startswith("-") or word == "-":
            return word, head[:place] + head[place + 1 :]
        place += 2 if word in _VALUED else 1
    return None, head


def _bare(rest: list[str], tail: list[str] | None) -> tuple[VerbModule, Line]:
    from ircon import __version__

    width = max(len(name) for name in VERBS)
    verbs = "\n".join(f"  {name:<{width}}  {row.summary}" for name, row in VERBS.items())
    parser = Parser(
        prog="ircon",
        usage="ircon [--home DIR] [COMMAND ...]",
        description=f"{_ABOUT}\nWithout a command it opens the console.",
        epilog=f"commands ('ircon COMMAND --help' shows an example of each):\n{verbs}",
        formatter_class=_format,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"ircon {__version__}")
    _add_common(parser)
    line = parser.parse_args(rest, Line(verb=CONSOLE, tail=tail, words=tail or []))
    if line.json or line.at or line.words:
        raise UsageError("The console takes --home and --page only.", "See 'ircon --help'.")
    module = cast("VerbModule", import_module("ircon.commands.verbs.console"))
    return module, line


def _add_common(parser: argparse.ArgumentParser) -> None:
    common = parser.add_argument_group("common options, before or after the command")
    common.add_argument("--home", metavar="DIR", help="the folder for everything (IRCON_HOME)")
    common.add_argument("--page", metavar="NAME", help="which configured page")
    common.add_argument("--json", action="store_true", help="one JSON document, nothing else")
    common.add_argument("--at", metavar="TIME", help='when, if not now: 14:05, "10m ago"')


def _format(prog: str) -> argparse.HelpFormatter:
    # With a width of its own it does not import shutil to ask for one at every start.
    return argparse.RawDescriptionHelpFormatter(prog, width=96)


def _near(word: str) -> str:
    from difflib import get_close_matches  # only for a mistyped verb

    near = get_close_matches(word, VERBS, 1)
    return f"Did you mean '{near[0]}'?" if near else "'ircon --help' lists them."
