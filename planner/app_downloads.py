"""What the app gives to take away: the exports, and a run file that repeats the check elsewhere."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from gis.errors import Language
from gis.files.atomic import zip_folder
from gis.note import Note
from planner import app_files, export
from planner.app_files import Files
from planner.app_workspace import companions
from planner.result import Result

RUN_ARCHIVE = "run.zip"
RUN_FILE = "run.json"


def files(result: Result, language: Language, *, encoding: str, crs: str) -> Files:
    """Return every export of a result, and what a shapefile could not hold.

    ``run.zip`` holds ``run.json`` and the sites beside it: unpacked anywhere,
    ``planner check --run run.json`` repeats the check.

    Parameters
    ----------
    result
        What came of a check.
    encoding
        Of the shapefile: ``GBK`` or ``UTF-8``.
    crs
        Coordinate system of shapefile and GeoPackage.
    """

    def write(folder: Path, encoding: str) -> tuple[list[Path], tuple[Note, ...]]:
        written, notes = export.write_all(result, folder, language, encoding=encoding, crs=crs)
        return [path for path in written if path.name != RUN_FILE], notes

    made = app_files.made(write, encoding)
    contents = {**made.contents, RUN_ARCHIVE: _run_archive(result)}
    return replace(made, contents=MappingProxyType(contents))


def _run_archive(result: Result) -> bytes:
    with tempfile.TemporaryDirectory(prefix="planner-app-") as name:
        return _packed(result, Path(name))


def _packed(result: Result, folder: Path) -> bytes:
    inside = folder / "run"
    inside.mkdir()
    names = []
    for number, site in enumerate(result.project.sites):
        name = Path(site.name) if number == 0 else Path(str(number)) / site.name
        _copy(site, inside / name)
        names.append(name)
    project = replace(result.project, sites=tuple(names), workspace=result.project.workspace.resolve())
    (inside / RUN_FILE).write_text(project.to_json(), encoding="utf-8", newline="\n")
    archive = folder / RUN_ARCHIVE
    zip_folder(inside, archive)
    return archive.read_bytes()


def _copy(site: Path, target: Path) -> None:
    """Copy a site with the files that go with it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if site.is_dir():
        shutil.copytree(site, target)
        return
    for member in companions(site):
        shutil.copyfile(member, target.parent / member.name)
