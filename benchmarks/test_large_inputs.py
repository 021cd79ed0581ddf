"""Inputs larger than anyone brings, as long as one waits for them: points of one ring, parcels, mines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis import corner_points, corner_tables
from layers import load
from restoration import ranking

POINTS = 100_000
PARCELS = 200_000
MINES = 100_000
HEAD = "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n计量单位=米\n带号=38\n[地块坐标]\n"

Benchmark = Callable[..., Any]
pytestmark = pytest.mark.benchmark(group="large inputs", min_rounds=3)


def ring() -> tuple[np.ndarray, np.ndarray]:
    """A circle of 3 km: northings and eastings."""
    angle = np.linspace(0, 2 * np.pi, POINTS, endpoint=False)
    return 4190000 + 3000 * np.sin(angle), 38464500 + 3000 * np.cos(angle)


def test_corner_points_as_text(benchmark: Benchmark) -> None:
    lines = [f"J{k},1,{x:.3f},{y:.3f}" for k, (x, y) in enumerate(zip(*ring(), strict=True))]
    text = HEAD + f"{POINTS},,1,甲,面,,,,@\n" + "\n".join(lines)
    found = benchmark(lambda: corner_points.assemble(corner_points.parse(text)))
    assert shapely.get_num_coordinates(found.frame.geometry.to_numpy()).sum() == POINTS + 1


def test_corner_points_as_table(benchmark: Benchmark) -> None:
    north, east = ring()
    table = pd.DataFrame({"X": [f"{x:.3f}" for x in north], "Y": [f"{y:.3f}" for y in east]})
    found = benchmark(corner_tables.assemble, table)
    assert shapely.get_num_coordinates(found.frame.geometry.to_numpy()).sum() == POINTS + 1


def test_parcels(benchmark: Benchmark, tmp_path: Path) -> None:
    number = np.arange(PARCELS)
    x, y = 465_000 + 4.0 * (number % 1000), 4_190_000 + 4.0 * (number // 1000)
    path = tmp_path / "parcels.parquet"
    gpd.GeoDataFrame(
        {"DKMC": number.astype(str)}, geometry=shapely.box(x, y, x + 2, y + 2), crs=4547
    ).to_parquet(path)
    site = benchmark.pedantic(load.site, (path,), rounds=1)  # type: ignore[attr-defined]
    assert len(site.parcels) == PARCELS


def test_mines_by_every_method(benchmark: Benchmark) -> None:
    random = np.random.default_rng(0)
    matrix = random.random((MINES, 8))
    matrix[random.random(matrix.shape) < 0.05] = np.nan
    scores = pd.DataFrame(matrix, columns=[f"criterion_{k}" for k in range(8)])
    tables = benchmark.pedantic(  # type: ignore[attr-defined]
        ranking.compare, (scores, pd.Series(1.0, index=scores.columns)), rounds=1
    )
    assert {len(table) for table in tables.values()} == {MINES}
