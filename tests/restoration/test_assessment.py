"""Measured values and the intervals around them, on ground where both can be counted."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import CrsMixUpError, InputError, Text
from gis.raster import Raster
from layers.layer import Layer, Source
from layers.raster_layer import DEM, NDVI_AFTER, NDVI_BEFORE, RasterLayer
from layers.spec import catalogue
from restoration import criterion_files, ranking, scoring
from restoration.assessment import Assessment, assess
from tests.gis.grids import NORTH_M, WEST_M, in_cells, lonlat, raster

NOBODY = Text("", "")
CITY = (-400, -400, 600, 600)
SIZE = 200
PARTS = ("values", "low", "scores", "high", "covered_share")


def mines(*boxes: tuple[float, float, float, float], **columns: list[object]) -> gpd.GeoDataFrame:
    ground = in_cells(*boxes, index=[f"M{number}" for number in range(len(boxes))])
    return gpd.GeoDataFrame(columns, geometry=ground, index=ground.index)


def layer(
    kind: str,
    shapes: gpd.GeoSeries,
    *,
    coverage: tuple[float, float, float, float] | None = CITY,
    sub_class: object = "all",
    accuracy_m: float | None = None,
    unusable_rows: int = 0,
) -> Layer:
    features = gpd.GeoDataFrame({"sub_class": [sub_class] * len(shapes)}, geometry=shapes, index=shapes.index)
    return Layer(
        spec=catalogue()[kind],
        features=features,
        coverage=None if coverage is None else in_cells(coverage),
        source=Source("x.gpkg", "", None, NOBODY, NOBODY, False, accuracy_m),
        issues=(),
        unusable_rows=unusable_rows,
    )


def at(column: float, row: float) -> tuple[float, float]:
    return WEST_M + 30 * column, NORTH_M - 30 * row


def line(*points: tuple[float, float]) -> gpd.GeoSeries:
    return lonlat([shapely.LineString([at(*point) for point in points])])


def asked(
    identifier: str, frame: gpd.GeoDataFrame, *found: Layer, **rasters: Raster
) -> tuple[pd.DataFrame, Assessment]:
    result = assess(
        frame,
        layers={entry.id: entry for entry in found},
        rasters={kind: RasterLayer(kind, cells) for kind, cells in rasters.items()},
        criteria=[criterion_files.find(identifier)],
    )
    parts = {name: getattr(result, name)[identifier] for name in PARTS}
    return pd.DataFrame(parts), result


def flat(height_m: float = 900.0) -> Raster:
    return raster(np.full((SIZE, SIZE), height_m))


# distances ---------------------------------------------------------------------------------------


def test_distance_inside_the_coverage_is_certain() -> None:
    # road along column 60, mine from column 50 to 51: 9 cells, 270 m; (500 - 270) / (500 - 50) = 0.5111
    found, result = asked("road_distance_m", mines((50, 50, 51, 51)), layer("road", line((60, 0), (60, 100))))
    row = found.loc["M0"]
    assert row["values"] == pytest.approx(270, abs=0.01)
    assert row["scores"] == pytest.approx(230 / 450, abs=1e-4)
    assert row["low"] == row["scores"] == row["high"]
    assert result.issues == ()


def test_without_coverage_a_listed_road_is_only_not_further_than() -> None:
    road = layer("road", line((60, 0), (60, 100)), coverage=None)
    found, result = asked("road_distance_m", mines((50, 50, 51, 51), (59, 50, 60, 51)), road)
    far, near = found.loc["M0"], found.loc["M1"]
    assert np.isnan(far["values"])
    assert np.isnan(far["scores"])
    assert (far["low"], far["high"]) == (pytest.approx(230 / 450, abs=1e-4), 1.0)
    # nearer than 50 m is the top already: nothing unlisted could raise it
    assert near["values"] == pytest.approx(0.0, abs=0.01)
    assert near["scores"] == near["low"] == near["high"] == 1.0
    assert [(issue.code, issue.count) for issue in result.issues] == [("criterion_not_assessed", 1)]


def test_the_edge_of_the_coverage_may_be_nearer_than_the_road() -> None:
    road = layer("road", line((60, 0), (60, 100)), coverage=(47, -100, 300, 300))
    row = asked("road_distance_m", mines((50, 50, 51, 51)), road)[0].loc["M0"]
    assert row["values"] == pytest.approx(270, abs=0.01)
    assert row["low"] == row["scores"]
    # the edge is 3 cells, 90 m away: (500 - 90) / 450
    assert row["high"] == pytest.approx(410 / 450, abs=1e-4)


def test_an_empty_layer_says_none_only_where_it_is_complete() -> None:
    nothing = line((0, 0), (1, 1)).iloc[:0]
    inside = asked("road_distance_m", mines((50, 50, 51, 51)), layer("road", nothing))[0].loc["M0"]
    assert (inside["low"], inside["scores"], inside["high"]) == (0.0, 0.0, 0.0)
    outside = asked("road_distance_m", mines((50, 50, 51, 51)), layer("road", nothing, coverage=None))[0]
    assert outside.loc["M0", ["low", "high"]].tolist() == [0.0, 1.0]
    assert np.isnan(outside.loc["M0", "scores"])


# shares of ground --------------------------------------------------------------------------------


def test_share_under_a_layer_is_counted_once_where_features_overlap() -> None:
    twice = in_cells((0, 0, 51, 100), (0, 0, 51, 100))
    row = asked("red_line_share", mines((50, 50, 54, 54)), layer("ecological_red_line", twice))[0].loc["M0"]
    assert row["values"] == pytest.approx(0.25, abs=1e-6)
    # 0 at nothing, 1 from one half on
    assert row["scores"] == pytest.approx(0.5, abs=1e-5)


def test_ground_outside_the_coverage_is_open_not_clear() -> None:
    line_layer = layer("ecological_red_line", in_cells((0, 0, 51, 100)), coverage=(0, 0, 53, 100))
    row = asked("red_line_share", mines((50, 50, 54, 54)), line_layer)[0].loc["M0"]
    # a quarter is in, a quarter is not known: from 0.25 to 0.5 of the patch
    assert row["covered_share"] == pytest.approx(0.75, abs=1e-5)
    assert (row["low"], row["high"]) == (pytest.approx(0.5, abs=1e-5), pytest.approx(1.0, abs=1e-5))
    assert row["scores"] == pytest.approx(0.75, abs=1e-5)


def test_a_sliver_without_features_is_not_a_mine_without_features() -> None:
    """The layer is complete over 2.5 % of the mine and lists nothing there."""
    lists_none = layer("ecological_red_line", in_cells((500, 500, 501, 501)), coverage=(100, 100, 100.1, 104))
    found, result = asked("red_line_share", mines((100, 100, 104, 104)), lists_none)
    row = found.loc["M0"]
    assert row["covered_share"] == pytest.approx(0.025, abs=1e-4)
    assert row[["low", "scores", "high"]].tolist() == [0.0, 0.5, 1.0]
    (issue,) = result.issues
    assert (issue.code, issue.count, issue.rows) == ("criterion_partly_assessed", 1, ("M0",))
    known = result.known_share.loc["M0", "red_line_share"]
    assert known == pytest.approx(0.025, abs=1e-4)
    # beside it a mine that is known to have a fifth of its ground under the line: either may come first
    scores = pd.DataFrame({"red": [row["scores"], 0.4]}, index=["M0", "M1"])
    low, high = scores.assign(red=[row["low"], 0.4]), scores.assign(red=[row["high"], 0.4])
    shares = pd.DataFrame({"red": [known, 1.0]}, index=scores.index)
    for method in ranking.METHODS:
        ranks = ranking.rank(
            scores, pd.Series({"red": 1.0}), ends=(low, high), known_share=shares, method=method
        )
        assert ranks["rank_best"].tolist() == [1, 1]
        assert ranks["rank_worst"].tolist() == [2, 2]
        assert ranks["assessed_weight_share"].tolist() == pytest.approx([0.025, 1.0], abs=1e-4)


def test_under_features_only_the_rest_is_unknown() -> None:
    line_layer = layer("ecological_red_line", in_cells((0, 0, 10, 10)), coverage=None)
    found, result = asked("red_line_share", mines((50, 50, 54, 54), (2, 2, 3, 3)), line_layer)
    assert np.isnan(found.loc["M0", "scores"])
    assert found.loc["M0", ["low", "high"]].tolist() == [0.0, 1.0]
    assert found.loc["M1", "scores"] == pytest.approx(1.0)
    assert result.issues[0].count == 1


def test_an_unknown_sub_class_is_open() -> None:
    untold = layer("eco_structure", in_cells((0, 0, 100, 100)), sub_class=None)
    row = asked("eco_structure_share", mines((50, 50, 54, 54)), untold)[0].loc["M0"]
    assert (row["low"], row["high"]) == (0.0, 1.0)
    assert np.isnan(row["scores"])


def test_the_accuracy_of_a_line_widens_the_share() -> None:
    sure = layer("ecological_red_line", in_cells((0, 0, 50.4, 100)), accuracy_m=1.5)
    row = asked("red_line_share", mines((50, 50, 54, 54)), sure)[0].loc["M0"]
    # 0.4 of 4 cells is in; the line moves by 2 · 1.5 m = 0.1 cell: from 0.3 to 0.5 cells of 4
    assert row["values"] == pytest.approx(0.1, abs=1e-5)
    assert row["low"] == pytest.approx(2 * 0.3 / 4, abs=1e-3)
    assert row["high"] == pytest.approx(2 * 0.5 / 4, abs=1e-3)


def test_a_layer_with_rows_that_have_no_place_never_says_none() -> None:
    lost = layer("ecological_red_line", in_cells((0, 0, 10, 10)), unusable_rows=1)
    assert asked("red_line_share", mines((50, 50, 54, 54)), lost)[0].loc["M0", "high"] == 1.0
    road = layer("road", line((60, 0), (60, 100)), unusable_rows=1)
    assert asked("road_distance_m", mines((50, 50, 51, 51)), road)[0].loc["M0", "high"] == 1.0


# rasters -----------------------------------------------------------------------------------------


def slope_of(percent: float) -> Raster:
    return raster(900 + np.tile(0.3 * percent * np.arange(SIZE), (SIZE, 1)))


def test_slope_with_the_error_it_may_have() -> None:
    # 57.735 % is 30°: (30 - 15) / 30 = 0.5, give or take 3 / 30
    found, _ = asked("slope_p90_degree", mines((50, 50, 54, 54)), **{DEM: slope_of(57.735)})
    row = found.loc["M0"]
    assert row["values"] == pytest.approx(30, abs=1e-3)
    assert row[["low", "scores", "high"]].tolist() == pytest.approx([0.4, 0.5, 0.6], abs=1e-4)


def test_a_mine_beside_the_dem_is_not_assessed_and_half_beside_is_open_by_half() -> None:
    frame = mines((300, 300, 304, 304), (SIZE - 1 - 2, 50, SIZE - 1 + 2, 54))
    found, result = asked("slope_mean_degree", frame, **{DEM: slope_of(57.735)})
    assert found.loc["M0", ["low", "high", "covered_share"]].tolist() == [0.0, 1.0, 0.0]
    assert np.isnan(found.loc["M0", "scores"])
    # half of it was seen, at 30°: the whole may have from (30 - 3) / 2 to (30 + 3 + 90) / 2 degrees on average
    half = found.loc["M1"]
    assert half["covered_share"] == pytest.approx(0.5, abs=1e-4)
    assert half["values"] == pytest.approx(30, abs=1e-3)
    assert half["low"] == pytest.approx((13.5 - 5) / 30, abs=1e-3)
    assert half["high"] == 1.0
    assert result.issues[0].rows == ("M0",)
    assert half["scores"] == pytest.approx((half["low"] + half["high"]) / 2)
    assert (result.issues[1].code, result.issues[1].rows) == ("criterion_partly_assessed", ("M1",))


def ndvi(left: float, right: float) -> Raster:
    """Left half and right half; end members are the two values."""
    values = np.full((SIZE, SIZE), right)
    values[:, : SIZE // 2] = left
    return raster(values)


def test_bare_share_and_cover_from_end_members() -> None:
    # a patch with three of four columns on the bare half
    frame = mines((97, 50, 101, 54))
    bare = asked("bare_share", frame, **{NDVI_AFTER: ndvi(0.1, 0.7)})[0].loc["M0"]
    assert bare["values"] == pytest.approx(0.75, abs=1e-5)
    cover = asked("fvc_mean", frame, **{NDVI_AFTER: ndvi(0.1, 0.7)})[0].loc["M0"]
    assert cover["values"] == pytest.approx(0.25, abs=1e-3)


def test_change_takes_the_end_members_of_the_earlier_date() -> None:
    # soil 0.1, vegetation 0.7; the left half rises from 0.1 to 0.4: cover from 0 to one half
    found, _ = asked(
        "fvc_change", mines((50, 50, 54, 54)), **{NDVI_BEFORE: ndvi(0.1, 0.7), NDVI_AFTER: ndvi(0.4, 0.7)}
    )
    assert found.loc["M0", "values"] == pytest.approx(0.5, abs=1e-3)
    assert found.loc["M0", "scores"] == 0.0


def test_an_ndvi_without_contrast_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        asked("fvc_mean", mines((50, 50, 54, 54)), **{NDVI_AFTER: ndvi(0.4, 0.4)})
    assert caught.value.code == "ndvi_flat"


# views and flow ----------------------------------------------------------------------------------


def test_on_flat_ground_every_road_within_the_radius_sees_the_mine() -> None:
    road = layer("road", line((20, 20), (20, 180)))
    row = asked("visible_from_road_share", mines((100, 100, 104, 104)), road, **{DEM: flat()})[0].loc["M0"]
    assert row[["values", "low", "scores", "high"]].tolist() == [1.0, 1.0, 1.0, 1.0]


def test_behind_a_wall_no_road_sees_the_mine() -> None:
    heights = np.full((SIZE, SIZE), 900.0)
    heights[:, 60] += 80
    road = layer("road", line((20, 20), (20, 180)))
    row = asked("visible_from_road_share", mines((100, 100, 104, 104)), road, **{DEM: raster(heights)})[
        0
    ].loc["M0"]
    assert row[["values", "low", "scores", "high"]].tolist() == [0.0, 0.0, 0.0, 0.0]


def test_observers_beyond_the_dem_are_unknown_and_do_not_see_nothing() -> None:
    """Few stand behind a wall on the DEM, many beside the DEM."""
    heights = np.full((SIZE, SIZE), 900.0)
    heights[:, 107] = 990.0
    heights[:, :98] = np.nan
    road = layer("road", pd.concat([line((20, 20), (20, 180)), line((110, 95), (110, 105))]))
    found, result = asked(
        "visible_from_road_share", mines((100, 100, 104, 104)), road, **{DEM: raster(heights)}
    )
    row = found.loc["M0"]
    assert row["values"] == 0.0, "of those who could look nobody sees it"
    assert 0 < row["covered_share"] < 0.1
    assert (row["low"], row["high"]) == (0.0, 1.0)
    assert row["scores"] == 0.5
    assert [issue.code for issue in result.issues] == ["criterion_partly_assessed", "raster_error_not_stated"]


def test_half_the_road_behind_a_wall() -> None:
    heights = np.full((SIZE, SIZE), 900.0)
    heights[100:, 60] += 80
    # the mine is one cell at row 100 or so: lines of sight from the north pass north of the wall
    road = layer("road", line((20, 20), (20, 180)))
    row = asked("visible_from_road_share", mines((100, 99, 101, 100)), road, **{DEM: raster(heights)})[0].loc[
        "M0"
    ]
    assert row["values"] == pytest.approx(0.5, abs=0.07)


def test_roads_beyond_the_coverage_keep_visibility_open() -> None:
    far = layer("road", line((20, 20), (20, 180)), coverage=(0, 0, SIZE, SIZE))
    row = asked("visible_from_road_share", mines((100, 100, 104, 104)), far, **{DEM: flat()})[0].loc["M0"]
    assert row["values"] == 1.0
    # the disc of 5 km (167 cells) around the middle of 200 x 200 cells: the square holds 0.457 of it
    assert row["covered_share"] == pytest.approx(SIZE**2 / (np.pi * (5000 / 30) ** 2), abs=0.01)
    assert row["low"] < 1.0
    none = layer("road", line((20, 20), (20, 180)), coverage=None)
    open_row = asked("visible_from_road_share", mines((100, 100, 104, 104)), none, **{DEM: flat()})[0].loc[
        "M0"
    ]
    assert np.isnan(open_row["scores"])
    assert open_row[["low", "high"]].tolist() == [0.0, 1.0]


def test_where_nobody_could_look_the_share_is_none() -> None:
    road = layer("road", line((20, 20), (20, 180)))
    found, _ = asked(
        "visible_from_road_share", mines((425, 425, 426, 426), (350, 100, 351, 101)), road, **{DEM: flat()}
    )
    # neither has a road within 5 km, and both lie beside the DEM
    assert (found[["values", "scores"]] == 0.0).all(axis=None)
    far = asked(
        "visible_from_road_share", mines((180, 100, 181, 101)), road, **{DEM: raster(np.zeros((SIZE, 150)))}
    )[0]
    assert np.isnan(far.loc["M0", "scores"])
    assert far.loc["M0", "high"] == 1.0


def test_settlements_are_points_that_look() -> None:
    heights = np.full((SIZE, SIZE), 900.0)
    heights[:, 60] += 80
    points = lonlat([shapely.Point(at(30.5, 100.5)), shapely.Point(at(150.5, 100.5))])
    found, _ = asked(
        "visible_from_settlement_share",
        mines((100, 100, 101, 101)),
        layer("settlement", points),
        **{DEM: raster(heights)},
    )
    assert found.loc["M0", "values"] == 0.5


def falling_east() -> Raster:
    return raster(2000 - np.tile(3.0 * np.arange(SIZE), (SIZE, 1)))


def test_water_runs_to_the_river_below_and_not_to_the_one_above() -> None:
    below = layer("river", line((130.5, 0), (130.5, 199)))
    row = asked("flow_to_river_m", mines((100, 100, 101, 101)), below, **{DEM: falling_east()})[0].loc["M0"]
    # 30 cells to the river, less the two cells within 60 m of its line
    assert row["values"] == pytest.approx(28 * 30, abs=1)
    assert row["scores"] == pytest.approx((2000 - 840) / 1900, abs=1e-3)
    above = layer("river", line((60.5, 0), (60.5, 199)))
    found, result = asked("flow_to_river_m", mines((100, 100, 101, 101)), above, **{DEM: falling_east()})
    # the water leaves the DEM after 99.5 cells, 2 985 m: no river within 2 km of its way
    assert found.loc["M0", ["low", "scores", "high"]].tolist() == [0.0, 0.0, 0.0]
    assert result.issues == ()


def test_leakage_reaches_are_a_layer_of_their_own() -> None:
    reach = layer("leakage_reach", line((130.5, 0), (130.5, 199)))
    found, _ = asked("flow_to_leakage_reach_m", mines((100, 100, 101, 101)), reach, **{DEM: falling_east()})
    assert found.loc["M0", "values"] == pytest.approx(28 * 30, abs=1)
    missing, result = asked("flow_to_leakage_reach_m", mines((100, 100, 101, 101)), **{DEM: falling_east()})
    assert np.isnan(missing.loc["M0", "values"])
    assert "leakage_reach" in result.issues[0].what.zh + result.issues[0].done.zh


def test_water_that_leaves_the_dem_early_is_not_assessed() -> None:
    above = layer("river", line((60.5, 0), (60.5, 199)))
    found, result = asked("flow_to_river_m", mines((180, 100, 181, 101)), above, **{DEM: falling_east()})
    row = found.loc["M0"]
    assert np.isnan(row["scores"])
    # at least 19.5 cells, 585 m: at most (2000 - 585) / 1900
    assert (row["low"], row["high"]) == (0.0, pytest.approx((2000 - 585) / 1900, abs=1e-3))
    assert result.issues[0].code == "criterion_not_assessed"


def test_outside_the_coverage_a_river_may_lie_nearer() -> None:
    river = layer("river", line((130.5, 0), (130.5, 199)), coverage=(0, 0, 110, SIZE))
    row = asked("flow_to_river_m", mines((100, 100, 101, 101)), river, **{DEM: falling_east()})[0].loc["M0"]
    assert np.isnan(row["values"])
    assert row["low"] == pytest.approx((2000 - 840) / 1900, abs=1e-3)
    assert row["high"] == pytest.approx((2000 - 300) / 1900, abs=1e-3)


# whole assessments -------------------------------------------------------------------------------


def world(random: np.random.Generator) -> dict[str, object]:
    row, column = np.mgrid[:SIZE, :SIZE]
    heights = 900 + 40 * np.sin(row / 17) + 30 * np.cos(column / 11) + random.normal(0, 1, (SIZE, SIZE))
    green = raster(np.clip(random.normal(0.4, 0.2, (SIZE, SIZE)), -1, 1))
    points = lonlat([shapely.Point(at(30.5, 100.5)), shapely.Point(at(150.5, 100.5))])
    layers = [
        layer("road", line((20, 0), (25, 199))),
        layer("river", line((120, 0), (110, 199))),
        layer("settlement", points, coverage=None),
        layer("ecological_red_line", in_cells((0, 0, 90, 90)), accuracy_m=5.0),
        layer("spring_key_area", in_cells((90, 90, 150, 150))),
        layer("drinking_water_source", in_cells((10, 150, 60, 190)), sub_class="level2"),
    ]
    return {
        "layers": {entry.id: entry for entry in layers},
        "rasters": {
            kind: RasterLayer(kind, cells)
            for kind, cells in ((DEM, raster(heights)), (NDVI_BEFORE, green), (NDVI_AFTER, green))
        },
        "criteria": list(criterion_files.shipped().values()),
    }


def many(count: int, random: np.random.Generator) -> gpd.GeoDataFrame:
    corners = random.uniform(5, SIZE - 15, (count, 2))
    boxes = [(a, b, a + 1 + 5 * c, b + 2) for (a, b), c in zip(corners, random.random(count), strict=True)]
    return mines(
        *boxes,
        area_m2=list(1800 + 9000 * random.random(count)),
        water_damage=[1, None] * (count // 2) + [0] * (count % 2),
    )


def check(result: Assessment, frame: gpd.GeoDataFrame, criteria: list[object]) -> None:
    names = [criterion.id for criterion in criteria]
    for part in (getattr(result, name) for name in PARTS):
        assert part.index.equals(frame.index)
        assert list(part.columns) == names
    assert ((result.low >= 0) & (result.low <= result.high) & (result.high <= 1)).all(axis=None)
    known = result.scores.notna()
    assert ((result.low <= result.scores) & (result.scores <= result.high) | ~known).all(axis=None)
    assert ((result.covered_share >= 0) & (result.covered_share <= 1)).all(axis=None)
    told = {issue.what.en.split("'")[1] for issue in result.issues if issue.code == "criterion_not_assessed"}
    titles = {criterion.id: criterion.title.en for criterion in criteria}
    assert told == {titles[name] for name in names if not known[name].all()}


@pytest.mark.parametrize("count", [0, 1, 60])
def test_any_number_of_mines(count: int) -> None:
    random = np.random.default_rng(count)
    given_world = world(random)
    frame = many(count, random) if count else mines((0, 0, 1, 1)).iloc[:0]
    result = assess(frame, **given_world)
    if count:
        check(result, frame, given_world["criteria"])
    assert len(result.scores) == count


def test_two_thousand_mines() -> None:
    random = np.random.default_rng(7)
    given_world = world(random)
    frame = many(2_000, random)
    result = assess(frame, **given_world)
    check(result, frame, given_world["criteria"])


def test_neither_order_nor_company_changes_a_mine() -> None:
    random = np.random.default_rng(11)
    given_world = world(random)
    frame = many(30, random)
    whole = assess(frame, **given_world)
    shuffled = assess(frame.sample(frac=1, random_state=1), **given_world)
    few = assess(frame.iloc[[3, 17]], **given_world)
    for name in ("scores", "low", "high"):
        one, other, part = (getattr(result, name) for result in (whole, shuffled, few))
        pd.testing.assert_frame_equal(one, other.loc[one.index])
        pd.testing.assert_frame_equal(one.iloc[[3, 17]], part, check_exact=False, rtol=1e-5, atol=1e-6)


def test_identical_mines_are_assessed_alike() -> None:
    random = np.random.default_rng(3)
    frame = mines(*[(60, 60, 64, 63)] * 5, area_m2=[5000] * 5)
    result = assess(frame, **world(random))
    for part in (getattr(result, name) for name in PARTS):
        assert len(part.drop_duplicates()) == 1


def test_what_is_missing_is_told_and_never_zero() -> None:
    frame = mines((50, 50, 54, 54))
    criteria = list(criterion_files.shipped().values())
    result = assess(frame, layers={}, rasters={}, criteria=criteria)
    assert result.scores.isna().all(axis=None)
    assert (result.low == 0).all(axis=None)
    assert (result.high == 1).all(axis=None)
    assert (result.covered_share == 0).all(axis=None)
    assert len(result.issues) == len(criteria)
    assert {issue.severity for issue in result.issues} == {"error"}


def test_too_many_mines_for_views_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from restoration import assess_views

    monkeypatch.setattr(assess_views, "MOST_MINES", 1)
    frame = mines((50, 50, 54, 54), (60, 50, 64, 54))
    found, result = asked(
        "visible_from_road_share", frame, layer("road", line((20, 20), (20, 180))), **{DEM: flat()}
    )
    assert found["scores"].isna().all()
    assert "parts" in result.issues[0].what.en


def test_small_batches_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from restoration import assess_views

    random = np.random.default_rng(2)
    given_world = world(random) | {"criteria": [criterion_files.find("visible_from_road_share")]}
    frame = many(12, random)
    whole = assess(frame, **given_world)
    monkeypatch.setattr(assess_views, "MOST_PAIRS", 10)
    pd.testing.assert_frame_equal(assess(frame, **given_world).scores, whole.scores)


def test_faults_of_the_caller_stay_loud() -> None:
    frame = mines((50, 50, 54, 54), (60, 50, 64, 54))
    cost = criterion_files.find("cost_cny_per_ha")
    with pytest.raises(CrsMixUpError):
        assess(frame.to_crs(4547), layers={}, rasters={}, criteria=[cost])
    with pytest.raises(ValueError, match="unique"):
        assess(frame.set_axis(["a", "a"]), layers={}, rasters={}, criteria=[cost])
    with pytest.raises(InputError, match="chosen twice"):
        assess(frame, layers={}, rasters={}, criteria=[cost, cost])


@settings(max_examples=20)
@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=True), st.text(max_size=3)), min_size=1, max_size=6))
def test_any_content_of_a_column_is_a_number_or_not_assessed(values: list[object]) -> None:
    frame = mines(*[(50, 50, 54, 54)] * len(values), cost_cny_per_ha=values)
    result = assess(frame, layers={}, rasters={}, criteria=[criterion_files.find("cost_cny_per_ha")])
    numbers = pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").to_numpy(float)
    assert (result.scores["cost_cny_per_ha"].notna().to_numpy() == np.isfinite(numbers)).all()


@given(st.lists(st.integers(2, 60), min_size=1, max_size=5))
def test_lines_cut_into_pieces_are_the_same_lines(sizes: list[int]) -> None:
    from restoration import assess_layers

    random = np.random.default_rng(sum(sizes))
    lines = [shapely.LineString(random.random((size, 2))) for size in sizes]
    pieces = assess_layers._in_pieces(
        np.array([shapely.Point(9, 9), shapely.MultiLineString(lines)], dtype=object)
    )
    assert pieces[0] == shapely.Point(9, 9)
    assert shapely.length(pieces).sum() == pytest.approx(sum(line.length for line in lines))
    assert shapely.get_num_coordinates(pieces[1:]).max() <= assess_layers.PIECE_POINTS + 1
    places = shapely.points(random.random((20, 2)))
    apart = shapely.distance(places[:, None], pieces[None, 1:]).min(axis=1)
    np.testing.assert_allclose(apart, shapely.distance(places, shapely.MultiLineString(lines)), atol=1e-12)


def test_no_score_is_minus_zero() -> None:
    """A ramp that falls gives 0/-1 at its start."""
    cost = criterion_files.find("cost_cny_per_ha")
    found = scoring.score(cost, np.array([1e9, 0.0]), scoring.limits(cost, pd.Series(dtype=float)))
    assert not np.signbit(found).any()
    assert sorted(found.tolist()) == [0.0, 1.0]
