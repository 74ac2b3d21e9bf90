"""The entry point: a verb is found, run, and ends in an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ircon.commands import streams
from ircon.commands.context import Context
from ircon.commands.output import Output
from ircon.commands.parsing import parse, split
from ircon.commands.table import LOOKS
from ircon.errors import IrconError

INTERRUPTED = 130  # as shells say it: 128 and SIGINT


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the command line without the program's name; None for the process's own.

    Returns:
        The exit code: 0 done, 1 refused or failed, 2 wrong usage, 75 kept but not
        confirmed, 130 interrupted; for 'run', the command's own. Standard output that
        nobody reads changes nothing about it.
    """
    streams.prepare()
    head, tail = split(sys.argv[1:] if argv is None else argv)
    return _run(head, tail, Output(as_json="--json" in head))


def _run(head: list[str], tail: list[str] | None, out: Output) -> int:
    context: Context | None = None
    try:
        module, line = parse(head, tail)
        context = Context(line, out)
        code = module.run(line, context)
        acts = LOOKS.get(line.verb)
        if code == 0 and acts is not None and not {*acts.split()} & {*line.words}:
            _arrived()
    except IrconError as error:
        out.fail(error)
        return error.exit_code
    except SystemExit as done:  # help and version end this way
        return int(done.code or 0)
    except KeyboardInterrupt:
        out.fail(IrconError("Interrupted.", context.kept if context else ""), INTERRUPTED)
        return INTERRUPTED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        out.fail(IrconError(f"{where}{error.strerror or error}."))
        return 1
    except Exception as defect:  # noqa: BLE001 - whatever it is, a program gets its JSON document
        from ircon.commands import crash

        verb, home = (context.verb, context.home) if context else ("", None)
        out.fail(crash.report(defect, verb, home))
        return 1
    else:
        return code
    finally:
        if context is not None:
            context.close()


def _arrived() -> None:
    """Hold a command that does nothing but print to its output having arrived.

    Raises:
        OSError: something of it was lost, to a full disk most likely.
    """
    if error := streams.lost():
        raise OSError(error.errno, error.strerror, "standard output")
