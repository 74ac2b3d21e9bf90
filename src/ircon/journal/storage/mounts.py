"""Whether a folder is where SQLite's locks cannot be trusted, or where files are swapped."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse"}
)
_SYNCED: Final = ("dropbox", "icloud", "mobile documents", "onedrive", "google drive", "nextcloud")
_ELSEWHERE: Final = "Use it from one machine at a time, or choose a local folder with --home."
_MOUNTS: Final = Path("/proc/self/mountinfo")
_ESCAPED: Final = {r"\040": " ", r"\011": "\t", r"\012": "\n", r"\134": "\\"}


def doubt(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """Why a folder is a bad place for a journal, in a sentence; None if nothing is known.

    Args:
        folder: where the journal is.
        mounts: what is mounted where, as Linux lists it; other systems have none.
    """
    place = folder.resolve()
    synced = next(
        (part for part in place.parts if any(name in part.lower() for name in _SYNCED)), None
    )
    if synced:
        return (
            f"{folder} is in {synced}, which copies and swaps files while they are written:"
            f" the journal may be damaged or lose events. {_ELSEWHERE}"
        )
    kind = _file_system(place, mounts)
    if kind and (kind in _NETWORK or kind.startswith("fuse.")):
        return (
            f"{folder} is on a network or user-space file system ({kind}), whose locks may not"
            f" hold: two processes may damage the journal. {_ELSEWHERE}"
        )
    return None


def _file_system(place: Path, mounts: Path) -> str | None:
    """The type of the file system that a place is on."""
    try:
        listed = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    found: dict[Path, str] = {}
    for line in listed:  # 36 35 98:0 / /mnt rw,noatime shared:1 - ext3 /dev/root rw
        head, _, tail = line.partition(" - ")
        if tail and len(fields := head.split(" ")) > 4:
            found[Path(_unescaped(fields[4]))] = tail.split(" ")[0]
    return next((found[parent] for parent in (place, *place.parents) if parent in found), None)


def _unescaped(field: str) -> str:
    for escaped, sign in _ESCAPED.items():
        field = field.replace(escaped, sign)
    return field
