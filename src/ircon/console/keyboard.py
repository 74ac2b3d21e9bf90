"""Keyboard input of a terminal: a paste that arrives as keys is handled as a paste.

A terminal without bracketed paste sends a pasted text as if it were typed, each newline as
``enter``: its first line would be submitted and the rest would be commands.
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

_CHUNK: Final = 4096  # bytes of one read
_QUIET: Final = 0.1  # seconds without a byte that end a paste
_LINE: Final = 4  # characters of a line that is text, not so many keys
_NEWLINE: Final = re.compile(r"\r\n?|\n")


class Keyboard(LinuxDriver):
    """Textual's driver for bytes that are not UTF-8 and for pastes that come as keys."""

    def run_input_thread(self) -> None:
        """Read until the app ends; runs in its own thread."""
        parser = PasteParser(self._is_text_focused)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_QUIET):
                    read = self._read()
                    if not read:
                        return  # the terminal is gone: the process guard notices it, too
                    self._post(parser.feed(decode(read)))
                else:
                    self._post(parser.rest())
                self._post(parser.tick())
            self._post(parser.rest())

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _CHUNK)
        except OSError:
            return b""

    def _post(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.process_message(message)

    def _is_text_focused(self) -> bool:
        stack = self._app.screen_stack
        return bool(stack) and isinstance(stack[-1].focused, (Input, TextArea))


class PasteParser(XTermParser):
    """Parser of terminal input in which lines that arrive at once are a paste.

    Args:
        is_text_focused: returns whether a text field has the focus: there, two lines at
            once are a paste, however short they are.
    """

    def __init__(self, is_text_focused: Callable[[], bool]) -> None:
        super().__init__()
        self._is_text_focused = is_text_focused
        self._held = ""  # arrived at once, and may go on
        self._tail = ""  # the last characters, in which a paste mark may begin
        self._is_bracketed = False

    def feed(self, data: str) -> Iterator[Message]:
        """Parse what arrived at once; hold back lines that may be part of a paste."""
        if not data:
            return
        recent = self._tail + data
        start, end = recent.rfind(BRACKETED_PASTE_START), recent.rfind(BRACKETED_PASTE_END)
        was_bracketed = self._is_bracketed
        if start != end:
            self._is_bracketed = start > end
        self._tail = recent[1 - len(BRACKETED_PASTE_START) :]
        if was_bracketed or "\x1b" in data:
            yield from self.rest()
            yield from super().feed(data)
        elif self._held or (len(data) > 1 and _NEWLINE.search(data)):
            self._held += data
        else:
            yield from super().feed(data)

    def rest(self) -> Iterator[Message]:
        """End a paste: what was held back is a paste of several lines, or else so many keys."""
        held, self._held = self._held, ""
        if not held:
            return
        lines = _NEWLINE.split(_NEWLINE.sub("\n", held).strip("\n"))
        longest = max(map(len, lines))
        if len(lines) > 1 and (longest >= _LINE or self._is_text_focused()):
            yield events.Paste(_NEWLINE.sub("\n", held).replace("\x00", ""))
        else:
            yield from super().feed(held)
