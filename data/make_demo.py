"""Make the demonstration workspace: layers, rasters, sample projects and their manifests.

The same bytes on every run: fixed seeds, fixed dates, coordinates rounded to 1e-10 degree.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np

from data import manifest, mine_rasters, samples, sources
from data.drawing import Layers, draw
from data.footprints import footprints
from data.hazard_layers import surveyed_ground
from data.land import Land, survey
from data.planes import PROJECTED, official
from data.site_files import write_sites
from data.siting import Places
from gis.files import rasters
from gis.files import write as files

MANIFEST = "workspace.toml"
SAMPLES = "samples.toml"


def make(folder: Path, progress: Callable[[str], None] | None = None) -> None:
    """Make the workspace in a folder.

    The manifest is removed first and written last: a workspace that was left half made can't be
    opened as one.

    Parameters
    ----------
    folder
        Created where it does not exist; files of an earlier demonstration are replaced.
    progress
        Called with the name of each part before it is made.
    """
    tell = progress or (lambda _: None)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    tell("relief")
    land = survey()
    drawn = draw(land, tell)
    for kind, frame in drawn.items():
        tell(f"layers/{kind}.gpkg")
        files.write(official(frame), folder / "layers" / f"{kind}.gpkg")
    _write_coverages(land, folder)
    _copy_rasters(folder)
    _write_mine_rasters(land, drawn, folder, tell)
    _write_samples(land, drawn, folder, tell)
    (folder / MANIFEST).write_text(manifest.write_workspace(), encoding="utf-8", newline="\n")


def _write_coverages(land: Land, folder: Path) -> None:
    grounds = {
        manifest.WHOLE_CITY: (land.city.outline, "阳泉市（概化市界）"),
        manifest.SURVEYED: (surveyed_ground(land), "示意：地质灾害调查范围（盂县未调查）"),
    }
    for name, (ground, title) in grounds.items():
        frame = geopandas.GeoDataFrame({"MC": [title]}, geometry=np.array([ground]), crs=PROJECTED)
        files.write(official(frame), folder / name, layer="coverage")


def _copy_rasters(folder: Path) -> None:
    (folder / "rasters").mkdir(exist_ok=True)
    for raster in manifest.RASTERS:
        shutil.copyfile(sources.path(raster.theme, raster.file), folder / "rasters" / f"{raster.kind}.tif")


def _write_mine_rasters(land: Land, drawn: Layers, folder: Path, tell: Callable[[str], None]) -> None:
    tell("rasters")
    made = mine_rasters.draw(land, drawn["abandoned_mine"], drawn["urban_development_boundary"])
    for kind, raster, scale, unit in (
        ("dem_mine_scale", made.heights, mine_rasters.HEIGHT_SCALE_M, "m"),
        ("ndvi_before", made.ndvi_before, mine_rasters.NDVI_SCALE, ""),
        ("ndvi_after", made.ndvi_after, mine_rasters.NDVI_SCALE, ""),
    ):
        path = folder / "rasters" / f"{kind}.tif"
        rasters.write(path, raster, scale=scale, unit=unit, tiled=True)


def _write_samples(land: Land, drawn: Layers, folder: Path, tell: Callable[[str], None]) -> None:
    tell("sites")
    write_sites(footprints(Places(land, drawn)), folder / "sites")
    rows = []
    for sample in samples.SAMPLES:
        row: dict[str, object] = {"file": sample.file, "title": sample.title, "activity": sample.activity}
        row["flags"] = sample.flags
        if sample.crs:
            row["crs"] = sample.crs
        rows.append({**row, "story": sample.story, "illustrative": sample.illustrative})
    (folder / SAMPLES).write_text(manifest.table("sample", rows), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1] if len(sys.argv) > 1 else "workspace"), print)
