"""Rank acceptability of 2,000 mines × 15 criteria × 100,000 draws, beside a plain NumPy loop.

The promise is under ten seconds on two cores, the same bytes each run. The loop is what one writes in an afternoon:
draw weights, multiply, argsort, count; it is given 2,000 draws (×50 for the same work) and no uncertain scores.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from restoration.robustness import smaa
from restoration.weight_region import WeightRegion

MINES, CRITERIA, DRAWS, LOOP_DRAWS = 2_000, 15, 100_000, 2_000
NAMES = tuple(f"c{number}" for number in range(CRITERIA))


def tables(uncertain: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    random = np.random.default_rng(20_261_123)
    scores = random.random((MINES, CRITERIA))
    width = np.where(random.random(scores.shape) < uncertain, 0.2, 0.0)
    low, high = np.clip(scores - width, 0, 1), np.clip(scores + width, 0, 1)
    return pd.DataFrame(low, columns=list(NAMES)), pd.DataFrame(high, columns=list(NAMES))


@pytest.mark.parametrize("uncertain", [0.0, 0.2], ids=["certain", "a fifth uncertain"])
@pytest.mark.parametrize("region", ["free", "order"])
@pytest.mark.benchmark(group="smaa")
def test_ours(benchmark: object, uncertain: float, region: str) -> None:
    low, high = tables(uncertain)
    weights = WeightRegion(NAMES, order=tuple((name,) for name in NAMES) if region == "order" else ())
    found = benchmark.pedantic(  # type: ignore[attr-defined]
        smaa, (low, high, weights), {"draws": DRAWS, "threads": 2}, rounds=2, iterations=1
    )
    assert found.rank_acceptability.to_numpy().sum() == pytest.approx(MINES, rel=1e-6)


def plain_loop(scores: np.ndarray, draws: int) -> np.ndarray:
    random = np.random.default_rng(1)
    counts = np.zeros((len(scores), len(scores)), dtype=np.int64)
    mines = np.arange(len(scores))
    for _ in range(draws):
        weights = random.dirichlet(np.ones(scores.shape[1]))
        order = np.argsort(-(scores @ weights))
        counts[order, mines] += 1
    return counts / draws


@pytest.mark.benchmark(group="smaa")
def test_plain_loop_of_a_fiftieth(benchmark: object) -> None:
    scores = tables(0.0)[0].to_numpy()
    found = benchmark.pedantic(plain_loop, (scores, LOOP_DRAWS), rounds=2, iterations=1)  # type: ignore[attr-defined]
    assert found.sum() == pytest.approx(MINES)
    benchmark.extra_info["engine"] = f"plain loop, {LOOP_DRAWS:,} of {DRAWS:,} draws"  # type: ignore[attr-defined]


@pytest.mark.parametrize("mines", [10_000, 100_000])
@pytest.mark.benchmark(group="smaa of many mines, 1,000 draws")
def test_many_mines(benchmark: object, mines: int) -> None:
    """Time and memory stay bounded: only as many ranks are kept as fit."""
    scores = pd.DataFrame(np.random.default_rng(2).random((mines, 5)), columns=list(NAMES[:5]))
    found = benchmark.pedantic(  # type: ignore[attr-defined]
        smaa,
        (scores, scores, WeightRegion(NAMES[:5])),
        {"draws": 1_000, "threads": 2},
        rounds=1,
        iterations=1,
    )
    assert len(found.expected_rank) == mines
