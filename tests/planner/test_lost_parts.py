"""A line beside a polygon in one feature, or a part that is empty: as doubtful as a row that is lost."""

from __future__ import annotations

import io
import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from rich.console import Console

from gis.errors import InputError
from layers import load
from planner import app_findings, export, flow, report
from planner.result import Result
from tests.planner import small_workspace as small

STATION = shapely.box(113.6, 38.03, 113.602, 38.032)
ROAD = shapely.LineString([(113.602, 38.031), (113.505, 38.005)])
LABEL = shapely.Point(113.601, 38.031)
HALF_EMPTY = {"type": "MultiPolygon", "coordinates": [shapely.geometry.mapping(STATION)["coordinates"], []]}
KML = """<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><MultiGeometry>
<Polygon><outerBoundaryIs><LinearRing><coordinates>113.6,38.03 113.602,38.03 113.602,38.032
113.6,38.032 113.6,38.03</coordinates></LinearRing></outerBoundaryIs></Polygon>
<LineString><coordinates>113.602,38.031 113.505,38.005</coordinates></LineString>
</MultiGeometry></Placemark></kml>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small.make(tmp_path / "workspace")


def geojson(path: Path, geometry: dict[str, object]) -> Path:
    feature = {"type": "Feature", "properties": {"name": "a"}, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path


def collection(*parts: shapely.Geometry) -> dict[str, object]:
    mapped: dict[str, object] = shapely.geometry.mapping(shapely.GeometryCollection(parts))
    return mapped


def asked(folder: Path, path: Path) -> Result:
    return flow.check(small.project(folder, path))


def red_line_state(result: Result) -> str:
    return next(state.state.en for state in result.sites[0].states if "red line" in state.subject.en)


def told_clear_nowhere(result: Result) -> None:
    """No list of clear layers names one, in any of the ways in which they are told."""
    (site,) = result.sites
    assert "clear" in site.findings["state"].tolist(), "what is left of the site is measured"
    assert site.clear_layers == ()
    assert export.to_json(result, "zh")["sites"][0]["clear_layers"] == []
    assert app_findings.of_result(result, "zh").clear_layers == ()
    console = Console(file=io.StringIO(), width=160)
    report.show(result, console, "zh")
    assert "无冲突的图层" not in console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (collection(STATION, ROAD), "parts_lost"),
        (collection(STATION, shapely.Point(113.505, 38.005)), "parts_lost"),
        (HALF_EMPTY, "empty_parts"),
    ],
)
def test_a_site_of_which_parts_are_lost_is_never_found_clear(
    folder: Path, tmp_path: Path, geometry: dict[str, object], code: str
) -> None:
    result = asked(folder, geojson(tmp_path / "site.geojson", geometry))
    assert [(issue.code, issue.severity) for issue in result.issues] == [(code, "error")]
    findings = result.sites[0].findings
    assert "shape_doubtful" in findings["reason"].tolist()
    assert not result.sites[0].site.is_certain
    assert red_line_state(result) == "undecided"


def test_a_placemark_of_an_area_and_a_road_is_never_found_clear(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "site.kml"
    path.write_text(KML, encoding="utf-8")
    result = asked(folder, path)
    assert [issue.code for issue in result.issues] == ["parts_lost"]
    assert red_line_state(result) == "undecided"
    told_clear_nowhere(result)


def test_no_layer_is_told_clear_of_a_site_with_a_lost_row(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "site.gpkg"
    small.write(path, [STATION, None])
    result = asked(folder, path)
    assert result.sites[0].site.lost_rows
    told_clear_nowhere(result)
    assert result.sites[0].parcels["layers_clear"].tolist() == [1], (
        "of the parcel that is there, one may say so"
    )


def test_of_a_parcel_without_a_known_shape_no_layer_counts_as_clear(folder: Path, tmp_path: Path) -> None:
    whole = asked(folder, geojson(tmp_path / "whole.geojson", collection(STATION))).sites[0]
    assert whole.parcels["layers_clear"].tolist() == [1]
    assert whole.clear_layers == (small.KIND,)
    lost = asked(folder, geojson(tmp_path / "lost.geojson", collection(STATION, ROAD))).sites[0]
    assert lost.parcels["layers_clear"].tolist() == [0]


def test_the_point_of_a_label_and_a_line_along_the_boundary_say_nothing_more(
    folder: Path, tmp_path: Path
) -> None:
    geometry = collection(STATION, LABEL, shapely.LineString(STATION.exterior.coords))
    result = asked(folder, geojson(tmp_path / "site.geojson", geometry))
    assert [(issue.code, issue.severity) for issue in result.issues] == [("parts_of_other_kind", "warning")]
    assert result.sites[0].site.is_certain
    assert red_line_state(result) != "undecided"


def test_a_layer_of_which_parts_are_lost_is_not_clear(folder: Path, tmp_path: Path) -> None:
    across = shapely.LineString([(113.4, 38.016), (113.65, 38.031)])
    small.lines(folder, [shapely.GeometryCollection([small.LINES[0], across])])
    small.write(tmp_path / "site.gpkg", [STATION])
    result = asked(folder, tmp_path / "site.gpkg")
    assert [(issue.code, issue.severity) for issue in result.issues] == [("parts_lost", "error")]
    findings = result.sites[0].findings
    red_line = findings[findings["layer"] == small.KIND]
    assert red_line["reason"].tolist() == ["features_unplaced"]


def test_a_coverage_of_which_parts_are_lost_covers_nothing_for_certain(tmp_path: Path) -> None:
    path = tmp_path / "coverage.gpkg"
    gpd.GeoDataFrame(geometry=[shapely.GeometryCollection([STATION, ROAD])], crs=4490).to_file(path)
    with pytest.raises(InputError) as fault:
        load.coverage(path)
    assert fault.value.code == "coverage_doubtful"
