"""An incident as a document for others: Markdown, HTML and JSON, and a safe place for it.

TOML recordings are the journal's.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import tzinfo
from pathlib import Path
from typing import Final

from ircon.errors import Refused
from ircon.incident.metrics import Metrics
from ircon.incident.promise import Promise
from ircon.incident.state import Incident
from ircon.incident.text import ingest, safe, safe_line
from ircon.writing.export_report import Report, internal_report, public_report
from ircon.writing.json_documents import show_document
from ircon.writing.markdown import bullets, inline, quote, tamed

_STYLE: Final = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
dl { display: grid; grid-template-columns: max-content auto; gap: .25rem 1rem; }
dt, h3 { font-weight: 600; }
dd, p { margin: 0; }
p { white-space: pre-wrap; overflow-wrap: anywhere; }
.notice { border: 2px solid; padding: .5rem; font-weight: 600; }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee; } }
"""


def to_markdown(incident: Incident, metrics: Metrics, zone: tzinfo, *, internal: bool) -> str:
    """An incident as Markdown; everything only where ``internal``.

    Raises:
        Refused: a public document of an incident of which nothing is public.
    """
    report = (internal_report if internal else public_report)(incident, metrics, zone)
    parts = [f"# {inline(report.title)}"]
    if report.notice:
        parts.append(f"**{report.notice}**")
    parts.append(bullets(f"{inline(label)}: {inline(words)}" for label, words in report.facts))
    if report.components:
        listed = (f"{inline(name)}: {level}" for name, level in report.components)
        parts += ["## Components", bullets(listed)]
    if report.passages:
        parts.append("## Timeline")
    for head, words in report.passages:
        parts += [f"### {inline(head)}", quote(words)]
    if report.postmortem:
        parts += ["## Postmortem", tamed(report.postmortem).strip()]
    return "\n\n".join(part for part in parts if part) + "\n"


def to_html(incident: Incident, metrics: Metrics, zone: tzinfo, *, internal: bool) -> str:
    """An incident as one HTML file that loads nothing, runs nothing and links nowhere.

    Raises:
        Refused: a public document of an incident of which nothing is public.
    """
    report = (internal_report if internal else public_report)(incident, metrics, zone)
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = _line(report.title)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f"{_html_body(report)}</body>\n</html>\n"
    )


def to_json(incident: Incident, metrics: Metrics, promises: Iterable[Promise] = ()) -> str:
    """The document of ``show --json``: everything, internal entries included.

    ASCII only, so that it is inert wherever it is printed.
    """
    return json.dumps(show_document(incident, metrics, promises), indent=2) + "\n"


def save_export(path: Path, text: str) -> None:
    """Write a document: readable by its owner only, whole or not at all, over nothing.

    The name is claimed first, so that nothing which appears meanwhile is replaced.

    Raises:
        Refused: something is there already, or it cannot be written.
    """
    new = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        os.close(os.open(path, new, 0o600))
    except FileExistsError:
        raise Refused(f"{path} already exists.", "Give another name, or move it away.") from None
    except OSError as error:
        raise _unwritten(path, error) from error
    try:
        with os.fdopen(os.open(temporary, new, 0o600), "wb") as file:
            file.write(ingest(text).encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        _sync_folder(path.parent)
    except OSError as error:
        for left in (temporary, path):
            with suppress(OSError):
                left.unlink()
        raise _unwritten(path, error) from error


def _sync_folder(folder: Path) -> None:
    """Flush a folder to disk, so that a new name in it outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritten(path: Path, error: OSError) -> Refused:
    return Refused(
        f"{path} cannot be written: {error.strerror}.", "Choose a folder that you can write to."
    )


def _html_body(report: Report) -> str:
    parts = [f'<p class="notice">{_line(report.notice)}</p>'] if report.notice else []
    parts.append(_pairs(report.facts))
    if report.components:
        parts += ["<h2>Components</h2>", _pairs(report.components)]
    if report.passages:
        parts.append("<h2>Timeline</h2>")
    for head, words in report.passages:
        parts += [f"<h3>{_line(head)}</h3>", f"<p>{_text(words)}</p>"]
    if report.postmortem:
        parts += ["<h2>Postmortem</h2>", f"<p>{_text(report.postmortem)}</p>"]
    return "\n".join(parts) + "\n"


def _pairs(pairs: list[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{_line(name)}</dt><dd>{_line(words)}</dd>\n" for name, words in pairs)
    return f"<dl>\n{rows}</dl>"


def _line(text: str) -> str:
    return html.escape(safe_line(text))


def _text(text: str) -> str:
    return html.escape(safe(text))
