"""Settlements: the towns of GeoNames, and illustrative villages between them.

GeoNames names five places in the city. With those alone nobody could say of any patch that no one lives
near it, so the layer would answer nothing; the villages are drawn to make it whole. **None of them is real: 示意.**
"""

from __future__ import annotations

import geopandas
import numpy as np

from data.arrays import points
from data.attributes import frame, named
from data.land import Land
from data.relief import noise

SEED = 941
VILLAGES = 420
SPACING_M = 1_500.0
FROM_TOWNS_M = 2_000.0
FLAT_WITHIN_M = 250.0
HEIGHT_THAT_DETERS_M = 60.0
LEAST_PEOPLE, MEDIAN_PEOPLE, SPREAD = 60, 420, 0.6


def settlement(land: Land) -> geopandas.GeoDataFrame:
    """Return the towns of GeoNames inside the city, then villages on gentle ground near a valley.

    Returns
    -------
    GeoDataFrame
        Points; ``人口`` is 0 where GeoNames does not know it.
    """
    grid, relief = land.relief.grid, land.relief
    wish = noise(grid, 2_500.0, SEED) - land.smoothed(relief.slope_deg, FLAT_WITHIN_M) / 4.0
    wish -= relief.height_above_valley_m / HEIGHT_THAT_DETERS_M
    wish[~land.inside | (land.settlement_distance_m < FROM_TOWNS_M)] = -np.inf
    villages = points(np.round(np.array(grid.peaks(wish, VILLAGES, SPACING_M))))
    people = np.random.default_rng(SEED).lognormal(np.log(MEDIAN_PEOPLE), SPREAD, VILLAGES)
    towns = land.settlements
    return frame(
        np.concatenate([towns.geometry.to_numpy(), villages]),
        land.city,
        {
            "名称": [
                *(f"{name}（GeoNames，图层为示意）" for name in towns["name_zh_guess"]),
                *named("村", VILLAGES),
            ],
            "人口": [*towns["population"], *np.maximum(LEAST_PEOPLE, np.round(people)).astype(int)],
        },
        area_column=None,
    )
