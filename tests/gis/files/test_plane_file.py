import json
import sqlite3
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyarrow import parquet

from gis import edge_overlap
from gis.edges import of_geometries
from gis.equal_area import PLANE_WKT
from gis.errors import InputError
from gis.files import plane_file


def written(
    path: Path, geometries: list[shapely.Geometry] | np.ndarray, crs: str | int | None = PLANE_WKT
) -> Path:
    frame = gpd.GeoDataFrame({"id": np.arange(len(geometries))}, geometry=list(geometries), crs=crs)
    if path.suffix == ".gpkg":
        frame.to_file(path)
    else:
        frame.to_parquet(path)
    return path


def squares(count: int, side_m: float, seed: int) -> np.ndarray:
    corner = np.random.default_rng(seed).uniform(-5000, 5000, (count, 2))
    return np.asarray(shapely.box(*corner.T, *(corner + side_m).T))


@pytest.mark.parametrize("suffix", ("parquet", "gpkg"))
@pytest.mark.parametrize("part_bytes", (1, 700, 10**9))
def test_the_same_from_files_as_from_memory_however_it_is_read(
    tmp_path: Path, part_bytes: int, suffix: str
) -> None:
    sites, layer = squares(60, 300, 1), squares(400, 200, 2)
    files = written(tmp_path / f"sites.{suffix}", sites), written(tmp_path / f"layer.{suffix}", layer)
    site, polygon, area_m2 = plane_file.areas(*files, part_bytes=part_bytes)
    expected = edge_overlap.areas(of_geometries(sites), of_geometries(layer))
    assert site.tolist() == expected[0].tolist()
    assert polygon.tolist() == expected[1].tolist()
    np.testing.assert_allclose(area_m2, expected[2], rtol=1e-12)
    assert len(site) > 50


def test_by_hand(tmp_path: Path) -> None:
    # The site of 10 m × 10 m covers 4 m × 3 m of the second square, and none of the others.
    sites = written(tmp_path / "sites.parquet", [shapely.box(0, 0, 10, 10)])
    layer = written(
        tmp_path / "layer.parquet",
        [shapely.box(500, 0, 510, 10), shapely.box(6, 7, 20, 20), shapely.box(10, 0, 20, 7)],
    )
    site, polygon, area_m2 = plane_file.areas(sites, layer, threads=1)
    assert (site.tolist(), polygon.tolist()) == ([0], [1])
    assert area_m2 == pytest.approx([12.0])


@pytest.mark.parametrize("suffix", ("parquet", "gpkg"))
def test_nothing_shared_and_empty_layers_are_empty_answers(tmp_path: Path, suffix: str) -> None:
    here = written(tmp_path / f"here.{suffix}", [shapely.box(0, 0, 1, 1)])
    there = written(tmp_path / f"there.{suffix}", [shapely.box(5, 5, 6, 6)])
    nothing = written(tmp_path / f"nothing.{suffix}", [shapely.Polygon()])
    no_rows = written(tmp_path / f"no_rows.{suffix}", gpd.GeoSeries([], crs=PLANE_WKT).to_numpy())
    for left, right in ((here, there), (here, nothing), (nothing, here), (here, no_rows), (no_rows, here)):
        assert [len(column) for column in plane_file.areas(left, right)] == [0, 0, 0]


