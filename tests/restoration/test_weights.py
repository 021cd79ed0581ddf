"""Weights: published tables, arithmetic by hand, properties, bad input."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InputError
from restoration import pairwise, weights
from restoration.score_table import checked_weights

HOUSE = ["size", "transport", "neighbourhood", "age", "yard", "modern", "condition", "financing"]


def judgements(upper: list[list[float]], names: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(np.nan, index=names, columns=names)
    for i, row in enumerate(upper):
        for j, value in enumerate(row):
            table.iloc[i, i + 1 + j] = value
    return table


def saaty_house() -> pd.DataFrame:
    """Buying a house: T. L. Saaty (1990), How to make a decision, EJOR 48, 9-26 (table as remembered).

    The priorities, eigenvalue and ratio asserted below are the published ones and come out of these
    judgements, which checks the memory.
    """
    return judgements(
        [
            [5, 3, 7, 6, 6, 1 / 3, 1 / 4],
            [1 / 3, 5, 3, 3, 1 / 5, 1 / 7],
            [6, 3, 4, 6, 1 / 5],
            [1 / 3, 1 / 4, 1 / 7, 1 / 8],
            [1 / 2, 1 / 5, 1 / 6],
            [1 / 5, 1 / 6],
            [1 / 2],
        ],
        HOUSE,
    )


def test_saaty_house_is_refused_and_can_be_insisted_on() -> None:
    with pytest.raises(InputError) as caught:
        pairwise.pairwise(saaty_house())
    assert caught.value.code == "pairwise_inconsistent"
    result = pairwise.pairwise(saaty_house(), insist=True)
    assert result.by_criterion.round(3).tolist() == [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333]
    assert result.consistency is not None
    assert round(result.consistency.principal_eigenvalue, 3) == 9.669
    assert round(result.consistency.index, 3) == 0.238
    assert round(result.consistency.ratio, 3) == 0.169
    assert result.consistency.worst_pair is not None
    assert set(result.consistency.worst_pair) == {"neighbourhood", "condition"}
    assert [note.code for note in result.notes] == ["pairwise_insisted"]


def test_saaty_drinks() -> None:
    """Relative consumption of drinks: T. L. Saaty (2008), Int. J. Services Sciences 1(1), 83-98 (as remembered)."""
    names = ["coffee", "wine", "tea", "beer", "sodas", "milk", "water"]
    table = judgements(
        [
            [9, 5, 2, 1, 1, 1 / 2],
            [1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
            [1 / 3, 1 / 4, 1 / 3, 1 / 9],
            [1 / 2, 1, 1 / 3],
            [2, 1 / 2],
            [1 / 3],
        ],
        names,
    )
    result = pairwise.pairwise(table)
    assert result.by_criterion.round(3).tolist() == [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]
    assert round(result.consistency_ratio or 0, 3) == 0.022


def test_missing_judgement_is_completed_as_harker_did() -> None:
    """a = 2b and b = 2c, a against c unknown: weights 4 : 2 : 1, completed judgement 4, no inconsistency."""
    table = judgements([[2, np.nan], [2]], ["a", "b", "c"])
    result = pairwise.pairwise(table)
    assert (result.by_criterion * 7).tolist() == pytest.approx([4, 2, 1])
    assert result.consistency is not None
    assert result.consistency.completed.loc["a", "c"] == pytest.approx(4)
    assert result.consistency.missing_judgements == 1
    assert result.consistency_ratio == pytest.approx(0, abs=1e-12)
    assert [note.code for note in result.notes] == ["pairwise_completed"]


def test_completed_matrix_has_the_same_weights_and_eigenvalue() -> None:
    table = judgements([[2, 3, np.nan], [4, 5], [1 / 2]], ["a", "b", "c", "d"])
    once = pairwise.pairwise(table, insist=True)
    assert once.consistency is not None
    twice = pairwise.pairwise(once.consistency.completed, insist=True)
    assert twice.consistency is not None
    assert twice.by_criterion.tolist() == pytest.approx(once.by_criterion.tolist())
    assert twice.consistency.principal_eigenvalue == pytest.approx(once.consistency.principal_eigenvalue)


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (pd.DataFrame([[1, 3], [2, 1]], index=["a", "b"], columns=["a", "b"]), "pairwise_not_reciprocal"),
        (pd.DataFrame([[1, -3], [-1 / 3, 1]], index=["a", "b"], columns=["a", "b"]), "pairwise_not_positive"),
        (pd.DataFrame([[1, 3]], index=["a"], columns=["a", "b"]), "pairwise_not_square"),
        (pd.DataFrame([[1, 3], [1 / 3, 1]], index=["a", "b"], columns=["a", "c"]), "pairwise_not_square"),
        (pd.DataFrame([[2, 3], [1 / 3, 1]], index=["a", "b"], columns=["a", "b"]), "pairwise_not_reciprocal"),
        (judgements([[2, np.nan, np.nan], [np.nan, np.nan], [2]], list("abcd")), "pairwise_not_connected"),
        (
            judgements([[1.0] * (15 - i) for i in range(15)], [f"c{i}" for i in range(16)]),
            "pairwise_too_many",
        ),
    ],
)
def test_bad_judgements(table: pd.DataFrame, code: str) -> None:
    with pytest.raises(InputError) as caught:
        pairwise.pairwise(table)
    assert caught.value.code == code


def test_decimals_of_reciprocals_are_understood() -> None:
    rounded = pd.DataFrame([[1, 7], [0.14, 1]], index=["a", "b"], columns=["a", "b"])
    assert pairwise.pairwise(rounded).by_criterion.tolist() == pytest.approx([7 / 8, 1 / 8])


def test_critic_of_diakoulaki() -> None:
    """Data of Diakoulaki, Mavrotas & Papayannakis (1995).

    Matrix and weights as quoted by the tests of scikit-criteria; the paper itself was not opened.
    """
    matrix = np.array(
        [
            [61, 1.08, 4.33],
            [20.7, 0.26, 4.34],
            [16.3, 1.98, 2.53],
            [9, 3.29, 1.65],
            [5.4, 2.77, 2.33],
            [4, 4.12, 1.21],
            [-6.1, 3.52, 2.10],
            [-34.6, 3.31, 0.98],
        ]
    )
    scores = pd.DataFrame((matrix - matrix.min(axis=0)) / np.ptp(matrix, axis=0), columns=["a", "b", "c"])
    assert weights.critic(scores).by_criterion.tolist() == pytest.approx(
        [0.20222554, 0.48090173, 0.31687273], abs=1e-7
    )


def test_entropy_by_hand() -> None:
    """Column a: shares 1/4, 1/4, 1/2 -> e = (0.5 ln 4 + 0.5 ln 2)/ln 3 = 1.5 ln 2/ln 3.

    Column b: shares 1/2, 1/2, 0 -> e = ln 2/ln 3.
    """
    scores = pd.DataFrame({"a": [0.25, 0.25, 0.5], "b": [0.4, 0.4, 0.0]})
    a, b = 1 - 1.5 * np.log(2) / np.log(3), 1 - np.log(2) / np.log(3)
    assert weights.entropy(scores).by_criterion.tolist() == pytest.approx([a / (a + b), b / (a + b)])


def test_rank_order_centroid_of_four_and_ties() -> None:
    exact = [sum(Fraction(1, i) for i in range(k, 5)) / 4 for k in range(1, 5)]
    assert weights.rank_order_centroid(list("abcd")).by_criterion.tolist() == pytest.approx(
        [float(x) for x in exact]
    )
    tied = weights.rank_order_centroid(["a", ("b", "c"), "d"]).by_criterion
    assert tied["b"] == tied["c"] == pytest.approx(float((exact[1] + exact[2]) / 2))


def test_game_mix_by_hand() -> None:
    """w1 = (1, 0), w2 = (1/2, 1/2): products 1, 1/2, 1/2.

    a1 + a2/2 = 1 and a1/2 + a2/2 = 1/2 give a = (1, 0): the mix is w1.
    """
    parts = [weights.direct({"a": 1, "b": 0}), weights.direct({"a": 1, "b": 1})]
    assert weights.mix(parts, "game").by_criterion.tolist() == pytest.approx([1, 0])


def test_every_kind_says_what_it_is_and_is_not() -> None:
    scores = pd.DataFrame({"a": [0.1, 0.9, 0.5], "b": [0.3, 0.2, 0.9]})
    parts = [
        weights.direct({"a": 1, "b": 2}),
        weights.entropy(scores),
        weights.critic(scores),
        weights.rank_order_centroid(["b", "a"]),
        pairwise.pairwise(judgements([[3]], ["a", "b"])),
    ]
    for part in [*parts, weights.mix(parts), weights.mix(parts, "arithmetic", [1, 0, 0, 0, 3])]:
        assert part.by_criterion.sum() == pytest.approx(1)
        assert part.what_it_is.zh and part.what_it_is.en and part.what_it_is_not.zh and part.what_it_is_not.en


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"a": -1.0, "b": 2.0}, "weights_negative"),
        ({"a": np.inf, "b": 2.0}, "weights_negative"),
        ({"a": 0.0, "b": 0.0}, "weights_zero"),
        ({"a": np.nan, "b": 1.0}, "weights_missing"),
        ({}, "weights_zero"),
    ],
)
def test_bad_weights(values: dict[str, float], code: str) -> None:
    with pytest.raises(InputError) as caught:
        weights.direct(values)
    assert caught.value.code == code


def test_weights_of_other_criteria() -> None:
    for given_weights, code in [
        ({"a": 1.0}, "weights_missing"),
        ({"a": 1.0, "b": 1.0, "c": 1.0}, "weights_unknown"),
    ]:
        with pytest.raises(InputError) as caught:
            checked_weights(pd.Series(given_weights), ["a", "b"])
        assert caught.value.code == code
    with pytest.raises(InputError) as caught:
        checked_weights(pd.Series([1.0, 2.0], index=["a", "a"]), ["a"])
    assert caught.value.code == "weights_duplicate"


@pytest.mark.parametrize("kind", [weights.entropy, weights.critic])
def test_criteria_that_say_nothing_weigh_nothing(kind) -> None:  # type: ignore[no-untyped-def]
    scores = pd.DataFrame(
        {"a": [0.1, 0.9, 0.5], "flat": [0.5, 0.5, 0.5], "none": [np.nan] * 3, "b": [0.3, 0.2, np.nan]}
    )
    result = kind(scores)
    assert result.by_criterion["flat"] == result.by_criterion["none"] == 0
    assert result.by_criterion[["a", "b"]].gt(0).all()
    assert {note.code for note in result.notes} == {"weight_zero", "weight_from_part"}
    for empty in (scores[["flat"]], scores[["none"]], scores.iloc[:1]):
        with pytest.raises(InputError) as caught:
            kind(empty)
        assert caught.value.code == "weights_no_spread"


@given(
    st.lists(st.tuples(*[st.integers(0, 64)] * 3), min_size=3, max_size=8, unique=True),
    st.randoms(use_true_random=False),
)
def test_order_of_mines_does_not_matter(rows: list[tuple[int, ...]], random) -> None:  # type: ignore[no-untyped-def]
    scores = pd.DataFrame(rows, columns=["a", "b", "c"]) / 64
    shuffled = scores.loc[random.sample(list(scores.index), len(scores))]
    for kind in (weights.entropy, weights.critic):
        try:
            expected = kind(scores).by_criterion
        except InputError:
            continue
        assert kind(shuffled).by_criterion.tolist() == pytest.approx(expected.tolist(), abs=1e-12)
