"""Zonal statistics: cases countable by hand, and what must hold for any raster."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st

from gis import rasters
from gis.errors import CrsMixUpError, InputError
from gis.files import rasters as raster_files
from gis.raster import FloatArray, Raster
from gis.terrain import slope
from tests.gis.grids import CELL_M, NORTH_M, PLANE, WEST_M, in_cells, raster

NINE = [[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]


# edges are straight in degrees, not in the plane: 0.03 mm on 45 m, a millionth of a cell


def test_whole_and_half_cells_weigh_by_their_share() -> None:
    # cell 1 whole, cell 2 by half: (1·1 + 2·½) / 1½ = 4/3
    found = rasters.zonal(in_cells((0, 0, 1.5, 1)), raster(NINE), ("mean", "min", "max"), above=(1.5,))
    row = found.iloc[0]
    assert row["mean"] == pytest.approx(4 / 3, abs=1e-5)
    assert (row["min"], row["max"]) == (1.0, 2.0)
    assert row["share_above_1.5"] == pytest.approx((0.5) / 1.5, abs=1e-5)
    assert row["cells"] == pytest.approx(1.5, abs=1e-5)
    assert row["covered_share"] == pytest.approx(1.0, abs=1e-5)


def test_ninetieth_percentile_is_that_of_the_cells() -> None:
    # 1 … 9, linear between: position 0.9 · 8 = 7.2, that is 8.2
    found = rasters.zonal(in_cells((0, 0, 3, 3)), raster(NINE), ("p90", "p50"))
    assert found["p90"].iloc[0] == pytest.approx(8.2, abs=1e-5)
    assert found["p50"].iloc[0] == pytest.approx(5.0, abs=1e-5)


def test_no_data_is_not_zero_but_not_covered() -> None:
    holes = raster([[-9999, 2, 3], [4, 5, 6], [7, 8, 9]], nodata=-9999)
    found = rasters.zonal(in_cells((0, 0, 2, 1), (0, 0, 1, 1)), holes, ("mean",), below=(100,))
    assert found["mean"].iloc[0] == pytest.approx(2.0, abs=1e-5)
    assert found["covered_share"].iloc[0] == pytest.approx(0.5, abs=1e-5)
    assert found["share_below_100"].iloc[0] == 1.0
    assert np.isnan(found[["mean", "share_below_100"]].to_numpy()[1]).all()
    assert found["covered_share"].iloc[1] == 0.0


def test_beside_the_raster_is_not_assessed_and_half_beside_says_so() -> None:
    found = rasters.zonal(in_cells((10, 10, 12, 12), (2, 0, 4, 1), (-5, -5, -4, -4)), raster(NINE))
    assert np.isnan(found["mean"].to_numpy()[[0, 2]]).all()
    assert found["covered_share"].round(6).tolist() == [0.0, 0.5, 0.0]
    assert found["mean"].iloc[1] == pytest.approx(3.0)


def test_the_index_is_kept_in_its_order() -> None:
    found = rasters.zonal(in_cells((2, 2, 3, 3), (0, 0, 1, 1), index=["乙", "甲"]), raster(NINE))
    assert found["mean"].round(6).to_dict() == {"乙": 9.0, "甲": 1.0}


def test_polygons_in_another_system_are_refused() -> None:
    plane = gpd.GeoSeries([shapely.box(WEST_M, NORTH_M - 30, WEST_M + 30, NORTH_M)], crs=4547)
    with pytest.raises(CrsMixUpError):
        rasters.zonal(plane, raster(NINE))
    with pytest.raises(CrsMixUpError):
        rasters.zonal(plane.set_crs(None, allow_override=True), raster(NINE))


def test_an_index_that_is_not_unique_is_refused() -> None:
    with pytest.raises(ValueError, match="unique"):
        rasters.zonal(in_cells((0, 0, 1, 1), (0, 0, 1, 1), index=[1, 1]), raster(NINE))


@pytest.mark.parametrize("name", ["median", "p100", "mean; drop", ""])
def test_statistics_are_a_closed_set(name: str) -> None:
    with pytest.raises(ValueError, match="statistic"):
        rasters.zonal(in_cells((0, 0, 1, 1)), raster(NINE), (name,))


def test_a_raster_in_degrees_and_one_in_another_zone_give_the_same() -> None:
    field = in_cells((0, 0, 40, 40))
    west, south, east, north = field.total_bounds
    step = 0.0003
    for crs, origin, cell in (
        (4326, (west - 0.01, north + 0.01), step),
        (4526, (38_499_000, 4_201_000), 30),
        (4508, (762_000, 4_206_000), 30),
    ):
        size = 200
        x = np.arange(size)
        grid = Raster(
            np.broadcast_to(x, (size, size)).astype(float),
            Affine(cell, 0, origin[0], 0, -cell, origin[1]),
            pyproj.CRS.from_epsg(crs),
            None,
        )
        moved = rasters.in_system_of(grid, field)[0]
        # a ramp to the east: its mean is its value at the centroid
        expected = (moved.centroid.x - origin[0]) / cell - 0.5
        found = rasters.zonal(field, grid)
        assert found["mean"].iloc[0] == pytest.approx(expected, abs=0.01), crs
        assert found["covered_share"].iloc[0] == pytest.approx(1.0, abs=1e-5)
    assert (south, east) < (90, 180)


@pytest.mark.parametrize("tile", [1, 2, 5, 1000])
def test_tiles_leave_no_trace(tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    cells = raster(random.random((30, 40)))
    boxes = [(a, b, a + 3.3, b + 2.7) for a, b in random.uniform(-2, 38, (25, 2))]
    whole = rasters.zonal(in_cells(*boxes), cells, ("mean", "p90"), derive=slope.degrees, margin_cells=1)
    monkeypatch.setattr(rasters, "TILE_CELLS", tile)
    tiled = rasters.zonal(in_cells(*boxes), cells, ("mean", "p90"), derive=slope.degrees, margin_cells=1)
    np.testing.assert_allclose(tiled, whole, rtol=1e-6)


class Watched:
    """A raster that counts the cells it was asked for."""

    def __init__(self, inner: Raster) -> None:
        self.inner, self.asked = inner, 0
        self.name, self.crs, self.transform, self.shape = inner.name, inner.crs, inner.transform, inner.shape

    def cells(self, rows: slice, columns: slice) -> FloatArray:
        self.asked += (rows.stop - rows.start) * (columns.stop - columns.start)
        return self.inner.cells(rows, columns)


def test_only_windows_are_read() -> None:
    watched = Watched(raster(np.zeros((3000, 3000), dtype=np.int16)))
    rasters.zonal(in_cells((10, 10, 12, 12), (2900, 2900, 2905, 2905)), watched)
    assert 0 < watched.asked < 200


@given(st.integers(0, 10_000), st.floats(0.2, 9), st.floats(0.2, 9))
def test_what_holds_for_any_raster(seed: int, width: float, height: float) -> None:
    random = np.random.default_rng(seed)
    values = random.normal(size=(8, 8))
    values[random.random((8, 8)) < 0.3] = np.nan
    left, top = random.uniform(-3, 8, 2)
    cells = raster(values)
    found = rasters.zonal(
        in_cells((left, top, left + width, top + height)),
        cells,
        ("min", "mean", "max", "p90"),
        above=(0.1,),
        below=(0.1,),
    ).iloc[0]
    assert 0 <= found["covered_share"] <= 1
    if found["covered_share"] < 1e-9:
        assert np.isnan(found["mean"])
        return
    assert found["min"] - 1e-9 <= found["mean"] <= found["max"] + 1e-9
    assert found["min"] <= found["p90"] <= found["max"]
    assert found["share_above_0.1"] + found["share_below_0.1"] == pytest.approx(1.0)
    # the unit does not matter: twice the values, twice the mean
    double = rasters.zonal(in_cells((left, top, left + width, top + height)), raster(values * 2)).iloc[0]
    assert double["mean"] == pytest.approx(2 * found["mean"], abs=1e-9)


def test_burning_covers_what_is_covered() -> None:
    square = shapely.box(WEST_M + 10, NORTH_M - 80, WEST_M + 80, NORTH_M - 10)  # 70 m, off the cell lines
    window = raster(np.zeros((4, 4)))
    half = rasters.burn(np.array([square]), window)
    touched = rasters.burn(np.array([square]), window, least_share=0.0)
    # 20 of 30 m of the outer cells are covered: corner cells by 4/9, edge cells by 2/3
    assert half.sum() == 5
    assert touched.sum() == 9
    assert not rasters.burn(np.array([shapely.Polygon()]), window).any()


def test_a_file_gives_the_same_windows_as_memory(tmp_path: Path) -> None:
    stored = np.arange(600, dtype=np.int16).reshape(20, 30)
    stored[3, 4] = -32768
    grid = Raster(stored, Affine(CELL_M, 0, WEST_M, 0, -CELL_M, NORTH_M), PLANE, -32768)
    raster_files.write(tmp_path / "高程.tif", grid, scale=0.1, unit="m", tiled=True)
    found = raster_files.open_band(tmp_path / "高程.tif")
    assert (found.scale, found.unit, found.nodata, found.shape) == (0.1, "m", -32768, (20, 30))
    rows, columns = slice(2, 7), slice(1, 9)
    np.testing.assert_allclose(found.cells(rows, columns), grid.cells(rows, columns) * 0.1)
    assert np.isnan(found.cells(slice(3, 4), slice(4, 5))).all()
    assert found.cells(slice(5, 5), slice(0, 3)).shape == (0, 3)
    assert found.crs.to_epsg() == 4547


def test_a_truncated_file_is_an_input_error(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    grid = Raster(random.random((400, 400)), Affine(CELL_M, 0, WEST_M, 0, -CELL_M, NORTH_M), PLANE, None)
    path = tmp_path / "dem.tif"
    raster_files.write(path, grid)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError) as caught:
        source = raster_files.open_band(path)
        for _ in rasters.strips(source):
            pass
    assert caught.value.code == "file_unreadable"


@pytest.mark.parametrize(
    ("grid", "code"),
    [
        (Affine(30, 0, WEST_M, 0, 30, NORTH_M), "raster_rotated"),
        (Affine(26, 15, WEST_M, 15, -26, NORTH_M), "raster_rotated"),
    ],
)
def test_rotated_and_flipped_rasters_are_refused(tmp_path: Path, grid: Affine, code: str) -> None:
    raster_files.write(tmp_path / "a.tif", Raster(np.zeros((4, 4)), grid, PLANE, None))
    with pytest.raises(InputError) as caught:
        raster_files.open_band(tmp_path / "a.tif")
    assert caught.value.code == code
