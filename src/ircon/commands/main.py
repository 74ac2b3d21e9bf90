"""The entry point: a verb is found, run, and ends in an exit code."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final

from ircon.commands import streams
from ircon.commands.arguments import Line
from ircon.commands.context import Context
from ircon.commands.output import Output
from ircon.commands.parsing import parse, split
from ircon.commands.table import Verb
from ircon.errors import IrconError

_BY_SIGNAL: Final = 128  # as shells say it: and the signal's number
_ENDING: Final = ("SIGTERM", "SIGHUP")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the command line without the program's name; None for the process's own.

    Returns:
        The exit code: 0 done, 1 refused or failed, 2 wrong usage, 75 kept but not
        confirmed, 130 interrupted (or 128 and another signal's number); for 'run', the
        command's own. Standard output that nobody reads changes nothing about it.
    """
    streams.prepare()
    head, tail = split(sys.argv[1:] if argv is None else argv)
    return _run(head, tail, Output(as_json="--json" in head))


def _run(head: list[str], tail: list[str] | None, out: Output) -> int:
    context: Context | None = None
    caught = [int(signal.SIGINT)]
    try:
        command, line = parse(head, tail)
        context = Context(line, out)
        with _interrupted_by(caught, line.row):
            code = command.run(line, context)
        if code == 0 and _only_prints(line):
            _check_output()
    except IrconError as error:
        out.fail(error)
        return context.ended(error.exit_code) if context else error.exit_code
    except SystemExit as done:  # help and version end this way
        return int(done.code or 0)
    except KeyboardInterrupt:
        code = _BY_SIGNAL + caught[-1]
        out.fail(IrconError("Interrupted.", context.if_interrupted if context else ""), code)
        return context.ended(code) if context else code
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        out.fail(IrconError(f"{where}{error.strerror or error}."))
        return context.ended(1) if context else 1
    except Exception as defect:  # noqa: BLE001 - whatever it is, a program gets its JSON document
        from ircon.config.paths import app_paths
        from ircon.crash import report

        verb, home = (context.verb, context.home) if context else ("", None)
        out.fail(report(defect, verb, app_paths(home).data))
        return context.ended(1) if context else 1
    else:
        return code
    finally:
        if context is not None:
            context.close()


@contextmanager
def _interrupted_by(caught: list[int], row: Verb) -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into a KeyboardInterrupt while a command runs.

    What was typed is saved then, and its state printed, as after ctrl-c. A signal that
    was ignored when the command began, as under nohup, stays ignored.
    """
    if row.handles_signals or threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        caught.append(number)
        as_ctrl_c = signal.getsignal(signal.SIGINT)  # asyncio has one of its own while it runs
        if not callable(as_ctrl_c):
            raise KeyboardInterrupt
        as_ctrl_c(signal.SIGINT, frame)

    numbers = [number for name in _ENDING if (number := getattr(signal, name, None))]
    taken = [one for one in numbers if signal.getsignal(one) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def _only_prints(line: Line) -> bool:
    """Return whether output is all that the command was to do."""
    return line.row.only_prints and not {*line.row.acts} & {*line.words}


def _check_output() -> None:
    """Check that standard output arrived.

    Raises:
        OSError: some of it was lost, most likely to a full disk.
    """
    if error := streams.lost():
        raise OSError(error.errno, error.strerror, "standard output")
