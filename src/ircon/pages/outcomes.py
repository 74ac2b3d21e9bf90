"""Outcomes of a call to a page: the table of docs/delivery.md, as data.

The network cannot tell whether a write was applied when the answer is lost: only
what is certain is called ``NotSent`` or ``Rejected``, all else is ``Unknown``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ircon.errors import NotSent, PageError, RateLimited, Rejected, Unknown

# Seen before anything was asked: what the other side shows of itself.
EXPIRED: Final = "certificate expired"
NOT_YET: Final = "certificate not valid yet"
OTHER_NAME: Final = "certificate of another name"
UNTRUSTED: Final = "certificate not trusted"
NO_TLS: Final = "no TLS"
# OpenSSL's numbers of what is wrong with a certificate.
_CERTIFICATES: Final = {9: NOT_YET, 10: EXPIRED, 62: OTHER_NAME, 64: OTHER_NAME}

# Seen in an answer of status 2xx.
NOT_JSON: Final = "not JSON"
TOO_LONG: Final = "too long"
OTHER_SHAPE: Final = "another shape"
OTHER_PAGE: Final = "another page"
NO_UPDATE: Final = "no such update"
ANYTHING_ELSE: Final = "anything else"


class Row(NamedTuple):
    """One row of the table.

    Attributes:
        seen: the class of an exception (httpx's, or ``TimeoutError``: our own
            limit for a whole call), an HTTP status, a family of them (``3xx``),
            or one of this module's words.
        outcome: what may be said about a write.
        words: for a person; ``{host}`` and ``{detail}`` are filled in.
        hint: what to do next, where it differs from ``HINTS``.
        on_read: what a read raises, where a write would raise another.
    """

    seen: str
    outcome: type[PageError]
    words: str
    hint: str = ""
    on_read: type[PageError] | None = None


_CUT: Final = "The connection to {host} broke before the answer was complete ({detail})."
_LATE: Final = "{host} did not answer in time ({detail})."
_REFUSED: Final = "{host} refused it: {detail}."
_FAILED: Final = "{host} failed: {detail}."
_SETTINGS: Final = "Check url and page_id in config.toml; 'ircon doctor' tries them."

TABLE: Final = (
    # Nothing left this machine, or nothing that is a request.
    Row(
        EXPIRED,
        NotSent,
        "The certificate of {host} has expired: {detail}.",
        "Its operator must renew it; or this machine's clock is wrong.",
    ),
    Row(
        NOT_YET,
        NotSent,
        "The certificate of {host} is not valid yet: {detail}.",
        "Is this machine's clock right?",
    ),
    Row(
        OTHER_NAME,
        NotSent,
        "The certificate of {host} is for another name: {detail}.",
        "Correct url in config.toml; or a proxy in between answers for it.",
    ),
    Row(
        UNTRUSTED,
        NotSent,
        "The certificate of {host} is not trusted: {detail}.",
        "If it is your company's, name its authority's file (PEM) as ca_file in config.toml, or "
        "in SSL_CERT_FILE.",
    ),
    Row(
        NO_TLS,
        NotSent,
        "{host} does not speak TLS as it should: {detail}.",
        "Is the port in url of config.toml one for https?",
    ),
    Row("ConnectError", NotSent, "{host} cannot be reached: {detail}."),
    Row("ConnectTimeout", NotSent, "{host} cannot be reached: no answer in time."),
    Row("ProxyError", NotSent, "The proxy does not lead to {host}: {detail}."),
    Row("PoolTimeout", NotSent, "Too many requests to {host} at once."),
    Row("UnsupportedProtocol", NotSent, "{host} has an address that cannot be used: {detail}."),
    Row("LocalProtocolError", NotSent, "The request to {host} could not be made: {detail}."),
    # The page refused to look at it.
    Row("420", RateLimited, "{host} is limiting requests: {detail}."),
    Row("429", RateLimited, "{host} is limiting requests: {detail}."),
    # The page looked at it and refused.
    Row("400", Rejected, _REFUSED),
    Row(
        "401",
        Rejected,
        "{host} does not accept the token: {detail}.",
        "Give another token: config.toml says where it comes from.",
    ),
    Row("403", Rejected, "The token may not do that on {host}: {detail}."),
    Row("404", Rejected, "{host} does not have it: {detail}.", _SETTINGS),
    Row("413", Rejected, "{host} refused it as too large: {detail}."),
    Row("422", Rejected, _REFUSED),
    Row(
        "3xx",
        Rejected,
        "{host} redirects ({detail}). ircon never follows a redirect: the token would go there.",
        "Is this the network's login page? Else correct url in config.toml.",
    ),
    # Lost on the way there, or on the way back.
    Row("ReadTimeout", Unknown, _LATE),
    Row("WriteTimeout", Unknown, _LATE),
    Row("TimeoutError", Unknown, _LATE),
    Row("ReadError", Unknown, _CUT),
    Row("WriteError", Unknown, _CUT),
    Row("CloseError", Unknown, _CUT),
    Row("RemoteProtocolError", Unknown, _CUT),
    Row("DecodingError", Unknown, "{host} sent an answer that cannot be unpacked ({detail})."),
    # Applied or not: both were measured.
    Row("408", Unknown, _LATE),
    Row("409", Unknown, _FAILED, on_read=Rejected),
    Row("500", Unknown, _FAILED),
    Row("502", Unknown, _FAILED),
    Row("503", Unknown, _FAILED),
    Row("504", Unknown, _FAILED),
    Row("5xx", Unknown, _FAILED),
    Row("4xx", Unknown, _FAILED, on_read=Rejected),
    Row(
        NOT_JSON,
        Unknown,
        "The answer for {host} is not from the page: {detail}.",
        "Is this the network's login page?",
    ),
    Row(TOO_LONG, Unknown, "{host} sent too long an answer ({detail})."),
    Row(OTHER_SHAPE, Unknown, "{host} answered in an unexpected shape: {detail}."),
    Row(OTHER_PAGE, Unknown, "{host} answered for another page: {detail}.", _SETTINGS, Rejected),
    Row(NO_UPDATE, Unknown, "{host} accepted it, but its answer does not show the update."),
    Row(ANYTHING_ELSE, Unknown, "The request to {host} failed in an unexpected way: {detail}."),
)
_BY_SEEN: Final = {row.seen: row for row in TABLE}

# What to do next, by outcome, after a write and after a read.
HINTS: Final[Mapping[type[PageError], tuple[str, str]]] = {
    NotSent: (
        "Nothing was published; it can be sent again.",
        "Try again when the network is back.",
    ),
    RateLimited: ("Nothing was published; it can be sent later.", "Try again later."),
    Rejected: ("Nothing was published.", "Trying again will not help."),
    Unknown: (
        "It may be public already: look at the page before you send it again.",
        "Try again in a moment.",
    ),
}


def row_for(seen: Iterable[str]) -> Row:
    """Return the row of the first name that the table has, else that of ``ANYTHING_ELSE``."""
    return next((_BY_SEEN[name] for name in seen if name in _BY_SEEN), _BY_SEEN[ANYTHING_ELSE])


def names_of_error(error: BaseException) -> list[str]:
    """Return an exception's names in the table: of a TLS error, else its class and its bases."""
    tls = _tls_cause(error)
    if tls is not None and any(kind.__name__ == "ConnectError" for kind in type(error).__mro__):
        code = getattr(tls, "verify_code", None)
        return [NO_TLS if code is None else _CERTIFICATES.get(code, UNTRUSTED)]
    return [kind.__name__ for kind in type(error).__mro__]


