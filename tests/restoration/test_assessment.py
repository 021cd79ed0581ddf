"""Measured values and the intervals around them, on ground where both can be counted."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import CrsMixUpError, InputError
from layers.raster_layer import DEM, NDVI_AFTER, NDVI_BEFORE, RasterLayer
from restoration import criterion_files, ranking, scoring
from restoration.assessment import Assessment, assess
from tests.gis.grids import in_cells, lonlat, raster
from tests.restoration.assessed_ground import PARTS, SIZE, asked, at, flat, layer, line, mines


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
