"""Slopes, cover, views and flow of mines, on terrain where they can be counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from gis.errors import InputError
from gis.raster import Raster
from layers.raster_layer import DEM, NDVI_AFTER, NDVI_BEFORE
from tests.gis.grids import lonlat, raster
from tests.restoration.assessed_ground import SIZE, asked, at, flat, layer, line, mines


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
