"""Request bodies: JSON, or a form whose bracketed names nest (``incident[name]=...``)."""

import json
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from starlette.requests import Request

from ircon.practice.api_errors import Malformed

_FORM = "application/x-www-form-urlencoded"
_HEADROOM = 50  # levels


async def read_body(request: Request) -> dict[str, Any]:
    """The body as one object; empty where there is none.

    Raises:
        Malformed: it is not a JSON object, not UTF-8, or holds what no answer could repeat (NaN,
            half a surrogate pair, too much nesting).
    """
    raw = await request.body()
    if not raw.strip():
        return {}
    if request.headers.get("content-type", "").split(";")[0].strip().lower() == _FORM:
        return _form(raw)
    try:
        document = json.loads(raw, parse_constant=_refuse_constant)
        _rehearse(document)
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not valid JSON") from error
    if not isinstance(document, dict):
        raise Malformed("The body must be a JSON object")
    return document


def _rehearse(document: Any) -> None:
    """Write the document as an answer will, which nests it a little deeper."""
    for _ in range(_HEADROOM):
        document = [document]
    json.dumps(document, ensure_ascii=False).encode()


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _form(raw: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise Malformed("The form is not valid UTF-8") from error
    document: dict[str, Any] = {}
    for name, value in pairs:
        _plant(document, name.replace("]", "").split("["), value)
    return document


def _plant(document: dict[str, Any], keys: list[str], value: str) -> None:
    """Put a value where ``a[b][c]`` (a map) or ``a[b][]`` (a list) says."""
    *branches, leaf = keys
    is_item = leaf == "" and bool(branches)
    if is_item:
        *branches, leaf = branches
    for key in branches:
        document = document.setdefault(key, {})
        if not isinstance(document, dict):
            raise Malformed(f"The form gives {key} twice, once as text")
    if not is_item:
        document[leaf] = value
    elif isinstance(items := document.setdefault(leaf, []), list):
        items.append(value)
    else:
        raise Malformed(f"The form gives {leaf} twice, once as text")
