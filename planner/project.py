"""A question, whole: what a result can be repeated from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from gis.errors import InputError, Text
from planner import run_file

RUN_FILE_VERSION = 2


@dataclass(frozen=True, slots=True)
class Project:
    """What was asked. Frozen and hashable: the cache key, the audit record, the run file.

    Parameters
    ----------
    sites
        Files with footprints.
    activity
        Code of the project class.
    answers
        Pairs of flag and answer, sorted.
    as_of
        The day whose law is asked for.
    workspace
        Folder of the workspace.
    crs
        Coordinate system declared for files that state none.
    layer
        Layer to take from files that hold several.
    width_m
        Width of sites that are points or lines.
    """

    sites: tuple[Path, ...]
    activity: str
    answers: tuple[tuple[str, str], ...]
    as_of: date
    workspace: Path
    crs: str | None = None
    layer: str | None = None
    width_m: float | None = None

    def beside(self, folder: Path) -> Project:
        """Return the question with its paths as seen from a folder: what is written there as a run file."""
        return self._with_paths(lambda path: run_file.beside(path, folder))

    def seen_from(self, folder: Path) -> Project:
        """Return the question of a run file that stands in a folder, with paths that lead from here."""
        return self._with_paths(lambda path: run_file.seen_from(path, folder))

    def _with_paths(self, moved: Callable[[Path], Path]) -> Project:
        return replace(self, sites=tuple(map(moved, self.sites)), workspace=moved(self.workspace))

    def to_json(self) -> str:
        """Return the run file's content."""
        values = {
            "run_file": RUN_FILE_VERSION,
            "sites": [path.as_posix() for path in self.sites],
            "activity": self.activity,
            "flags": dict(self.answers),
            "as_of": self.as_of.isoformat(),
            "workspace": self.workspace.as_posix(),
            "crs": self.crs,
            "layer": self.layer,
            "width_m": self.width_m,
        }
        return json.dumps(values, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str, name: str) -> Project:
        """Read a run file.

        Raises
        ------
        InputError
            When it is not one.
        """
        try:
            values = json.loads(text)
            if values["run_file"] != RUN_FILE_VERSION:
                raise ValueError(f"run file version {values['run_file']}")
            _check_types(values)
            return cls(
                sites=tuple(Path(item) for item in values["sites"]),
                activity=values["activity"],
                answers=tuple(sorted(values["flags"].items())),
                as_of=date.fromisoformat(values["as_of"]),
                workspace=Path(values["workspace"]),
                crs=values["crs"],
                layer=values["layer"],
                width_m=values["width_m"],
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                "run_file",
                Text(f"“{name}”不是本软件的运行文件（{error}）。", f"'{name}' is not a run file ({error})."),
                Text("请使用 planner check 写出的 run.json。", "Use a run.json written by planner check."),
            ) from error


def _check_types(values: dict[str, object]) -> None:
    sites, flags, width_m = values["sites"], values["flags"], values["width_m"]
    if not isinstance(sites, list) or not sites:
        raise ValueError("no sites")
    if not isinstance(flags, dict) or not all(isinstance(answer, str) for answer in flags.values()):
        raise TypeError("flags")
    if not isinstance(values["activity"], str):
        raise TypeError("activity")
    for name in ("crs", "layer"):
        if not isinstance(values[name], str | None):
            raise TypeError(name)
    if isinstance(width_m, bool) or not isinstance(width_m, int | float | None):
        raise TypeError("width_m")
