"""Instants as the page writes them: UTC, ISO 8601, milliseconds, ``Z``."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """``2026-08-21T00:37:20.051Z``. Such stamps sort as text in the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_stamp(text: str) -> datetime:
    """An ISO 8601 date or instant; without a zone it is UTC.

    Raises:
        ValueError: it is none, or lies outside the years that can be written.
    """
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error
