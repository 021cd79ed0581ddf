"""Which patches to restore with a given budget: the proven optimum, or the proven gap to it.

Solved as a mixed-integer programme by HiGHS, one thread, fixed seed: same wish, same answer. Only a time
limit that is hit makes the answer depend on the speed of the machine; the programme then says ``proven``
False and gives the gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gis.errors import InputError, PlannerError, Text
from restoration import programme_model, programme_relaxation, programme_wish
from restoration.programme_model import Solution
from restoration.programme_relaxation import Stage
from restoration.programme_wish import Judgement, Wish

TIME_LIMIT_S = 60.0


@dataclass(frozen=True, eq=False, slots=True)
class Programme:
    """A chosen set of patches.

    Parameters
    ----------
    chosen
        True or False per patch, on the index of the wish.
    judgement
        Benefit, cost, cost by county (judged apart from the solver).
    bound
        No programme brings more benefit than this (proven).
    proven
        Whether this one is the optimum: nothing brings a millionth more.
    """

    chosen: pd.Series
    judgement: Judgement
    bound: float
    proven: bool

    @property
    def gap(self) -> float:
        """Greatest possible benefit missed, as a share of the bound."""
        return 0.0 if self.bound <= 0 else max(0.0, (self.bound - self.judgement.benefit) / self.bound)


def choose(wish: Wish, *, time_limit_s: float = TIME_LIMIT_S) -> Programme:
    r"""Choose the patches with the greatest expected benefit the wish allows.

    .. math::
        \max \sum_i p_i b_i x_i + \sum_{(i,k)} p_i p_k c_{ik} y_{ik}, \quad y_{ik} \le x_i, x_k, \quad
        \sum_i \text{cost}_i x_i \le \text{budget}, \quad x_i \in \{0, 1\}

    with, for each county, least share × money spent ≤ its money ≤ greatest share × money spent.

    Raises
    ------
    InfeasibleWishError
        With the smallest relaxations that make the wish possible.
    InputError
        See :func:`restoration.programme_wish.checked`; ``programme_time`` when nothing was found in time.

    Examples
    --------
    A alone brings 5; B and C bring 3 + 3 for the same money, and 1 more as neighbours:

    >>> wish = Wish(
    ...     benefit=pd.Series({"A": 5.0, "B": 3.0, "C": 3.0}),
    ...     cost_yuan=pd.Series({"A": 4e5, "B": 2e5, "C": 2e5}),
    ...     budget_yuan=4e5,
    ...     neighbours=pd.DataFrame({"first": ["B"], "second": ["C"], "bonus": [1.0]}),
    ... )
    >>> programme = choose(wish)
    >>> programme.chosen.to_dict(), programme.judgement.benefit, programme.proven
    ({'A': False, 'B': True, 'C': True}, 7.0, True)
    """
    index = wish.benefit.index
    wish = programme_wish.checked(wish)
    model = programme_model.build(wish, [wish.budget_yuan])
    answer = programme_model.solve(model, model.objectives[0], time_limit_s, gap=programme_model.OPTIMUM_GAP)
    programme_relaxation.refuse_infeasible(wish, model, answer, [Stage(None, wish.budget_yuan)], time_limit_s)
    require_answer(answer)
    taken = answer.columns[: model.patches] > 0.5
    return told(wish, pd.Series(taken, index=wish.benefit.index), answer, model.benefit_per_unit, index)


def require_answer(answer: Solution) -> None:
    """Raise ``programme_time`` when the solver found nothing in time.

    Raises
    ------
    InputError
        ``programme_time`` then, and only then.
    """
    if answer.status == "nothing_found":
        raise InputError(
            "programme_time",
            Text("在限定时间内没有找到可行方案。", "No programme was found within the time limit."),
            Text("请延长时间限制。", "Allow more time."),
        )


def told(
    wish: Wish, chosen: pd.Series, answer: Solution, benefit_per_unit: float, index: pd.Index
) -> Programme:
    """Judge what the solver chose; a broken wish is a fault of ours and stays loud.

    Raises
    ------
    PlannerError
        When what the solver chose breaks the wish, or is worth less than the solver claims.
    """
    judgement = programme_wish.judge(wish, chosen)
    if judgement.broken:
        raise PlannerError(f"the solver's programme breaks {judgement.broken}")
    claimed = answer.value * benefit_per_unit
    if claimed > judgement.benefit + 1e-6 * max(benefit_per_unit * programme_model.SCALE, claimed):
        raise PlannerError(f"the solver claims a benefit of {claimed}, the judgement is {judgement.benefit}")
    bound = answer.bound * benefit_per_unit
    if bound <= judgement.benefit * (1 + 1e-9):
        bound = judgement.benefit  # but for the rounding of sums
    return Programme(chosen.reindex(index).rename("chosen"), judgement, bound, answer.status == "optimal")


def budget_curve(
    wish: Wish, budgets_yuan: Sequence[float], *, time_limit_s: float = TIME_LIMIT_S
) -> pd.DataFrame:
    """Return the best benefit for each of several budgets.

    Returns
    -------
    DataFrame
        Index: budget in yuan; ``benefit``, ``bound``, ``cost_yuan``, ``patches``, ``proven``.

    Examples
    --------
    >>> wish = Wish(pd.Series({"A": 5.0, "B": 3.0}), pd.Series({"A": 4e5, "B": 2e5}), budget_yuan=0)
    >>> budget_curve(wish, [0, 2e5, 4e5, 6e5])["benefit"].tolist()
    [0.0, 3.0, 5.0, 8.0]
    """
    found: dict[float, Programme] = {}
    best: Programme | None = None
    for budget in sorted(set(budgets_yuan)):
        programme = choose(replace(wish, budget_yuan=budget), time_limit_s=time_limit_s)
        if best is not None and best.judgement.benefit > programme.judgement.benefit:
            # What less money affords, more affords too: the gap to the optimum never bends the curve down.
            programme = replace(programme, chosen=best.chosen, judgement=best.judgement)
        found[budget] = best = programme
    rows = [
        {
            "benefit": programme.judgement.benefit,
            "bound": max(programme.bound, programme.judgement.benefit),
            "cost_yuan": programme.judgement.cost_yuan,
            "patches": int(np.count_nonzero(programme.chosen)),
            "proven": programme.proven,
        }
        for programme in map(found.__getitem__, budgets_yuan)
    ]
    return pd.DataFrame(rows, index=pd.Index(list(budgets_yuan), name="budget_yuan", dtype=float))
