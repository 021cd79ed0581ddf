"""Overlap areas: every engine on the same files, from memory and from file, each in its own process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import limits as limit_engines
from benchmarks.in_a_process import EngineProcess, EngineStoppedError, Limits
from benchmarks.questions import (
    GEOPACKAGES,
    PARCELS,
    PROVINCE,
    QUESTIONS,
    RED_LINES,
    Answer,
    Question,
    agreement,
)
from benchmarks.serve import find

REFEREE = "sjoin"
PEERS = ("overlay", "duckdb", "sedonadb", "postgis", "postgis-subdivided")
WARM = (REFEREE, "ours", "ours-all-cores", *PEERS)
FROM_FILE = ("ours-all-cores", "ours-kept", "sedonadb", "duckdb", REFEREE, "overlay")
FROM_GEOPACKAGE = ("ours-all-cores", "sedonadb", "duckdb", REFEREE)
TAKE_A_MINUTE = (REFEREE, "overlay", "duckdb", "postgis")
AGREES_TO = 1e-9


@pytest.fixture
def asked(request: pytest.FixtureRequest, engine: str, question: Question) -> Question:
    """The question, unless the engine is left out of it."""
    option = request.config.getoption
    if engine in option("--leave-out").split(","):
        pytest.skip("left out by --leave-out")
    if option("--no-slow-peers") and question is PROVINCE and engine in TAKE_A_MINUTE:
        pytest.skip("left out by --no-slow-peers")
    return question


@pytest.fixture
def repeats(request: pytest.FixtureRequest, engine: str, question: Question, rounds: int) -> int:
    """How often this engine answers this question."""
    if question is PROVINCE and engine in TAKE_A_MINUTE:
        return int(request.config.getoption("--slow-rounds"))
    return rounds


@pytest.fixture
def server(request: pytest.FixtureRequest, engine: str) -> int | None:
    return request.getfixturevalue("cluster").process if engine.startswith("postgis") else None


def _ours(engine: str) -> bool:
    return engine.startswith("ours")


@pytest.mark.parametrize("engine", WARM)
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_warm(
    benchmark: Any,
    asked: Question,
    engine: str,
    folder: Path,
    limits: Limits,
    server: int | None,
    repeats: int,
) -> None:
    """The layer is loaded and its index built: the query alone."""
    if engine == "postgis-subdivided" and asked is PARCELS:
        pytest.skip("parcels have 37 vertices: nothing to subdivide")
    benchmark.group = f"warm: {asked.name}"
    answer_file = folder / f"{asked.name}.{engine}.npz"
    with EngineProcess(engine, asked, folder, limits, server) as process:
        try:
            prepare_s = process.ask("prepare")["seconds"]
            warm_up = 1 if _ours(engine) or asked is not PROVINCE else 0
            benchmark.pedantic(process.ask, ("query",), rounds=repeats, warmup_rounds=warm_up)
            process.ask(f"save {answer_file}")
        except EngineStoppedError as error:
            pytest.skip(str(error))
    found = _with_referee(folder, asked, answer_file)
    benchmark.extra_info.update(
        engine=find(engine).title,
        prepare_s=prepare_s,
        first_s=process.seconds[1],
        peak_bytes=process.peak_bytes,
        **found,
    )
    if _ours(engine) and "agrees" in found:
        assert (found["missing"], found["surplus"]) == (0, 0)
        assert found["worst_share"] <= AGREES_TO


def _with_referee(folder: Path, question: Question, answer_file: Path) -> dict[str, Any]:
    """Compare with GEOS; its answer to a question is kept beside the layers, which are always the same."""
    referee = folder / f"{question.name}.{REFEREE}.npz"
    if not referee.exists():
        return {"pairs": len(_read(answer_file)[0])}
    found = agreement(_read(answer_file), _read(referee))
    return {
        "pairs": found.pairs,
        "missing": found.missing,
        "surplus": found.surplus,
        "worst_share": found.worst_share,
        "agrees": "referee" if referee == answer_file else str(found),
    }


def _read(path: Path) -> Answer:
    with np.load(path) as kept:
        return kept["arr_0"], kept["arr_1"], kept["arr_2"]


@pytest.mark.parametrize("engine", FROM_FILE)
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_from_file(
    benchmark: Any, asked: Question, engine: str, folder: Path, limits: Limits, rounds: int
) -> None:
    """A new process: the interpreter's start, imports, reading GeoParquet, and the answer."""
    if asked is PROVINCE and engine in TAKE_A_MINUTE:
        pytest.skip("loading and the first query of the run in memory stand for it")
    _from_file(benchmark, engine, asked, folder, limits, rounds)


