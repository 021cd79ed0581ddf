"""Folders of sessions: what is in use stays, what killed servers left goes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from planner import session_folders

DAY_S = 24 * 3600.0
_KILLED = """
import os
from planner import session_folders
folder = session_folders.make()
(folder / "upload").write_bytes(bytes(10))
print(folder, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def aged(folder: Path, by_s: float) -> None:
    now_s = folder.stat().st_mtime
    for item in (*folder.rglob("*"), folder):
        os.utime(item, (now_s - by_s, now_s - by_s))


def test_what_a_killed_server_left_is_swept_after_a_day(temporary: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED], capture_output=True, text=True, check=False)
    folder = Path(killed.stdout.strip())
    assert folder.parent == temporary
    session_folders.sweep()
    assert (folder / "upload").is_file()
    aged(folder, 1.1 * DAY_S)
    session_folders.sweep()
    assert list(temporary.iterdir()) == []


def test_a_session_that_is_left_open_for_days_keeps_its_folder(temporary: Path) -> None:
    folder = session_folders.make()
    aged(folder, 3 * DAY_S)
    session_folders.sweep()
    assert folder.is_dir()
    sweeping = f"from planner import session_folders; session_folders.sweep(); print({str(folder)!r})"
    subprocess.run([sys.executable, "-c", sweeping], check=True)
    assert folder.is_dir()
    # The end of a session comes from any thread.
    ending = threading.Thread(target=session_folders.remove, args=(folder,))
    ending.start()
    ending.join()
    assert list(temporary.iterdir()) == []


def test_folders_from_before_there_were_locks_are_swept_too(temporary: Path) -> None:
    folder = temporary / f"{session_folders.PREFIX}old"
    (folder / "0").mkdir(parents=True)
    aged(folder, 2 * DAY_S)
    session_folders.sweep()
    assert not folder.exists()
