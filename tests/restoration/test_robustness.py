"""SMAA against exact fractions, within four standard errors of the Monte-Carlo estimate."""

from __future__ import annotations

import hashlib
from math import sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gis.errors import InputError
from restoration import weight_region
from restoration.robustness import Acceptability, smaa
from restoration.weight_region import WeightRegion, around, draw

DRAWS = 40_000
ERROR = 4 * 0.5 / sqrt(DRAWS)


def table(rows: dict[str, list[float]]) -> pd.DataFrame:
    width = len(next(iter(rows.values())))
    return pd.DataFrame.from_dict(rows, orient="index", columns=list("abcdefgh")[:width], dtype=float)


def certain(
    rows: dict[str, list[float]], region: WeightRegion | None = None, **options: int
) -> Acceptability:
    scores = table(rows)
    return smaa(scores, scores, region or WeightRegion(tuple(scores.columns)), draws=DRAWS, **options)


def test_two_criteria_are_lengths_on_a_segment() -> None:
    """With w = w_a: A scores w, B (1 - w)/3, C 1/2.

    A > C for w > 1/2, A > B for w > 1/4, C > B always (B is 1/3 at most).
    w in (0, 1/4): C B A; (1/4, 1/2): C A B; (1/2, 1): A C B.
    """
    result = certain({"A": [1, 0], "B": [0, 1 / 3], "C": [0.5, 0.5]})
    exact = [[1 / 2, 1 / 4, 1 / 4], [0, 1 / 4, 3 / 4], [1 / 2, 1 / 2, 0]]
    assert result.rank_acceptability.to_numpy() == pytest.approx(np.array(exact), abs=ERROR)
    assert result.top.to_numpy() == pytest.approx(np.cumsum(exact, axis=1), abs=ERROR)
    assert result.expected_rank.tolist() == pytest.approx([7 / 4, 11 / 4, 3 / 2], abs=2 * ERROR)
    assert result.central_weights.loc["A"].tolist() == pytest.approx([3 / 4, 1 / 4], abs=ERROR)
    assert result.central_weights.loc["C"].tolist() == pytest.approx([1 / 4, 3 / 4], abs=ERROR)
    assert result.central_weights.loc["B"].isna().all()
    assert result.confidence[["A", "C"]].tolist() == [1, 1]
    assert np.isnan(result.confidence["B"])
    assert result.drawn_by == "exact"


def test_three_criteria_are_areas_of_a_triangle() -> None:
    """D scores 1/3 and mines A, B, C score w_a, w_b, w_c.

    P(w_a > 1/3) = (2/3)² = 4/9, P(w_a and w_b > 1/3) = (1/3)² = 1/9. Of the three weights, on average 4/3 are
    above 1/3; two are with probability 3/9, so one is with 4/3 - 2/3 = 2/3. D has rank 2 with 2/3, rank 3 with
    1/3. A is first with 1/3; rank 4 when w_a is the least and below D, always: 1/3.
    """
    third = 1 / 3
    result = certain({"A": [1, 0, 0], "B": [0, 1, 0], "C": [0, 0, 1], "D": [third, third, third]})
    found = result.rank_acceptability
    assert found.loc["D"].tolist() == pytest.approx([0, 2 / 3, 1 / 3, 0], abs=ERROR)
    for mine in "ABC":
        assert found.loc[mine, [1, 4]].tolist() == pytest.approx([1 / 3, 1 / 3], abs=ERROR)
    # The greatest of three spacings of [0, 1] has mean 11/18, the others share 7/18.
    assert result.central_weights.loc["A"].tolist() == pytest.approx([11 / 18, 7 / 36, 7 / 36], abs=ERROR)


