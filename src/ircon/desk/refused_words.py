"""Words of commands that were refused, kept until they are said or dropped.

They lie apart from what is being typed in the console, whose composer never goes on
with them by itself: internal words among them stay where no screen would post them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from ircon.desk.desk import Desk

PREFIX: Final = "refused:"


class RefusedText(NamedTuple):
    """What somebody said in a command that was refused.

    Attributes:
        verb: the command's name, ``note``.
        body: the words, to the letter.
        why: the reason it was refused for, in a sentence.
        command: the command line without the program's name; None stands for ``body``.
        incident: the incident's id, where it is known which was meant.
        piped: the words came from standard input.
    """

    verb: str
    body: str
    why: str
    command: tuple[str | None, ...]
    incident: str | None = None
    piped: bool = False


class RefusedTexts:
    """Keeps refused words under ``refused:`` and a few characters that name them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def save(self, words: RefusedText) -> str:
        """Keep them; returns their key. The same words of the same verb are kept once.

        Raises:
            JournalError: the journal does not take them.
        """
        from hashlib import sha256

        named = f"{words.verb}\n{words.body}".encode("utf-8", "replace")
        key = PREFIX + sha256(named).hexdigest()[:6]
        self._desk.journal.save_draft(key, words._asdict())
        return key

    def all(self) -> dict[str, RefusedText]:
        """Every one by its key, the newest first."""
        return {
            draft.key: RefusedText(**{**draft.content, "command": tuple(draft.content["command"])})
            for draft in self._desk.journal.drafts()
            if draft.key.startswith(PREFIX)
        }

    def drop_sent(self, body: str, *verbs: str) -> None:
        """One of the verbs did its work with these words: none that were kept are needed.

        Shells cut the line ends off what they hand on, so they do not count.
        """
        for key, words in self.all().items():
            if words.verb in verbs and words.body.rstrip("\n") == body.rstrip("\n"):
                self._desk.journal.drop_draft(key)
