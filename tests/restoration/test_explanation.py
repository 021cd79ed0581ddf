"""Contributions add up; the smallest change is enough, and nothing smaller is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import InputError
from restoration import explanation, ranking


def cases(seed: int, mines: int, criteria: int) -> tuple[pd.DataFrame, pd.Series]:
    random = np.random.default_rng(seed)
    scores = pd.DataFrame(random.integers(0, 17, (mines, criteria)) / 16)
    scores = scores.mask(random.random(scores.shape) < 0.1)
    return scores, pd.Series(random.integers(1, 9, criteria).astype(float))


def places_above(scores: pd.DataFrame, weights: pd.Series, mine: int) -> int:
    return int(ranking.rank(scores.fillna(0.5), weights)["rank"][mine]) - 1


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(1, 5))
def test_contributions_add_up(seed: int, mines: int, criteria: int) -> None:
    scores, weights = cases(seed, mines, criteria)
    total = ranking.rank(scores, weights)["score"]
    parts = explanation.contributions(scores, weights)
    assert parts.sum(axis=1).to_numpy() == pytest.approx(total.to_numpy(), abs=1e-11)
    for against in (None, mines - 1):
        told = explanation.explain(scores, weights, 0, against=against)
        assert told.parts["contribution"].sum() == pytest.approx(told.score - told.reference_score, abs=1e-12)
        assert told.parts["assessed"].tolist() == scores.notna().loc[0].tolist()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 7), st.integers(1, 4), st.integers(-3, 3).filter(bool))
def test_changes_are_enough_and_smallest(seed: int, mines: int, criteria: int, places: int) -> None:
    scores, weights = cases(seed, mines, criteria)
    now = places_above(scores, weights, 0)
    target = now - places
    found = explanation.changes_to_move(scores, weights, 0, places)
    unit = weights / weights.sum()
    left = explanation.places_to_move(scores, weights, 0, up=places > 0)
    assert left == (now if places > 0 else mines - 1 - now)
    if not 0 <= target < mines:
        assert found[["score_needed", "weight_needed"]].isna().all(axis=None), "there is no place to move to"
        return

    def reached(table: pd.DataFrame, weight: pd.Series) -> bool:
        above = places_above(table, weight, 0)
        return above <= target if places > 0 else above >= target

    for criterion in scores.columns:
        row = found.loc[criterion]
        changed = scores.copy()
        if not np.isnan(row["score_needed"]):
            changed.loc[0, criterion] = row["score_needed"]
            assert reached(changed, weights)
            for part in (0.3, 0.9, 0.999):
                if abs(row["score_change"]) > 1e-6:
                    changed.loc[0, criterion] = row["score_now"] + part * row["score_change"]
                    assert not reached(changed, weights)
        else:
            changed.loc[0, criterion] = 1.0 if places > 0 else 0.0
            assert not reached(changed, weights)

        def reweighted(share: float, criterion: int = criterion) -> pd.Series:
            rest = 1 - unit[criterion]
            others = unit * (1 - share) / rest if rest > 0 else unit * 0 + 1
            return others.where(others.index != criterion, share)

        if criteria > 1:
            needed = row["weight_needed"]
            sweep = np.linspace(0, 1, 41)
            if np.isnan(needed):
                assert not any(reached(scores, reweighted(share)) for share in sweep)
            else:
                assert reached(scores, reweighted(needed))
                nearer = sweep[np.abs(sweep - unit[criterion]) < abs(row["weight_change"]) - 1e-6]
                assert not any(reached(scores, reweighted(share)) for share in nearer)


def test_unknown_mine() -> None:
    with pytest.raises(InputError) as caught:
        explanation.explain(pd.DataFrame({"a": [0.1]}), pd.Series({"a": 1.0}), "X")
    assert caught.value.code == "mine_unknown"


def test_a_tie_is_broken_in_the_right_direction() -> None:
    """0.5·0.5 + 0.5·0.5 ties with 0.5·1: only more weight on a puts M2 above, by however little."""
    scores = pd.DataFrame({"a": [0.5, 1.0], "b": [0.5, 0.0]}, index=["M1", "M2"])
    found = explanation.changes_to_move(scores, pd.Series({"a": 1.0, "b": 1.0}), "M1", -1)
    assert 0 < found.loc["a", "weight_change"] < 1e-6
    assert -1e-6 < found.loc["b", "weight_change"] < 0


def test_no_score_moves_a_mine_further_than_there_are_places() -> None:
    """Three mines, the second of them asks for five places up."""
    scores = pd.DataFrame({"a": [0.9, 0.5, 0.1]}, index=["X", "Y", "Z"])
    weights = pd.Series({"a": 1.0})
    assert explanation.changes_to_move(scores, weights, "Y", 1)["score_needed"].tolist() == pytest.approx(
        [0.9]
    )
    for places in (5, 2, -2, -5):
        found = explanation.changes_to_move(scores, weights, "Y", places)
        assert found[["score_needed", "weight_needed"]].isna().all(axis=None), places
