"""The parts of docs/performance.md, each from the results of one kind of benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.questions import GEOPACKAGES, NEAR_RED_LINES, QUESTIONS

Result = dict[str, Any]
Row = Sequence[str]

OURS, OURS_ALL_CORES = "**this program**, one thread", "**this program**, all cores"


def median(result: Result) -> float:
    """Return the median of a result's runs, seconds."""
    return float(result["stats"]["median"])


def table(head: Row, rows: Sequence[Row]) -> str:
    """Return a table: the first column to the left, the others to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def seconds(value: float) -> str:
    """Write a time with three digits that say something.

    >>> seconds(0.01234), seconds(1.0), seconds(61.23), seconds(123.4)
    ('0.0123', '1.00', '61.2', '123')
    """
    return f"{value:#.3g}" if value < 100 else f"{value:.0f}"


def times(value: float) -> str:
    """Write a ratio."""
    return f"{value:.2f}×" if value < 10 else f"{value:.0f}×"


def megabytes(result: Result) -> str:
    """Write a peak of memory."""
    return f"{result['extra_info']['peak_bytes'] / 1e6:,.0f}"


def in_groups(results: Sequence[Result]) -> dict[str, list[Result]]:
    """Return results by group, the fastest first."""
    groups: dict[str, list[Result]] = {}
    for result in sorted(results, key=median):
        groups.setdefault(result["group"] or "others", []).append(result)
    return groups


def warm(groups: dict[str, list[Result]]) -> str:
    """Return the tables of queries on layers in memory."""
    text = ""
    for name, question in QUESTIONS.items():
        results = groups.pop(f"warm: {name}", [])
        ours = _of(results, OURS)
        if ours is None:
            continue
        rows = [
            (
                result["extra_info"]["engine"],
                seconds(median(result)),
                times(median(result) / median(ours)),
                str(result["stats"]["rounds"]),
                seconds(result["extra_info"]["prepare_s"]),
                megabytes(result),
                f"{result['extra_info']['pairs']:,}",
                result["extra_info"].get("agrees", "not compared"),
            )
            for result in results
        ]
        head = (
            "engine",
            "query, s",
            "ratio",
            "runs",
            "load and index, s",
            "peak MB",
            "pairs",
            "against GEOS",
        )
        text += f"### {question.title}\n\n{table(head, rows)}\n{_warm_goal(results, ours)}\n\n"
    return text


def _warm_goal(results: Sequence[Result], ours: Result) -> str:
    """Say what became of the goal: 40 times geopandas.overlay, 10 times every engine."""
    best = min(ours, _of(results, OURS_ALL_CORES) or ours, key=median)
    peers = [result for result in results if "this program" not in result["extra_info"]["engine"]]
    said = []
    for threads, mine in (("on one thread", ours), ("on all cores", best)):
        ratios = {result["extra_info"]["engine"]: median(result) / median(mine) for result in peers}
        if not ratios:
            continue
        nearest = min(ratios, key=lambda name: ratios[name])
        overlay = ratios.get("geopandas.overlay")
        is_met = ratios[nearest] >= 10 and (overlay is None or overlay >= 40)
        beside = "" if overlay is None else f"{times(overlay)} geopandas.overlay, "
        said.append(
            f"{threads} {beside}{times(ratios[nearest])} the fastest peer ({nearest})"
            f" — goal of 40× and 10× {'met' if is_met else '**not met**'}"
        )
    return "Speed-up: " + "; ".join(said) + "."


def from_file(groups: dict[str, list[Result]], in_memory: dict[str, list[Result]]) -> str:
    """Return the tables of new processes; the runs in memory stand for peers that were not run so."""
    text = ""
    for name, question in {**QUESTIONS, **GEOPACKAGES}.items():
        results = groups.pop(f"from file: {name}", [])
        ours = _of(results, OURS_ALL_CORES)
        if ours is None:
            continue
        rows = [
            (
                result["extra_info"]["engine"],
                seconds(median(result)),
                times(median(result) / median(ours)),
                seconds(result["extra_info"]["cpu_s"]),
                megabytes(result),
                str(result["stats"]["rounds"]),
            )
            for result in results
        ]
        rows += _stood_for(in_memory.get(name, []), results, ours)
        head = ("engine", "start to answer, s", "ratio", "processor s", "peak MB", "runs")
        text += f"### {question.title}\n\n{table(head, rows)}\n"
        peers = [result for result in results if "this program" not in result["extra_info"]["engine"]]
        if peers:
            ratio = median(peers[0]) / median(ours)
            text += (
                f"The fastest peer, {peers[0]['extra_info']['engine']}, takes {times(ratio)} our time"
                f" — goal of 1× {'met' if ratio >= 1 else '**not met**: a loss'}.\n\n"
            )
    return text


def _stood_for(in_memory: Sequence[Result], results: Sequence[Result], ours: Result) -> list[Row]:
    """Return a row for each engine without a server that only ran in memory: loading and the first query."""
    rows = []
    for result in in_memory:
        info = result["extra_info"]
        if _of(results, info["engine"]) or "this program" in info["engine"] or "PostGIS" in info["engine"]:
            continue
        took = info["prepare_s"] + info["first_s"]
        rows.append(
            (f"{info['engine']} †", seconds(took), times(took / median(ours)), "", megabytes(result), "1")
        )
    return rows


def growth(groups: dict[str, list[Result]]) -> str:
    """Return how time grows with the number of sites, and with the layer."""
    text = ""
    for what in ("sites", "vertices of the layer"):
        results = groups.pop(f"growth: {what}", [])
        if len(results) < 2:
            continue
        results.sort(key=lambda result: float(result["extra_info"]["size"]))
        sizes = [result["extra_info"]["size"] for result in results]
        query = [median(result) for result in results]
        prepare = [result["extra_info"]["index_s"] for result in results]
        rows = [
            (f"{size:,.0f}", seconds(took), seconds(ready), megabytes(result))
            for size, took, ready, result in zip(sizes, query, prepare, results, strict=True)
        ]
        text += table((what, "query, s", "prove and index, s", "peak MB"), rows) + "\n"
        text += f"Query ∝ {what}^{exponent(sizes, query):.2f}"
        if what != "sites":
            text += f", indexing ∝ {what}^{exponent(sizes, prepare):.2f}"
        text += ".\n\n"
    return text


def exponent(sizes: Sequence[float], took: Sequence[float]) -> float:
    """Return the slope of the least-squares line through the logarithms.

    >>> print(round(exponent([1, 2, 4], [3, 12, 48]), 6))
    2.0
    """
    return float(np.polyfit(np.log(sizes), np.log(took), 1)[0])


def floor(groups: dict[str, list[Result]], ours: dict[str, float]) -> str:
    """Return the distance to what nobody can be faster than."""
    rows = []
    for name, question in QUESTIONS.items():
        for result in groups.pop(f"floor: {name}", []):
            if name in ours:
                ratio = median(result) / ours[name]
                engine = result["extra_info"]["engine"]
                rows.append((question.title, engine, seconds(median(result)), times(ratio)))
    return table(("question", "floor", "s", "ratio"), rows) + "\n" if rows else ""


def nearest(groups: dict[str, list[Result]]) -> str:
    """Return the table of distances."""
    results = groups.pop(f"nearest: {NEAR_RED_LINES.name}", [])
    ours = next((one for one in results if "this program" in one["extra_info"]["engine"]), None)
    if ours is None:
        return ""
    rows = [
        (
            result["extra_info"]["engine"],
            seconds(median(result)),
            times(median(result) / median(ours)),
            megabytes(result),
            f"{result['extra_info']['found']:,}",
            f"{result['extra_info']['single']}",
            f"{result['extra_info']['worst_m']:.1e}",
        )
        for result in results
    ]
    head = ("engine", "query, s", "ratio", "peak MB", "sites with one near", "of them alone", "differs by, m")
    return f"### {NEAR_RED_LINES.title}\n\n{table(head, rows)}\n"


def generic(title: str, results: Sequence[Result]) -> str:
    """Return a table of any group of benchmarks; ratios are to the fastest on the same input."""
    settings = {result["name"]: result["name"].partition("[")[2] for result in results}
    fastest: dict[str, float] = {}
    for result in results:
        name = settings[result["name"]]
        fastest[name] = min(median(result), fastest.get(name, np.inf))
    rows = [
        (
            result["extra_info"].get("engine", _readable(result["name"])),
            seconds(median(result)),
            times(median(result) / fastest[settings[result["name"]]]),
            str(result["stats"]["rounds"]),
        )
        for result in sorted(results, key=lambda result: (fastest[settings[result["name"]]], median(result)))
    ]
    head = ("what", "median, s", "ratio", "runs")
    return f"### {title[:1].upper()}{title[1:]}\n\n{table(head, rows)}\n"


def batch(groups: dict[str, list[Result]]) -> str:
    """Return the table of a batch: how long, and what all its processes held at the most."""
    rows = [
        (
            f"{result['extra_info']['sites']:,}",
            f"{result['extra_info']['findings']:,}",
            f"{result['extra_info']['hits']:,}",
            seconds(median(result)),
            f"{result['extra_info']['peak_bytes'] / 2**30:.2f}",
        )
        for result in groups.pop("batch", [])
    ]
    head = ("sites", "findings", "of them hits", "s", "peak of all processes, GiB (goal: 4)")
    return table(head, rows) + "\n" if rows else ""


def waits(groups: dict[str, list[Result]], name: str) -> str:
    """Return the table of what a planner waits for."""
    results = groups.pop(name, [])
    rows = [
        (
            result["extra_info"]["engine"],
            seconds(result["extra_info"].get("frame_s", median(result))),
            result["extra_info"]["goal"],
            str(result["extra_info"].get("frames", result["stats"]["rounds"])),
        )
        for result in results
    ]
    return table(("what", "median, s", "goal", "runs"), rows) + "\n" if rows else ""


def _readable(name: str) -> str:
    """Return a test's name in words.

    >>> _readable("test_ours[2000-open]")
    'ours (2000, open)'
    """
    what, _, settings = name.removeprefix("test_").partition("[")
    words = what.replace("_", " ")
    return f"{words} ({settings.removesuffix(']').replace('-', ', ')})" if settings else words


def _of(results: Sequence[Result], engine: str) -> Result | None:
    return next((result for result in results if result["extra_info"]["engine"] == engine), None)
