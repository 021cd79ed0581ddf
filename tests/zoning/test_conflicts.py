"""What stands in a project's way: reference cases by hand, and what must always hold."""

from __future__ import annotations

import dataclasses
from datetime import date

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.zoning.world import EVERYWHERE, cell, find, layer, site
from zoning import conflicts, remedies
from zoning.rule import Verdict


def only(findings: gpd.GeoDataFrame, **wanted: object) -> gpd.GeoDataFrame:
    for column, value in wanted.items():
        findings = findings[findings[column] == value]
    return findings


def verdict(findings: gpd.GeoDataFrame) -> str:
    return str(conflicts.overall(findings).iloc[0])


def test_a_factory_half_on_the_red_line_is_prohibited_there() -> None:
    # 2 cells of site, 1 of them under the red line: share one half
    red_line = layer("ecological_red_line", [(cell(1, 0), "other")])
    found = find(site(cell(0, 0, 2, 1)), red_line, national_major="no")
    (row,) = found.to_dict("records")
    assert (row["rule_id"], row["verdict"], row["state"]) == ("ERL-29", "P", "hit")
    assert row["share"] == pytest.approx(0.5, abs=1e-6)
    assert row["conflict_m2"] + row["clear_m2"] + row["not_assessed_m2"] == pytest.approx(
        row["subject_m2"], abs=1e-6
    )
    assert row["not_assessed_m2"] == 0
    assert verdict(found) == "P"


def test_nothing_there_is_clear() -> None:
    found = find(site(cell(0, 0)), layer("ecological_red_line", [(cell(5, 5), "other")]))
    assert found["state"].tolist() == ["clear"]
    assert found["clear_m2"].tolist() == found["subject_m2"].tolist()
    assert verdict(found) == "N"


def test_a_missing_layer_is_not_assessed() -> None:
    found = find(site(cell(0, 0)), only_loaded=False)
    assert set(found["state"]) == {"not_assessed"}
    assert set(found["reason"]) == {"layer_missing"}
    assert (found["not_assessed_m2"] == found["subject_m2"]).all()
    assert verdict(found) == "?"


def test_outside_coverage_is_not_assessed() -> None:
    red_line = layer("ecological_red_line", [(cell(9, 9), "other")], coverage=cell(0, 0, 1, 4))
    (row,) = find(site(cell(0, 0, 2, 1)), red_line).to_dict("records")
    assert (row["state"], row["reason"]) == ("not_assessed", "outside_coverage")
    assert row["not_assessed_m2"] / row["subject_m2"] == pytest.approx(0.5, abs=1e-6)


def test_a_layer_without_coverage_answers_only_under_its_features() -> None:
    red_line = layer("ecological_red_line", [(cell(0, 0), "other")], coverage=None)
    found = find(site(cell(0, 0, 2, 1)), red_line)
    assert found["state"].tolist() == ["hit", "not_assessed"]
    assert found["not_assessed_m2"].tolist() == [found["not_assessed_m2"][0]] * 2
    assert found["not_assessed_m2"][0] / found["subject_m2"][0] == pytest.approx(0.5, abs=1e-6)


def test_an_unknown_sub_class_is_undecidable_never_clear() -> None:
    (row,) = find(site(cell(0, 0)), layer("ecological_red_line", [(cell(0, 0), None)])).to_dict("records")
    assert (row["state"], row["reason"], row["verdict"]) == ("not_assessed", "sub_class_unknown", "?")


def test_features_that_could_not_be_placed_make_silence_unknown() -> None:
    red_line = layer("ecological_red_line", [(cell(5, 5), "other")], unusable_rows=1)
    (row,) = find(site(cell(0, 0)), red_line).to_dict("records")
    assert (row["state"], row["reason"]) == ("not_assessed", "features_unplaced")


