"""A circle that stands for a point is not a surveyed boundary, and a surveyed one is as good as its accuracy."""

from __future__ import annotations

from typing import get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.raster import Raster
from layers.layer import Layer
from layers.raster_layer import DEM, NDVI_AFTER, NDVI_BEFORE, RasterLayer
from restoration import assess_boundaries, costs, criterion_files, mine_facts, mine_points, ranking
from restoration.assessment import Assessment, assess
from restoration.criterion import Statistic
from tests.gis.grids import in_cells, lonlat, raster
from tests.restoration.assessed_ground import SIZE, at, layer, line, mines

RADIUS_M = 60.0
AREA_M2 = np.pi * RADIUS_M**2


def point(column: float, row: float, stated_m2: float = AREA_M2, **columns: list[object]) -> gpd.GeoDataFrame:
    """Return a mine known as a point."""
    where = np.array(lonlat([shapely.Point(at(column, row))]), dtype=object)
    ground, drawn, _ = mine_points.ground_of(where, np.array([stated_m2]), np.array([1]), AREA_M2)
    return gpd.GeoDataFrame({**drawn, **columns}, index=["M0"], geometry=ground, crs=4490)


def ends(
    identifier: str, frame: gpd.GeoDataFrame, *found: Layer, **rasters: Raster
) -> tuple[pd.Series, Assessment]:
    """Return what a value is, and may be, of the first mine."""
    result = assess(
        frame,
        layers={entry.id: entry for entry in found},
        rasters={kind: RasterLayer(kind, cells) for kind, cells in rasters.items()},
        criteria=[criterion_files.find(identifier)],
    )
    parts = ("least", "values", "most", "low", "scores", "high")
    return pd.Series({name: getattr(result, name)[identifier].iloc[0] for name in parts}), result


def test_a_point_may_be_nearer_or_further_than_its_circle_by_the_radius() -> None:
    # the point is 300 m from the road, its circle 240 m, and the mine may reach from there to the point
    road = layer("road", line((60, 0), (60, 100)))
    row, _ = ends("road_distance_m", point(50, 50), road)
    assert row[["least", "values", "most"]].tolist() == pytest.approx([180, 240, 300], abs=0.7)
    assert row["low"] < row["scores"] < row["high"]


@pytest.mark.parametrize(
    ("radii_inside", "least", "value", "most"),
    [
        (0.0, 0.0, 0.5, 1.0),
        # a circle that touches the line from outside: the part of one of twice the radius that lies beyond it
        (-1.0, 0.0, 0.0, 4 * (np.arccos(0.5) - 0.5 * np.sqrt(0.75)) / np.pi),
        (1.0, 1 - 4 * (np.arccos(0.5) - 0.5 * np.sqrt(0.75)) / np.pi, 1.0, 1.0),
        (2.01, 1.0, 1.0, 1.0),
        (-2.01, 0.0, 0.0, 0.0),
    ],
)
def test_a_share_of_the_circle_is_not_the_share_of_the_mine(
    radii_inside: float, least: float, value: float, most: float
) -> None:
    red_line = layer("ecological_red_line", in_cells((-300, -300, 50, 300)))
    row, _ = ends("red_line_share", point(50 - radii_inside * RADIUS_M / 30, 50), red_line)
    assert row[["least", "values", "most"]].tolist() == pytest.approx([least, value, most], abs=4e-3)


def test_an_area_that_nobody_stated_is_not_assessed() -> None:
    columns = {"area_m2": [AREA_M2], "group": ["G001"], "group_area_m2": [AREA_M2]}
    for name in ("patch_area_m2", "group_area_m2"):
        row, result = ends(name, point(50, 50, 0.0, **columns))
        assert np.isnan(row["scores"])
        assert (row["low"], row["high"]) == (0.0, 1.0)
        (issue,) = result.issues
        assert "没有填写面积" in issue.what.zh
        stated, _ = ends(name, point(50, 50, **columns))
        assert stated["low"] == stated["scores"] == stated["high"]
    # any part of it may lie in the line, for nobody knows how much there is
    red_line = layer("ecological_red_line", in_cells((-300, -300, 51, 300)))
    row, _ = ends("red_line_share", point(50, 50, 0.0), red_line)
    assert row[["least", "most"]].tolist() == [0.0, 1.0]


