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
from ircon.commands.context import Context
from ircon.commands.output import Output
from ircon.commands.parsing import parse, split
from ircon.commands.table import CONSOLE, LOOKS
from ircon.errors import IrconError

_BY_SIGNAL: Final = 128  # as shells say it: and the signal's number
_ENDING: Final = ("SIGTERM", "SIGHUP")
_OWN_ENDS: Final = {CONSOLE, "demo", "practice", "run"}  # they see to signals themselves


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
        module, line = parse(head, tail)
        context = Context(line, out)
        with _interrupted_by(caught, line.verb):
            code = module.run(line, context)
        acts = LOOKS.get(line.verb)
        if code == 0 and acts is not None and not {*acts.split()} & {*line.words}:
            _arrived()
    except IrconError as error:
        out.fail(error)
        return context.ended(error.exit_code) if context else error.exit_code
    except SystemExit as done:  # help and version end this way
        return int(done.code or 0)
    except KeyboardInterrupt:
        code = _BY_SIGNAL + caught[-1]
        out.fail(IrconError("Interrupted.", context.kept if context else ""), code)
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
def _interrupted_by(caught: list[int], verb: str) -> Iterator[None]:
    """Whoever ends a command, by a signal or by closing the terminal, ends it as ctrl-c does.

    So that what was typed is kept, and it is said what became of it. A signal that was
    ignored when the command began, as under nohup, stays so.
    """
    if verb in _OWN_ENDS or threading.current_thread() is not threading.main_thread():
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


def _arrived() -> None:
    """Hold a command that does nothing but print to its output having arrived.

    Raises:
        OSError: something of it was lost, to a full disk most likely.
    """
    if error := streams.lost():
        raise OSError(error.errno, error.strerror, "standard output")
