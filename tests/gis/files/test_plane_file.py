from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis import edge_overlap
from gis.edges import of_geometries
from gis.files import plane_file


def written(path: Path, geometries: list[shapely.Geometry] | np.ndarray) -> Path:
    gpd.GeoDataFrame({"id": np.arange(len(geometries))}, geometry=list(geometries)).to_parquet(path)
    return path


def squares(count: int, side_m: float, seed: int) -> np.ndarray:
    corner = np.random.default_rng(seed).uniform(-5000, 5000, (count, 2))
    return shapely.box(*corner.T, *(corner + side_m).T)


@pytest.mark.parametrize("part_bytes", (1, 700, 10**9))
def test_the_same_from_files_as_from_memory_however_it_is_read(tmp_path: Path, part_bytes: int) -> None:
    sites, layer = squares(60, 300, 1), squares(400, 200, 2)
    files = written(tmp_path / "sites.parquet", sites), written(tmp_path / "layer.parquet", layer)
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


def test_nothing_shared_and_empty_layers_are_empty_answers(tmp_path: Path) -> None:
    here = written(tmp_path / "here.parquet", [shapely.box(0, 0, 1, 1)])
    there = written(tmp_path / "there.parquet", [shapely.box(5, 5, 6, 6)])
    nothing = written(tmp_path / "nothing.parquet", [shapely.Polygon()])
    no_rows = written(tmp_path / "no_rows.parquet", [])
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


@pytest.mark.parametrize("geometry", (None, shapely.Point(0, 0)))
def test_a_missing_geometry_is_refused(tmp_path: Path, geometry: shapely.Geometry | None) -> None:
    sites = written(tmp_path / "sites.parquet", [shapely.box(0, 0, 2, 2)])
    layer = written(tmp_path / "layer.parquet", [shapely.box(0, 0, 1, 1), geometry])
    with pytest.raises(ValueError, match="geometry 1"):
        plane_file.areas(sites, layer)


def test_only_well_known_binary_is_read(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"id": [0]}, geometry=[shapely.box(0, 0, 2, 2)])
    frame.to_parquet(tmp_path / "arrow.parquet", geometry_encoding="geoarrow")
    with pytest.raises(ValueError, match="polygon"):
        plane_file.whole(tmp_path / "arrow.parquet")
    frame[["id"]].to_parquet(tmp_path / "plain.parquet")
    with pytest.raises(ValueError, match="without geometry"):
        plane_file.whole(tmp_path / "plain.parquet")
