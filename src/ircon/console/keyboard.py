"""What a terminal sends, taken in: a paste that comes as keys is a paste all the same.

A terminal without bracketed paste sends a pasted text as if it were typed, each newline as
``enter``. Taken for keys, its first line would be submitted and the rest would be commands.
"""

from __future__ import annotations

import os
import re
import selectors
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.widgets import Input, TextArea

_CHUNK: Final = 4096  # bytes that are read at once
_QUIET: Final = 0.1  # seconds without a byte after which a paste is over
_WORD: Final = 4  # signs on a line that nobody means as so many keys
_NEWLINE: Final = re.compile(r"\r\n?|\n")


class Keyboard(LinuxDriver):
    """Textual's driver, which bytes that are no UTF-8 do not end and no paste takes for keys."""

    def run_input_thread(self) -> None:
        """Read until the app ends; a thread of its own does."""
        parser = PasteParser(self._is_typed_in)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_QUIET):
                    read = self._read()
                    if not read:
                        return  # the terminal is gone: the guard sees it, too
                    self._tell(parser.feed(decode(read)))
                else:
                    self._tell(parser.rest())
                self._tell(parser.tick())
            self._tell(parser.rest())

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _CHUNK)
        except OSError:
            return b""

    def _tell(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.process_message(message)

    def _is_typed_in(self) -> bool:
        stack = self._app.screen_stack
        return bool(stack) and isinstance(stack[-1].focused, (Input, TextArea))


class PasteParser(XTermParser):
    """Parses what a terminal sends; lines that come at once are a paste.

    Args:
        is_typed_in: whether a text field has the focus: there, two lines at once were
            not typed, however short they are.
    """

    def __init__(self, is_typed_in: Callable[[], bool]) -> None:
        super().__init__()
        self._is_typed_in = is_typed_in
        self._held = ""  # has come at once, and may go on
        self._tail = ""  # the last signs before, which a mark may begin in
        self._is_bracketed = False

    def feed(self, data: str) -> Iterator[Message]:
        """Take in what has come at once; no more yet where a sign of it is not whole."""
        if not data:
            return
        seen = self._tail + data
        begun, ended = seen.rfind(BRACKETED_PASTE_START), seen.rfind(BRACKETED_PASTE_END)
        was_bracketed = self._is_bracketed
        if begun != ended:
            self._is_bracketed = begun > ended
        self._tail = seen[1 - len(BRACKETED_PASTE_START) :]
        if was_bracketed or "\x1b" in data:
            yield from self.rest()
            yield from super().feed(data)
        elif self._held or (len(data) > 1 and _NEWLINE.search(data)):
            self._held += data
        else:
            yield from super().feed(data)

    def rest(self) -> Iterator[Message]:
        """Nothing more comes: what was held back is a paste, or else so many keys."""
        held, self._held = self._held, ""
        if not held:
            return
        lines = _NEWLINE.split(_NEWLINE.sub("\n", held).strip("\n"))
        longest = max(map(len, lines))
        if len(lines) > 1 and (longest >= _WORD or self._is_typed_in()):
            yield events.Paste(_NEWLINE.sub("\n", held).replace("\x00", ""))
        else:
            yield from super().feed(held)
