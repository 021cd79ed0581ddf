"""One engine in a process of its own: ``python -m benchmarks.serve ENGINE SITES LAYER [--once]``.

Reads a command a line (``prepare``, ``query``, ``save FILE``) and answers each with a line of JSON.
With ``--once`` it answers the question from the files and ends.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

MODULES = {
    "postgis": "benchmarks.postgis:POSTGIS_ENGINES",
    "postgis-subdivided": "benchmarks.postgis:POSTGIS_ENGINES",
    "grow": "benchmarks.limits:LIMITS",
    "one-pass": "benchmarks.limits:LIMITS",
    "geos-on-pieces": "benchmarks.limits:LIMITS",
    "near-ours": "benchmarks.nearest:NEAREST",
    "near-shapely": "benchmarks.nearest:NEAREST",
    "near-duckdb": "benchmarks.nearest:NEAREST",
}


def find(name: str) -> Any:
    """Return the class of an engine; ``grow:sites=3125`` is an engine with settings."""
    kind, _, settings = name.partition(":")
    module, table = MODULES.get(kind, "benchmarks.engines:ENGINES").split(":")
    engine = getattr(import_module(module), table)[kind]
    for setting in filter(None, settings.split(",")):
        key, value = setting.split("=")
        setattr(engine, key, float(value))
    return engine


def peak_bytes() -> int:
    """Return the most memory this process ever held."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def main() -> None:
    """Serve the engine named on the command line."""
    # Libraries may write to standard output: the answers go out by another way.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(values: dict[str, Any]) -> None:
        out.write(json.dumps({**values, "peak_bytes": peak_bytes()}) + "\n")
        out.flush()

    name, sites, layer = sys.argv[1:4]
    engine = find(name)(Path(sites), Path(layer))
    if "--once" in sys.argv:
        site, _, value = engine.end_to_end()
        tell({"rows": len(site), "total": float(value.sum())})
        return
    answer: Any = ()
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        if command == "prepare":
            tell({"seconds": _timed(engine.prepare)[0], **engine.notes})
        elif command == "query":
            seconds, answer = _timed(engine.query)
            tell({"seconds": seconds})
        elif command == "save":
            np.savez(argument, *answer)
            tell({})


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


if __name__ == "__main__":
    main()
