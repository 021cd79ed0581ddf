"""Rasters that people really send: each is read, mended and told, or refused with what to do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
from affine import Affine

from gis.errors import InputError
from gis.files import rasters as raster_files
from gis.raster import Raster
from layers import load_raster
from layers.raster_layer import DEM, NDVI_AFTER
from tests.gis.grids import CELL_M, NORTH_M, PLANE, WEST_M, raster

GRID = Affine(CELL_M, 0, WEST_M, 0, -CELL_M, NORTH_M)
HEIGHTS = np.linspace(700, 1300, 100).reshape(10, 10)


def written(
    path: Path,
    values: np.ndarray,
    *,
    nodata: float | None = None,
    crs: str | None = "EPSG:4547",
    unit: str = "",
) -> Path:
    """A plain GeoTIFF, written without our own writer so that it can be wrong."""
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=values.shape[0],
        width=values.shape[1],
        count=1,
        dtype=values.dtype,
        crs=crs,
        transform=GRID,
        nodata=nodata,
    ) as sink:
        sink.write(values, 1)
        if unit:
            sink.units = (unit,)
    return path


def refused(kind: str, path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_raster.load(kind, path)
    for sentence in (*caught.value.said("zh"), *caught.value.said("en")):
        assert len(sentence) > 5
    return caught.value.code


def test_a_good_dem_passes_without_a_word(tmp_path: Path) -> None:
    found = load_raster.load(DEM, written(tmp_path / "dem.tif", HEIGHTS, nodata=-9999.0))
    assert found.issues == ()
    np.testing.assert_array_equal(found.raster.cells(slice(0, 10), slice(0, 10)), HEIGHTS)


@pytest.mark.parametrize(
    ("values", "nodata", "crs", "unit", "code"),
    [
        (HEIGHTS, None, None, "", "raster_without_crs"),
        (HEIGHTS, None, "EPSG:2435", "", "raster_datum"),
        (HEIGHTS, None, "EPSG:2383", "", "raster_datum"),
        (np.full((4, 4), -9999.0), -9999.0, "EPSG:4547", "", "raster_empty"),
        (np.full((4, 4), np.nan), None, "EPSG:4547", "", "raster_empty"),
        (HEIGHTS, None, "EPSG:4547", "ft", "dem_unit"),
        (HEIGHTS, None, "EPSG:4547", "US survey foot", "dem_unit"),
        (HEIGHTS / 0.3048, None, "EPSG:4547", "", "dem_implausible"),
        (HEIGHTS * 10, None, "EPSG:4547", "", "dem_implausible"),
        (HEIGHTS, None, "EPSG:4547+6360", "", "dem_unit"),
    ],
)
def test_dems_that_are_refused(
    tmp_path: Path, values: np.ndarray, nodata: float | None, crs: str | None, unit: str, code: str
) -> None:
    assert refused(DEM, written(tmp_path / "dem.tif", values, nodata=nodata, crs=crs, unit=unit)) == code


def test_metres_may_be_stated(tmp_path: Path) -> None:
    assert load_raster.load(DEM, written(tmp_path / "a.tif", HEIGHTS, unit="metre")).issues == ()
    assert load_raster.load(DEM, written(tmp_path / "b.tif", HEIGHTS, crs="EPSG:4547+5737")).issues == ()


@pytest.mark.parametrize(
    ("value", "stored"),
    [(-9999, "int16"), (-32768, "int16"), (-9999, "float32"), (-3.4028234663852886e38, "float32")],
)
def test_undeclared_no_data_is_found_and_told(tmp_path: Path, value: float, stored: str) -> None:
    values = HEIGHTS.astype(stored)
    values[2, 3:6] = value
    found = load_raster.load(DEM, written(tmp_path / "dem.tif", values))
    assert [(issue.code, issue.count) for issue in found.issues] == [("raster_nodata_undeclared", 3)]
    cells = found.raster.cells(slice(0, 10), slice(0, 10))
    assert np.isnan(cells).sum() == 3
    assert np.isnan(cells[2, 3:6]).all()


def test_infinite_cells_count_as_without_data(tmp_path: Path) -> None:
    values = HEIGHTS.copy()
    values[0, 0], values[1, 1] = np.inf, np.nan
    found = load_raster.load(DEM, written(tmp_path / "dem.tif", values))
    assert [(issue.code, issue.count) for issue in found.issues] == [("raster_not_finite", 2)]
    assert np.isnan(found.raster.cells(slice(0, 2), slice(0, 2))).tolist() == [[True, False], [False, True]]


def test_ndvi_times_ten_thousand_is_read_and_told(tmp_path: Path) -> None:
    values = np.array([[-500, 0], [2500, 9000]], dtype=np.int16)
    found = load_raster.load(NDVI_AFTER, written(tmp_path / "ndvi.tif", values))
    assert [issue.code for issue in found.issues] == ["ndvi_scaled"]
    np.testing.assert_allclose(found.raster.cells(slice(0, 2), slice(0, 2)), [[-0.05, 0], [0.25, 0.9]])


def test_a_stated_scale_is_taken_without_a_word(tmp_path: Path) -> None:
    stored = Raster(np.array([[-500, 0], [2500, 9000]], dtype=np.int16), GRID, PLANE, -3000)
    raster_files.write(tmp_path / "ndvi.tif", stored, scale=0.0001)
    found = load_raster.load(NDVI_AFTER, tmp_path / "ndvi.tif")
    assert found.issues == ()
    np.testing.assert_allclose(found.raster.cells(slice(0, 1), slice(0, 1)), [[-0.05]])


@pytest.mark.parametrize(
    "values",
    [
        np.array([[0.2, 1.4]]),
        np.array([[-1.2, 0.4]]),
        np.array([[20, 180]], dtype=np.uint8),
        np.array([[0, 1]], dtype=np.int16),
        np.array([[100, 20_000]], dtype=np.int32),
        np.array([[2500.0, 9000.0]]),
    ],
)
def test_an_ndvi_of_unknown_scale_is_asked_for(tmp_path: Path, values: np.ndarray) -> None:
    assert refused(NDVI_AFTER, written(tmp_path / "ndvi.tif", values)) == "ndvi_scale"


def test_the_fill_value_of_modis_is_not_vegetation(tmp_path: Path) -> None:
    values = np.array([[-3000, 2500], [4000, 9000]], dtype=np.int16)
    found = load_raster.load(NDVI_AFTER, written(tmp_path / "ndvi.tif", values))
    assert {issue.code for issue in found.issues} == {"raster_nodata_undeclared", "ndvi_scaled"}
    assert np.isnan(found.raster.cells(slice(0, 1), slice(0, 1))).all()


def test_what_is_no_raster_is_refused(tmp_path: Path) -> None:
    (tmp_path / "高程.tif").write_bytes(b"II*\x00 not a raster")
    assert refused(DEM, tmp_path / "高程.tif") == "file_unreadable"
    assert refused(DEM, tmp_path / "none.tif") == "file_unreadable"
    assert refused("elevation", tmp_path / "none.tif") == "raster_kind_unknown"


def test_a_truncated_dem_is_noticed_at_the_door(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    raster_files.write(tmp_path / "dem.tif", raster(900 + random.random((300, 300))))
    content = (tmp_path / "dem.tif").read_bytes()
    (tmp_path / "dem.tif").write_bytes(content[: len(content) * 2 // 3])
    assert refused(DEM, tmp_path / "dem.tif") == "file_unreadable"


def test_a_raster_without_a_place_is_refused(tmp_path: Path) -> None:
    with (
        pytest.warns(rasterio.errors.NotGeoreferencedWarning),
        rasterio.open(
            tmp_path / "dem.tif",
            "w",
            driver="GTiff",
            height=2,
            width=2,
            count=1,
            dtype="float32",
            crs="EPSG:4547",
        ) as sink,
    ):
        sink.write(np.ones((2, 2), dtype=np.float32), 1)
    assert refused(DEM, tmp_path / "dem.tif") == "raster_without_place"
    assert pyproj.CRS(4547) == PLANE
