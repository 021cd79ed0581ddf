"""The columns every layer shares: identifiers, county, area, and the mark 示意."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas
import numpy as np
import pandas as pd

from data.arrays import Geometries
from data.planes import PROJECTED, projected_area_m2
from data.sources import City

ILLUSTRATIVE = "示意"
MARK = "SYBZ"

Values = Sequence[object] | np.ndarray | pd.Series | str | float | int


def frame(
    geometries: Geometries, city: City, columns: Mapping[str, Values], *, area_column: str | None = "MJ"
) -> geopandas.GeoDataFrame:
    """Make an illustrative layer with the fields that official layers have in common.

    Parameters
    ----------
    geometries
        EPSG:4547.
    columns
        Fields of the layer's own.
    area_column
        Name of the field for the ellipsoidal area in m²; none for points and lines.
    """
    county = city.county_of(geometries)
    codes, names = np.array(city.codes)[county], np.array(city.names)[county]
    table: dict[str, Values] = {
        "BSM": [f"{code}{number:012d}" for number, code in enumerate(codes, start=1)],
        "XZQDM": codes.tolist(),
        "XZQMC": names.tolist(),
        **columns,
    }
    if area_column:
        table[area_column] = np.round(projected_area_m2(geometries), 2)
    table[MARK] = ILLUSTRATIVE
    return geopandas.GeoDataFrame(
        pd.DataFrame(table, index=range(len(geometries))), geometry=geometries, crs=PROJECTED
    )


def named(title: str, count: int) -> list[str]:
    """Return numbered names that say 示意."""
    width = max(2, len(str(count)))
    return [f"{ILLUSTRATIVE}{title}{number:0{width}d}" for number in range(1, count + 1)]
