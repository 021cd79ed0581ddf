"""Rasters of a workspace: what their cells are worth is stated in the manifest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis.errors import InputError
from gis.files import rasters as raster_files
from layers.raster_layer import DEM
from planner import rank_inputs, workspace
from restoration import criterion_files
from restoration.assessment import assess
from tests.gis.grids import raster
from tests.restoration.assessed_ground import SIZE, layer, line, mines

MANIFEST = """format = 1
title = {{zh = "试", en = "test"}}

[[raster]]
kind = "dem_mine_scale"
path = "dem.tif"
source = {{zh = "试", en = "test"}}
licence = {{zh = "试", en = "test"}}
illustrative = false
{error}
"""


def folder_with(folder: Path, error: str) -> Path:
    """Write flat heights with a wall of 2 m between a road and the mine."""
    heights = np.full((SIZE, SIZE), 900.0)
    heights[:, 98] += 2.0
    raster_files.write(folder / "dem.tif", raster(heights))
    (folder / "workspace.toml").write_text(MANIFEST.format(error=error), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("error", "stated"), [("error = 2.5", 2.5), ("error = 0", 0.0), ("", None)])
def test_the_error_of_heights_comes_from_the_manifest(
    tmp_path: Path, error: str, stated: float | None
) -> None:
    space = workspace.open_folder(folder_with(tmp_path, error))
    rasters, issues = rank_inputs.open_rasters(space)
    assert issues == ()
    assert rasters[DEM].error == stated
    road = layer("road", line((20, 20), (20, 180)))
    result = assess(
        mines((100, 100, 104, 104)),
        layers={"road": road},
        rasters=rasters,
        criteria=[criterion_files.find("visible_from_road_share")],
    )
    told = [issue for issue in result.issues if issue.code == "raster_error_not_stated"]
    assert len(told) == (stated is None)
    width = (result.high - result.low).iloc[0, 0]
    assert (width > 0) == (stated == 2.5)
    assert all("按0计" in issue.what.zh and "taken as 0" in issue.what.en for issue in told)


@pytest.mark.parametrize("error", ["error = -1", "error = true", "error = 'x'", "error = nan", "error = 1e9"])
def test_an_error_that_is_none_is_refused(tmp_path: Path, error: str) -> None:
    with pytest.raises(InputError) as caught:
        workspace.open_folder(folder_with(tmp_path, error))
    assert caught.value.code == "workspace_unreadable"
    assert "'error' is not a number from 0" in caught.value.what.en


def test_without_views_the_error_of_heights_is_nobodys_business(tmp_path: Path) -> None:
    rasters, _ = rank_inputs.open_rasters(workspace.open_folder(folder_with(tmp_path, "")))
    criteria = [criterion_files.find("slope_mean_degree")]
    result = assess(mines((100, 100, 104, 104)), layers={}, rasters=rasters, criteria=criteria)
    assert result.issues == ()