def test_an_order_of_weights_is_a_sixth_of_the_triangle() -> None:
    """A scores w_a, B scores 1 - w_a: A is first when w_a > 1/2.

    That corner is 1/4 of the triangle; w_a is the greatest there, w_b >= w_c in half of it: 1/8. The region
    w_a >= w_b >= w_c is 1/6: (1/8)/(1/6) = 3/4.
    """
    rows = {"A": [1.0, 0, 0], "B": [0.0, 1, 1]}
    ordered = WeightRegion(("a", "b", "c"), order=(("a",), ("b",), ("c",)))
    assert certain(rows, ordered).rank_acceptability.loc["A", 1] == pytest.approx(3 / 4, abs=ERROR)
    # Only a >= b, c: the region is 1/3, the corner 1/4: again 3/4.
    groups = WeightRegion(("a", "b", "c"), order=(("a",), ("b", "c")))
    assert certain(rows, groups).rank_acceptability.loc["A", 1] == pytest.approx(3 / 4, abs=ERROR)
    # a >= b, c free: half of the triangle; of the corner all: 1/2.
    free = WeightRegion(("a", "b", "c"), order=(("a",), ("b",)))
    assert certain(rows, free).rank_acceptability.loc["A", 1] == pytest.approx(1 / 2, abs=ERROR)


def test_intervals_of_weights() -> None:
    """w_a uniform on [0.2, 0.6]; A wins above 0.5: 0.1/0.4 = 1/4."""
    region = WeightRegion(("a", "b"), low={"a": 0.2}, high={"a": 0.6})
    result = certain({"A": [1, 0], "B": [0, 1]}, region)
    assert result.rank_acceptability.loc["A", 1] == pytest.approx(1 / 4, abs=ERROR)
    assert result.drawn_by == "rejection"


def test_gibbs_draws_the_hexagon_uniformly() -> None:
    """Weights within 20 % of 1/3 are a hexagon: v_i = (w_i - 4/15)/(1/5) on the triangle with v_i <= 2/3.

    P(v_a > 1/3) = (4/9 - 1/9)/(1 - 3/9) = 1/2. The three cut corners have P = 1/9 each.
    """
    low, high = np.full(3, 4 / 15), np.full(3, 6 / 15)
    drawn = weight_region._gibbs(np.random.SeedSequence(5), DRAWS, np.full(3, 1 / 3), low, high, [])
    assert drawn.sum(axis=1) == pytest.approx(np.ones(DRAWS))
    assert (drawn >= low - 1e-12).all() and (drawn <= high + 1e-12).all()
    assert (drawn > 1 / 3).mean(axis=0) == pytest.approx(np.full(3, 0.5), abs=ERROR)
    by_rejection = draw(around(pd.Series([1.0, 1, 1], index=list("abc")), 0.2), DRAWS, seed=3)
    assert by_rejection.drawn_by == "rejection"
    assert drawn.var(axis=0) == pytest.approx(by_rejection.weights.var(axis=0), rel=0.05)


def test_gibbs_keeps_an_order() -> None:
    """w_a >= w_b >= w_c without limits: the exact means are 11/18, 5/18, 2/18."""
    start = np.array([0.5, 0.3, 0.2])
    drawn = weight_region._gibbs(
        np.random.SeedSequence(6), DRAWS, start, np.zeros(3), np.ones(3), [[0], [1], [2]]
    )
    assert (np.diff(drawn, axis=1) <= 1e-12).all()
    assert drawn.mean(axis=0) == pytest.approx(np.array([11, 5, 2]) / 18, abs=ERROR)


def test_many_narrow_intervals_use_gibbs() -> None:
    names = [f"c{i}" for i in range(15)]
    region = around(pd.Series(1.0, index=names), 0.2)
    drawn = draw(region, 5_000, seed=1)
    assert drawn.drawn_by == "gibbs"
    assert drawn.weights.mean(axis=0) == pytest.approx(np.full(15, 1 / 15), rel=0.01)
    assert (drawn.weights >= 0.8 / 15 - 1e-12).all() and (drawn.weights <= 1.2 / 15 + 1e-12).all()


