"""Print the table of docs/how-the-overlap-works.md: how far the areas are off, by kind of polygon.

Run with `PYTHONPATH=. python docs/measure_overlap.py`, where the package is installed with its tests beside it.
"""

from __future__ import annotations

import sys

import numpy as np
import shapely

from tests.gis import exact_area, test_overlap_kernel
from tests.gis.test_overlap_kernel import CONVEX_FAMILIES, GEOS_FAMILIES, TOUCHING_FAMILIES, Family


def main() -> None:
    """Compare every family of the tests with GEOS, and where the two differ with whole fractions."""
    lines = [
        "| polygons | pairs | share ≥ 1 m² | worst of those, relative | worst of the others, m² |",
        "|---|---|---|---|---|",
    ]
    lines += [_row(family) for family in (*GEOS_FAMILIES, *CONVEX_FAMILIES, *TOUCHING_FAMILIES)]
    sys.stdout.write("\n".join(lines) + "\n")


def _row(family: Family) -> str:
    left, right = family(np.random.default_rng(test_overlap_kernel.SEED))
    found_m2 = test_overlap_kernel.shared_m2(left, right)
    expected_m2 = shapely.area(shapely.intersection(left, right))
    if family in CONVEX_FAMILIES:
        in_doubt = np.flatnonzero(np.abs(found_m2 - expected_m2) > 1e-10 * np.maximum(expected_m2, 1))
        expected_m2[in_doubt] = [exact_area.shared_m2(left[row], right[row]) for row in in_doubt]
    wrong_m2, real = np.abs(found_m2 - expected_m2), expected_m2 >= 1
    relative = f"{(wrong_m2[real] / expected_m2[real]).max():.1e}" if real.any() else ""
    absolute = f"{wrong_m2[~real].max():.1e}" if (~real).any() else ""
    name = family.__name__.replace("_", " ")
    return f"| {name} | {len(left):,} | {real.sum():,} | {relative} | {absolute} |"


if __name__ == "__main__":
    main()
