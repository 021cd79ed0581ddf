"""The sample projects: readable in every format, and three of them worked out by hand."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely

from data import samples
from data.planes import area_m2, to_projected
from data.samples import SAMPLES, Sample
from gis.files import read
from layers import load
from layers.site import Site
from zoning.project_class import find_class, read_answers

EARTH_RADIUS_M = 6_372_900.0


def by_hand_m2(planar_m2: float, easting_m: float) -> float:
    """Planar area in the Gauss-Krueger plane, divided by the square of its scale."""
    scale = 1 + (easting_m - 500_000) ** 2 / (2 * EARTH_RADIUS_M**2)
    return planar_m2 / scale**2


def site(workspace: Path, sample: Sample) -> Site:
    return load.site(workspace / "sites" / sample.file, crs=sample.crs or None)


def called(file: str) -> Sample:
    return next(sample for sample in SAMPLES if sample.file == file)


def layer(workspace: Path, kind: str, spelling: str = "") -> shapely.Geometry:
    frame = read.read(workspace / "layers" / f"{kind}.gpkg").frame
    if spelling:
        frame = frame[frame.eq(spelling).any(axis=1)]
    return shapely.union_all(frame.geometry.to_numpy())


def within_m2(workspace: Path, sample: Sample, kind: str, spelling: str = "") -> float:
    parcels = site(workspace, sample).parcels.geometry.to_numpy()
    return float(area_m2(shapely.intersection(parcels, layer(workspace, kind, spelling))).sum())


def test_there_are_a_dozen_of_many_formats() -> None:
    assert 12 <= len(SAMPLES) <= 14
    suffixes = {Path(sample.file).suffix for sample in SAMPLES}
    assert {".txt", ".zip", ".dxf", ".gdb", ".gpkg", ".kml", ".geojson", ".csv", ".xlsx"} <= suffixes
    assert len({Path(sample.file).stem for sample in SAMPLES}) == len(SAMPLES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.activity)
def test_class_and_answers_are_known(sample: Sample) -> None:
    activity = find_class(sample.activity)
    read_answers(sample.flags, activity)
    assert set(sample.flags) <= set(activity.flags)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.file)
def test_every_sample_can_be_read_and_says_it_is_illustrative(workspace: Path, sample: Sample) -> None:
    found = site(workspace, sample)
    assert found.lost_rows == ()
    assert {issue.code for issue in found.issues} <= {"ring_reading", "legacy_datum"}
    city = read.read(workspace / "coverage.gpkg").frame.geometry.iloc[0]
    assert city.contains(shapely.union_all(found.parcels.geometry.to_numpy()))
    assert "示意" in sample.title.zh
    if sample.file not in (samples.CORNER_TEXT, samples.INCINERATOR):
        assert found.parcels["parcel_name"].str.contains("示意").all()


def test_samples_toml_lists_them(workspace: Path) -> None:
    listed = tomllib.loads((workspace / "samples.toml").read_text(encoding="utf-8"))["sample"]
    assert [entry["file"] for entry in listed] == [sample.file for sample in SAMPLES]
    assert {path.name for path in (workspace / "sites").iterdir()} == {sample.file for sample in SAMPLES}
    assert {entry["file"]: entry["crs"] for entry in listed if "crs" in entry} == {
        samples.INCINERATOR: "EPSG:4547",
        samples.VILLAGE: "EPSG:4490",
        samples.QUARRY: "EPSG:4526",
    }


def test_corner_text_is_the_worked_example(workspace: Path) -> None:
    raw = (workspace / "sites" / samples.CORNER_TEXT).read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n")
    assert "示例修复区" in raw.decode("gbk")
    found = site(workspace, called(samples.CORNER_TEXT))
    # parcel 1: 57,901.427 - 3,118.290; parcel 2 as published
    np.testing.assert_allclose(area_m2(found.parcels.geometry.to_numpy()), [54_783.137, 7_017.677], atol=0.01)


def test_shapefile_has_no_cpg_and_chinese_names(workspace: Path) -> None:
    with zipfile.ZipFile(workspace / "sites" / samples.SOLAR) as archive:
        assert not [name for name in archive.namelist() if name.lower().endswith(".cpg")]
        table = next(name for name in archive.namelist() if name.endswith(".dbf"))
        assert "示意光伏阵列".encode("gbk") in archive.read(table)


def test_pumped_storage_has_three_parcels_and_an_island(workspace: Path) -> None:
    parcels = site(workspace, called(samples.PUMPED_STORAGE)).parcels
    assert len(parcels) == 3
    assert shapely.get_num_interior_rings(parcels.geometry.to_numpy()).tolist() == [1, 0, 0]


def test_housing_by_hand(workspace: Path) -> None:
    sample = called(samples.HOUSING)
    bounds = shapely.total_bounds(to_projected(site(workspace, sample).parcels.geometry.to_numpy()))
    np.testing.assert_allclose(bounds, [466_500, 4_187_000, 467_000, 4_187_400], atol=1e-4)
    # 500 m x 400 m, wholly inside the concentrated zone
    inside = within_m2(workspace, sample, "urban_development_boundary", "城镇集中建设区")
    assert inside == pytest.approx(by_hand_m2(500 * 400, 466_750), abs=0.05)
    assert within_m2(workspace, sample, "ecological_red_line") == 0
    assert within_m2(workspace, sample, "permanent_basic_farmland") == 0


def test_solar_plant_by_hand(workspace: Path) -> None:
    sample = called(samples.SOLAR)
    bounds = shapely.total_bounds(to_projected(site(workspace, sample).parcels.geometry.to_numpy()))
    np.testing.assert_allclose(bounds, [486_550, 4_208_100, 486_950, 4_208_300], atol=1e-4)
    # two fields meet at easting 486,750 with a path of 4 m between them: (200 - 2) x 200 in each
    inside = within_m2(workspace, sample, "permanent_basic_farmland")
    assert inside == pytest.approx(by_hand_m2(2 * 198 * 200, 486_750), abs=0.05)
    assert within_m2(workspace, sample, "general_farmland") == 0


def test_restoration_by_hand(workspace: Path) -> None:
    sample = called(samples.RESTORATION)
    bounds = shapely.total_bounds(to_projected(site(workspace, sample).parcels.geometry.to_numpy()))
    np.testing.assert_allclose(bounds, [458_000, 4_265_000, 458_600, 4_265_500], atol=1e-4)
    inside = within_m2(workspace, sample, "ecological_red_line", "核心保护区以外")
    assert inside == pytest.approx(by_hand_m2(600 * 500, 458_300), abs=0.05)
    assert within_m2(workspace, sample, "ecological_red_line", "自然保护地核心保护区") == 0


@pytest.mark.parametrize(
    ("file", "kind", "least", "most"),
    [
        (samples.TOURISM, "spring_key_area", 0.999, 1.0),
        (samples.QUARRY, "ecological_red_line", 0.2, 0.7),
        (samples.PARK, "urban_development_boundary", 0.2, 0.7),
        (samples.PUMPED_STORAGE, "ecological_red_line", 0.1, 0.9),
        (samples.MOTORWAY, "permanent_basic_farmland", 0.001, 0.5),
        (samples.MOTORWAY, "urban_development_boundary", 0.1, 0.9),
        (samples.SIDING, "general_farmland", 0.001, 0.5),
        (samples.SIDING, "mining_right", 0.5, 1.0),
        (samples.INCINERATOR, "spring_area", 0.999, 1.0),
        (samples.INCINERATOR, "general_farmland", 0.1, 0.8),
        (samples.VILLAGE, "permanent_basic_farmland", 0.5, 0.95),
        (samples.COLLIERY, "spring_area", 0.999, 1.0),
        (samples.COLLIERY, "mining_right", 0.99, 1.0),
        (samples.COLLIERY, "spring_key_area", 0.0, 0.0),
        (samples.PLANTING, "ecological_red_line", 0.0, 0.0),
        (samples.PLANTING, "permanent_basic_farmland", 0.0, 0.0),
    ],
)
def test_fates_are_as_told(workspace: Path, file: str, kind: str, least: float, most: float) -> None:
    sample = called(file)
    whole = float(area_m2(site(workspace, sample).parcels.geometry.to_numpy()).sum())
    share = within_m2(workspace, sample, kind) / whole
    assert least - 1e-9 <= share <= most + 1e-9
