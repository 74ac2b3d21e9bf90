"""One object of a request, read field by field; what is wrong with it is collected.

A field that is absent and one that is null are told apart by ``has``: a PATCH changes only what it
names. Forms know strings only, so "true" and "1" are as good as true. Unknown fields are ignored,
as the real service does.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from ircon.practice.api_errors import Invalid
from ircon.practice.database import read_stamp, stamp

_TRUE = (True, "true", "1", 1, "on")
_FALSE = (False, "false", "0", 0, "off", "")


class Fields:
    """The wrapped object of a request.

    Args:
        values: the object, from JSON or from a form.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values
        self.errors: list[str] = []

    def has(self, name: str) -> bool:
        """Whether the request names the field, null included."""
        return name in self._values

    def check(self) -> None:
        """Raise Invalid with everything that was found wrong so far, if anything was."""
        if self.errors:
            raise Invalid(self.errors)

    def text(self, name: str, *, limit: int | None = None, required: bool = False) -> str | None:
        """A string of at most ``limit`` characters; None where it is absent or null."""
        value = self._values.get(name)
        if value is None or (required and value == ""):
            if required:
                self.errors.append(f"{name} can't be blank")
            return None
        if not isinstance(value, str):
            self.errors.append(f"{name} must be a string")
            return None
        if limit is not None and len(value) > limit:
            self.errors.append(f"{name} is too long (maximum is {limit} characters)")
        return value

    def word(self, name: str, allowed: Collection[str]) -> str | None:
        """One of ``allowed``; None where it is absent, null or empty."""
        value = self._values.get(name)
        if value in (None, ""):
            return None
        if value not in allowed:
            self.errors.append(f"{name} must be one of {', '.join(allowed)}")
            return None
        return str(value)

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean; ``default`` where it is absent or null."""
        value = self._values.get(name)
        if value is None:
            return default
        if value in _TRUE:
            return True
        if value not in _FALSE:
            self.errors.append(f"{name} must be true or false")
        return False

    def instant(self, name: str) -> str | None:
        """An ISO 8601 instant as a stamp; None where it is absent, null or empty."""
        value = self._values.get(name)
        if value in (None, ""):
            return None
        try:
            return stamp(read_stamp(value))
        except (TypeError, ValueError):
            self.errors.append(f"{name} must be an ISO 8601 time")
            return None

    def date(self, name: str) -> str | None:
        """A bare ISO 8601 date; None where it is absent, null or empty."""
        value = self._values.get(name)
        if value in (None, ""):
            return None
        try:
            return date.fromisoformat(value).isoformat()
        except (TypeError, ValueError):
            self.errors.append(f"{name} must be a date")
            return None

    def ids(self, name: str) -> list[str] | None:
        """A list of identifiers, each once; None where it is absent or null."""
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.errors.append(f"{name} must be a list of identifiers")
            return None
        return list(dict.fromkeys(value))

    def statuses(self, name: str, allowed: Collection[str]) -> dict[str, str]:
        """A map of identifier to one of ``allowed``; an empty status says nothing.

        A bare list of identifiers is taken too: the service's own introduction sends one.
        """
        value = self._values.get(name)
        if value is None:
            return {}
        if isinstance(value, list):
            return dict.fromkeys(self.ids(name) or [], "")
        if not isinstance(value, dict):
            self.errors.append(f"{name} must map identifiers to statuses")
            return {}
        for identifier, status in value.items():
            if status not in (*allowed, ""):
                self.errors.append(f"{name}: {status!r} is not a status ({identifier})")
        return value

    def objects(self, name: str) -> dict[str, dict[str, Any]]:
        """A map whose values are themselves objects; empty where it is absent or null."""
        value = self._values.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(isinstance(v, dict) for v in value.values()):
            self.errors.append(f"{name}: all top-level values must be objects")
            return {}
        return value
