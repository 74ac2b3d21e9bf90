"""Setting up: a status page tested and added to config.toml, and a diagnosis of it all."""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from ircon.commands.arguments import Line, command, exactly
from ircon.commands.context import Context
from ircon.config.load import PageConfig
from ircon.config.schema import VENDORS, is_loopback
from ircon.errors import IrconError, Refused, UsageError

_TOKENS = ("token_command", "token_env", "token_file")


def _init_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--kind", default="statuspage", choices=tuple(VENDORS), help="the vendor (statuspage)")
    add("--url", metavar="URL", help="the API's address, without /v1")
    add("--page-id", metavar="ID", help="which page")
    token = parser.add_mutually_exclusive_group().add_argument
    token("--token-command", metavar="ARGV", help='prints the token: "pass show statuspage"')
    token("--token-env", metavar="NAME", help="the environment variable that has it")
    token("--token-file", metavar="FILE", help="a file that has it, readable by you alone")
    add("--environment", choices=("production", "sandbox"), help="sandbox on loopback, else not")
    add("--name", metavar="NAME", help="its name for --page (statuspage)")
    add("--public-url", metavar="URL", help="its public address")


@command(
    usage=(
        "[--url URL --page-id ID (--token-command ARGV | --token-env NAME | --token-file FILE)]"
        " [--environment E] [--name NAME]"
    ),
    examples="""
  ircon init
  ircon init --url https://api.statuspage.io --page-id kctbh9vrtdwd \\
      --token-command "pass show statuspage" --name main""",
    options=_init_options,
)
def init(line: Line, context: Context) -> int:
    """Test a page and its token, then append it to config.toml.

    A page that does not answer is appended only after a yes. What the command line does
    not give is asked for.
    """
    exactly(line.words)
    _check_file(line)
    was_asked = _ask(line, context)
    page = PageConfig(
        name=line.name or line.kind,
        kind=line.kind,
        url=line.url.rstrip("/"),
        public_url=line.public_url,
        page_id=line.page_id,
        environment=line.environment or ("sandbox" if is_loopback(line.url) else "production"),
        token_command=_argv(line.token_command) if line.token_command else None,
        token_env=line.token_env,
        token_file=line.token_file,
    )
    desk = context.desk
    config = str(desk.paths.config / "config.toml")
    try:
        called = desk.setup.add_page(page)
    except IrconError as error:
        if "config.toml" in error.hint and "ca_file" not in error.hint:
            error.hint = _NOT_YET  # what it names there is not written down yet
        if not was_asked:
            raise
        answer = context.ask(f"ircon: {error}\nSave it anyway? [y/N]")
        if answer is None or answer.lower() not in {"y", "yes"}:
            error.hint = f"{error.hint} {_again(line, context)}".strip()
            raise
        desk.setup.add_untried(page)
        context.out.line(f"Saved, not tested: page '{page.name}' in {config}")
        context.out.aside("'ircon doctor' tests it.")
        return 0
    desk.page_data.refresh(page.name)  # so that what follows needs no network
    context.out.line(f"{called} answers and accepts the token: page '{page.name}' in {config}")
    context.out.answer(
        {"page": page.name, "name": called, "environment": page.environment, "config": config}
    )
    return 0


def _check_file(line: Line) -> None:
    """Hold a token file to be there before anything is asked; config.toml names it in full.

    Raises:
        Refused: it is not.
    """
    if not line.token_file:
        return
    path = Path(line.token_file).expanduser().absolute()
    if not path.is_file():
        raise Refused(f"No such file: {path}.", "Write the token into it, chmod 600, try again.")
    line.token_file = str(path)


def _argv(command: str) -> tuple[str, ...]:
    """A command as typed; no shell will see it.

    Raises:
        UsageError: a quotation mark is missing.
    """
    try:
        return tuple(shlex.split(command))
    except ValueError as error:
        raise UsageError(
            f"--token-command cannot be read: {error}.", 'As: --token-command "pass show x".'
        ) from None


def _ask(line: Line, context: Context) -> bool:
    """Ask for what is missing, where there is somebody to ask; whether anything was.

    Raises:
        UsageError: there is not; names what is missing.
    """
    missing = [f"--{one.replace('_', '-')}" for one in ("url", "page_id") if not getattr(line, one)]
    has_token = any(getattr(line, token) for token in _TOKENS)
    if not has_token:
        missing.append("--token-command, --token-env or --token-file")
    if not missing:
        return False
    if not sys.stdin.isatty():
        raise UsageError(f"Missing: {'; '.join(missing)}.", "See 'ircon init --help'.")
    try:
        line.url = line.url or _answer("The API's address", "https://api.statuspage.io")
        line.page_id = line.page_id or _answer("The page's id (on the page's API settings)")
        if not has_token:
            print("Where does the token come from? It is never stored here.", file=sys.stderr)
            line.token_command = _answer("A command that prints it, or nothing", wanted=False)
            if not line.token_command:
                line.token_env = _answer("The environment variable that has it")
        line.name = line.name or _answer("Its name here", "statuspage")
    except UsageError as error:
        error.hint = _again(line, context)
        raise
    except KeyboardInterrupt:
        context.if_interrupted = _again(line, context)
        raise
    return True


_NOT_YET: Final = "Nothing was saved. Check --url, --page-id and where the token comes from."
_ANSWERS: Final = ("url", "page_id", *_TOKENS, "environment", "name", "public_url")


def _again(line: Line, context: Context) -> str:
    """The line that says once more what was answered."""
    words = [*context.ircon, "init"]
    for answer in _ANSWERS:
        if said := getattr(line, answer):
            words += [f"--{answer.replace('_', '-')}", said]
    return f"With your answers: {shlex.join(words)}"


def _answer(question: str, default: str = "", *, wanted: bool = True) -> str:
    """One line from the person; asked on standard error, so that output stays clean."""
    while True:
        shown = f" [{default}]" if default else ""
        print(f"{question}{shown}: ", end="", file=sys.stderr, flush=True)
        given = sys.stdin.readline()
        if not given:
            raise UsageError("No answer.", "See 'ircon init --help'.")
        if given.strip() or default or not wanted:
            return given.strip() or default


def _doctor_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--repair",
        action="store_true",
        help="restore what is damaged in the journal, and publish again after a loss",
    )


@command(
    usage="[--repair]",
    examples="""
  ircon doctor --json
  ircon doctor --repair""",
    options=_doctor_options,
)
def doctor(line: Line, context: Context) -> int:
    """Check configuration, pages and journal; 1 where something is wrong."""
    exactly(line.words)
    if line.repair:
        done = context.desk.setup.repair()
        for sentence in done or ["Nothing in the journal needs repair."]:
            context.out.aside(sentence)
    checks = context.desk.setup.doctor()
    for check in checks:
        context.out.line(f"{'ok ' if check.ok else 'BAD'} {check.check}: {check.detail}")
    context.out.answer([asdict(check) for check in checks])
    return 0 if all(check.ok for check in checks) else 1
