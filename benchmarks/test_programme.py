"""The budget optimum with neighbours and county shares, beside scipy's MILP and a greedy pick.

scipy.optimize.milp solves the same model without the neighbours' bonus (it would need them linearised by hand, as ours
does); the greedy pick takes the best benefit for money until nothing fits, as a spreadsheet would, and keeps no shares.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, spatial

from restoration import programme, programme_years
from restoration.programme_wish import Wish
from restoration.programme_years import Years

COUNTS = (200, 1_000, 5_000)


def wish(patches: int, *, neighbours: bool = True) -> Wish:
    random = np.random.default_rng(20_261_123)
    index = [f"M{number:05d}" for number in range(patches)]
    places = random.random((patches, 2))
    near = spatial.cKDTree(places).query_pairs(0.6 / np.sqrt(patches), output_type="ndarray")
    cost = pd.Series(np.round(random.lognormal(14, 1, patches)), index)
    pairs = pd.DataFrame(
        {"first": np.array(index)[near[:, 0]], "second": np.array(index)[near[:, 1]], "bonus": 1.0}
    )
    return Wish(
        benefit=pd.Series(random.random(patches) * 10, index),
        cost_yuan=cost,
        budget_yuan=float(cost.sum() * 0.3),
        county=pd.Series(random.choice(list("ABCDE"), patches), index),
        least_share={"A": 0.1},
        greatest_share={"B": 0.3},
        neighbours=pairs if neighbours else None,
    )


@pytest.mark.parametrize("patches", COUNTS)
@pytest.mark.benchmark(group="programme")
def test_ours(benchmark: object, patches: int) -> None:
    asked = wish(patches)
    found = benchmark.pedantic(programme.choose, (asked,), {"time_limit_s": 60.0}, rounds=1, iterations=1)  # type: ignore[attr-defined]
    assert found.gap < 0.01


@pytest.mark.parametrize("patches", COUNTS)
@pytest.mark.benchmark(group="programme without neighbours")
def test_ours_without_neighbours(benchmark: object, patches: int) -> None:
    asked = wish(patches, neighbours=False)
    found = benchmark.pedantic(programme.choose, (asked,), {"time_limit_s": 60.0}, rounds=1, iterations=1)  # type: ignore[attr-defined]
    assert found.gap < 0.01


@pytest.mark.parametrize("patches", COUNTS)
@pytest.mark.benchmark(group="programme without neighbours")
def test_scipy_milp(benchmark: object, patches: int) -> None:
    asked = wish(patches, neighbours=False)
    cost, county = asked.cost_yuan.to_numpy() / 1e6, asked.county.to_numpy()  # type: ignore[union-attr]
    rows = np.vstack([cost, cost * ((county == "A") - 0.1), cost * ((county == "B") - 0.3)])
    limits = optimize.LinearConstraint(rows, [-np.inf, 0, -np.inf], [asked.budget_yuan / 1e6, np.inf, 0])
    found = benchmark.pedantic(  # type: ignore[attr-defined]
        optimize.milp, (-asked.benefit.to_numpy(),),
        {"constraints": limits, "integrality": np.ones(patches), "bounds": (0, 1), "options": {"time_limit": 60}},
        rounds=1, iterations=1,
    )  # fmt: skip
    assert found.x is not None


def greedy(asked: Wish) -> float:
    order = np.argsort(-(asked.benefit / asked.cost_yuan).to_numpy())
    left, total = asked.budget_yuan, 0.0
    for place in order:
        if asked.cost_yuan.iloc[place] <= left:
            left -= asked.cost_yuan.iloc[place]
            total += asked.benefit.iloc[place]
    return total


@pytest.mark.parametrize("patches", COUNTS)
@pytest.mark.benchmark(group="programme without neighbours")
def test_greedy_pick(benchmark: object, patches: int) -> None:
    asked = wish(patches, neighbours=False)
    assert benchmark.pedantic(greedy, (asked,), rounds=1, iterations=1) > 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("patches", (200, 1_000))
@pytest.mark.benchmark(group="nested programme")
def test_nested(benchmark: object, patches: int) -> None:
    asked = wish(patches)
    years = Years(dict.fromkeys(range(2027, 2036), asked.budget_yuan / 9), [2027, 2030, 2035])
    found = benchmark.pedantic(  # type: ignore[attr-defined]
        programme_years.nested, (asked, years), {"time_limit_s": 30.0}, rounds=1, iterations=1
    )
    assert found.stages["patches"].is_monotonic_increasing
