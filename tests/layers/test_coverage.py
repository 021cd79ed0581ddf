"""A coverage is no larger than it is surely known, and what is odd about it is told."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gis import area
from layers import load
from planner import app_workspace, export, flow, workspace
from planner.result import Result
from tests.planner import small_workspace as small

HALVES = [shapely.box(113.0, 37.5, 113.6, 38.6), shapely.box(113.6, 37.5, 114.2, 38.6)]
NEAR_THE_EDGE = shapely.box(114.2 - 0.0009, 38.0, 114.2 - 0.0003, 38.0005)


def write(folder: Path, epsg: int) -> None:
    (folder / "coverage.gpkg").unlink()
    gpd.GeoDataFrame({"name": ["w", "e"]}, geometry=HALVES, crs=epsg).to_file(folder / "coverage.gpkg")


def near_the_edge(folder: Path) -> Result:
    small.write(folder / "site.gpkg", [NEAR_THE_EDGE])
    return flow.check(small.project(folder, folder / "site.gpkg"))


def red_line(result: Result) -> tuple[list[str], list[str]]:
    findings = result.sites[0].findings
    rows = findings[findings["layer"] == small.KIND]
    return rows["state"].tolist(), rows["reason"].tolist()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small.make(tmp_path / "workspace")


def test_ground_that_may_lie_outside_is_not_assessed(folder: Path) -> None:
    write(folder, 4490)
    assert red_line(near_the_edge(folder)) == (["clear"], [""])
    write(folder, 4610)
    result = near_the_edge(folder)
    assert red_line(result) == (["not_assessed"], ["outside_coverage"])
    told = {issue.code: (issue.layer, issue.severity) for issue in result.issues}
    assert told["legacy_datum"] == ("coverage.gpkg", "warning")
    assert told["coverage_shrunk"] == ("coverage.gpkg", "info")


def test_it_is_drawn_in_at_its_edge_only(folder: Path) -> None:
    """Between two halves there is no strip that nobody covers."""
    write(folder, 4610)
    (ground,) = load.coverage(folder / "coverage.gpkg").area
    west, _, east, _ = ground.bounds
    assert (west, east) == pytest.approx((113.0 + 100 / 88_000, 114.2 - 100 / 88_000), abs=2e-3)
    assert not ground.interiors
    whole_m2 = area.ellipsoidal_m2(load.site(folder / "coverage.gpkg").parcels.geometry.to_numpy()).sum()
    perimeter_m = 2 * (105_000 + 122_000)
    assert area.ellipsoidal_m2([ground])[0] == pytest.approx(whole_m2 - 100 * perimeter_m, rel=2e-4)


def test_an_exact_coverage_is_as_drawn_and_says_nothing(folder: Path) -> None:
    covered = load.coverage(folder / "coverage.gpkg")
    assert covered.issues == ()
    assert covered.area.total_bounds.tolist() == list(small.CITY)


def test_its_hash_is_in_the_stamp(folder: Path) -> None:
    result = near_the_edge(folder)
    expected = {small.KIND: load.sha256_of(folder / "coverage.gpkg")}
    assert dict(result.stamp.coverages) == expected
    assert export.to_json(result, "en")["stamp"]["coverages"] == expected


def test_the_app_tells_what_is_odd_about_it(folder: Path) -> None:
    write(folder, 4610)
    loaded = workspace.load_layers(workspace.open_folder(folder))
    told = [issue.code for issue in app_workspace.control_only(loaded).issues]
    assert "legacy_datum" in told