def detail_of(error: BaseException) -> str:
    """Return an exception's text for a person; of a TLS error, the reason alone."""
    tls = _tls_cause(error)
    if tls is not None:
        said = str(getattr(tls, "verify_message", "") or tls)
        return re.sub(r"^\[[^\]]*\]\s*|\s*\(_ssl\.c:\d+\)$", "", said)
    name, said = type(error).__name__, str(error)
    return f"{name}: {said}" if said else name


def _tls_cause(error: BaseException) -> BaseException | None:
    """Return the TLS error that caused another, if one did."""
    seen: BaseException | None = error
    for _ in range(8):
        if seen is None or any(kind.__name__ == "SSLError" for kind in type(seen).__mro__):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def names_of_status(status: int) -> list[str]:
    """Return an HTTP status' names in the table: itself, then its family."""
    return [str(status), f"{status // 100}xx"]


def to_error(
    row: Row,
    *,
    write: bool,
    host: str,
    detail: str = "",
    status: int | None = None,
    retry_after: float | None = None,
) -> PageError:
    """Return the error to raise for a row.

    Args:
        row: the row of what was seen.
        write: whether the call changes anything on the page.
        host: the host of the request.
        detail: the page's text, already inert (``text.safe_line``).
        status: the HTTP status, where there was one.
        retry_after: seconds, where the page said so.
    """
    kind = row.outcome if write else row.on_read or row.outcome
    message = row.words.format(host=host, detail=detail.rstrip(".") or row.seen)
    hint = row.hint or HINTS[kind][0 if write else 1]
    if issubclass(kind, RateLimited):
        seconds = 60.0 if retry_after is None else retry_after
        return RateLimited(message, f"{hint} Wait {seconds:.0f} s.", seconds)
    if issubclass(kind, Rejected):
        return Rejected(message, hint, status)
    return kind(message, hint)


def error_text(body: bytes) -> str:
    """Return the text of an error's body, in any of the shapes that pages were seen to send.

    ``{"error": "..."}``, ``{"error": ["..."]}``, ``{"error": {"field": ["..."]}}``,
    ``{"errors": ...}``, ``{"message": "..."}``, HTML, plain text. Empty where it
    holds no text. Foreign text: not inert yet.
    """
    text = body.decode("utf-8", "replace").strip()
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        title = re.search(r"<(title|h1)\b[^>]*>([^<]{1,300})", text[:100_000], re.IGNORECASE)
        if title:
            return f"a web page, {title[2].strip()!r}"
        return "a web page" if text.startswith("<") else text[:300]
    return "; ".join(_sentences(document))


def _sentences(said: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(said, str):
        yield said.strip()
    elif isinstance(said, list) and depth < 4:
        for one in said[:20]:
            yield from _sentences(one, depth + 1)
    elif isinstance(said, dict) and depth < 4:
        wrapped = [said[name] for name in ("error", "errors", "message") if said.get(name)]
        if wrapped:
            yield from _sentences(wrapped[0], depth + 1)
        else:
            for name, one in list(said.items())[:20]:
                yield from (f"{name} {sentence}" for sentence in _sentences(one, depth + 1))
