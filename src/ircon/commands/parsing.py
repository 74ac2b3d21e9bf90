"""Parsing of argv into a verb's declaration and its line.

Common options stand before or after the verb; argv is split at the first ``--``
before anything else, and what follows it is never an option.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, Final, NoReturn

from ircon.commands.arguments import Command, Line
from ircon.commands.output import columns
from ircon.commands.streams import readable
from ircon.commands.table import CONSOLE, CONSOLE_ROW, SUGGESTIONS, VERBS, Verb
from ircon.errors import UsageError

# The common options that a verb may take; --home every one does.
_COMMON: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "page": ("which configured page", {"metavar": "NAME"}),
    "json": ("one JSON document, nothing else", {"action": "store_true"}),
    "at": ('when, if not now: 14:05, 2:05pm, "10m ago"', {"metavar": "TIME"}),
}
_VALUED: Final = {"--home", "--page", "--at"}  # those that take a value
_SHORT: Final = 120  # characters of a line that is shown as it should have been
_WIDE: Final = 96  # cells of a line of help where no terminal says how many
_AFTER_DASHES: Final = "Put a text that begins with a dash after --: note -- '-1 replica'."
_ABOUT: Final = "A terminal incident-response console: declare, update, record, review."


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose complaints are ``UsageError``, and whose help fits the terminal."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of ending the process."""
        hint = f"See '{self.prog} --help'."
        if message.startswith(unknown := "unrecognized arguments: "):
            word = message.removeprefix(unknown).split(" ")[0].partition("=")[0]
            near = self._near(word)
            if near:
                hint = f"Did you mean {near}? {hint}"
            elif not word.startswith("--"):
                hint = f"{hint} {_AFTER_DASHES}"
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", hint)

    def _near(self, word: str) -> str | None:
        """The options that somebody may have meant by one that there is not."""
        options = [action for action in self._option_string_actions if action.startswith("--")]
        if len(word) == 2:
            return " or ".join(option for option in options if option[2] == word[1]) or None
        return _close(word, options)

    def joined(self, words: list[str]) -> list[str]:
        """The words, with values that begin with a dash joined to their option.

        ``-m "-5 % of payments"`` is a text all the same, where no option is called so.
        """
        result: list[str] = []
        for word in words:
            before = result[-1] if result else ""
            action = self._option_string_actions.get(before)
            takes_one = action is not None and action.nargs is None
            option = word.partition("=")[0] in self._option_string_actions
            if takes_one and len(word) > 1 and word.startswith("-") and not option:
                result[-1] = f"{before}={word}" if before.startswith("--") else before + word
            else:
                result.append(word)
        return result

    def are_files(self) -> set[str]:
        """The options whose values name files: these are bytes, whatever they say as text."""
        return {action.dest for action in self._actions if action.metavar in {"FILE", "DIR"}}

    def format_help(self) -> str:
        """The help, broken to fit; the examples as they are to be typed."""
        from ircon.writing.columns import wrapped

        told, heading, examples = super().format_help().partition("\nexamples:\n")
        room = columns() or _WIDE
        fitting = (part for line in told.split("\n") for part in wrapped(line, room))
        return "\n".join(fitting) + heading + examples


def split(argv: Sequence[str]) -> tuple[list[str], list[str] | None]:
    """What stands before the first ``--``, and what stands after it."""
    words = list(argv)
    if "--" not in words:
        return words, None
    place = words.index("--")
    return words[:place], words[place + 1 :]


def parse(head: list[str], tail: list[str] | None) -> tuple[Command, Line]:
    """The verb's module, and the line as understood by it.

    Raises:
        UsageError: there is no such verb, or it does not take what was given.
        SystemExit: help or the version was asked for, and printed.
    """
    name, rest = _verb(head)
    if name == "help":  # 'help VERB' is 'VERB --help'
        name, rest = _verb(rest)
        rest = ["--help", *rest]
    if name is None:
        return _bare(rest, tail)
    if name not in VERBS:
        raise UsageError(f"No such command: {name!r}.", _near(name, head))
    row = VERBS[name]
    command = _load(row)
    parser = Parser(
        prog=f"ircon {name}",
        usage=f"ircon {name} {command.usage}".strip(),
        description=f"{row.summary[:1].upper()}{row.summary[1:]}.",
        epilog=f"examples:\n{command.examples}",
        formatter_class=_format,
        allow_abbrev=False,
    )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    if command.add_options:
        command.add_options(parser)
    _add_common(parser, row.takes.split())
    argv = [readable(one) for one in (name, *rest, *(["--", *tail] if tail else []))]
    line = Line(verb=name, row=row, tail=tail, argv=argv, unsaved="")
    line = parser.parse_intermixed_args(parser.joined(rest), line)
    for option in _COMMON:
        if getattr(line, option) and option not in row.takes.split():
            raise UsageError(f"'{name}' takes no --{option}.", f"See 'ircon {name} --help'.")
    if not row.keeps_tail:
        line.words += tail or []
    _make_readable(line, parser.are_files())
    return command, line


