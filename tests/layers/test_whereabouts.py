"""A layer in the wrong zone lies elsewhere in China: an error, never "no conflict"."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from gis import recognition
from gis.errors import InputError
from layers import whereabouts
from planner import workspace
from tests.planner import small_workspace as small

RED_LINE = "ecological_red_line"
HENAN = shapely.box(115.0, 34.0, 115.1, 34.1)
AROUND_THE_LINES = (113.0, 37.5, 114.2, 38.6)


def in_the_wrong_zone(path: Path) -> None:
    """Write the red line in the numbers of central meridian 114°E, saying that it is 111°E."""
    lines = gpd.GeoDataFrame({"HXLX": ["一般控制区"] * 3}, geometry=small.LINES, crs=4490).to_crs(4547)
    lines.set_crs(4546, allow_override=True).to_file(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small.make(tmp_path / "workspace")


def entry(folder: Path) -> workspace.LayerEntry:
    return workspace.open_folder(folder).layers[0]


@pytest.mark.parametrize("near", [None, AROUND_THE_LINES])
def test_a_layer_in_the_wrong_zone_is_not_assessed(
    folder: Path, near: tuple[float, float, float, float] | None
) -> None:
    in_the_wrong_zone(folder / "lines.gpkg")
    for _ in range(2):
        loaded = workspace.load_layers(workspace.open_folder(folder), near=near)
        assert dict(loaded.layers) == {}
        assert [(issue.code, issue.severity) for issue in loaded.issues] == [("layer_elsewhere", "error")]


def test_a_layer_in_the_wrong_zone_is_not_listed(folder: Path) -> None:
    listed = entry(folder)
    in_the_wrong_zone(folder / "lines.gpkg")
    manifest = folder / workspace.MANIFEST
    manifest.write_text('format = 1\ntitle = {zh = "试", en = "test"}\n', encoding="utf-8")
    before = manifest.read_bytes()
    with pytest.raises(InputError) as fault:
        workspace.add(folder, listed)
    assert fault.value.code == "layer_elsewhere"
    assert manifest.read_bytes() == before


def test_another_coverage_is_asked_anew_of_a_kept_layer(folder: Path) -> None:
    small.lines(folder, [HENAN])
    small.coverage(folder, HENAN.bounds)
    assert RED_LINE in workspace.load_layers(workspace.open_folder(folder)).layers
    small.coverage(folder)
    loaded = workspace.load_layers(workspace.open_folder(folder))
    assert [issue.code for issue in loaded.issues] == ["layer_elsewhere"]


def test_a_wider_layer_is_told_with_its_count(folder: Path) -> None:
    small.lines(folder, [*small.LINES, HENAN])
    loaded = workspace.load_layers(workspace.open_folder(folder), near=AROUND_THE_LINES)
    assert RED_LINE in loaded.layers
    assert [(issue.code, issue.severity, issue.count, issue.rows) for issue in loaded.issues] == [
        ("partly_elsewhere", "warning", 1, ("4",))
    ]


def test_a_layer_that_answers_under_its_features_only_may_lie_anywhere(folder: Path) -> None:
    small.manifest(folder, coverage="features")
    small.lines(folder, [HENAN])
    loaded = workspace.load_layers(workspace.open_folder(folder))
    assert [issue.code for issue in loaded.issues] == ["partly_elsewhere"]


@pytest.mark.parametrize(("central_meridian", "fits"), [(4547, True), (4546, False)])
def test_of_a_table_that_is_read_in_part_its_extent_tells(central_meridian: int, fits: bool) -> None:
    extent = gpd.GeoSeries(small.LINES, crs=4490).to_crs(4547).total_bounds
    found = recognition.recognise(tuple(extent), pyproj.CRS.from_epsg(central_meridian))
    coverage = gpd.GeoSeries([shapely.box(*small.CITY)], crs=4490)
    nothing = np.array([], dtype=object)
    if fits:
        assert whereabouts.notes(nothing, coverage, (tuple(extent), found)) == []
        return
    with pytest.raises(InputError, match="110"):
        whereabouts.notes(nothing, coverage, (tuple(extent), found))
