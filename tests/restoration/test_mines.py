"""The official table: its spellings, its faults, who is ranked and who is listed apart, project areas."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis import equal_area, proximity
from gis.errors import Text
from gis.note import Note
from layers.layer import Layer, Source
from layers.spec import catalogue
from layers.study import COUNTIES
from restoration import hazard, mine_codes, mine_filters, mine_places, mines

EAST, NORTH = 113.5, 37.9


def square(step_m: float = 0.0, side_m: float = 100.0) -> shapely.Polygon:
    """A square of known area in the equal-area plane, moved east."""
    corner = equal_area.to_plane(np.array([[EAST, NORTH]]))[0] + [step_m, 0]
    flat = shapely.segmentize(shapely.box(*corner, *(corner + side_m)), 40)
    return equal_area.geometries_from_plane(np.array([flat]))[0]


def table(rows: list[dict[str, object]], geometries: list[shapely.Geometry | None]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=geometries, crs=4490)


def codes(notes: tuple[Note, ...]) -> dict[str, tuple[object, ...]]:
    return {note.code: note.rows for note in notes}


@pytest.mark.parametrize(
    ("raw", "domain", "code"),
    [
        (10, mine_codes.CLASSES, "10"),
        (10.0, mine_codes.CLASSES, "10"),
        ("10.0", mine_codes.CLASSES, "10"),
        ("１０", mine_codes.CLASSES, "10"),
        ("历史遗留矿山", mine_codes.CLASSES, "10"),
        ("10历史遗留矿山", mine_codes.CLASSES, "10"),
        ("10 历史遗留矿山", mine_codes.CLASSES, "10"),
        ("a", mine_codes.TREATMENT, "A"),
        ("A.未治理", mine_codes.TREATMENT, "A"),
        ("已治理", mine_codes.TREATMENT, "B"),
        (17, mine_codes.DAMAGE, "17"),
        ("12", mine_codes.DAMAGE, "12"),
        ("1、4", mine_codes.DAMAGE, "14"),
        ("采场+塌陷坑", mine_codes.DAMAGE, "15"),
        ("13", mine_codes.PROBLEMS, "13"),
        ("生态重建", mine_codes.MODES, "3"),
        ("37", mine_codes.SMALL_CLASSES, "37"),
    ],
)
def test_spellings_of_one_code(raw: object, domain: mine_codes.Domain, code: str) -> None:
    found, unknown = mine_codes.read(pd.Series([raw], dtype=object), domain)
    assert (found[0], unknown[0]) == (code, False)


@pytest.mark.parametrize(
    ("raw", "domain"),
    [
        ("11", mine_codes.CLASSES),
        ("1", mine_codes.CLASSES),
        ("20历史遗留矿山", mine_codes.CLASSES),
        ("C", mine_codes.TREATMENT),
        ("19", mine_codes.DAMAGE),
        ("采场、池塘", mine_codes.DAMAGE),
        ("治理", mine_codes.TREATMENT),
    ],
)
def test_a_spelling_outside_the_domain_is_never_guessed(raw: object, domain: mine_codes.Domain) -> None:
    found, unknown = mine_codes.read(pd.Series([raw], dtype=object), domain)
    assert (found[0], unknown[0]) == ("", True)


def test_areas_come_from_the_ground_and_faults_are_told() -> None:
    features = table(
        [
            {"code": "M1", "sub_class": "historic", "area_m2": "10,000", "treatment_state": "A"},
            {"code": "M1", "sub_class": "historic", "area_m2": 10_100.0, "treatment_state": "Z"},
            {"code": None, "sub_class": "historic", "area_m2": -5, "treatment_state": "A"},
            {"code": "M4", "sub_class": None, "area_m2": "约一公顷", "treatment_state": "A"},
        ],
        [square(), square(1000), square(2000), square(3000)],
    )
    found, notes = mines.read(features)
    assert list(found.index) == ["M1#1", "M1#2", "#3", "M4"]
    assert found["area_m2"].to_numpy() == pytest.approx(10_000, abs=0.01)
    assert codes(notes) == {
        "patch_id_repeated": ("1", "2"),
        "patch_id_missing": ("3",),
        "number_negative": ("3",),
        "number_unreadable": ("4",),
        "code_unknown": ("2",),
        "area_differs": ("2",),
    }
    assert np.isnan(found.loc[["#3", "M4"], "stated_m2"]).all()


def test_numbers_carry_their_unit_and_are_told_by_the_columns_title() -> None:
    point = shapely.Point(EAST, NORTH)
    features = table(
        [
            {"code": "A", "area_m2": "1.5公顷", "people_threatened": "3人", "cost_yuan": "2.5万元"},
            {"code": "B", "area_m2": "15亩", "people_threatened": "约3人", "face_height_m": "12 米"},
            {"code": "C", "area_m2": "1.5", "people_threatened": 0},
            {"code": "D", "area_m2": "5000㎡"},
        ],
        [point] * 4,
    )
    found, notes = mines.read(features)
    # 15 · 10000/15
    assert found["area_m2"].tolist() == pytest.approx([15_000, 10_000, 1.5, 5_000])
    assert found["people_threatened"].tolist()[:1] == [3.0]
    assert found["people_threatened"].isna().tolist() == [False, True, False, True]
    assert (found.loc["B", "face_height_m"], found.loc["A", "cost_yuan"]) == (12.0, 25_000.0)
    by_code = {note.code: note for note in notes if note.code != "column_missing"}
    assert by_code["number_unreadable"].what.zh == "1行：“威胁人数”不是数（约3人）。"
    assert by_code["area_tiny"].rows == ("3",)
    assert {note.rows for note in notes if note.code == "number_converted"} == {("1", "2"), ("1",)}
    classes = hazard.classify(mine_filters.hazards(found))
    assert classes.loc["A", "safety_class"] == "P1"
    assert classes.loc["B", "most_urgent"] == 1


def test_labels_stay_apart_whatever_the_table_has() -> None:
    given = ["A", "A", "A#2", None, "#4", "A#2#2"]
    found, _ = mines.read(table([{"code": word} for word in given], [square(900 * n) for n in range(6)]))
    assert list(found.index) == ["A#1", "A#2#2#2", "A#2", "#4#4", "#4", "A#2#2"]


def test_points_become_circles_of_their_area_or_are_told() -> None:
    point = shapely.Point(EAST, NORTH)
    features = table(
        [
            {
                "code": "stated",
                "sub_class": "historic",
                "area_m2": 20_000.0,
                "verified_area_m2": 0,
                "treatment_state": "A",
            },
            {"code": "verified", "sub_class": "historic", "area_m2": 20_000.0, "verified_area_m2": 15_000},
            {"code": "silent", "sub_class": "historic"},
            {"code": "nowhere", "sub_class": "historic", "area_m2": 20_000.0},
        ],
        [point, point, point, None],
    )
    found, notes = mines.read(features)
    assert found["area_m2"].tolist()[:2] == pytest.approx([20_000, 15_000], rel=1e-9)
    assert found["area_m2"].isna().tolist() == [False, False, True, True]
    assert codes(notes) == {"mine_point": ("1", "2"), "mine_without_ground": ("3", "4")}
    radius = shapely.hausdorff_distance(
        equal_area.geometries_to_plane(np.array([found.geometry.iloc[0]]))[0],
        equal_area.geometries_to_plane(np.array([point]))[0],
    )
    assert radius == pytest.approx(np.sqrt(20_000 / np.pi), rel=0.002)
    assumed, more = mines.read(features, assumed_area_m2=5_000)
    assert assumed.loc["silent", "area_m2"] == pytest.approx(5_000)
    assert codes(more)["mine_area_assumed"] == ("3",)
    assert mine_filters.sort_out(assumed.assign(treatment_state="A")).left_out["category"].to_dict() == {
        "nowhere": "no_ground"
    }


def test_centres_that_contradict_the_ground() -> None:
    rows = [
        {"code": "right", "centre_lon": EAST, "centre_lat": NORTH, "treatment_state": "A"},
        {"code": "swapped", "centre_lon": NORTH, "centre_lat": EAST},
        {"code": "far", "centre_lon": EAST + 0.1, "centre_lat": NORTH},
        {"code": "elsewhere"},
    ]
    away = shapely.transform(square(), lambda xy: xy + np.array([3.0, 0.0]))
    found, notes = mines.read(table(rows, [square(), square(), square(), away]))
    assert codes(notes) == {"centre_swapped": ("2",), "centre_far": ("3",), "mine_outside": ("4",)}
    assert found["outside"].tolist() == [False, False, False, True]


def filtered(**columns: object) -> gpd.GeoDataFrame:
    base = {
        "class_code": "10",
        "small_class": "11",
        "damage": "1",
        "treatment_state": "A",
        "area_m2": 1.0,
        "outside": False,
        "unknown_codes": "",
    }
    return gpd.GeoDataFrame(pd.DataFrame([base | columns], index=["M"]))


@pytest.mark.parametrize(
    ("columns", "category"),
    [
        ({"class_code": "20", "small_class": "22"}, "duty_holder"),
        ({"class_code": "20", "small_class": "22", "treatment_state": "B"}, "duty_holder"),
        ({"treatment_state": "B"}, "treated"),
        ({"class_code": "30", "small_class": "31"}, "other"),
        ({"class_code": "30", "small_class": "37"}, "pseudo_change"),
        ({"damage": "8"}, "pseudo_change"),
        ({"damage": "18"}, "pseudo_change"),
        ({"class_code": "40", "small_class": "41"}, "subsidence_intact"),
        ({"class_code": ""}, "undecided"),
        ({"class_code": "", "unknown_codes": "tbdl"}, "undecided"),
        ({"small_class": "21"}, "undecided"),
        ({"treatment_state": ""}, "undecided"),
        ({"treatment_state": "", "unknown_codes": "hfzlqk"}, "undecided"),
        ({"area_m2": np.nan}, "no_ground"),
        ({"area_m2": 0.0}, "no_ground"),
        ({"outside": True}, "outside"),
    ],
)
def test_who_is_listed_apart_and_why(columns: dict[str, object], category: str) -> None:
    found = mine_filters.sort_out(filtered(**columns))
    assert found.ranked.empty
    assert found.left_out.loc["M", "category"] == category
    reason = found.left_out.loc["M", "reason"]
    assert reason.zh
    assert reason.en
    if "unknown_codes" in columns:
        assert "不在值域内" in reason.zh


def test_a_historic_untreated_patch_is_ranked() -> None:
    assert list(mine_filters.sort_out(filtered()).ranked.index) == ["M"]
    assert list(mine_filters.sort_out(filtered(small_class="", damage="")).ranked.index) == ["M"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["10", "20", "30", "40", ""]),
            st.sampled_from(["11", "22", "37", "41", ""]),
            st.sampled_from(["1", "8", "14", ""]),
            st.sampled_from(["A", "B", ""]),
            st.sampled_from([1.0, 0.0, np.nan]),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_nothing_is_dropped_and_only_one_kind_is_ranked(rows: list[tuple[object, ...]]) -> None:
    names = ["class_code", "small_class", "damage", "treatment_state", "area_m2"]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows, columns=names).assign(outside=False, unknown_codes=""))
    found = mine_filters.sort_out(frame)
    assert sorted([*found.ranked.index, *found.left_out.index]) == list(range(len(rows)))
    assert (found.ranked["class_code"] == "10").all()
    assert (found.ranked["treatment_state"] == "A").all()
    assert (found.ranked["area_m2"] > 0).all()
    assert found.left_out["category"].isin(list(mine_filters.CATEGORIES)).all()
    assert mine_filters.counts(found.left_out)["patches"].sum() == len(found.left_out)


def in_a_row(gaps_m: list[float]) -> gpd.GeoDataFrame:
    """Squares of 100 m side with the given gaps (metres on the ellipsoid) between them."""
    geod = pyproj.Geod(a=6378137, f=1 / 298.257222101)
    shapes, west = [], EAST
    for gap in [0.0, *gaps_m]:
        west = geod.fwd(west, NORTH, 90, gap)[0] if shapes else west
        east = geod.fwd(west, NORTH, 90, 100)[0]
        shapes.append(shapely.segmentize(shapely.box(west, NORTH, east, NORTH + 0.0009), 0.0004))
        west = east
    names = [f"P{number}" for number in range(len(shapes))]
    return gpd.GeoDataFrame({"area_m2": 10_000.0}, index=names, geometry=shapes, crs=4490)


def test_project_areas_by_hand() -> None:
    """P0 -499- P1 -499- P2 -501- P3: the first three belong together through P1."""
    found = mine_filters.grouped(in_a_row([499.0, 499.0, 501.0]), within_m=500)
    assert found["group"].tolist() == ["G001", "G001", "G001", "G002"]
    assert found["group_area_m2"].tolist() == [30_000, 30_000, 30_000, 10_000]
    assert found["group_patches"].tolist() == [3, 3, 3, 1]
    alone = mine_filters.grouped(in_a_row([499.0, 499.0, 501.0]), within_m=0)
    assert alone["group"].nunique() == 4
    together = mine_filters.grouped(in_a_row([499.0, 499.0, 501.0]), within_m=501.1)
    assert set(together["group"]) == {"G001"}


def test_the_order_of_rows_does_not_matter_to_groups() -> None:
    frame = in_a_row([100.0, 900.0, 50.0, 700.0])
    found = mine_filters.grouped(frame)
    turned = mine_filters.grouped(frame.iloc[::-1])
    assert turned["group"].reindex(found.index).tolist() == found["group"].tolist()


@pytest.mark.parametrize("gap_m", [499.9, 500.1])
def test_pairs_are_measured_on_the_ellipsoid(gap_m: float) -> None:
    """In the plane of 114°E the gap is 0.01 % too long: at 499.97 m it would be missed."""
    frame = in_a_row([gap_m])
    assert len(proximity.pairs_within(frame.geometry, within_m=500)) == (gap_m < 500)


def test_one_mine_is_a_group_of_its_own() -> None:
    assert mine_filters.grouped(in_a_row([])).loc["P0", ["group", "group_patches"]].tolist() == ["G001", 1]


def test_hazards_the_table_tells_of() -> None:
    features = table(
        [
            {"code": "shaft", "damage_unit": "6", "face_height_m": 20},
            {"code": "pit", "damage_unit": "15", "water_damage": "有"},
            {"code": "silent"},
        ],
        [square(), square(1000), square(2000)],
    )
    found = mine_filters.hazards(mines.read(features)[0])
    assert found["open_shafts"].tolist()[:2] == [1, 0]
    assert found["subsidence_m2"].tolist()[:2] == [0, pytest.approx(10_000)]
    assert found["mine_water_outflow"].tolist()[1] == 1
    assert found.loc["silent"].isna().all()
    classes = hazard.classify(found)
    assert classes.loc["silent", "most_urgent"] == 1
    assert classes.loc["silent", "least_urgent"] == 3


def counties(*, whole: bool = True, accuracy_m: float | None = None) -> Layer:
    """Five strips from 113.4 to 113.6 degrees east; one lacks when the layer is not whole."""
    names = [title.zh for title in COUNTIES.values()][: 5 if whole else 4]
    strips = [shapely.box(113.4 + 0.04 * n, 37.8, 113.44 + 0.04 * n, 38.0) for n in range(len(names))]
    return Layer(
        spec=catalogue()["county"],
        features=gpd.GeoDataFrame({"name": names, "sub_class": "all"}, geometry=strips, crs=4490),
        coverage=None,
        source=Source("county.gpkg", "", None, Text("", ""), Text("", ""), False, accuracy_m),
        issues=(),
    )


@pytest.mark.parametrize(
    ("layer", "outside", "told"),
    [
        (counties(), [False, False, True], {"mine_near_border": ("2",), "mine_outside": ("3",)}),
        (counties(accuracy_m=50), [False, True, True], {"mine_outside": ("2", "3")}),
        (counties(whole=False), [False] * 3, {"city_outline_missing": ()}),
        (None, [False] * 3, {"city_outline_missing": ()}),
    ],
    ids=["shipped", "precise", "four counties", "none"],
)
def test_outside_the_city_but_inside_its_rectangle(
    layer: Layer | None, outside: list[bool], told: dict[str, tuple[str, ...]]
) -> None:
    # within; 0.01 degrees, 1.1 km, south of the outline; 0.45 degrees, 39 km, west of it
    places = [(113.5, 37.9), (113.5, 37.79), (112.95, 37.75)]
    rows = [{"code": f"M{n}", "area_m2": 100.0, "treatment_state": "A"} for n in range(3)]
    found, _ = mines.read(table(rows, [shapely.Point(place) for place in places]))
    assert not found["outside"].any()
    marked, more = mine_places.within_city(found, layer)
    assert marked["outside"].tolist() == outside
    assert codes(tuple(more)) == told


def test_a_patch_entered_twice_is_found() -> None:
    frame = gpd.GeoDataFrame(index=list("abc"), geometry=[square(), square(50), square(150)], crs=4490)
    pairs = proximity.pairs_within(frame.geometry, within_m=500)
    assert len(pairs) == 3
    found = mine_places.shared_ground(frame, pairs)
    # a and b share half of their 100 m x 100 m; b and c only a side
    assert found[["first", "second"]].to_numpy().tolist() == [["a", "b"]]
    assert found["shared_m2"].tolist() == pytest.approx([5_000], abs=0.01)