@pytest.mark.parametrize("engine", FROM_GEOPACKAGE)
@pytest.mark.parametrize("question", GEOPACKAGES.values(), ids=GEOPACKAGES.keys())
def test_from_geopackage(
    benchmark: Any, asked: Question, engine: str, folder: Path, limits: Limits, rounds: int
) -> None:
    """The same of GeoPackages."""
    if asked.layer == PROVINCE.layer and engine in TAKE_A_MINUTE:
        pytest.skip("a minute for one answer; the table of GeoParquet has it")
    _from_file(benchmark, engine, asked, folder, limits, rounds)


def _from_file(
    benchmark: Any, engine: str, asked: Question, folder: Path, limits: Limits, rounds: int
) -> None:
    benchmark.group = f"from file: {asked.name}"
    cpu_s, peak_bytes, rows = [], [], []

    def run() -> None:
        with EngineProcess(engine, asked, folder, limits, once=True) as process:
            rows.append(process.answer()["rows"])
            cpu_s.append(process.cpu_seconds())
            peak_bytes.append(process.peak_bytes)

    try:
        benchmark.pedantic(run, rounds=rounds, warmup_rounds=int(_ours(engine)))
    except EngineStoppedError as error:
        pytest.skip(str(error))
    benchmark.extra_info.update(
        engine=find(engine).title, cpu_s=float(np.median(cpu_s)), peak_bytes=max(peak_bytes), pairs=rows[0]
    )


@pytest.mark.parametrize("sites", (3_125, 12_500, 25_000, 50_000))
def test_growth_with_sites(benchmark: Any, sites: int, folder: Path, limits: Limits, rounds: int) -> None:
    benchmark.group = "growth: sites"
    _grow(benchmark, f"grow:sites_count={sites}", folder, limits, rounds)


@pytest.mark.parametrize("share", (0.125, 0.25, 0.5, 1.0))
def test_growth_with_layer(benchmark: Any, share: float, folder: Path, limits: Limits, rounds: int) -> None:
    benchmark.group = "growth: vertices of the layer"
    _grow(benchmark, f"grow:layer_share={share}", folder, limits, rounds)


def _grow(benchmark: Any, engine: str, folder: Path, limits: Limits, rounds: int) -> None:
    with EngineProcess(engine, PROVINCE, folder, limits) as process:
        ready = process.ask("prepare")
        benchmark.pedantic(process.ask, ("query",), rounds=2 * rounds, warmup_rounds=1)
    benchmark.extra_info.update(size=ready["size"], index_s=ready["index_s"], peak_bytes=process.peak_bytes)


@pytest.mark.parametrize("engine", limit_engines.FLOORS)
@pytest.mark.parametrize("question", (RED_LINES, PROVINCE), ids=(RED_LINES.name, PROVINCE.name))
def test_floor(
    benchmark: Any, asked: Question, engine: str, folder: Path, limits: Limits, rounds: int
) -> None:
    benchmark.group = f"floor: {asked.name}"
    with EngineProcess(engine, asked, folder, limits) as process:
        try:
            process.ask("prepare")
            benchmark.pedantic(process.ask, ("query",), rounds=rounds, warmup_rounds=1)
        except EngineStoppedError as error:
            pytest.skip(str(error))
    benchmark.extra_info.update(engine=find(engine).title, peak_bytes=process.peak_bytes)
