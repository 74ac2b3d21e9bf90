"""Errors that ircon raises, as one tree.

Every error that a person may see carries two sentences: what happened, and what
to do next. Nothing below ``IrconError`` is a defect; any other exception is.

::

    IrconError                      exit code 1 unless given
    ├── UsageError                  the command line cannot be understood (2)
    ├── ConfigError                 config.toml, with file, line and key
    ├── ThemeError, TemplateError   a user's file that cannot be used
    ├── NotFound                    an unknown id or name
    │   └── Ambiguous               ... or one that several have: lists them
    ├── Refused                     refused by a rule; the text is saved
    │   └── BadValue                ... because of a value that is never valid (2)
    ├── BadTime                     a time that does not exist, or twice (2)
    ├── Unreadable                  a document that cannot be parsed, with its line
    │   └── NoReport                ... as it is sound and about something else
    ├── JournalError                the journal cannot do it
    │   ├── JournalBusy             another process holds it
    │   ├── JournalFull             the disk is full
    │   ├── JournalNewer            written by a newer ircon: read-only
    │   ├── JournalDamaged          wrong checksums or structure
    │   └── AlreadyClaimed          a remote id that another operation has
    └── PageError                   a status page refused or did not answer; see ``outcome``
        ├── NotSent                 certainly not applied: may be sent again
        │   └── RateLimited         ... not before ``retry_after`` seconds
        ├── Rejected                certainly not applied: never sent again
        └── Unknown                 may have been applied: ask, never resend
"""

from __future__ import annotations

from typing import Any


class IrconError(Exception):
    """Base of all errors: ``message`` says what happened, ``hint`` what to do next.

    Attributes:
        draft: the key of the draft that holds the refused text, if it was saved.
        findings: the findings of the checks, as in ``check --json``.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.draft: str | None = None
        self.findings: list[dict[str, Any]] = []

    def document(self) -> dict[str, Any]:
        """Return the error as the object in ``--json``."""
        return {
            "message": self.message,
            "hint": self.hint or None,
            "code": self.exit_code,
            "draft": self.draft,
            "findings": self.findings,
        }

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(IrconError):
    """The command line cannot be understood."""

    exit_code = 2


class ConfigError(IrconError):
    """config.toml cannot be used; the message names file, line and key."""


class ThemeError(IrconError):
    """A theme file cannot be used."""


class TemplateError(IrconError):
    """A template file cannot be used."""


class NotFound(IrconError):
    """Unknown id or name."""


class Ambiguous(NotFound):
    """Ambiguous id or name; ``choices`` lists what it may mean."""

    def __init__(self, message: str, hint: str = "", choices: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint)
        self.choices = choices


class Refused(IrconError):
    """Refused by a rule. The caller saves what was typed."""


class BadValue(Refused):
    """Value that is never valid: an empty text, an unknown milestone."""

    exit_code = 2


class BadTime(IrconError):
    """A time that does not exist in its zone, exists twice, or cannot be read."""

    exit_code = 2


class Unreadable(IrconError):
    """A document that is not of the shape it was taken for; ``line`` is 1-based."""

    def __init__(self, message: str, hint: str = "", line: int | None = None) -> None:
        super().__init__(message, hint)
        self.line = line

    def __str__(self) -> str:
        return f"line {self.line}: {super().__str__()}" if self.line else super().__str__()

    def document(self) -> dict[str, Any]:
        """Return the error as the object in ``--json``; the message begins with its line."""
        return super().document() | {"message": str(self).removesuffix(self.hint).strip()}


class NoReport(Unreadable):
    """A document that is sound, and no report of an incident: in a folder it is skipped."""


class JournalError(IrconError):
    """The journal cannot do what was asked."""


class JournalBusy(JournalError):
    """Another process holds the journal longer than we wait."""


class JournalFull(JournalError):
    """The disk has no room for the journal."""


class JournalNewer(JournalError):
    """The journal was written by a newer ircon: it can be read, not written."""


class JournalDamaged(JournalError):
    """The journal's structure or an event's checksum does not hold."""


class AlreadyClaimed(JournalError):
    """A remote id that another operation has: one update on a page confirms one operation."""


class PageError(IrconError):
    """A status page did not do what was asked.

    ``outcome`` is one of ``not_sent``, ``rejected``, ``unknown`` (the classes of
    docs/delivery.md): what may be said about whether a write was applied.
    """

    outcome = "unknown"


class NotSent(PageError):
    """The write was certainly not applied, and may be sent again."""

    outcome = "not_sent"


class RateLimited(NotSent):
    """The page refused for now; ``retry_after`` is in seconds."""

    def __init__(self, message: str, hint: str = "", retry_after: float = 60.0) -> None:
        super().__init__(message, hint)
        self.retry_after = retry_after


class Rejected(PageError):
    """The write was certainly not applied, and never will be as it is.

    ``status`` is the HTTP status, where there was one; ``location`` where it sends us.
    """

    outcome = "rejected"

    def __init__(
        self,
        message: str,
        hint: str = "",
        status: int | None = None,
        location: str | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.location = location


class Unknown(PageError):
    """The write may or may not have been applied: only the page can tell."""

    outcome = "unknown"
