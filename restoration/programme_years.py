"""A nested programme over the years: what has been started is never dropped later.

Every milestone is as good as it can be given the ones settled before it, and all later musts and budgets stay
possible (one joint model, solved milestone by milestone). Beside each milestone stands the free optimum for
the same money, and the benefit that nesting costs.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd

from gis.errors import InputError, Text
from restoration import programme, programme_model, programme_relaxation, programme_wish
from restoration.programme import Programme
from restoration.programme_relaxation import Stage
from restoration.programme_wish import Wish

First = Literal["earliest", "latest"]


@dataclass(frozen=True, eq=False, slots=True)
class Years:
    """When there is how much money.

    Parameters
    ----------
    budget_yuan
        Year to money.
    milestones
        Years at which the programme is judged; the last is the last year with money.
    carry_over
        Whether money not spent stays for later years; without it every year is settled for itself.
    must_by
        Patch to the year by which it must be in (it need not be in the wish's own musts).
    first
        Which milestone is made best first: the earliest (early benefit) or the latest (no loss at the end).
    """

    budget_yuan: Mapping[int, float]
    milestones: Sequence[int]
    carry_over: bool = True
    must_by: Mapping[Hashable, int] = field(default_factory=dict)
    first: First = "earliest"


@dataclass(frozen=True, eq=False, slots=True)
class NestedProgramme:
    """A programme by years.

    Parameters
    ----------
    year
        Year each patch is started; missing when it is not.
    stages
        Index: years at which a choice was settled; ``milestone``, ``patches``, ``benefit``, ``cost_yuan``,
        ``budget_yuan`` (all cumulative), ``bound`` (of this stage, given those settled before), ``proven``;
        ``free_benefit``, ``free_proven`` and ``lost_benefit`` of the milestones: the optimum for the same money and
        the musts due by then, with no regard to other years, and what is lost against it (else missing).
    free
        Optimum of the last milestone without nesting.
    lost_benefit
        Benefit of ``free`` less that of the nested programme, at the last milestone.
    """

    year: pd.Series
    stages: pd.DataFrame
    free: Programme
    lost_benefit: float

    def chosen_by(self, year: int) -> pd.Series:
        """Return which patches have been started by a year."""
        return self.year.le(year).fillna(value=False).astype(bool).rename("chosen")


def nested(wish: Wish, years: Years, *, time_limit_s: float = programme.TIME_LIMIT_S) -> NestedProgramme:
    """Plan over the years.

    Parameters
    ----------
    wish
        Its own budget is not used: the money is that of ``years``.
    time_limit_s
        Of each of the solutions (one per stage, and one per milestone for its free optimum).

    Examples
    --------
    A costs 2 and brings 3; B costs 3 and brings 5. With 2 a year, 2026 starts A; by 2027 there is 4, but A
    stays, so B no longer fits: 3. Free, B alone brings 5.

    >>> wish = Wish(pd.Series({"A": 3.0, "B": 5.0}), pd.Series({"A": 2.0, "B": 3.0}), budget_yuan=0)
    >>> plan = nested(wish, Years({2026: 2, 2027: 2}, milestones=[2026, 2027]))
    >>> plan.year["A"], plan.stages["benefit"].tolist(), plan.free.judgement.benefit, plan.lost_benefit
    (np.int64(2026), [3.0, 3.0], 5.0, 2.0)
    """
    index = wish.benefit.index
    ends = _checked(years)
    wish = programme_wish.checked(replace(wish, must=(*wish.must, *years.must_by)))
    money = [_money(years, end) for end in ends]
    stage_money = money if years.carry_over else list(np.diff([0.0, *money]))
    must_stage = {label: ends.index(year) for label, year in years.must_by.items()}
    model = programme_model.build(wish, stage_money, cumulative=years.carry_over, must_stage=must_stage)
    budgets = [_raised_in(years, start, end) for start, end in itertools.pairwise([0, *ends])]
    order = list(range(len(ends)))
    rows: dict[int, dict[str, float | bool | int]] = {}
    chosen: dict[int, np.ndarray] = {}
    for stage in order if years.first == "earliest" else order[::-1]:
        answer = programme_model.solve(
            model, model.objectives[stage], time_limit_s, gap=programme_model.OPTIMUM_GAP
        )
        programme_relaxation.refuse_infeasible(wish, model, answer, budgets, time_limit_s)
        programme.require_answer(answer)
        chosen[stage] = answer.columns[model.stage_columns(stage)] > 0.5
        model = programme_model.fixed(model, stage, chosen[stage])
        here = replace(wish, budget_yuan=money[stage], must=())
        taken = pd.Series(chosen[stage], index=wish.benefit.index)
        told = programme.told(here, taken, answer, model.benefit_per_unit, wish.benefit.index)
        rows[stage] = {
            "milestone": ends[stage] in years.milestones,
            "patches": int(chosen[stage].sum()),
            "benefit": told.judgement.benefit,
            "cost_yuan": told.judgement.cost_yuan,
            "budget_yuan": money[stage],
            "bound": told.bound,
            "proven": told.proven,
        }
    last = len(ends) - 1
    frees = {
        stage: programme.choose(
            _alone(
                wish, money[stage], {label for label in wish.must if must_stage.get(label, last) <= stage}
            ),
            time_limit_s=time_limit_s,
        )
        for stage in order
        if rows[stage]["milestone"]
    }
    for stage, found in frees.items():
        best = found.judgement.benefit
        rows[stage] |= {
            "free_benefit": best,
            "free_proven": found.proven,
            "lost_benefit": max(0.0, best - float(rows[stage]["benefit"])),
        }
    stages = pd.DataFrame([rows[stage] for stage in order], index=pd.Index(ends, name="year"))
    free = frees[last]
    year = _started(wish, years, ends, [chosen[stage] for stage in order])
    free = replace(free, chosen=free.chosen.reindex(index))
    lost = float(stages["lost_benefit"].iloc[-1])
    return NestedProgramme(year.reindex(index), stages, free, lost)


def _alone(wish: Wish, money_yuan: float, due: set[Hashable]) -> Wish:
    """Return the wish for one milestone with no regard to the others."""
    return replace(wish, budget_yuan=money_yuan, must=tuple(label for label in wish.must if label in due))


def _checked(years: Years) -> list[int]:
    """Return the ends of the stages: milestones, must-by years, and every year when money lapses."""
    wanted = [*years.milestones, *years.must_by.values()]
    amounts = list(years.budget_yuan.values())
    last = max(years.budget_yuan, default=0)
    usable = bool(amounts) and all(np.isfinite(amount) and amount >= 0 for amount in amounts)
    inside = bool(years.milestones) and max(years.milestones) == last
    first = min(years.budget_yuan, default=0)
    if not usable or not inside or any(not first <= year <= last for year in wanted):
        raise InputError(
            "programme_years",
            Text(
                "年度预算为空或为负，或里程碑、必做年份不在预算年份内，或最后的里程碑不是最后的预算年份。",
                "Budgets are missing or negative, a year is outside them, or the last one is no milestone.",
            ),
            Text("请核对年份和金额。", "Check the years and the amounts."),
        )
    ends = set(wanted) if years.carry_over else set(wanted) | set(years.budget_yuan)
    return sorted(ends)


def _money(years: Years, end: int) -> float:
    return float(sum(amount for year, amount in years.budget_yuan.items() if year <= end))


def _raised_in(years: Years, before: int, end: int) -> Stage:
    """Return the last year of a stage that has a budget: more money there is early enough for the stage."""
    year = max((year for year in years.budget_yuan if before < year <= end), default=end)
    return Stage(year, float(years.budget_yuan.get(year, 0.0)))


def _started(wish: Wish, years: Years, ends: Sequence[int], chosen: Sequence[np.ndarray]) -> pd.Series:
    """Give each patch a year: within a stage the best benefit for money first, as soon as money allows."""
    gain, cost = programme_wish.expected_benefit(wish), wish.cost_yuan.to_numpy()
    ratio = gain / np.maximum(cost, 1e-9)
    result = np.zeros(len(cost), dtype=np.int64)
    before = np.zeros(len(cost), bool)
    spent = 0.0
    start = min(years.budget_yuan)
    for end, now in zip(ends, chosen, strict=True):
        waiting = [int(i) for i in np.lexsort([np.arange(len(cost)), -ratio]) if now[i] and not before[i]]
        for year in range(start, end + 1):
            for patch in list(waiting):
                fits = spent + cost[patch] <= _money(years, year) + programme_wish.TOLERANCE_YUAN
                if year == end or (years.carry_over and fits):
                    result[patch] = year
                    spent += cost[patch]
                    waiting.remove(patch)
        before, start = before | now, end + 1
    series = pd.Series(result, index=wish.benefit.index, name="year", dtype="Int64")
    return series.mask(result == 0)