def test_a_boundary_that_crosses_itself_is_never_clear() -> None:
    found = find(site(cell(0, 0), doubtful=True), layer("ecological_red_line", [(cell(5, 5), "other")]))
    assert set(found["layer"]) == {"footprint", "ecological_red_line"}
    assert verdict(found) == "?"


def test_overlapping_features_count_once() -> None:
    red_line = layer("ecological_red_line", [(cell(0, 0, 2, 1), "other"), (cell(1, 0, 2, 1), "other")])
    (row,) = find(site(cell(0, 0, 4, 1)), red_line).to_dict("records")
    assert row["feature_count"] == 2
    assert row["share"] == pytest.approx(0.75, abs=1e-6)


def test_core_and_other_ground_are_told_apart() -> None:
    red_line = layer("ecological_red_line", [(cell(0, 0), "core"), (cell(1, 0), "other")])
    found = find(site(cell(0, 0, 2, 1)), red_line, activity="REST", end_use="grass")
    by_sub_class = found.set_index("sub_class")["verdict"].to_dict()
    assert by_sub_class == {"core": "A", "other": "C"}


def test_a_missing_answer_is_a_question_not_a_default() -> None:
    farmland = layer("permanent_basic_farmland", [(cell(0, 0), "all")])
    asked = site(cell(0, 0))
    (row,) = find(asked, farmland, activity="LIN").to_dict("records")
    assert (row["verdict"], row["reason"], row["missing_flags"]) == ("?", "flag_missing", "national_key")
    assert (row["if_yes"], row["if_no"]) == ("A", "P")
    assert find(asked, farmland, activity="LIN", national_key="yes")["verdict"].tolist() == ["A"]
    assert find(asked, farmland, activity="LIN", national_key="no")["verdict"].tolist() == ["P"]


def test_outside_the_development_boundary() -> None:
    boundary = layer("urban_development_boundary", [(cell(0, 0), "concentrated")])
    found = find(site(cell(0, 0, 2, 1)), boundary, activity="HOUS")
    places = found.set_index("sub_class")[["verdict", "rule_id"]].to_dict("index")
    assert places["outside"] == {"verdict": "P", "rule_id": "UDB-03"}
    assert places["concentrated"] == {"verdict": "C", "rule_id": "UDB-01"}
    assert found["share"].tolist() == pytest.approx([0.5, 0.5], abs=1e-6)


def test_the_key_area_is_taken_out_of_the_rules_for_the_rest_of_the_spring_area() -> None:
    spring = layer("spring_area", [(cell(0, 0, 4, 1), "all")])
    key = layer("spring_key_area", [(cell(0, 0), "all")])
    found = find(site(cell(0, 0, 2, 1)), spring, key, activity="COAL")
    outside_key = only(found, rule_id="SPR-04")
    assert outside_key["share"].tolist() == pytest.approx([0.5], abs=1e-6)
    assert only(found, rule_id="SPR-11")["share"].tolist() == pytest.approx([0.5], abs=1e-6)
    # without the key area's layer the stricter reading holds, and the layer is told as missing
    alone = find(site(cell(0, 0, 2, 1)), spring, activity="COAL")
    assert only(alone, rule_id="SPR-04")["share"].tolist() == pytest.approx([1.0], abs=1e-6)


def test_the_law_of_the_day_is_cited() -> None:
    red_line = layer("ecological_red_line", [(cell(0, 0), "other")])
    (row,) = find(site(cell(0, 0)), red_line, day=date(2000, 1, 1)).to_dict("records")
    assert (row["verdict"], row["reason"]) == ("?", "no_rule")


def test_a_sliver_asks_but_does_not_decide() -> None:
    # 0.5 m² of a cell 111 m high: 0.0045 m wide
    width = 0.5 / 111 / 88 * 1.0
    red_line = layer("ecological_red_line", [(cell(1 - width, 0, 1, 1), "other")])
    found = find(site(cell(0, 0)), red_line, national_major="no")
    (row,) = found.to_dict("records")
    assert (row["verdict"], bool(row["sliver"])) == ("P", True)
    assert 0 < row["conflict_m2"] < 1
    assert verdict(found) == "?"