def test_uncertain_scores() -> None:
    """A uniform on [0, 1], B on [0, 1/2]: P(A > B) = 1/2 + 1/2·1/2 = 3/4; missing is [0, 1]."""
    low, high = table({"A": [np.nan], "B": [0]}), table({"A": [np.nan], "B": [0.5]})
    result = smaa(low, high, WeightRegion(("a",)), draws=DRAWS)
    assert result.rank_acceptability.loc["A"].tolist() == pytest.approx([3 / 4, 1 / 4], abs=ERROR)
    assert result.confidence["A"] == pytest.approx(3 / 4, abs=4 * 0.5 / sqrt(2_000))
    assert result.confidence["B"] == pytest.approx(1 / 4, abs=4 * 0.5 / sqrt(2_000))


def test_few_uncertain_cells_go_the_same_way() -> None:
    """One uncertain mine among many certain ones takes the sparse path: it beats k of 9 evenly spaced ones."""
    rows = {f"M{i}": [i / 10] for i in range(1, 10)}
    low, high = table({**rows, "X": [0]}), table({**rows, "X": [1]})
    result = smaa(low, high, WeightRegion(("a",)), draws=DRAWS)
    assert result.rank_acceptability.loc["X"].tolist() == pytest.approx([0.1] * 10, abs=ERROR)


def test_identical_mines_share_their_ranks() -> None:
    result = certain({"A": [0.4, 0.6], "B": [0.4, 0.6], "C": [0.1, 0.1]})
    assert result.rank_acceptability.loc[["A", "B"]].to_numpy() == pytest.approx(
        np.array([[0.5, 0.5, 0]] * 2)
    )
    assert result.confidence[["A", "B"]].tolist() == [0.5, 0.5]
    assert certain({"A": [0.0, 0.0]}).rank_acceptability.to_numpy().tolist() == [[1.0]]


def test_safety_class_stands_above_every_weight() -> None:
    scores = table({"A": [1, 1], "B": [0, 0.1], "C": [0.1, 0]})
    safety = pd.Series({"A": 2, "B": 1, "C": 1})
    result = smaa(scores, scores, WeightRegion(("a", "b")), safety_rank=safety, draws=DRAWS)
    assert result.rank_acceptability.loc["A"].tolist() == [0, 0, 1]
    assert result.rank_acceptability.loc["B"].tolist() == pytest.approx([0.5, 0.5, 0], abs=ERROR)
    assert result.central_weights.loc["B"].tolist() == pytest.approx([0.25, 0.75], abs=ERROR)
    assert result.central_weights.loc["A"].tolist() == pytest.approx([0.5, 0.5], abs=ERROR)


def digest(result: Acceptability) -> str:
    parts = [
        result.rank_acceptability,
        result.later_ranks,
        result.top,
        result.expected_rank,
        result.central_weights,
        result.confidence,
    ]
    return hashlib.sha256(b"".join(part.to_numpy().tobytes() for part in parts)).hexdigest()


def random_tables(mines: int, criteria: int, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    random = np.random.default_rng(seed)
    low = random.integers(0, 48, (mines, criteria)) / 64
    width = np.where(random.random(low.shape) < 0.4, random.integers(0, 16, low.shape) / 64, 0)
    names = [f"c{i}" for i in range(criteria)]
    return pd.DataFrame(low, columns=names), pd.DataFrame(low + width, columns=names)


def test_same_bytes_whatever_the_threads() -> None:
    low, high = random_tables(400, 6)
    region = WeightRegion(tuple(low.columns))
    runs = {digest(smaa(low, high, region, draws=20_000, threads=threads)) for threads in (1, 2, 5, 2)}
    assert len(runs) == 1
    assert digest(smaa(low, high, region, draws=20_000, seed=1)) not in runs


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 4))
@example(5, 5, 1)
def test_properties(seed: int, mines: int, criteria: int) -> None:
    low, high = random_tables(mines, criteria, seed)
    region = WeightRegion(tuple(low.columns))
    result = smaa(low, high, region, draws=500, threads=2)
    share = result.rank_acceptability
    pd.testing.assert_index_equal(share.index, low.index)
    assert share.sum(axis=0).to_numpy() == pytest.approx(np.ones(mines))
    assert share.sum(axis=1).to_numpy() == pytest.approx(np.ones(mines))
    order = np.random.default_rng(seed).permutation(mines)
    shuffled = smaa(low.iloc[order], high.iloc[order], region, draws=500, threads=1)
    pd.testing.assert_frame_equal(shuffled.rank_acceptability.loc[low.index], share)
    pd.testing.assert_series_equal(shuffled.confidence.loc[low.index], result.confidence)
    for i in range(mines):
        for j in range(mines):
            if (low.loc[i] >= high.loc[j]).all():
                assert (result.top.loc[i] >= result.top.loc[j] - 1e-12).all()


