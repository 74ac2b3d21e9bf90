"""Documents from files, folders and zip archives, within limits.

Everything is read into memory; nothing is extracted, written or followed out of
the folder that was named. A limit that is passed stops the whole import: half of
somebody's history is worse than none.
"""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ircon.errors import NotFound, Unreadable
from ircon.history.document import MAX_BYTES

MAX_DOCUMENTS: Final = 5_000
MAX_TOTAL: Final = 200 * 1024 * 1024
MAX_RATIO: Final = 200  # of a zip member's size to what it takes in the archive; text makes 5 to 20
_SMALL: Final = 1024 * 1024  # below this size the ratio says nothing
# What a folder's documents are called; a file that is named itself may be called anything.
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


def gather_documents(paths: Iterable[Path]) -> list[tuple[str, bytes]]:
    """The documents at some paths, each with its name.

    A folder gives its documents (``SUFFIXES``, hidden ones left out) by name, with
    those of its folders; a zip archive gives its members. Names have no part of the
    path in front of what was named.

    Raises:
        NotFound: there is nothing at a path.
        Unreadable: it cannot be read, holds no document, or passes a limit.
    """
    documents: list[tuple[str, bytes]] = []
    total = 0
    for path in paths:
        for name, data in _at(path):
            total += len(data)
            if len(documents) >= MAX_DOCUMENTS or total > MAX_TOTAL:
                raise Unreadable(
                    f"{path}: more than {MAX_DOCUMENTS} documents or"
                    f" {MAX_TOTAL // 1024 // 1024} MB in one import.",
                    "Import it in parts.",
                )
            documents.append((name, data))
    return documents


def _at(path: Path) -> Documents:
    try:
        if path.is_dir():
            yield from _in_folder(path)
        else:
            yield from _in_file(path, path.name)
    except FileNotFoundError as error:
        raise NotFound(f"There is nothing at {path}.", "Check the path.") from error
    except OSError as error:
        what = (error.strerror or "cannot be read").lower()
        raise Unreadable(f"{path}: {what}.", "Check the file's permissions.") from error


def _in_folder(folder: Path) -> Documents:
    found = False
    for path in sorted(_files(folder)):
        found = True
        yield from _in_file(path, path.relative_to(folder).as_posix())
    if not found:
        raise Unreadable(
            f"{folder}: no documents in this folder.",
            f"They are called {', '.join(SUFFIXES)}; others can be named one by one.",
        )


def _files(folder: Path) -> Iterator[Path]:
    """A folder's documents. ``os.walk`` enters no linked folder; linked files are left out."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if name.lower().endswith(SUFFIXES) and name[0] != "." and not path.is_symlink():
                yield path


def _in_file(path: Path, name: str) -> Documents:
    # Without waiting for somebody to write into a pipe that lies there.
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
                    f"{name}: the archive is damaged or encrypted.", "Unpack it, import the files."
                ) from error
            return
        file.seek(0)
        data = file.read(MAX_BYTES + 1)
    yield name, _within(data, name)


def _in_archive(archive: zipfile.ZipFile, name: str) -> Documents:
    members = [one for one in archive.infolist() if _is_document(one)]
    if not members:
        raise Unreadable(
            f"{name}: no documents in this archive.", f"They are called {', '.join(SUFFIXES)}."
        )
    if len(members) > MAX_DOCUMENTS:
        raise Unreadable(f"{name}: more than {MAX_DOCUMENTS} documents.", "Import it in parts.")
    for member in members:
        inside = f"{name}/{member.filename}"
        with archive.open(member) as file:
            data = _within(file.read(MAX_BYTES + 1), inside)
        if len(data) > _SMALL and len(data) > MAX_RATIO * max(member.compress_size, 1):
            raise Unreadable(
                f"{inside}: blown up {MAX_RATIO} times and more.", "Unpack it and look at it first."
            )
        yield inside, data


def _is_document(member: zipfile.ZipInfo) -> bool:
    parts = member.filename.split("/")
    linked = stat.S_ISLNK(member.external_attr >> 16)
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    # An archive within an archive is not opened.
    named = member.filename.lower().endswith(
        tuple(suffix for suffix in SUFFIXES if suffix != ".zip")
    )
    return named and not (member.is_dir() or linked or hidden)


def _within(data: bytes, name: str) -> bytes:
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"{name}: larger than {MAX_BYTES // 1024 // 1024} MB.",
            "Import the part that is about the incident.",
        )
    return data
