"""Programmes over years: nested, within every budget, and the smallest relaxation when they can't be."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import InputError
from restoration import programme, programme_wish
from restoration.programme_relaxation import InfeasibleWishError, Relaxation
from restoration.programme_wish import Wish
from restoration.programme_years import Years, nested
from tests.restoration.wishes import best_within, tight, wish


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
