"""Folders that a killed run left behind: swept when they are old and ours, and hold nobody's file."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from gis.files import atomic

DAY_S = 24 * 3600


def _left_behind(parent: Path, name: str, age_s: float, *members: str) -> Path:
    folder = parent / name
    for part in ("new", "old"):
        (folder / part).mkdir(parents=True)
    for member in members:
        (folder / member).parent.mkdir(parents=True, exist_ok=True)
        (folder / member).write_text("content", encoding="utf-8")
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (time.time() - age_s,) * 2)
    return folder


def _write(parent: Path, *, folder: bool) -> None:
    if folder:
        with atomic.whole_folder(parent / "store") as made:
            (made / "part").write_text("x", encoding="utf-8")
    else:
        with atomic.whole(parent / "table.csv") as target:
            target.write_text("x", encoding="utf-8")


@pytest.mark.parametrize("folder", [False, True])
def test_what_a_killed_run_left_is_swept_after_a_day(tmp_path: Path, folder: bool) -> None:
    old = _left_behind(tmp_path, ".planner-old", DAY_S + 60, "new/half.csv")
    running = _left_behind(tmp_path, ".planner-run", 60, "new/half.csv")
    _write(tmp_path, folder=folder)
    assert not old.exists()
    assert running.exists()


@pytest.mark.parametrize(
    ("name", "member"),
    [
        (".planner-kept", "old/the only copy.shp"),
        (".planner-else", "something else.txt"),
        ("planner-mine", "new/half.csv"),
    ],
)
def test_what_may_be_somebody_s_stays(tmp_path: Path, name: str, member: str) -> None:
    kept = _left_behind(tmp_path, name, 30 * DAY_S, member)
    _write(tmp_path, folder=False)
    assert (kept / member).exists()


def test_a_file_written_for_more_than_a_day_is_not_swept(tmp_path: Path) -> None:
    running = _left_behind(tmp_path, ".planner-slow", 2 * DAY_S, "new/large.parquet")
    os.utime(running / "new" / "large.parquet")
    _write(tmp_path, folder=False)
    assert running.exists()
