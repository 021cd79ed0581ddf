"""The nearest red line within 1 km of each site, beside shapely and DuckDB in a Gauss-Krüger plane."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.in_a_process import EngineProcess, EngineStoppedError, Limits
from benchmarks.nearest import compare
from benchmarks.questions import NEAR_RED_LINES, Answer
from benchmarks.serve import find

REFEREE = "near-shapely"
LARGEST_SCALE_ERROR_M = 0.35
"""Gauss-Krüger lengths within 80 km of the meridian are up to 1.9e-4 too long, and 1 km is measured."""


@pytest.mark.parametrize("engine", (REFEREE, "near-ours", "near-duckdb"))
def test_nearest(benchmark: Any, engine: str, folder: Path, limits: Limits, rounds: int) -> None:
    benchmark.group = f"nearest: {NEAR_RED_LINES.name}"
    with EngineProcess(engine, NEAR_RED_LINES, folder, limits) as process:
        try:
            prepare_s = process.ask("prepare")["seconds"]
            benchmark.pedantic(process.ask, ("query",), rounds=rounds, warmup_rounds=1)
            process.ask(f"save {folder / engine}.npz")
        except EngineStoppedError as error:
            pytest.skip(str(error))
    count, single, worst_m = compare(_read(folder, engine), _read(folder, REFEREE))
    benchmark.extra_info.update(
        engine=find(engine).title,
        prepare_s=prepare_s,
        peak_bytes=process.peak_bytes,
        found=count,
        single=single,
        worst_m=worst_m,
    )
    assert worst_m <= LARGEST_SCALE_ERROR_M


def _read(folder: Path, engine: str) -> Answer:
    with np.load(folder / f"{engine}.npz") as kept:
        return kept["arr_0"], kept["arr_1"], kept["arr_2"]
