"""Folders in which sessions of the app keep what was uploaded and drawn: locked while in use, swept when left."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "planner-session-"
LOCK = ".in-use"
_ABANDONED_S = 24 * 3600.0
_held: dict[Path, FileLock] = {}


def make() -> Path:
    """Make a folder of a session's own; as long as it is not removed, no sweep takes it for left."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    # It is released by whichever thread ends the session.
    lock = FileLock(folder / LOCK, thread_local=False)
    lock.acquire()
    _held[folder] = lock
    return folder


def remove(folder: Path) -> None:
    """Remove a session's folder and all that is in it."""
    lock = _held.pop(folder, None)
    if lock is not None:
        lock.release()
    shutil.rmtree(folder, ignore_errors=True)


def keep_only(folder: Path, used: Iterable[Path]) -> None:
    """Remove what lies in a session's folder, except where the files lie that are used."""
    needed = tuple(used)
    for item in folder.iterdir():
        if item.is_dir() and not any(path.is_relative_to(item) for path in needed):
            # What another thread still has open stays on some systems; the next time it goes.
            shutil.rmtree(item, ignore_errors=True)


def sweep() -> None:
    """Remove folders that killed servers left: nobody holds them, and they are a day old by the file system's clock."""
    with tempfile.TemporaryDirectory(prefix="planner-app-") as name:
        fresh = Path(name)
        for folder in fresh.parent.glob(f"{PREFIX}*"):
            with contextlib.suppress(OSError):
                if folder not in _held and _is_left(folder, fresh):
                    _remove_unheld(folder)


def _is_left(folder: Path, fresh: Path) -> bool:
    """Whether a folder is one of this user's, and nothing in it has changed for a day."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    known, now = folder.stat(), fresh.stat()
    newest_s = max([known.st_mtime, *(item.lstat().st_mtime for item in folder.rglob("*"))])
    return known.st_uid == now.st_uid and now.st_mtime - newest_s > _ABANDONED_S


def _remove_unheld(folder: Path) -> None:
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return
    lock.release()
    shutil.rmtree(folder)
