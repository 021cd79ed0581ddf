"""Criteria as data: what loads, what must not, and how values become scores."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InputError
from gis.toml import DefinitionError
from layers.spec import catalogue
from restoration import criterion_files, scoring
from restoration.criterion import GROUPS, Criterion

SHIPPED = list(criterion_files.shipped().values())
WHOLE = """
id = "slope_p90_degree"
title = {zh = "坡度", en = "Slope"}
group = "hazard"
unit = "degree"
default_weight = 0.05
[measure]
statistic = "slope_p90"
raster = "dem_mine_scale"
[measure.parameters]
error = 3.0
[score]
more_urgent = "larger"
normalisation = "ramp"
least_urgent = 15.0
most_urgent = 45.0
[[basis]]
title = {zh = "依据", en = "Basis"}
supports = "criterion"
certainty = "S"
[[basis]]
title = {zh = "建议", en = "Proposal"}
supports = "threshold"
certainty = "inferred"
"""


def test_every_group_of_the_issue_has_a_criterion() -> None:
    assert {criterion.group for criterion in SHIPPED} == set(GROUPS)
    assert len({criterion.id for criterion in SHIPPED}) == len(SHIPPED) == 26


@pytest.mark.parametrize("criterion", SHIPPED, ids=lambda criterion: criterion.id)
def test_shipped_criteria_say_where_they_come_from(criterion: Criterion) -> None:
    assert {basis.supports for basis in criterion.basis} == {"criterion", "threshold"}
    assert "不可移用" in criterion.note.zh
    assert "not transferable" in criterion.note.en
    for text in (criterion.title, criterion.note, *(basis.title for basis in criterion.basis)):
        assert re.search(r"[\u4e00-\u9fff]", text.zh)
        assert text.en
    assert criterion.measure.layer == "" or criterion.measure.layer in catalogue()
    assert criterion.normalisation != "min_max"


def test_weights_are_proposals_that_sum_to_one_without_cost() -> None:
    total = sum(criterion.default_weight for criterion in SHIPPED if criterion.group != "cost")
    assert total == pytest.approx(1.0)


def test_a_whole_file_loads() -> None:
    assert criterion_files.parse(WHOLE, "x.toml").measure.parameters == {"error": 3.0}


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('supports = "criterion"', 'supports = "threshold"', "without basis"),
        ('supports = "threshold"', 'supports = "criterion"', "thresholds without basis"),
        ('certainty = "S"', 'certainty = "sure"', "certainty"),
        ('statistic = "slope_p90"', 'statistic = "mean(slope)**2"', "statistic"),
        ('raster = "dem_mine_scale"', "", "raster"),
        ('raster = "dem_mine_scale"', 'raster = "elevation_coarse"', "unknown kind of raster"),
        ('raster = "dem_mine_scale"', 'raster = "dem_mine_scale"\nlayer = "road"', "takes no 'layer'"),
        ("error = 3.0", "eror = 3.0", "eror"),
        ("error = 3.0", "error = -3.0", "negative"),
        ("error = 3.0", "error = true", "not a number"),
        ('more_urgent = "larger"', 'more_urgent = "smaller"', "contradict"),
        ("most_urgent = 45.0", "most_urgent = 15.0", "two different numbers"),
        ("most_urgent = 45.0", "", "two different numbers"),
        ("most_urgent = 45.0", "most_urgent = nan", "not a number"),
        ('normalisation = "ramp"', 'normalisation = "log_ramp"\nsteps = 1', "steps"),
        ('group = "hazard"', 'group = "danger"', "group"),
        ("default_weight = 0.05", "default_weight = -0.05", "negative"),
        ("default_weight = 0.05", 'default_weight = "5 %"', "not a number"),
        ("default_weight = 0.05", "", "default_weight"),
        ('title = {zh = "坡度", en = "Slope"}', 'title = "坡度"', "title"),
    ],
)
def test_what_does_not_load(old: str, new: str, word: str) -> None:
    assert old in WHOLE
    with pytest.raises(DefinitionError, match=re.escape(word)) as caught:
        criterion_files.parse(WHOLE.replace(old, new, 1), "x.toml")
    assert caught.value.where.startswith("x.toml")


STEPS = WHOLE.replace(
    'normalisation = "ramp"\nleast_urgent = 15.0\nmost_urgent = 45.0',
    'normalisation = "steps"\nstep = [{from = 0, score = 0.0}, {from = 15, score = 0.5}, {from = 25, score = 1.0}]',
)


def test_steps_give_the_score_of_the_last_threshold_reached() -> None:
    steps = criterion_files.parse(STEPS, "x.toml")
    found = scoring.score(steps, np.array([-1.0, 0, 14.999, 15, 25, 90, np.inf, np.nan]), (0, 0))
    assert found[:-1].tolist() == [0, 0, 0, 0.5, 1, 1, 1]
    assert np.isnan(found[-1])


def test_steps_that_fall_are_refused_where_larger_is_more_urgent() -> None:
    with pytest.raises(DefinitionError, match="contradict"):
        criterion_files.parse(STEPS.replace("score = 1.0", "score = 0.2"), "x.toml")


def test_a_logarithmic_ramp_is_half_at_the_geometric_mean() -> None:
    area = criterion_files.find("group_area_m2")
    # between 10,000 and 1,000,000 m²: 100,000
    assert scoring.score(
        area, np.array([0.0, 1e4, 1e5, 1e6, np.inf]), scoring.limits(area, pd.Series(dtype=float))
    ) == (pytest.approx([0, 0, 0.5, 1, 1]))


def test_min_max_takes_its_limits_from_the_mines_and_says_half_when_all_are_equal() -> None:
    relative = criterion_files.parse(
        WHOLE.replace(
            'normalisation = "ramp"\nleast_urgent = 15.0\nmost_urgent = 45.0', 'normalisation = "min_max"'
        ),
        "x.toml",
    )
    values = pd.Series([2.0, 4.0, np.nan, 6.0])
    found = scoring.score(relative, values.to_numpy(), scoring.limits(relative, values))
    assert found[[0, 1, 3]].tolist() == [0, 0.5, 1]
    same = pd.Series([3.0, 3.0])
    assert scoring.score(relative, same.to_numpy(), scoring.limits(relative, same)).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    "criterion", [c for c in SHIPPED if c.normalisation != "classes"], ids=lambda criterion: criterion.id
)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=6))
def test_scores_follow_the_direction_and_stay_within_0_and_1(
    criterion: Criterion, values: list[float]
) -> None:
    ordered = np.sort(np.array(values))
    found = scoring.score(criterion, ordered, scoring.limits(criterion, pd.Series(ordered)))
    assert ((found >= 0) & (found <= 1)).all()
    steps = np.diff(found)
    assert (steps >= 0).all() if criterion.more_urgent == "larger" else (steps <= 0).all()


def test_codes_that_are_not_listed_are_not_assessed() -> None:
    water = criterion_files.find("mine_water_outflow")
    codes = pd.Series([1, "1", 1.0, True, 0, "0", None, np.nan, "maybe"], dtype=object)
    found = scoring.class_scores(water, codes)
    assert found[:6].tolist() == [1, 1, 1, 1, 0, 0]
    assert np.isnan(found[6:]).all()


def test_an_unknown_name_lists_the_known_ones() -> None:
    assert criterion_files.find("老窑水出流").id == "mine_water_outflow"
    with pytest.raises(InputError) as caught:
        criterion_files.find("beauty")
    assert "slope_p90_degree" in caught.value.said("en")[1]