def test_an_invalid_polygon_is_named_by_its_row_in_the_file(tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    sound = [shapely.box(900 + x, 0, 901 + x, 1) for x in range(5)]
    sites = written(tmp_path / "sites.parquet", [shapely.box(0, 0, 2, 2)])
    layer = written(tmp_path / "layer.parquet", [*sound, bow_tie])
    with pytest.raises(edge_overlap.NotValidError) as refused:
        plane_file.areas(sites, layer, part_bytes=100)
    assert refused.value.positions.tolist() == [5]
    with pytest.raises(edge_overlap.NotValidError):
        plane_file.areas(layer, sites)


@pytest.mark.parametrize("suffix", ("parquet", "gpkg"))
@pytest.mark.parametrize("geometry", (None, shapely.Point(0, 0)))
def test_a_missing_geometry_is_refused(
    tmp_path: Path, geometry: shapely.Geometry | None, suffix: str
) -> None:
    sites = written(tmp_path / f"sites.{suffix}", [shapely.box(0, 0, 2, 2)])
    far = shapely.box(900, 900, 901, 901)
    layer = written(tmp_path / f"layer.{suffix}", [shapely.box(0, 0, 1, 1), geometry, far])
    with pytest.raises(ValueError, match="geometry 1"):
        plane_file.areas(sites, layer)


@pytest.mark.parametrize("suffix", ("parquet", "gpkg"))
@pytest.mark.parametrize("crs", (4490, 4547, None, PLANE_WKT.replace("113.5", "114")))
def test_only_files_that_say_they_are_in_the_plane_are_overlaid(
    tmp_path: Path, crs: str | int | None, suffix: str
) -> None:
    """A parcel in degrees would meet nothing, one in a Gauss-Krüger zone something else."""
    here = [shapely.box(113.5, 38.0, 113.6, 38.1)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # pyogrio, of a file without a coordinate system
        other = written(tmp_path / f"other.{suffix}", here, crs)
    plane = written(tmp_path / "plane.parquet", here)
    for sites, layer in ((other, plane), (plane, other), (other, other)):
        with pytest.raises(InputError) as refused:
            plane_file.areas(sites, layer)
        assert refused.value.code == "not_in_plane"
        assert other.name in refused.value.what.en


def test_parquet_that_says_nothing_of_its_system_is_in_degrees(tmp_path: Path) -> None:
    """Without the key ``crs`` GeoParquet means longitude and latitude."""
    path = written(tmp_path / "silent.parquet", [shapely.box(0, 0, 1, 1)])
    table = parquet.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    del geo["columns"]["geometry"]["crs"]
    parquet.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo)}), path)
    with pytest.raises(InputError):
        plane_file.whole(path)


def test_a_geopackage_holds_one_layer_and_is_whole(tmp_path: Path) -> None:
    square = [shapely.box(0, 0, 1, 1)]
    path = written(tmp_path / "two.gpkg", square)
    gpd.GeoDataFrame(geometry=square, crs=PLANE_WKT).to_file(path, layer="second")
    with pytest.raises(InputError) as refused:
        plane_file.whole(path)
    assert refused.value.code == "several_layers"
    damaged = written(tmp_path / "damaged.gpkg", squares(200, 5, 1))
    damaged.write_bytes(damaged.read_bytes()[:30_000])
    for broken in (damaged, tmp_path / "none.gpkg"):
        with pytest.raises(InputError) as refused:
            plane_file.whole(broken)
        assert refused.value.code == "file_unreadable"


def test_a_value_that_is_no_geometry_of_a_geopackage_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "layer.gpkg", [shapely.box(x, 0, x + 1, 1) for x in range(3)])
    with sqlite3.connect(path) as database:
        for trigger in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{trigger[0]}"')
        database.execute("UPDATE layer SET geom = x'4750' WHERE fid = 2")
    database.close()
    with pytest.raises(ValueError, match="geometry 1"):
        plane_file.whole(path)


def test_only_well_known_binary_is_read(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"id": [0]}, geometry=[shapely.box(0, 0, 2, 2)], crs=PLANE_WKT)
    frame.to_parquet(tmp_path / "arrow.parquet", geometry_encoding="geoarrow")
    with pytest.raises(ValueError, match="polygon"):
        plane_file.whole(tmp_path / "arrow.parquet")
    frame[["id"]].to_parquet(tmp_path / "plain.parquet")
    with pytest.raises(ValueError, match="without geometry"):
        plane_file.whole(tmp_path / "plain.parquet")
