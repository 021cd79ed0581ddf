"""Write a page of docs from results: ``python -m benchmarks.write_performance RESULTS.json PAGE.md [COMMAND]``.

COMMAND is what made the results, ``make bench`` unless another is named.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks import performance_page as page
from benchmarks.questions import QUESTIONS

WARM = """Each engine runs in a process of its own, reads the same GeoParquet (the same coordinates in the plane),
and has its layer loaded and indexed before the clock starts; the time is the median of the runs after one to
warm up (none on the province for the peers). Ours includes turning the sites' well-known binary into edges and
proving them valid; the layer was proven when it was indexed. *Ratio* is the time over ours on one thread; DuckDB,
SedonaDB and PostGIS use all cores. *Against GEOS*: the pairs that share more than 1 cm², and the largest relative
difference of an overlap of at least 1 m², beside GEOS (geopandas.sjoin + shapely.intersection) on the same
coordinates. The memory of PostGIS is its server's.
"""
FROM_FILE = """A new process each time: the interpreter's start, imports, reading GeoParquet or GeoPackage, the
answer. No index is there, except in the row that says so and the R-tree of a GeoPackage, which ours does not use.
Files are in the system's cache, compiled kernels on disk. *Ratio* is the time over ours. †: not run again for this
table; loading and the first query of the run above.
"""
GROWTH = """One thread; the province, thinned by chance. Exponents are fitted to all sizes.
"""
FLOOR = """What a design that reads all coordinates, or that cuts geometry with GEOS on one thread, cannot go below:
one pass over the layer's coordinates in memory, and `intersection` alone on the pieces of at most 128 vertices
that a site's boundary crosses (the tree, the predicates and what lies wholly inside are not counted). *Ratio* is
the floor over our time on one thread: below 1, the floor is faster.
"""
NEAREST = """Edges of at most 50 m on both sides. The peers measure in the Gauss-Krüger plane (EPSG:4547), whose
lengths are up to 1.9e-4 too long this far from its meridian: that is the difference. Ours are geodesics on the
ellipsoid.
"""
COMMANDS = """The demonstration workspace; files in the system's cache.
"""
BATCH = """`planner check BATCH` on all cores, the province's layer read, mended and indexed from its file on the way;
its sites, and the same again beside them.
"""
APP = """The demonstration workspace in Chromium on this machine, drawn by the processor.
"""
REPEAT = """`{command}` measures this and writes this page. It makes its layers once (about 1.2 GB, in `.bench`).
`{command} BENCH="--no-slow-peers"` leaves out what takes about a minute for one answer, `BENCH="--slow-rounds 3"`
has it answer three times, `BENCH="--leave-out overlay,postgis"` leaves out engines by name.
"""


def written(results: dict[str, Any], command: str) -> str:
    """Return the page."""
    groups = page.in_groups(results["benchmarks"])
    ours = {
        name.removeprefix("warm: "): page.median(result)
        for name, group in groups.items()
        for result in group
        if name.startswith("warm: ") and result["extra_info"]["engine"] == page.OURS
    }
    in_memory = {name: groups.get(f"warm: {name}", []) for name in QUESTIONS}
    parts = [
        ("Overlap areas, index in memory", WARM, page.warm(groups)),
        ("Overlap areas, from file to answer", FROM_FILE, page.from_file(groups, in_memory)),
        ("Growth", GROWTH, page.growth(groups)),
        ("Distance to the floor", FLOOR, page.floor(groups, ours)),
        ("Nearest distances", NEAREST, page.nearest(groups)),
        ("Commands", COMMANDS, page.waits(groups, "commands")),
        ("A batch", BATCH, page.batch(groups)),
        ("The map app", APP, page.waits(groups, "app")),
        ("Everything else", "", "".join(page.generic(name, groups[name]) for name in sorted(groups))),
    ]
    text = "# Performance\n\n" + _machine(results, command)
    for title, said, tables in parts:
        if tables:
            text += f"## {title}\n\n{said}\n{tables}" if said else f"## {title}\n\n{tables}"
    return text + _left_out(results["notes"]) + "## To repeat it\n\n" + REPEAT.replace("{command}", command)


def _machine(results: dict[str, Any], command: str) -> str:
    notes = results["notes"]
    brand = results["machine_info"].get("cpu", {}).get("brand_raw", "")
    versions = ", ".join(f"{name} {version}" for name, version in sorted(notes["versions"].items()))
    return (
        f"Written by `{command}`; not edited by hand.\n\n"
        f"- Date: {results['datetime'][:10]}\n"
        f"- Machine: {notes['cores']} cores{f' ({brand})' if brand else ''},"
        f" {notes['memory_bytes'] / 2**30:.0f} GiB, {notes['system']}\n"
        f"- Load of the machine before the run: {notes['load_before']:.1f}"
        f"{' — **other work was going on: times are too long and uneven**' if notes['load_before'] > 1 else ''}\n"
        f"- Python {notes['python']}; {versions}\n\n"
    )


def _left_out(notes: dict[str, Any]) -> str:
    if not notes["not_measured"]:
        return ""
    lines = "".join(f"- {name}: {reason}\n" for name, reason in notes["not_measured"])
    return f"## Not measured in this run\n\n{lines}\n"


def main() -> None:
    """Write the page named on the command line."""
    source, target, *command = sys.argv[1:]
    results = json.loads(Path(source).read_text(encoding="utf-8"))
    Path(target).write_text(written(results, *command or ["make bench"]), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
