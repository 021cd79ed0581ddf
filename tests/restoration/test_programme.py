"""Programmes against all subsets, over the years, and what is said when nothing is possible."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gis.errors import InputError
from restoration import programme, programme_model, programme_wish
from restoration.programme_relaxation import InfeasibleWishError, Relaxation
from restoration.programme_wish import Wish
from restoration.programme_years import Years, nested


def wish(seed: int, patches: int, *, shares: bool = True, must: int = 0) -> Wish:
    random = np.random.default_rng(seed)
    index = [f"M{i}" for i in range(patches)]
    pairs = [pair for pair in itertools.combinations(index, 2) if random.random() < 0.3]
    county = random.choice(["盂县", "平定县", "郊区"], patches)
    return Wish(
        benefit=pd.Series(random.integers(0, 20, patches).astype(float), index),
        cost_yuan=pd.Series(random.integers(1, 30, patches) * 1e5, index),
        budget_yuan=float(random.integers(0, 100)) * 1e5,
        success_probability=pd.Series(random.integers(5, 11, patches) / 10, index),
        county=pd.Series(county, index),
        least_share={"盂县": 0.25} if shares and "盂县" in county else {},
        greatest_share={"平定县": 0.5} if shares and "平定县" in county else {},
        must=tuple(index[:must]),
        never=tuple(index[-1:]) if patches > 3 else (),
        neighbours=pd.DataFrame(pairs, columns=["first", "second"]).assign(bonus=8.0) if pairs else None,
    )


def every_programme(asked: Wish) -> list[tuple[float, frozenset[str]]]:
    index = list(asked.benefit.index)
    found = []
    for size in range(len(index) + 1):
        for chosen in itertools.combinations(index, size):
            judgement = programme.programme_wish.judge(asked, pd.Series(True, index=list(chosen), dtype=bool))
            if not judgement.broken:
                found.append((judgement.benefit, frozenset(chosen)))
    return found


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


def tight(seed: int, patches: int) -> Wish:
    """Costs to the cent of up to a billion yuan; the budget is what some of them cost."""
    random = np.random.default_rng(seed)
    index = [f"M{i}" for i in range(patches)]
    cost = pd.Series((random.random(patches) * 10 ** random.uniform(4, 9)).round(2), index)
    budget = round(float(cost[random.random(patches) < 0.6].sum()), 2)
    return Wish(pd.Series(random.random(patches) * 10, index), cost, budget)


def best_within(asked: Wish) -> float:
    """Greatest benefit of all subsets the budget pays for."""
    patches = len(asked.benefit)
    subsets = np.array(list(itertools.product([0.0, 1.0], repeat=patches))).reshape(2**patches, patches)
    paid = subsets @ asked.cost_yuan.to_numpy() <= asked.budget_yuan + programme_wish.TOLERANCE_YUAN
    return float((subsets @ asked.benefit.to_numpy())[paid].max())


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


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000), st.sampled_from([0.0, 1.0]), st.booleans())
def test_budgets_of_years_hold_to_the_yuan(seed: int, less: float, carry_over: bool) -> None:
    asked = tight(seed, 5)
    first = max(asked.budget_yuan - less, 0.0)
    second = float(asked.cost_yuan.iloc[:2].sum()) - less
    years = Years({2026: first, 2027: max(second, 0.0)}, [2026, 2027], carry_over=carry_over)
    plan = nested(asked, years)
    early = replace(asked, budget_yuan=first)
    started = plan.chosen_by(2026)
    best = best_within(early)
    assert plan.stages.loc[2026, "benefit"] == pytest.approx(best)
    left = first - float(asked.cost_yuan[started].sum()) if carry_over else 0.0
    later = replace(
        asked,
        benefit=asked.benefit[~started],
        cost_yuan=asked.cost_yuan[~started],
        budget_yuan=years.budget_yuan[2027] + max(left, 0.0),
    )
    best += best_within(later)
    assert plan.stages.loc[2027, "benefit"] == pytest.approx(best)


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


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 100_000), st.booleans(), st.sampled_from(["earliest", "latest"]))
def test_nested_programme_is_nested(seed: int, carry_over: bool, first) -> None:  # type: ignore[no-untyped-def]
    asked = wish(seed, 10)
    random = np.random.default_rng(seed)
    budget = {year: float(random.integers(0, 20)) * 1e5 for year in range(2026, 2031)}
    plan = nested(asked, Years(budget, [2027, 2030], carry_over=carry_over, first=first))
    chosen = [plan.chosen_by(year) for year in range(2026, 2031)]
    for before, after in itertools.pairwise(chosen):
        assert not (before & ~after).any(), "once started, never dropped"
    for year, now in zip(range(2026, 2031), chosen, strict=True):
        spent = asked.cost_yuan[now].sum()
        assert spent <= sum(budget[y] for y in budget if y <= year) + 0.1
        if not carry_over:
            assert (
                asked.cost_yuan[plan.year.eq(year).fillna(value=False).astype(bool)].sum()
                <= budget[year] + 0.1
            )
    for milestone in (2027, 2030):
        row = plan.stages.loc[milestone]
        judged = programme_wish.judge(
            replace(asked, budget_yuan=row["budget_yuan"]), plan.chosen_by(milestone)
        )
        assert judged.broken == ()
        assert judged.benefit == pytest.approx(row["benefit"])
    assert plan.lost_benefit == pytest.approx(
        plan.free.judgement.benefit - plan.stages["benefit"].iloc[-1], abs=1e-6
    )
    if carry_over and first == "latest":
        assert plan.lost_benefit == pytest.approx(0, abs=1e-6)
    if carry_over and first == "earliest":
        early = replace(asked, budget_yuan=plan.stages.loc[2027, "budget_yuan"])
        assert plan.stages.loc[2027, "benefit"] == pytest.approx(programme.choose(early).judgement.benefit)


def test_what_nesting_costs_is_told_at_every_milestone() -> None:
    """2 a year; A costs 2 and brings 3, B costs 3 and brings 5, C costs 4 and brings 6.

    2026 starts A. By 2027 there are 4: nothing fits beside A, while C alone would bring 6. By 2028 there are 6, and
    A and C bring 9, the free optimum. The end alone would not show the 3 that 2027 loses.
    """
    asked = Wish(
        pd.Series({"A": 3.0, "B": 5.0, "C": 6.0}),
        pd.Series({"A": 2e6, "B": 3e6, "C": 4e6}),
        budget_yuan=0,
    )
    plan = nested(asked, Years({2026: 2e6, 2027: 2e6, 2028: 2e6}, [2026, 2027, 2028]))
    assert plan.stages["benefit"].tolist() == [3, 3, 9]
    assert plan.stages["free_benefit"].tolist() == [3, 6, 9]
    assert plan.stages["lost_benefit"].tolist() == [0, 3, 0]
    assert plan.lost_benefit == 0


def test_a_must_of_a_later_year_costs_the_early_milestone() -> None:
    """Saving for B leaves 2026 empty: the 9 of A are lost then. A year that is no milestone has no free optimum."""
    asked = Wish(pd.Series({"A": 9.0, "B": 0.0}), pd.Series({"A": 2e6, "B": 3e6}), budget_yuan=0)
    years = Years({2026: 2e6, 2027: 1e6, 2028: 1e6}, [2026, 2028], must_by={"B": 2027})
    stages = nested(asked, years).stages
    assert stages.loc[[2026, 2028], "lost_benefit"].tolist() == [9, 0]
    assert stages["lost_benefit"].isna().tolist() == [False, True, False]


def test_a_must_with_a_year_is_saved_for() -> None:
    """B (cost 3) must be in by 2027 with 2 a year: A (cost 2) may not be started in 2026."""
    asked = Wish(pd.Series({"A": 9.0, "B": 0.0}), pd.Series({"A": 2e6, "B": 3e6}), budget_yuan=0)
    plan = nested(asked, Years({2026: 2e6, 2027: 2e6}, [2026, 2027], must_by={"B": 2027}))
    assert plan.year.isna()["A"]
    assert plan.year["B"] == 2027
    with pytest.raises(InfeasibleWishError) as caught:
        nested(asked, Years({2026: 2e6, 2027: 2e6}, [2026, 2027], must_by={"B": 2026}))
    assert {item.group for item in caught.value.relaxations} == {"budget:2026", "must"}


def relaxed(asked: Wish, years: Years, items: list[Relaxation]) -> tuple[Wish, Years]:
    """The wish with relaxations applied, as a person would who reads them."""
    budgets, must_by = dict(years.budget_yuan), dict(years.must_by)
    for item in items:
        kind, _, name = item.group.partition(":")
        if kind == "budget":
            budgets[int(name)] = item.needed
        elif kind == "least_share":
            asked = replace(asked, least_share={**asked.least_share, name: item.needed})
        elif kind == "greatest_share":
            asked = replace(asked, greatest_share={**asked.greatest_share, name: item.needed})
        elif kind == "never":
            asked = replace(asked, never=tuple(set(asked.never) - set(item.dropped)))
        else:
            asked = replace(asked, must=tuple(set(asked.must) - set(item.dropped)))
            must_by = {label: year for label, year in must_by.items() if label not in item.dropped}
            must_by |= item.postponed
    return asked, replace(years, budget_yuan=budgets, must_by=must_by)


def possible(asked: Wish, years: Years) -> bool:
    """Whether any way to start each patch in one of the years, or never, meets the wish."""
    index, when = list(asked.benefit.index), sorted(years.budget_yuan)
    cost = asked.cost_yuan.to_dict()
    county = {} if asked.county is None else asked.county.to_dict()
    latest = dict.fromkeys(asked.must, when[-1]) | dict(years.must_by)
    for starts in itertools.product([*when, 9999], repeat=len(index)):
        start = dict(zip(index, starts, strict=True))
        if any(start[label] > year for label, year in latest.items()):
            continue
        if any(start[label] < 9999 for label in asked.never):
            continue
        if all(paid(year, start, cost, years) and shared(year, start, cost, county, asked) for year in when):
            return True
    return False


def paid(year: int, start: dict[str, int], cost: dict[str, float], years: Years) -> bool:
    counts = [y for y in years.budget_yuan if y == year or (years.carry_over and y < year)]
    spent = sum(cost[label] for label, first in start.items() if first in counts)
    return spent <= sum(years.budget_yuan[y] for y in counts) + 0.05


def shared(
    year: int, start: dict[str, int], cost: dict[str, float], county: dict[str, str], asked: Wish
) -> bool:
    started = [label for label, first in start.items() if first <= year]
    spent = sum(cost[label] for label in started)
    of = {name: sum(cost[label] for label in started if county[label] == name) for name in county.values()}
    least = all(of[name] >= share * spent - 0.05 for name, share in asked.least_share.items())
    return least and all(of[name] <= share * spent + 0.05 for name, share in asked.greatest_share.items())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1_000_000), st.booleans())
def test_every_relaxation_is_enough_and_no_smaller_one_is(seed: int, carry_over: bool) -> None:
    random = np.random.default_rng(seed)
    index = ["A", "B", "C"]
    asked = Wish(
        pd.Series([5.0, 3.0, 1.0], index),
        pd.Series(random.integers(1, 10, 3) * 1e5, index),
        budget_yuan=0,
        county=pd.Series(["X", "Y", random.choice(["X", "Y"])], index),
        greatest_share={"X": 0.55} if random.random() < 0.4 else {},
        least_share={"Y": 0.3} if random.random() < 0.3 else {},
        must=("B",) if random.random() < 0.5 else (),
        never=("C",) if random.random() < 0.3 else (),
    )
    budgets = {year: float(random.integers(0, 8)) * 1e5 for year in (2026, 2027, 2028)}
    must_by = {"A": int(random.integers(2026, 2029))} if random.random() < 0.8 else {}
    years = Years(budgets, [2026, 2027, 2028], carry_over=carry_over, must_by=must_by)
    if possible(asked, years):
        nested(asked, years)
        return
    with pytest.raises(InfeasibleWishError) as caught:
        nested(asked, years)
    alone = {item.group: item for item in caught.value.relaxations if item.alone}
    together = [item for item in caught.value.relaxations if not item.alone]
    for items in [*([item] for item in alone.values()), *([together] if together else [])]:
        assert possible(*relaxed(asked, years, items)), items
        nested(*relaxed(asked, years, items))
    for year, own in budgets.items():
        item = alone.get(f"budget:{year}")
        less = 1e9 if item is None else item.needed - 100
        assert item is None or item.stated == own
        assert not possible(asked, replace(years, budget_yuan={**budgets, year: less}))
    for group, shares, step in (
        ("greatest_share:X", asked.greatest_share, -0.002),
        ("least_share:Y", asked.least_share, 0.002),
    ):
        if shares:
            share = alone[group].needed + step if group in alone else float(step < 0)
            kind, _, name = group.partition(":")
            assert not possible(replace(asked, **{kind: {name: share}}), years)  # type: ignore[arg-type]
    if "must" in alone:
        item = alone["must"]
        musts = {"B"} & set(asked.must) | set(must_by)
        assert item.stated - item.needed == len(item.dropped) + len(item.postponed)
        assert len(musts) == item.stated
        if item.dropped:
            late = replace(years, must_by=dict.fromkeys(must_by, 2028))
            assert not possible(asked, late), "postponing would have been enough"


def test_more_money_in_a_year_is_there_in_the_later_ones() -> None:
    """A costs 3, with 1 a year, and must be in by 2026: 3 in 2026 are enough, 3 in 2027 are not."""
    asked = Wish(pd.Series({"A": 5.0, "B": 3.0}), pd.Series({"A": 3e6, "B": 1e6}), budget_yuan=0)
    years = Years({2026: 1e6, 2027: 1e6}, [2027], must_by={"A": 2026})
    with pytest.raises(InfeasibleWishError) as caught:
        nested(asked, years)
    found = {item.group: (item.stated, item.needed) for item in caught.value.relaxations}
    assert found == {"budget:2026": (1e6, 3e6), "must": (1, 0)}
    assert "2026年预算由 1,000,000 元增至 3,000,000 元" in caught.value.mend.zh
    assert "must" not in caught.value.what.zh
    assert "、" not in caught.value.what.en


def test_a_relaxed_budget_is_the_year_s_own() -> None:
    """1 in each of two years, A costs 3: the second year needs 2, not the 3 of both together."""
    asked = Wish(pd.Series({"A": 5.0}), pd.Series({"A": 3e6}), budget_yuan=0, must=("A",))
    with pytest.raises(InfeasibleWishError) as caught:
        nested(asked, Years({2026: 1e6, 2027: 1e6}, [2027]))
    item = next(item for item in caught.value.relaxations if item.group == "budget:2027")
    assert (item.stated, item.needed) == (1e6, 2e6)


def test_a_must_that_is_only_late_is_postponed() -> None:
    """A costs 3; by 2027 there are 2, by 2030 there are 4."""
    asked = Wish(pd.Series({"A": 5.0}), pd.Series({"A": 3e6}), budget_yuan=0)
    years = Years({2026: 1e6, 2027: 1e6, 2028: 1e6, 2030: 1e6}, [2027, 2030], must_by={"A": 2027})
    with pytest.raises(InfeasibleWishError) as caught:
        nested(asked, years)
    item = next(item for item in caught.value.relaxations if item.group == "must")
    assert (item.dropped, item.postponed) == ((), {"A": 2030})
    assert "推迟到 2030 年" in caught.value.mend.zh
    assert "postpone A to 2030" in caught.value.mend.en


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


@pytest.mark.parametrize(
    "years",
    [
        Years({}, [2027]),
        Years({2026: -1.0}, [2026]),
        Years({2026: 1.0}, []),
        Years({2026: 1.0, 2027: 1.0}, [2026]),
        Years({2026: 1.0}, [2026, 2030]),
    ],
)
def test_bad_years(years: Years) -> None:
    with pytest.raises(InputError) as caught:
        nested(wish(0, 3), years)
    assert caught.value.code == "programme_years"


def test_identical_patches_and_nothing_to_gain() -> None:
    index = [f"M{i}" for i in range(6)]
    asked = Wish(pd.Series(1.0, index), pd.Series(1e5, index), budget_yuan=3e5)
    assert programme.choose(asked).chosen.sum() == 3
    nothing = programme.choose(replace(asked, benefit=pd.Series(0.0, index)))
    assert nothing.judgement.benefit == 0
    assert nothing.proven