def _make_readable(line: Line, files: set[str]) -> None:
    """Every word as text, but those that name a file there is."""
    for name, value in vars(line).items():
        if name in files or name in {"argv", "tail"}:
            continue
        if isinstance(value, str):
            setattr(line, name, readable(value))
        elif isinstance(value, list):
            setattr(line, name, [one if _is_file(one) else readable(one) for one in value])


def _is_file(word: str) -> bool:
    return not word.isprintable() and os.path.lexists(word)


def _verb(head: list[str]) -> tuple[str | None, list[str]]:
    """Return the verb, the first that is not a common option, and the line without it."""
    place = 0
    while place < len(head):
        word = head[place]
        if not word.startswith("-") or word == "-":
            return word, head[:place] + head[place + 1 :]
        place += 2 if word in _VALUED else 1
    return None, head


def _bare(rest: list[str], tail: list[str] | None) -> tuple[Command, Line]:
    from ircon import __version__

    width = max(len(name) for name in VERBS)
    verbs = "\n".join(f"  {name:<{width}}  {row.summary}" for name, row in VERBS.items())
    parser = Parser(
        prog="ircon",
        usage="ircon [--home DIR] [COMMAND ...]",
        description=f"{_ABOUT}\nWithout a command it opens the console.",
        epilog=f"commands ('ircon help COMMAND' shows an example of each):\n{verbs}",
        formatter_class=_format,
        allow_abbrev=False,
    )
    version = f"ircon {__version__}"
    parser.add_argument("--version", "-V", "-v", action="version", version=version)
    _add_common(parser, [])
    line = Line(verb=CONSOLE, row=CONSOLE_ROW, tail=tail, words=tail or [])
    line = parser.parse_args(rest, line)
    if line.page or line.json or line.at or line.words:
        raise UsageError("The console takes --home only.", "See 'ircon --help'.")
    return _load(CONSOLE_ROW), line


def _load(row: Verb) -> Command:
    module, _, name = row.entry.partition(":")
    command: Command = getattr(import_module(f"ircon.commands.verbs.{module}"), name)
    return command


def _add_common(parser: argparse.ArgumentParser, takes: Sequence[str]) -> None:
    common = parser.add_argument_group("common options, before or after the command")
    common.add_argument(
        "--home", metavar="DIR", help="the folder for config, data and cache (IRCON_HOME)"
    )
    for name, (told, more) in _COMMON.items():
        # One that it does not take is understood too: what is wrong with it can be said.
        shown = told if name in takes else argparse.SUPPRESS
        common.add_argument(f"--{name}", help=shown, **more)


def _format(prog: str) -> argparse.HelpFormatter:
    # With a width of its own it does not import shutil to ask for one at every start.
    return argparse.RawDescriptionHelpFormatter(prog, width=min(columns() or _WIDE, _WIDE))


def _near(word: str, head: Sequence[str]) -> str:
    lists = "'ircon --help' lists them."
    if verb := next((one for one in head if one in VERBS), None):
        homes = [at + more for at, one in enumerate(head) if one == "--home" for more in (0, 1)]
        others = (one for at, one in enumerate(head) if one != verb and at not in homes)
        return f"The command comes first: ircon {verb} {' '.join(others)}"[:_SHORT]
    if near := SUGGESTIONS.get(word.casefold()) or _close(word.casefold(), VERBS):
        return f"Did you mean '{near}'? {lists}"
    return lists


def _close(word: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches  # only for what was mistyped

    return next(iter(get_close_matches(word, list(known), 1)), None)
