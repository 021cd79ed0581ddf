"""The sample projects of a demonstration workspace."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from gis.errors import InputError, Text

SAMPLES = "samples.toml"


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample project of the demonstration workspace."""

    file: str
    title: Text
    activity: str
    flags: tuple[tuple[str, str], ...]
    crs: str | None
    story: Text


def samples(folder: Path) -> list[Sample]:
    """Return the sample projects of a demonstration workspace.

    Raises
    ------
    InputError
        When the folder has none.
    """
    path = folder / SAMPLES
    if not path.is_file():
        raise InputError(
            "no_samples",
            Text(f"“{folder}”里没有示例项目。", f"There are no samples in '{folder}'."),
            Text("先运行 planner demo。", "Run planner demo first."),
        )
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["sample"]
    return [
        Sample(
            file=entry["file"],
            title=Text(**entry["title"]),
            activity=entry["activity"],
            flags=tuple(sorted(entry.get("flags", {}).items())),
            crs=entry.get("crs"),
            story=Text(**entry["story"]),
        )
        for entry in entries
    ]