def test_the_footprint_without_prohibited_ground() -> None:
    asked = site(cell(0, 0, 4, 1))
    red_line = layer("ecological_red_line", [(cell(1, 0), "other")])
    farmland = layer("permanent_basic_farmland", [(cell(1, 0, 1.5, 1), "all")])
    found = find(asked, red_line, farmland, national_major="no")
    table = remedies.per_parcel(asked, found)
    # red line 1 cell and farmland 1.5 cells on the same ground: 1.5 of 4 prohibited, 2 pieces remain
    assert table["prohibited_m2"][0] / table["subject_m2"][0] == pytest.approx(1.5 / 4, abs=1e-6)
    assert table["prohibited_m2"][0] + table["remaining_m2"][0] == pytest.approx(
        table["subject_m2"][0], abs=1e-6
    )
    assert table["remaining_parts"][0] == 2
    assert table["verdict"][0] == "P"


CELLS = st.tuples(st.integers(-2, 6), st.integers(-2, 6), st.integers(1, 4), st.integers(1, 4))
SUB_CLASSES = st.sampled_from(["core", "other", None])
FEATURES = st.lists(st.tuples(CELLS, SUB_CLASSES), max_size=5)
ACTIVITIES = st.sampled_from(["IND", "LIN", "REST", "COAL", "PV", "MON", "HOUS"])


@settings(max_examples=80, deadline=None)
@given(FEATURES, FEATURES, CELLS, ACTIVITIES)
def test_what_always_holds(features: list, fields: list, coverage: tuple, activity: str) -> None:
    asked = site(cell(0, 0, 3, 2), cell(3, 0, 1, 3))
    layers = [
        layer(
            "ecological_red_line", [(cell(*box), name) for box, name in features], coverage=cell(*coverage)
        ),
        layer("permanent_basic_farmland", [(cell(*box), "all") for box, _ in fields]),
    ]
    found = find(asked, *layers, activity=activity, only_loaded=False)
    # every parcel and every layer has an answer
    every = {(parcel, name) for parcel in (0, 1) for name in found["layer"].unique()}
    assert set(zip(found["parcel"], found["layer"], strict=True)) == every
    # the three answers make the whole, to the square centimetre, as printed
    total = found[["conflict_m2", "clear_m2", "not_assessed_m2"]].sum(axis=1)
    assert np.rint(total * 100).tolist() == np.rint(found["subject_m2"] * 100).tolist()
    assert (found[["conflict_m2", "clear_m2", "not_assessed_m2"]] >= 0).all().all()
    # unknown is never clear
    unknown = found[found["reason"].isin(["outside_coverage", "sub_class_unknown", "layer_missing"])]
    assert (unknown["not_assessed_m2"] > 0).all()
    clear = found[found["state"] == "clear"]
    assert (clear["not_assessed_m2"] == 0).all()
    # order of layers and rows is irrelevant
    turned = find(
        asked,
        layers[1],
        layer(
            "ecological_red_line",
            [(cell(*box), name) for box, name in features[::-1]],
            coverage=cell(*coverage),
        ),
        activity=activity,
        only_loaded=False,
    )
    columns = ["parcel", "layer", "rule_id", "verdict", "state", "reason", "conflict_m2", "not_assessed_m2"]
    for name in columns:
        if name.endswith("_m2"):
            assert found[name].tolist() == pytest.approx(turned[name].tolist(), abs=0.011)
        else:
            assert found[name].tolist() == turned[name].tolist()