def test_ranks_kept_and_the_rest() -> None:
    low, high = random_tables(50, 4)
    region = WeightRegion(tuple(low.columns))
    full = smaa(low, high, region, draws=3_000)
    part = smaa(low, high, region, draws=3_000, ranks=10)
    pd.testing.assert_frame_equal(part.rank_acceptability, full.rank_acceptability.iloc[:, :10])
    pd.testing.assert_series_equal(part.expected_rank, full.expected_rank)
    assert (part.later_ranks + part.top[10]).to_numpy() == pytest.approx(np.ones(50))


def test_many_mines_few_draws() -> None:
    """The sparse way of counting gives what the dense one gives."""
    low, high = random_tables(3_000, 3)
    region = WeightRegion(tuple(low.columns))
    few = smaa(low, high, region, draws=200, ranks=5)
    assert few.rank_acceptability.sum().to_numpy() == pytest.approx(np.ones(5))
    assert few.expected_rank.sum() == pytest.approx(3_000 * 3_001 / 2)


@pytest.mark.parametrize(
    ("region", "code"),
    [
        (WeightRegion(("a", "b"), order=(("x",),)), "region_names"),
        (WeightRegion(("a", "b"), order=(("a",), ("a",))), "region_names"),
        (WeightRegion(("a", "b"), low={"a": 0.7, "b": 0.7}), "region_empty"),
        (WeightRegion(("a", "b"), high={"a": 0.2, "b": 0.2}), "region_empty"),
        (WeightRegion(("a", "b"), low={"a": 0.5}, high={"a": 0.4}), "region_empty"),
        (WeightRegion(("a", "b"), order=(("a",), ("b",)), high={"a": 0.4}), "region_empty"),
        (WeightRegion(("b", "a")), "smaa_tables"),
    ],
)
def test_bad_regions(region: WeightRegion, code: str) -> None:
    with pytest.raises(InputError) as caught:
        certain({"A": [0.1, 0.2]}, region)
    assert caught.value.code == code


def test_bad_tables() -> None:
    low, region = table({"A": [0.5], "B": [0.5]}), WeightRegion(("a",))
    for high, code in [
        (low - 0.1, "smaa_interval"),
        (low.iloc[:1], "smaa_tables"),
        (low + 1, "scores_outside"),
    ]:
        with pytest.raises(InputError) as caught:
            smaa(low, high, region)
        assert caught.value.code == code
    with pytest.raises(InputError) as caught:
        smaa(low, low, region, draws=0)
    assert caught.value.code == "smaa_draws"
    with pytest.raises(InputError) as caught:
        smaa(low, low, region, safety_rank=pd.Series({"A": 1}))
    assert caught.value.code == "safety_missing"


def test_fixed_weights_are_a_region_too() -> None:
    result = certain({"A": [1, 0], "B": [0, 1]}, WeightRegion(("a", "b"), low={"a": 0.6, "b": 0.4}))
    assert result.rank_acceptability.loc["A", 1] == 1
