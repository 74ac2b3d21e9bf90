"""A defect's report: where it happened, and no value of any variable."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

from ircon import __version__
from ircon.errors import IrconError


def report(defect: BaseException, verb: str, folder: Path) -> IrconError:
    """Write the report, and say where it is.

    Args:
        defect: what was raised. Its message may quote what was typed or read, a token
            even, so neither it nor any argument is written down.
        verb: the command's name.
        folder: for the report; where it does not exist, it lies among temporary files.
    """
    frame = traceback.extract_tb(defect.__traceback__)[-1]
    where = f"{type(defect).__name__} in {Path(frame.filename).name}, line {frame.lineno}"
    text = "\n".join([f"ircon {__version__}, Python {platform.python_version()}, '{verb}'", ""])
    try:
        handle, path = tempfile.mkstemp(
            ".txt", "ircon-crash-", folder if folder.is_dir() else None, text=True
        )  # readable by its owner alone
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("\n".join([text, *_lines(defect)]) + "\n")
    except OSError:
        sys.stderr.write("\n".join([*_lines(defect), ""]))
        return IrconError(f"A defect in ircon: {where}.", "Please report it with the lines above.")
    return IrconError(
        f"A defect in ircon: {where}.",
        f"Please report it with {path}: it says where in the program, and holds no words of yours.",
    )


def _lines(defect: BaseException) -> Iterator[str]:
    """Innermost cause first: the kind of each error, and the frames it passed."""
    before = defect.__cause__ or defect.__context__
    if before is not None:
        yield from _lines(before)
        yield "then:"
    yield type(defect).__qualname__
    for frame in traceback.extract_tb(defect.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}: {frame.line}"