def test_one_point_without_area_leaves_the_area_of_its_group_open() -> None:
    frame = mines(
        (50, 50, 54, 54), (60, 50, 64, 54), (150, 50, 154, 54),
        group=["G001", "G001", "G002"], group_area_m2=[9e4, 9e4, 4e4], area_unknown=[False, True, False],
    )  # fmt: skip
    _, result = ends("group_area_m2", frame)
    assert result.scores["group_area_m2"].isna().tolist() == [True, True, False]


def test_an_unstated_area_settles_neither_conversion_nor_a_cost_by_the_hectare() -> None:
    stated = {name: [0.0] for name in ("people_threatened", "face_height_m", "water_damage")}
    frame = point(50, 50, 0.0, area_m2=[20_000.0], cost_yuan=[1e5], damage=["1"], **stated)
    facts = mine_facts.measured(frame, [], pd.DataFrame(index=frame.index))
    least, most = mine_facts.ends(frame, [], facts, (facts, facts))
    assert (least.loc["M0", "area_m2"], most.loc["M0", "area_m2"]) == (-np.inf, np.inf)
    suggested = pd.DataFrame({"mode": ["3"], "possible": ["3"], "planned_mode": [""]}, index=frame.index)
    priced = costs.of_patches(frame, suggested, None).loc["M0"]
    assert priced["cost_yuan"] == 1e5
    assert priced[["cost_cny_per_ha", "least_cny_per_ha", "most_cny_per_ha"]].isna().all()


def test_steep_ground_beside_the_circle_may_be_the_mines() -> None:
    """The circle is flat; from 15 m beside it the ground is as steep as 30°."""
    heights = 900 + 30 * np.tan(np.radians(30)) * np.maximum(0, np.arange(SIZE) - 52.0)
    dem = raster(np.tile(heights, (SIZE, 1)))
    p90, _ = ends("slope_p90_degree", point(49.5, 50), **{DEM: dem})
    assert p90["values"] == pytest.approx(0.0, abs=0.01)
    assert p90["most"] == pytest.approx(33.0, abs=0.1), "the error of a slope on top"
    mean, _ = ends("slope_mean_degree", point(49.5, 50), **{DEM: dem})
    assert mean["values"] == pytest.approx(0.0, abs=0.01)
    assert mean["most"] > 20
    far, _ = ends("slope_p90_degree", point(20, 50), **{DEM: dem})
    assert far["most"] == pytest.approx(3.0, abs=0.01)


def test_the_accuracies_of_the_mine_and_of_the_layer_add_up() -> None:
    frame = mine_points.with_accuracy(mines((50, 50, 54, 54), boundary_tolerance_m=[0.0]), 3.0)
    red_line = layer("ecological_red_line", in_cells((0, 0, 52, 100)), accuracy_m=1.5)
    row, _ = ends("red_line_share", frame, red_line)
    # of 120 m by 120 m, 60 m inside: the mine grows by 6 m to (60 + 6 + 3) by 132 m under the line grown by 3 m
    assert row["values"] == pytest.approx(0.5, abs=1e-4)
    assert row["most"] == pytest.approx(69 * 132 / 120**2, abs=3e-3)
    assert row["least"] == pytest.approx(1 - 69 * 132 / 120**2, abs=3e-3)
    road = layer("road", line((60, 0), (60, 100)), accuracy_m=1.5)
    distance, _ = ends("road_distance_m", frame, road)
    assert distance[["least", "values", "most"]].tolist() == pytest.approx([171, 180, 189], abs=0.1)


def test_surveyed_boundaries_without_a_stated_accuracy_are_taken_as_certain() -> None:
    red_line = layer("ecological_red_line", in_cells((0, 0, 52, 100)))
    row, _ = ends("red_line_share", mines((50, 50, 54, 54), boundary_tolerance_m=[0.0]), red_line)
    assert row["least"] == row["values"] == row["most"]
    assert mine_points.with_accuracy(mines((50, 50, 54, 54)), None).columns.tolist() == ["geometry"]


