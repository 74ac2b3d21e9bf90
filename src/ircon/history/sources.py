"""Sources of documents: files, folders and zip archives, read within limits.

Everything is read into memory; nothing is extracted, written or followed out of
the given folder. A limit that is exceeded stops the whole import: half of
somebody's history is worse than none.
"""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ircon.errors import NotFound, Unreadable
from ircon.history.document import MAX_BYTES

MAX_DOCUMENTS: Final = 5_000
MAX_TOTAL: Final = 200 * 1024 * 1024
MAX_RATIO: Final = 200  # of a zip member's size to its compressed size; text has 5 to 20
_SMALL: Final = 1024 * 1024  # below this size the ratio is not checked
# Suffixes of a folder's documents; a file that is given itself may have any.
SUFFIXES: Final = (".txt", ".text", ".md", ".json", ".atom", ".xml", ".toml", ".zip")
_ZIP: Final = b"PK\x03\x04"
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
)

Documents = Iterator[tuple[str, bytes]]


@dataclass(slots=True)
class LeftOut:
    """What of some sources was not read, and why.

    Attributes:
        unreadable: a sentence for each document that cannot be read.
        skipped: the names of files that are no reports.
    """

    unreadable: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def gather_documents(
    paths: Iterable[Path], left_out: LeftOut | None = None
) -> list[tuple[str, bytes]]:
    """Return the documents at some paths, as pairs of name and bytes.

    A folder gives its documents (``SUFFIXES``, hidden ones left out) by name, with
    those of its folders; a zip archive gives its members. Names are relative to the
    given path.

    Args:
        paths: files and folders.
        left_out: takes the files of a folder that cannot be read, and those that are no
            documents. Without it, the first that cannot be read raises its error.

    Raises:
        NotFound: a path does not exist.
        Unreadable: it cannot be read, holds no document, or exceeds a limit.
    """
    documents: list[tuple[str, bytes]] = []
    total = 0
    for path in paths:
        for name, data in _at(path, left_out):
            total += len(data)
            if len(documents) >= MAX_DOCUMENTS or total > MAX_TOTAL:
                raise Unreadable(
                    f"{path}: more than {MAX_DOCUMENTS} documents or"
                    f" {MAX_TOTAL // 1024 // 1024} MB in one import.",
                    "Import it in parts.",
                )
            documents.append((name, data))
    return documents


def _at(path: Path, left_out: LeftOut | None) -> Documents:
    try:
        if path.is_dir():
            yield from _in_folder(path, left_out)
        else:
            yield from _in_file(path, path.name)
    except FileNotFoundError as error:
        raise NotFound(f"{path} does not exist.", "Check the path.") from error
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise Unreadable(f"{path}: {reason}.", "Check the file's permissions.") from error


def _in_folder(folder: Path, left_out: LeftOut | None) -> Documents:
    has_documents = False
    for path in sorted(_files(folder)):
        name = path.relative_to(folder).as_posix()
        if not _has_suffix(path):
            if left_out is not None:
                left_out.skipped.append(name)
            continue
        has_documents = True
        try:
            yield from _in_file(path, name)
        except (OSError, Unreadable) as error:
            if left_out is None:
                raise
            reason = f"{name}: {error.strerror}." if isinstance(error, OSError) else str(error)
            left_out.unreadable.append(reason)
    if not has_documents:
        raise Unreadable(
            f"{folder}: no documents in this folder.",
            f"A folder's documents end in {', '.join(SUFFIXES)}; give other files one by one.",
        )


def _files(folder: Path) -> Iterator[Path]:
    """Yield a folder's files; hidden and linked folders and files are left out."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if name[0] != "." and not path.is_symlink():
                yield path


def _has_suffix(path: Path) -> bool:
    return path.name.lower().endswith(SUFFIXES)


def _in_file(path: Path, name: str) -> Documents:
    # O_NONBLOCK: a named pipe without a writer must not block the import.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Unreadable(f"{name}: not a file.", "Import a file, a folder or a zip archive.")
        if file.read(len(_ZIP)) == _ZIP:
            file.seek(0)
            try:
                with zipfile.ZipFile(file) as archive:
                    yield from _in_archive(archive, name)
            except _BROKEN as error:
                raise Unreadable(
                    f"{name}: the archive is damaged or encrypted.",
                    "Unpack it and import the files.",
                ) from error
            return
        file.seek(0)
        data = file.read(MAX_BYTES + 1)
    yield name, _within(data, name)


def _in_archive(archive: zipfile.ZipFile, name: str) -> Documents:
    members = [member for member in archive.infolist() if _is_document(member)]
    if not members:
        raise Unreadable(
            f"{name}: no documents in this archive.", f"Documents end in {', '.join(SUFFIXES)}."
        )
    if len(members) > MAX_DOCUMENTS:
        raise Unreadable(f"{name}: more than {MAX_DOCUMENTS} documents.", "Import it in parts.")
    for member in members:
        inside = f"{name}/{member.filename}"
        with archive.open(member) as file:
            data = _within(file.read(MAX_BYTES + 1), inside)
        if len(data) > _SMALL and len(data) > MAX_RATIO * max(member.compress_size, 1):
            raise Unreadable(
                f"{inside}: compressed more than {MAX_RATIO} times.",
                "Unpack it and look at it first.",
            )
        yield inside, data


def _is_document(member: zipfile.ZipInfo) -> bool:
    parts = member.filename.split("/")
    linked = stat.S_ISLNK(member.external_attr >> 16)
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    # An archive inside an archive is not opened.
    has_suffix = member.filename.lower().endswith(
        tuple(suffix for suffix in SUFFIXES if suffix != ".zip")
    )
    return has_suffix and not (member.is_dir() or linked or hidden)


def _within(data: bytes, name: str) -> bytes:
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"{name}: larger than {MAX_BYTES // 1024 // 1024} MB.",
            "Import the part that is about the incident.",
        )
    return data