@settings(max_examples=80, deadline=None)
@given(FEATURES, CELLS, CELLS, CELLS, ACTIVITIES)
def test_a_larger_site_never_has_a_milder_verdict(
    features: list, coverage: tuple, small: tuple, extra: tuple, activity: str
) -> None:
    red_line = layer(
        "ecological_red_line", [(cell(*box), name) for box, name in features], coverage=cell(*coverage)
    )
    boundary = layer("urban_development_boundary", [(cell(*extra), "concentrated")])
    larger = shapely.union(cell(*small), cell(*extra))
    verdicts = [
        Verdict.from_code(verdict(find(site(shape), red_line, boundary, activity=activity)))
        for shape in (cell(*small), larger)
    ]
    assert verdicts[1].severity >= verdicts[0].severity


@settings(max_examples=40, deadline=None)
@given(FEATURES, st.floats(-0.2, 0.2))
def test_moving_the_whole_world_east_changes_nothing(features: list, east: float) -> None:
    def moved(geometry: shapely.Geometry) -> shapely.Geometry:
        return shapely.transform(geometry, lambda xy: np.add(xy, [east, 0.0]))

    def world(shift: bool) -> gpd.GeoDataFrame:
        place = moved if shift else (lambda geometry: geometry)
        red_line = layer(
            "ecological_red_line",
            [(place(cell(*box)), name) for box, name in features],
            coverage=place(EVERYWHERE),
        )
        return find(site(place(cell(0, 0, 3, 2))), red_line)

    here, there = world(False), world(True)
    assert here["rule_id"].tolist() == there["rule_id"].tolist()
    assert here["conflict_m2"].tolist() == pytest.approx(there["conflict_m2"].tolist(), abs=0.02)


def test_a_layer_that_could_only_guide_does_not_make_a_site_undecidable() -> None:
    # no rule of the overlay zones is worse than "guided" for a factory; those of the red line are
    overlay = find(site(cell(0, 0)), only_loaded=False)
    overlay = overlay[overlay["layer"] == "main_functional_overlay_zone"]
    assert overlay["state"].tolist() == ["not_assessed"]
    assert overlay["verdict"].tolist() == ["?"]
    assert Verdict.from_code(overlay["counts_as"].iloc[0]).severity <= Verdict.GUIDED.severity
    red_line = find(site(cell(0, 0)), only_loaded=False)
    red_line = red_line[red_line["layer"] == "ecological_red_line"]
    assert red_line["counts_as"].tolist() == ["?"]


def test_the_accuracy_of_a_layers_own_datum_counts() -> None:
    metre = 1 / 87.83
    boxes = [(cell(1 + 2 * metre, 0, 3, 1), "all")]
    official = layer("permanent_basic_farmland", boxes)
    legacy = dataclasses.replace(official, crs_accuracy_m=100.0)
    assert find(site(cell(0, 0)), official)["state"].tolist() == ["clear"]
    assert find(site(cell(0, 0)), legacy)["state"].tolist() == ["near"]


def test_a_feature_of_unknown_type_within_the_accuracy_is_near() -> None:
    metre = 1 / 87.83
    red_line = layer("ecological_red_line", [(cell(1 + 5 * metre, 0), None)], accuracy_m=10.0)
    found = find(site(cell(0, 0)), red_line)
    assert found["state"].tolist() == ["near"]
    assert verdict(found) == "?"
    assert not found.geometry.is_empty.any()


def test_an_unplaced_feature_may_lie_under_a_known_one() -> None:
    red_line = layer("ecological_red_line", [(cell(0, 0), "other")], unusable_rows=1)
    found = find(site(cell(0, 0)), red_line, activity="REST", end_use="grass")
    assert set(found["reason"]) >= {"features_unplaced"}
    assert verdict(found) == "?"


def test_a_small_parcel_wholly_on_prohibited_ground_is_prohibited() -> None:
    # 0.005 × 0.005 cells: 0.44 m × 0.56 m
    found = find(site(cell(0.5, 0.5, 0.005, 0.005)), layer("permanent_basic_farmland", [(cell(0, 0), "all")]))
    assert found["sliver"].tolist() == [False]
    assert verdict(found) == "P"
