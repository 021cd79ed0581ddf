"""A workspace of one red line and its coverage, and a file of parcels: what small tests of batches need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from planner.project import Project

KIND = "ecological_red_line"
CITY = (113.0, 37.5, 114.2, 38.6)
NOWHERE = (100.0, 30.0, 100.1, 30.1)
LINES = [shapely.box(west, 38.0, west + 0.01, 38.01) for west in (113.2, 113.5, 113.8)]
_MANIFEST = """format = 1
title = {{zh = "试", en = "test"}}

[[layer]]
kind = "ecological_red_line"
path = "lines.gpkg"
source = {{zh = "试", en = "test"}}
licence = {{zh = "试", en = "test"}}
illustrative = {illustrative}
coverage = "{coverage}"
{more}
"""


def manifest(
    folder: Path, *, coverage: str = "coverage.gpkg", illustrative: bool = False, more: str = ""
) -> None:
    """Write the manifest."""
    text = _MANIFEST.format(illustrative=str(illustrative).lower(), coverage=coverage, more=more)
    (folder / "workspace.toml").write_text(text, encoding="utf-8")


def lines(folder: Path, geometries: Sequence[shapely.Geometry | None] = tuple(LINES)) -> None:
    """Write the red line."""
    write(folder / "lines.gpkg", geometries, HXLX=["一般控制区"] * len(geometries))


def coverage(folder: Path, box: tuple[float, float, float, float] = CITY) -> None:
    """Write the area in which absence means absence."""
    write(folder / "coverage.gpkg", [shapely.box(*box)])


def write(path: Path, geometries: Sequence[shapely.Geometry | None], **columns: list[str]) -> None:
    """Write a layer in EPSG:4490."""
    names = [f"p{number}" for number in range(len(geometries))]
    gpd.GeoDataFrame({"name": names, **columns}, geometry=list(geometries), crs=4490).to_file(path)


def make(folder: Path) -> Path:
    """Make the workspace."""
    folder.mkdir(parents=True)
    manifest(folder)
    lines(folder)
    coverage(folder)
    return folder


def parcels(count: int = 6) -> list[shapely.Geometry]:
    """Return parcels of 200 m within the coverage, the first of them on the red line."""
    corner = np.random.default_rng(1).uniform([113.15, 37.95], [113.85, 38.05], (count, 2))
    corner[0] = [113.205, 38.005]
    return list(shapely.box(*corner.T, *(corner + 0.002).T))


def project(workspace: Path, sites: Path) -> Project:
    """Return the question."""
    return Project((sites,), "PV", (), date(2026, 11, 23), workspace)
