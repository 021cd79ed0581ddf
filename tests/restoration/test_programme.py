"""Programmes of one budget against all subsets, and what is said when nothing is possible."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gis.errors import InputError
from restoration import programme, programme_model, programme_wish
from restoration.programme_relaxation import InfeasibleWishError
from restoration.programme_wish import Wish
from tests.restoration.wishes import best_within, every_programme, tight, wish


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000), st.integers(1, 7), st.booleans(), st.integers(0, 2))
def test_optimum_of_all_subsets(seed: int, patches: int, shares: bool, must: int) -> None:
    asked = wish(seed, patches, shares=shares, must=min(must, patches - 1))
    everything = every_programme(asked)
    if not everything:
        with pytest.raises(InfeasibleWishError) as caught:
            programme.choose(asked)
        assert caught.value.relaxations
        return
    found = programme.choose(asked)
    assert found.proven
    assert found.gap == 0
    assert found.judgement.benefit == pytest.approx(max(benefit for benefit, _ in everything))
    pd.testing.assert_index_equal(found.chosen.index, asked.benefit.index)


def test_judgement_does_not_trust_the_solver() -> None:
    asked = wish(1, 6)
    everything = pd.Series(True, index=asked.benefit.index)
    judged = programme_wish.judge(replace(asked, budget_yuan=1), everything)
    assert "budget" in judged.broken
    assert "never" in judged.broken
    assert judged.cost_by_county_yuan.sum() == judged.cost_yuan == asked.cost_yuan.sum()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100_000))
def test_larger_budget_never_yields_less(seed: int) -> None:
    asked = wish(seed, 12)
    curve = programme.budget_curve(asked, [0, 2e6, 4e6, 6e6, 8e6, 1e9])
    assert curve["proven"].all()
    assert (curve["benefit"].diff().dropna() >= -1e-9).all()
    assert curve["benefit"].iloc[0] == 0


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 100_000), st.randoms(use_true_random=False))
def test_order_of_patches_does_not_matter(seed: int, random) -> None:  # type: ignore[no-untyped-def]
    asked = wish(seed, 12)
    order = random.sample(list(asked.benefit.index), 12)
    shuffled = replace(asked, benefit=asked.benefit[order])
    one, two = programme.choose(asked).chosen, programme.choose(shuffled).chosen
    assert two.index.tolist() == order
    assert one.to_dict() == two.to_dict()


def test_silent(capfd: pytest.CaptureFixture[str]) -> None:
    programme.choose(wish(3, 8))
    assert capfd.readouterr() == ("", "")


def test_one_yuan_too_much_is_too_much() -> None:
    index = ["A", "B"]
    asked = Wish(pd.Series([1.0, 1.0], index), pd.Series([9_999_999.0, 2.0], index), budget_yuan=1e7)
    assert programme.choose(asked).chosen.sum() == 1
    assert programme.choose(replace(asked, budget_yuan=1e7 + 1)).chosen.sum() == 2


@settings(max_examples=40, deadline=None)
@example(616, 7, 1.0)
@given(st.integers(0, 100_000), st.integers(2, 8), st.sampled_from([0.0, 1.0]))
def test_a_budget_holds_to_the_yuan(seed: int, patches: int, less: float) -> None:
    asked = tight(seed, patches)
    asked = replace(asked, budget_yuan=max(asked.budget_yuan - less, 0.0))
    found = programme.choose(asked)
    assert found.proven
    assert found.judgement.benefit == pytest.approx(best_within(asked))


def test_the_solver_takes_nearly_one_for_one() -> None:
    """A + C + D cost 31,036,549: one yuan too much. Of what is left A + C bring most, 4.6 + 3.9."""
    index = list("ABCD")
    asked = Wish(
        pd.Series([4.6, 3.8, 3.9, 3.3], index),
        pd.Series([6_880_841.0, 15_624_174.0, 10_997_353.0, 13_158_355.0], index),
        budget_yuan=31_036_548.0,
    )
    assert programme.choose(asked).judgement.benefit == pytest.approx(8.5)
    assert programme.choose(replace(asked, budget_yuan=31_036_549.0)).judgement.benefit == pytest.approx(11.8)


def test_large_cases_say_how_far_from_the_optimum_they_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    index = [f"M{i:03d}" for i in range(300)]
    asked = Wish(
        pd.Series(random.random(300), index),
        pd.Series(random.lognormal(14, 1, 300).round(), index),
        budget_yuan=1.5e8,
        county=pd.Series(random.choice(["A", "B"], 300), index),
        greatest_share={"A": 0.4},
    )
    exact = programme.choose(asked)
    assert exact.proven
    monkeypatch.setattr(programme_model, "LARGE", 10)
    monkeypatch.setattr(programme_model, "CORE", 2)
    rounded = programme.choose(asked)
    assert rounded.judgement.broken == ()
    assert rounded.judgement.benefit <= exact.judgement.benefit + 1e-9 <= rounded.bound + 2e-9
    assert rounded.gap < 0.05
    free = replace(asked, greatest_share={}, county=None)
    rounded = programme.choose(free)
    monkeypatch.undo()
    exact = programme.choose(free)
    assert rounded.judgement.benefit < exact.judgement.benefit < rounded.bound, "a core of two is too small"
    assert not rounded.proven
    assert 0 < rounded.gap < 0.05


def test_budget_too_small_for_the_musts() -> None:
    """Musts cost 3 + 4 = 7, budget 5: raise it to 7, or keep one of the two musts."""
    index = ["A", "B", "C"]
    asked = Wish(
        pd.Series([1.0, 1, 1], index),
        pd.Series([3e6, 4e6, 1e6], index),
        budget_yuan=5e6,
        must=("A", "B"),
    )
    with pytest.raises(InfeasibleWishError) as caught:
        programme.choose(asked)
    found = {item.group: item for item in caught.value.relaxations}
    assert set(found) == {"budget", "must"}
    assert found["budget"].needed == pytest.approx(7e6)
    assert found["must"].needed == 1
    assert "7,000,000" in caught.value.mend.en


def test_share_that_musts_break() -> None:
    """Must A (county X, 3) against at most 50 % for X; only B (Y, 2) can balance: 3/5 = 60 % is the least."""
    index = ["A", "B"]
    asked = Wish(
        pd.Series([1.0, 1], index),
        pd.Series([3e6, 2e6], index),
        budget_yuan=1e7,
        county=pd.Series(["X", "Y"], index),
        greatest_share={"X": 0.5},
        must=("A",),
    )
    with pytest.raises(InfeasibleWishError) as caught:
        programme.choose(asked)
    found = {item.group: item for item in caught.value.relaxations}
    assert set(found) == {"greatest_share:X", "must"}
    assert found["greatest_share:X"].needed == pytest.approx(0.6, abs=0.001)
    assert found["greatest_share:X"].needed >= 0.6 - 1e-9


def test_two_things_wrong_at_once() -> None:
    """Budget 1 for a must of 3 that alone breaks X's share of 50 %: leave it out, or 3 of money and all of it X's.

    With B too it would be 5 of money and 60 %: 4 more money and 0.5 over the share, instead of 2 and 1.5.
    """
    index = ["A", "B"]
    asked = Wish(
        pd.Series([1.0, 1], index),
        pd.Series([3e6, 2e6], index),
        budget_yuan=1e6,
        county=pd.Series(["X", "Y"], index),
        greatest_share={"X": 0.5},
        must=("A",),
    )
    with pytest.raises(InfeasibleWishError) as caught:
        programme.choose(asked)
    assert [item.group for item in caught.value.relaxations if item.alone] == ["must"]
    together = {item.group: item.needed for item in caught.value.relaxations if not item.alone}
    assert together == {"budget": 3e6, "greatest_share:X": 1.0}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"budget_yuan": -1.0}, "programme_numbers"),
        ({"budget_yuan": float("nan")}, "programme_numbers"),
        ({"cost_yuan": pd.Series({"M0": 1.0, "M1": np.nan, "M2": 1.0})}, "programme_numbers"),
        ({"cost_yuan": pd.Series({"M0": 1.0})}, "programme_labels"),
        ({"success_probability": pd.Series({"M0": 1.0, "M1": 2.0, "M2": 1.0})}, "programme_probability"),
        ({"must": ("M9",)}, "programme_must_never"),
        ({"must": ("M1",), "never": ("M1",)}, "programme_must_never"),
        ({"least_share": {"盂县": 0.6, "郊区": 0.6}}, "programme_share"),
        ({"county": None, "least_share": {"盂县": 0.6}}, "programme_share"),
        ({"least_share": {"孟县": 0.2}}, "programme_county"),
        ({"least_share": {}, "greatest_share": {"孟县": 0.5}}, "programme_county"),
        ({"least_share": {"盂县": 0.6}, "greatest_share": {"盂县": 0.5}}, "programme_share"),
        (
            {"neighbours": pd.DataFrame({"first": ["M0"], "second": ["M9"], "bonus": [1.0]})},
            "programme_neighbours",
        ),
        (
            {"neighbours": pd.DataFrame({"first": ["M0"], "second": ["M0"], "bonus": [1.0]})},
            "programme_neighbours",
        ),
    ],
)
def test_bad_wishes(change: dict[str, object], code: str) -> None:
    with pytest.raises(InputError) as caught:
        programme.choose(replace(wish(0, 3), **change))  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_misspelt_county_is_told_the_known_ones() -> None:
    """A least share of a county without patches would leave nothing but the empty programme."""
    asked = Wish(
        pd.Series({"A": 1.0}),
        pd.Series({"A": 1e5}),
        budget_yuan=1e6,
        county=pd.Series({"A": "盂县"}),
        least_share={"孟县": 0.2},
    )
    with pytest.raises(InputError) as caught:
        programme.choose(asked)
    assert "孟县" in caught.value.what.zh
    assert "盂县" in caught.value.mend.zh
    assert "盂县" in caught.value.mend.en


def test_identical_patches_and_nothing_to_gain() -> None:
    index = [f"M{i}" for i in range(6)]
    asked = Wish(pd.Series(1.0, index), pd.Series(1e5, index), budget_yuan=3e5)
    assert programme.choose(asked).chosen.sum() == 3
    nothing = programme.choose(replace(asked, benefit=pd.Series(0.0, index)))
    assert nothing.judgement.benefit == 0
    assert nothing.proven


def test_many_patches_of_one_worth_per_yuan_are_settled_at_once() -> None:
    """All bring 1 per 10,000 yuan, so any choice that spends nearly all is an optimum to a millionth."""
    cost = pd.Series(np.random.default_rng(5).uniform(1e5, 9e6, 300).round(), [f"M{i}" for i in range(300)])
    found = programme.choose(Wish(benefit=cost / 1e4, cost_yuan=cost, budget_yuan=2e8), time_limit_s=20)
    assert found.proven
    assert found.gap <= 1e-6
    assert found.judgement.cost_yuan == pytest.approx(2e8, rel=1e-6)
