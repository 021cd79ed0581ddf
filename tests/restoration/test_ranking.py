"""Methods and ranks: published tables, a second opinion (pymcdm), intervals of missing scores, properties."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import InputError
from restoration import benefit, hazard, methods, ranking, robustness
from restoration.weight_region import WeightRegion

BOOK = np.array([[8, 7, 2, 1], [5, 3, 7, 5], [7, 5, 6, 4], [9, 9, 7, 3], [11, 10, 3, 7], [6, 9, 5, 4]], float)
BOOK_WEIGHTS = pd.Series([0.4, 0.3, 0.1, 0.2], index=list("abcd"))
"""J. Papathanasiou & N. Ploskas (2018), Multiple Criteria Decision Aid, Springer, chapters 1 to 3.

Table and results as quoted by the tests of public packages (distance-metrics-mcda, crispyn, pyrepo-mcda); the
book itself was not opened.
"""


def frame(matrix: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(matrix, columns=list("abcdefgh")[: matrix.shape[1]])


def test_topsis_of_the_book() -> None:
    result = methods.topsis(frame(BOOK / 12), BOOK_WEIGHTS)
    assert result["low"].round(3).tolist() == [0.387, 0.327, 0.391, 0.615, 0.868, 0.493]
    assert result["low"].equals(result["high"])


def test_vikor_of_the_book() -> None:
    result = methods.vikor(frame(BOOK / 12), BOOK_WEIGHTS, majority=0.625)
    assert (1 - result["low"]).round(3).tolist() == [0.640, 1.000, 0.693, 0.271, 0.000, 0.694]


def test_promethee_of_the_book() -> None:
    result = methods.promethee(frame(BOOK / 12), BOOK_WEIGHTS, indifference=1 / 12, preference=2 / 12)
    assert result["low"].round(2).tolist() == [-0.26, -0.52, -0.22, 0.36, 0.7, -0.06]


def test_climbing_a_mountain() -> None:
    """Opricovic & Tzeng (2004), EJOR 156, 445-455: risk 1, 2, 5 (less is better), height 3000, 3750, 4500 m.

    Vector normalisation on the raw numbers, with cost turned into benefit by a change of sign, needs values
    below 0; so the arithmetic is done here: risk/√30, height/√(3000² + 3750² + 4500²) = height/6575.5.
    """
    risk = np.array([1, 2, 5]) / np.sqrt(30)
    height = np.array([3000, 3750, 4500]) / np.sqrt(3000**2 + 3750**2 + 4500**2)
    best = np.hypot(risk - risk.min(), height.max() - height)
    worst = np.hypot(risk.max() - risk, height - height.min())
    by_hand = worst / (worst + best)
    pymcdm = pytest.importorskip("pymcdm")
    methods_module = pytest.importorskip("pymcdm.methods")
    normalisation = pymcdm.normalizations.vector_normalization
    matrix = np.array([[1, 2, 5], [3000, 3750, 4500]], float).T
    theirs = methods_module.TOPSIS(normalisation)(matrix, np.array([0.5, 0.5]), np.array([-1, 1]))
    default = methods_module.TOPSIS()(matrix, np.array([0.5, 0.5]), np.array([-1, 1]))
    assert by_hand == pytest.approx(theirs)
    assert default == pytest.approx([0.5, 0.617, 0.5], abs=5e-4), (
        "pymcdm's default is min-max, not the textbook"
    )


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 9), st.integers(2, 5))
def test_second_opinion(seed: int, mines: int, criteria: int) -> None:
    pymcdm = pytest.importorskip("pymcdm")
    theirs = pytest.importorskip("pymcdm.methods")
    warnings.simplefilter("ignore", UserWarning)
    random = np.random.default_rng(seed)
    matrix = random.random((mines, criteria))
    weight = random.dirichlet(np.ones(criteria))
    types = np.ones(criteria)
    scores, weights = frame(matrix), pd.Series(weight, index=frame(matrix).columns)
    topsis = theirs.TOPSIS(pymcdm.normalizations.vector_normalization)(matrix, weight, types)
    assert methods.topsis(scores, weights)["low"].tolist() == pytest.approx(topsis.tolist(), abs=1e-9)
    assert (1 - methods.vikor(scores, weights)["low"]).tolist() == pytest.approx(
        theirs.VIKOR()(matrix, weight, types).tolist(), abs=1e-9
    )
    q, p = np.full(criteria, 0.1), np.full(criteria, 0.4)
    promethee = theirs.PROMETHEE_II("vshape_2", p=p, q=q)(matrix, weight, types)
    ours = methods.promethee(scores, weights, indifference=0.1, preference=0.4)["low"]
    assert ours.tolist() == pytest.approx(promethee.tolist(), abs=1e-9)


def test_usual_criterion_counts_wins() -> None:
    """p = q = 0: wins less losses over n - 1: (3 - 0)/3, (1 - 1)/3 twice, (0 - 3)/3."""
    scores = pd.DataFrame({"a": [0.9, 0.5, 0.5, 0.1]})
    result = methods.promethee(scores, pd.Series({"a": 1.0}), indifference=0, preference=0)
    assert result["low"].tolist() == pytest.approx([1, 0, 0, -1])


cells = st.one_of(st.just(None), st.integers(0, 16))
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=7)
)


def of(rows: list[list[int | None]]) -> tuple[pd.DataFrame, pd.Series]:
    scores = frame(np.array([[np.nan if x is None else x / 16 for x in row] for row in rows], float))
    return scores, pd.Series(np.arange(1.0, scores.shape[1] + 1), index=scores.columns)


@settings(max_examples=120, deadline=None)
@given(tables, st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.5, None]))
def test_interval_of_a_missing_value_holds_every_filling(rows, seed: int, edge: float | None) -> None:  # type: ignore[no-untyped-def]
    scores, weights = of(rows)
    random = np.random.default_rng(seed)
    filling = random.random(scores.shape) if edge is None else random.choice([0.0, 1.0, edge], scores.shape)
    filled = scores.where(scores.notna(), pd.DataFrame(filling, columns=scores.columns))
    for name in ranking.METHODS:
        bounds, value = ranking.rank(scores, weights, method=name), ranking.rank(filled, weights, method=name)
        assert (value["score"] >= bounds["score_low"] - 1e-9).all(), name
        assert (value["score"] <= bounds["score_high"] + 1e-9).all(), name
        tie_noise = value["tied"].sum() > 0
        assert tie_noise or (value["rank"] >= bounds["rank_best"]).all(), name
        assert tie_noise or (value["rank"] <= bounds["rank_worst"]).all(), name
        if scores.notna().all(axis=None):
            assert bounds["score_low"].equals(bounds["score_high"])
            assert bounds["rank"].equals(bounds["rank_best"])
            assert bounds["rank"].equals(bounds["rank_worst"])


@settings(max_examples=60, deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_order_of_mines_does_not_matter(rows, random) -> None:  # type: ignore[no-untyped-def]
    scores, weights = of(rows)
    shuffled = scores.loc[random.sample(list(scores.index), len(scores))]
    for name in ranking.METHODS:
        expected = ranking.rank(scores, weights, method=name)
        found = ranking.rank(shuffled, weights, method=name)
        pd.testing.assert_index_equal(found.index, shuffled.index)
        pd.testing.assert_frame_equal(found.loc[scores.index], expected)


@settings(max_examples=60, deadline=None)
@given(tables)
def test_dominated_mine_never_ranks_above_its_dominator(rows) -> None:  # type: ignore[no-untyped-def]
    scores, weights = of(rows)
    low, high = scores.fillna(0).to_numpy(), scores.fillna(1).to_numpy()
    for name in ranking.METHODS:
        rank = ranking.rank(scores, weights, method=name)["rank"].to_numpy()
        for i in range(len(low)):
            for j in range(len(low)):
                if (low[i] >= low[j]).all() and (high[i] >= high[j]).all():
                    assert rank[i] <= rank[j], name


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.001, 1000), st.floats(-50, 50))
def test_units_of_criteria_do_not_matter(seed: int, factor: float, shift: float) -> None:
    """After min-max normalisation an affine change of units gives the same scores, hence the same ranks."""
    raw = np.random.default_rng(seed).integers(0, 100, (6, 3)).astype(float)
    weights = pd.Series([1.0, 2, 3], index=list("abc"))

    def normalised(values: np.ndarray) -> pd.DataFrame:
        width = np.ptp(values, axis=0)
        return frame(np.round((values - values.min(axis=0)) / np.where(width > 0, width, 1), 9))

    for name in ranking.METHODS:
        one = ranking.rank(normalised(raw), weights, method=name)["rank"]
        two = ranking.rank(normalised(raw * factor + shift), weights, method=name)["rank"]
        assert one.tolist() == two.tolist()


def test_one_mine_and_identical_mines() -> None:
    weights = pd.Series({"a": 1.0, "b": 1.0})
    for rows in ([[0.3, 0.4]], [[np.nan, 0.4]], [[np.nan, np.nan]]):
        for name in ranking.METHODS:
            result = ranking.rank(frame(np.array(rows)), weights, method=name)
            assert result[["rank", "rank_best", "rank_worst", "tied"]].to_numpy().tolist() == [[1, 1, 1, 0]]
    for rows in ([[0.3, 0.4]] * 5, [[0.0, 0.0]] * 5):
        for name in ranking.METHODS:
            result = ranking.rank(frame(np.array(rows)), weights, method=name)
            assert (result["rank"] == 1).all()
            assert (result["tied"] == 4).all()


def test_nothing_assessed_leaves_every_rank_open() -> None:
    scores = frame(np.full((4, 2), np.nan))
    for name in ranking.METHODS:
        result = ranking.rank(scores, pd.Series({"a": 1.0, "b": 1.0}), method=name)
        assert (result["rank_best"] == 1).all()
        assert (result["rank_worst"] == 4).all()
        assert (result["assessed_weight_share"] == 0).all()


def test_hazard_comes_before_any_weight() -> None:
    scores = pd.DataFrame({"a": [0.1, 0.9, 0.5]}, index=["X", "Y", "Z"])
    safety = pd.DataFrame({"most_urgent": [1, 3, 1], "least_urgent": [1, 3, 3]}, index=["X", "Y", "Z"])
    result = ranking.rank(scores, pd.Series({"a": 1.0}), safety=safety)
    assert result["rank"].to_dict() == {"X": 1, "Z": 2, "Y": 3}, "known before not known"
    assert result["rank_best"].to_dict() == {"X": 1, "Y": 2, "Z": 1}
    assert result["rank_worst"].to_dict() == {"X": 2, "Y": 3, "Z": 3}
    cautious = ranking.rank(scores, pd.Series({"a": 1.0}), safety=safety, undecided="least_urgent")
    assert cautious["rank"].to_dict() == {"X": 1, "Z": 2, "Y": 3}
    assert result["safety_rank"].to_dict() == {"X": 1, "Z": 3, "Y": 6}
    assert cautious["safety_rank"].to_dict() == {"X": 1, "Z": 4, "Y": 6}


@pytest.mark.parametrize("undecided", ["most_urgent", "least_urgent"])
def test_the_one_known_danger_stands_first(undecided: ranking.Undecided) -> None:
    """Four mines, and only of the last is it known whom it threatens; its score is the lowest."""
    index = pd.Index(["A1", "A2", "A3", "A4"])
    safety = hazard.classify(pd.DataFrame({"people_threatened": [None, None, None, 30]}, index=index))
    scores = pd.DataFrame({"a": [0.9, 0.8, 0.7, 0.1]}, index=index)
    result = ranking.rank(scores, pd.Series({"a": 1.0}), safety=safety, undecided=undecided)
    assert result["rank"].to_dict() == {"A4": 1, "A1": 2, "A2": 3, "A3": 4}
    found = robustness.smaa(scores, scores, WeightRegion(("a",)), safety_rank=result["safety_rank"], draws=10)
    assert found.top.loc["A4", 1] == 1.0
    # 100 · 0.1 · 1 ha for the one that is known, 1 · 0.9 · 1 ha for one of which nothing is
    worth = benefit.of_patches(result, pd.Series(10_000.0, index=index))
    assert worth["A4"] == pytest.approx(10.0)
    assert worth["A1"] == pytest.approx(0.9)


def test_a_class_as_urgent_at_both_ends_never_stands_below() -> None:
    for order in ranking.STANDINGS.values():
        assert sorted(order) == [(1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (3, 3)]
        for one, other in itertools.permutations(order, 2):
            if one[0] <= other[0] and one[1] <= other[1]:
                assert order.index(one) < order.index(other)


def test_a_value_of_one_mine_changes_no_other_mines_class() -> None:
    """A column that is empty throughout, then filled in for one mine: 0, or 30 people."""
    index = pd.Index(list("abc"))
    known = pd.DataFrame({"open_shafts": [1.0, 0, 0], "settlement_distance_m": [900.0] * 3}, index=index)
    empty = hazard.classify(known.assign(people_threatened=np.nan))
    assert empty["most_urgent"].tolist() == [1, 1, 1]
    assert empty["least_urgent"].tolist() == [2, 3, 3], "the shaft is known, and counts"
    for people in (0.0, 30.0):
        filled = hazard.classify(known.assign(people_threatened=[np.nan, np.nan, people]))
        pd.testing.assert_frame_equal(filled.loc[["a", "b"]], empty.loc[["a", "b"]])
    assert {danger.code for danger in hazard.never_assessed(known)} >= {"people", "face"}


def test_safety_classes_of_the_proposal() -> None:
    hazards = pd.DataFrame(
        {
            "people_threatened": [3, 0, 0, 0, np.nan],
            "face_height_m": [0, 20, 20, 2, 2],
            "slope_p90_degree": [0, 60, 60, 10, 10],
            "settlement_distance_m": [900, 80, np.nan, 900, 900],
            "road_distance_m": [900] * 5,
            "open_shafts": [0] * 5,
            "subsidence_m2": [0] * 5,
            "mine_water_outflow": [0] * 5,
        },
        index=list("abcde"),
    )
    result = hazard.classify(hazards)
    assert result["safety_class"].fillna("?").to_dict() == {
        "a": "P1",
        "b": "P1",
        "c": "?",
        "d": "P3",
        "e": "?",
    }
    assert result.loc["c", ["most_urgent", "least_urgent"]].tolist() == [1, 2]
    assert result.loc["c", "not_assessed"] == ("settlement_distance_m",)
    assert result.loc["b", "dangers"] == ("face_near_settlement", "face")
    nothing = hazard.classify(pd.DataFrame(index=["x", "y"]))
    assert nothing["safety_class"].isna().all(), "a missing layer is not assessed, never safe"
    assert all("建议" in danger.basis.zh for danger in hazard.PROPOSED.first + hazard.PROPOSED.second)


def test_agreement_is_counted_inside_classes() -> None:
    values = [3.0, 2, 1, 6, 5, 4]
    one = ranking.ranked(pd.DataFrame({"low": values, "high": values}))
    swapped = [3.0, 1, 2, 6, 5, 4]
    safety = pd.DataFrame({"most_urgent": [1, 1, 1, 2, 2, 2], "least_urgent": [1, 1, 1, 2, 2, 2]})
    one = ranking.ranked(pd.DataFrame({"low": values, "high": values}), safety=safety)
    two = ranking.ranked(pd.DataFrame({"low": swapped, "high": swapped}), safety=safety)
    table = ranking.agreement({"topsis": one, "vikor": two})
    assert table.loc["topsis", "vikor"] == pytest.approx((1 / 3 + 1) / 2)
    assert table.loc["topsis", "topsis"] == 1


@pytest.mark.parametrize(
    ("scores", "code"),
    [
        (pd.DataFrame({"a": []}), "scores_empty"),
        (pd.DataFrame(index=["x"]), "scores_empty"),
        (pd.DataFrame({"a": [0.1, 0.2]}, index=["x", "x"]), "scores_duplicate"),
        (pd.DataFrame([[0.1, 0.2]], columns=["a", "a"]), "scores_duplicate"),
        (pd.DataFrame({"a": ["high"]}), "scores_not_numbers"),
        (pd.DataFrame({"a": [1.5]}), "scores_outside"),
        (pd.DataFrame({"a": [np.inf]}), "scores_outside"),
    ],
)
def test_bad_scores(scores: pd.DataFrame, code: str) -> None:
    with pytest.raises(InputError) as caught:
        ranking.rank(scores, pd.Series({"a": 1.0}))
    assert caught.value.code == code


def test_other_bad_input() -> None:
    scores, weights = pd.DataFrame({"a": [0.1, 0.2]}), pd.Series({"a": 1.0})
    wrong: dict[str, Callable[[], pd.DataFrame]] = {
        "method_unknown": lambda: ranking.rank(scores, weights, method="electre"),  # type: ignore[arg-type]
        "promethee_thresholds": lambda: methods.promethee(scores, weights, indifference=0.5, preference=0.1),
        "vikor_majority": lambda: methods.vikor(scores, weights, majority=2),
        "safety_missing": lambda: ranking.rank(
            scores, weights, safety=hazard.classify(pd.DataFrame(index=[0]))
        ),
        "hazards_duplicate": lambda: hazard.classify(pd.DataFrame(index=[0, 0])),
    }
    for code, call in wrong.items():
        with pytest.raises(InputError) as caught:
            call()
        assert caught.value.code == code


def test_a_hundred_thousand_mines() -> None:
    random = np.random.default_rng(0)
    matrix = random.random((100_000, 8))
    matrix[random.random(matrix.shape) < 0.05] = np.nan
    scores = frame(matrix)
    tables = ranking.compare(scores, pd.Series(1.0, index=scores.columns))
    table = ranking.agreement(tables)
    assert (table.to_numpy() > 0.3).all()


@settings(max_examples=120, deadline=None)
@given(tables, st.integers(0, 2**32 - 1))
def test_scores_between_their_ends_stay_between_the_ends_of_each_method(rows, seed: int) -> None:  # type: ignore[no-untyped-def]
    scores, weights = of(rows)
    random = np.random.default_rng(seed)
    # half of the scores that are there are certain, the others and what is missing lie between two sixteenths
    known = scores.notna().to_numpy() & (random.random(scores.shape) < 0.5)
    drawn = random.integers(0, 17, (2, *scores.shape)) / 16
    low, high = (frame(np.where(known, scores, end(drawn, axis=0))) for end in (np.min, np.max))
    for name, method in ranking.METHODS.items():
        bounds = method(scores * np.nan, weights, ends=(low, high))
        for share in (0.0, 1.0, random.random(scores.shape), random.integers(0, 2, scores.shape)):
            inside = low + share * (high - low)
            found = method(inside, weights)["low"]
            assert (bounds["low"] - 1e-9 <= found).all(), name
            assert (found <= bounds["high"] + 1e-9).all(), name
        result = ranking.rank(inside, weights, ends=(low, high), method=name)
        assert (result["rank_best"] <= result["rank"]).all()
        assert (result["rank"] <= result["rank_worst"]).all()


@settings(max_examples=40, deadline=None)
@given(tables)
def test_intervals_of_sums_and_flows_are_reached(rows) -> None:  # type: ignore[no-untyped-def]
    """For the weighted sum and PROMETHEE the ends are reached by filling every gap with 0 or 1."""
    scores, weights = of(rows)
    gaps = np.argwhere(scores.isna().to_numpy())[:5]
    values = scores.fillna(0.5).to_numpy().copy()
    values[tuple(gaps.T)] = np.nan
    scores = frame(values)
    for method in (methods.weighted_sum, methods.promethee):
        bounds = method(scores, weights)
        found = []
        for ends in itertools.product([0.0, 1.0], repeat=len(gaps)):
            filled = values.copy()
            filled[tuple(gaps.T)] = ends
            found.append(method(frame(filled), weights)["low"].to_numpy())
        assert bounds["low"].tolist() == pytest.approx(np.min(found, axis=0).tolist(), abs=1e-9)
        assert bounds["high"].tolist() == pytest.approx(np.max(found, axis=0).tolist(), abs=1e-9)
