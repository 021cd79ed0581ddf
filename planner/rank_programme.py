"""From ranks and costs to a programme: the wish that is put to the solver."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

import numpy as np
import pandas as pd

from gis.errors import InputError, Text
from planner.priorities import Choices
from planner.rank_result import Assessed, Plan, Ranking
from restoration import benefit, mines, programme, programme_wish, programme_years
from restoration import ranking as ranks
from restoration.programme_wish import Wish
from restoration.programme_years import NestedProgramme, Years

COST = "cost_cny_per_ha"
CURVE_SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
CURVE_TIME_LIMIT_S = 5.0
MOST_PAIRS = 50_000
"""With more neighbours than this the bonus for them is left out: the solver would not come to an end."""


def plan(
    assessed: Assessed,
    choices: Choices,
    ranking: Ranking,
    costs: pd.DataFrame,
    tell: Callable[[str], None] = lambda _: None,
) -> Plan | None:
    """Return the programme, or None when no patch has a cost.

    Parameters
    ----------
    ranking
        Its scores; the benefit takes the weighted sum, without the cost.
    costs
        :func:`restoration.costs.of_patches`.

    Raises
    ------
    InfeasibleWishError
        When no programme meets the wish: with what binds, and the smallest relaxation.
    InputError
        For a wish that contradicts itself, or a budget without any cost.
    """
    urgency = without_cost(ranking, assessed, choices)
    worth = benefit.of_patches(urgency, assessed.mines["area_m2"], factors=choices.safety_factors)
    priced = costs["cost_yuan"].notna()
    _check_named(choices, priced, assessed)
    unpriced = tuple(str(label) for label in costs.index[~priced])
    if not priced.any():
        if choices.budgets:
            raise InputError(
                "budget_without_costs",
                Text("给了预算，但没有任何图斑的费用。", "There is a budget, but no patch has a cost."),
                Text(
                    "用 --unit-cost 方式=元/公顷 给出单位费用，或用 --assume-costs 采用已公布的平均值（作为假定）。",
                    "Give unit costs with --unit-cost, or take a published average with --assume-costs.",
                ),
            )
        return None
    wish = programme_wish.checked(_wish(assessed, choices, worth[priced], costs[priced]))
    nested = None
    if choices.budgets:
        tell("programme")
        nested = programme_years.nested(wish, _years(choices), time_limit_s=choices.time_limit_s)
    tell("budget curve")
    chance = _chance(choices, costs)
    expected = worth if chance is None else (worth * chance).rename("benefit")
    return Plan(expected, nested, _curve(wish, choices), unpriced)


def _chance(choices: Choices, costs: pd.DataFrame) -> pd.Series[float] | None:
    return benefit.chance_of_success(costs["cost_mode"], dict(choices.success))


def without_cost(ranking: Ranking, assessed: Assessed, choices: Choices) -> pd.DataFrame:
    """Return the weighted sum without the cost: the budget counts it already.

    Where nothing but the cost was weighed, every patch scores 1: its hectares and its safety class are left.
    """
    kept = [name for name in ranking.used.index if name != COST]
    if not kept:
        return ranking.methods["weighted_sum"].assign(score=1.0)
    if len(kept) == len(ranking.used):
        return ranking.methods["weighted_sum"]
    return ranks.rank(
        ranking.scores[kept],
        ranking.used[kept],
        ends=(ranking.low[kept], ranking.high[kept]),
        safety=assessed.safety,
        undecided=choices.undecided,
    )


def _check_named(choices: Choices, priced: pd.Series, assessed: Assessed) -> None:
    for label in (*(label for label, _ in choices.must), *choices.never):
        if label in assessed.left_out.index:
            reason = assessed.left_out.loc[label, "reason"]
            raise InputError(
                "patch_left_out",
                Text(
                    f"必做或不做清单中的“{label}”不参与排序：{reason.zh}",
                    f"{label!r} is not ranked: {reason.en}",
                ),
                Text("请从清单中去掉，或更正核查表。", "Take it off the list, or mend the table."),
            )
        if label not in priced.index:
            raise InputError(
                "mine_unknown",
                Text(f"没有图斑“{label}”。", f"There is no mine {label!r}."),
                Text("请核对图斑编号。", "Check its number."),
            )
    for label, _ in choices.must:
        if not priced[label]:
            raise InputError(
                "must_without_cost",
                Text(f"必做图斑“{label}”没有费用。", f"The must {label!r} has no cost."),
                Text("请给出其方式的单位费用。", "Give the unit cost of its mode."),
            )


def _wish(assessed: Assessed, choices: Choices, worth: pd.Series, costs: pd.DataFrame) -> Wish:
    return Wish(
        benefit=worth,
        cost_yuan=costs["cost_yuan"],
        success_probability=_chance(choices, costs),
        budget_yuan=float(sum(amount for _, amount in choices.budgets)),
        county=assessed.mines["county"].reindex(worth.index),
        least_share={mines.county_name(name): share for name, share in choices.least_share},
        greatest_share={mines.county_name(name): share for name, share in choices.greatest_share},
        must=tuple(label for label, year in choices.must if not year),
        never=tuple(label for label in choices.never if label in worth.index),
        neighbours=benefit.of_neighbours(
            assessed.pairs.head(0 if too_many_neighbours(assessed) else len(assessed.pairs)),
            worth,
            share=choices.contiguity_share,
        ),
    )


def too_many_neighbours(assessed: Assessed) -> bool:
    """Return whether the bonus for neighbours is left out."""
    return len(assessed.pairs) > MOST_PAIRS


def _years(choices: Choices) -> Years:
    money: dict[int, float] = {}
    for year, amount in choices.budgets:
        if year in money:
            raise InputError(
                "budget_twice",
                Text(f"{year}年给了两个预算。", f"The year {year} has two budgets."),
                Text("每年只给一个。", "Give one a year."),
            )
        money[year] = amount
    first, last = min(money), max(money)
    milestones = sorted({year for year in choices.milestones if first <= year <= last} | {last})
    must_by: dict[Hashable, int] = {label: year for label, year in choices.must if year}
    return Years(money, milestones, carry_over=choices.carry_over, must_by=must_by)


def _curve(wish: Wish, choices: Choices) -> pd.DataFrame:
    total = float(wish.cost_yuan.sum())
    free = replace(wish, must=(), least_share={}, greatest_share={})
    limit = min(choices.time_limit_s, CURVE_TIME_LIMIT_S)
    return programme.budget_curve(free, list(np.ceil(total * np.array(CURVE_SHARES))), time_limit_s=limit)


def year_of(plan: Plan | None, index: pd.Index) -> pd.Series:
    """Return the year each patch is started; missing when it is not, or nothing was planned."""
    if plan is None or plan.nested is None:
        return pd.Series(pd.NA, index=index, dtype="Int64", name="year")
    return plan.nested.year.reindex(index)


def loss_share(nested: NestedProgramme) -> float:
    """Return the benefit lost by nesting as a share of the free optimum."""
    free = nested.free.judgement.benefit
    return nested.lost_benefit / free if free > 0 else 0.0
