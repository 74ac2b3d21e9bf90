"""The standard streams, made fit for whatever a shell hands over.

One may be closed, full, without a reader, or of an encoding that lacks letters. None of
that changes what a command does, nor its exit code: an update that went out did go out.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_GONE: Final = ("EPIPE", "EBADF")  # nobody wanted to read it; any other error lost it


class _Sink(io.FileIO):
    """A descriptor that takes every write; ``lost`` is why something did not arrive."""

    lost: OSError | None = None

    def write(self, data: ReadableBuffer) -> int:
        """Write it, or remember why not; waits where the other end is slow."""
        try:
            while (written := super().write(data)) is None:  # not blocking, and full
                import select

                select.select([], [self], [])
        except OSError as error:
            self.lost = error
            return len(memoryview(data).cast("B"))
        return written


def prepare() -> None:
    """Make standard input, output and error usable; whatever a test has put there stays.

    A closed descriptor would be taken by the next file that is opened, the journal even,
    and what somebody prints would be written into that.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays
    if sys.stdout is sys.__stdout__:
        sys.stdout = _open(1, sys.stdout)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _open(2, sys.stderr)


def _open(number: int, before: TextIO | None) -> TextIO:
    sink = _Sink(number, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(sink),
        encoding=before.encoding if before else "utf-8",
        errors="backslashreplace",  # a letter that the terminal lacks is no reason to fail
        line_buffering=number == 2 or sink.isatty(),
    )


def lost() -> OSError | None:
    """Why something of standard output did not arrive, where somebody was to read it."""
    import errno

    sys.stdout.flush()
    sink = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    error = sink.lost if isinstance(sink, _Sink) else None
    gone = {getattr(errno, name) for name in _GONE}
    return None if error is None or error.errno in gone else error


def read_input() -> str:
    """All of standard input as text: UTF-8, or what the mark at its beginning says.

    Bytes that are not UTF-8 are read in the terminal's encoding, and what is not a letter
    there either becomes a replacement character: a log must not be lost for one byte.
    """
    source = getattr(sys.stdin, "buffer", None)
    if source is None:
        return sys.stdin.read()
    data: bytes = source.read()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(sys.stdin.encoding or "utf-8", "replace")


def readable(word: str) -> str:
    """A word of the command line as text: bytes that are none become a replacement character.

    Python hands such bytes on as half characters, which neither the journal nor a page
    takes; of a locale without an encoding it does so with all but ASCII.
    """
    try:
        word.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(word).decode("utf-8", "replace")
    return word
