"""Wishes small enough that every programme can be tried."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from restoration import programme, programme_wish
from restoration.programme_wish import Wish


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