SLACK = {
    "road_distance_m": 0.7, "red_line_share": 0.01, "slope_p90_degree": 0.1, "slope_mean_degree": 0.1,
    "gentle_share": 0.01, "flow_to_river_m": 45.0, "bare_share": 0.01, "fvc_mean": 0.01, "fvc_change": 0.01,
}  # fmt: skip
"""What corners of a polygon, and along the flow one cell, may come to."""


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 1000), st.floats(0, 2 * np.pi), st.floats(0, 1))
def test_wherever_the_mine_lies_its_value_is_within_the_ends(seed: int, towards: float, share: float) -> None:
    """The mine is a circle of the stated area that holds the point somewhere."""
    random = np.random.default_rng(seed)
    row, column = np.mgrid[:SIZE, :SIZE]
    heights = 900 + 40 * np.sin(row / 7) + 30 * np.cos(column / 5) + random.normal(0, 1, (SIZE, SIZE))
    green = [raster(np.clip(random.normal(0.4, 0.2, (SIZE, SIZE)), -1, 1)) for _ in range(2)]
    layers = [
        layer("road", line((48, 0), (55, 199))),
        layer("river", line((70, 0), (75, 199))),
        layer("ecological_red_line", in_cells((0, 0, 51, 60)), accuracy_m=5.0),
    ]
    cells = zip((DEM, NDVI_BEFORE, NDVI_AFTER), (raster(heights), *green), strict=True)
    known = {
        "layers": {entry.id: entry for entry in layers},
        "rasters": {kind: RasterLayer(kind, values) for kind, values in cells},
        "criteria": [criterion_files.find(name) for name in SLACK],
    }
    assumed = assess(point(50, 50), **known)  # type: ignore[arg-type]
    away = share * RADIUS_M / 30
    true = point(50 + away * np.cos(towards), 50 + away * np.sin(towards)).assign(boundary_tolerance_m=0.0)
    value = assess(true, **known).values  # type: ignore[arg-type]  # noqa: PD011 - a frame
    for name, slack in SLACK.items():
        truth = value.loc["M0", name]
        if not np.isnan(truth):
            assert assumed.least.loc["M0", name] - slack <= truth <= assumed.most.loc["M0", name] + slack, (
                name
            )


def test_every_statistic_says_what_the_place_of_a_boundary_does_to_it() -> None:
    assert {*assess_boundaries.NESTED, *assess_boundaries.RANGES, "value"} == set(get_args(Statistic))


def test_an_invented_circle_is_not_surely_first() -> None:
    """A circle with 0.6 of it under the red line against a surveyed mine with 0.4."""
    red_line = layer("ecological_red_line", in_cells((-300, -300, 50, 300)))
    circle = point(49.7, 50)
    surveyed = mines((47, 80, 54.5, 84), boundary_tolerance_m=[0.0], area_unknown=[False]).set_axis(["M1"])
    row, result = ends("red_line_share", pd.concat([circle, surveyed]), red_line)
    assert row["values"] == pytest.approx(0.6, abs=0.05)
    assert result.values["red_line_share"]["M1"] == pytest.approx(0.4, abs=1e-3)  # noqa: PD011 - a frame
    weights = pd.Series({"red_line_share": 1.0})
    found = ranking.rank(result.scores, weights, ends=(result.low, result.high))
    assert found["rank"].tolist() == [1, 2]
    assert found["rank_best"].tolist() == [1, 1]
    assert found["rank_worst"].tolist() == [2, 2]


def test_a_wall_may_hide_a_part_of_where_the_mine_lies() -> None:
    """The road sees the point's circle over a wall, or not, as it lies: nobody knows which."""
    heights = np.full((SIZE, SIZE), 900.0)
    heights[:, 48] += 80
    road = layer("road", line((20, 20), (20, 180)))
    row, _ = ends("visible_from_road_share", point(51, 100), road, **{DEM: raster(heights)})
    assert (row["low"], row["scores"], row["high"]) == (0.0, 0.0, 1.0)
    far, _ = ends("visible_from_road_share", point(60, 100), road, **{DEM: raster(heights)})
    assert (far["low"], far["scores"], far["high"]) == (0.0, 0.0, 0.0)
