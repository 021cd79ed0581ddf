"""How far patches lie from what conversion wants to be near and no criterion weighs: the urban development boundary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.layer import Layer
from restoration import assess_layers
from restoration.criterion import Measure
from restoration.evidence import Evidence

LAYER = "urban_development_boundary"
FACT = "urban_boundary_distance_m"
_MEASURE = Measure(
    statistic="distance",
    column="",
    layer=LAYER,
    sub_classes=(),
    raster="",
    later_raster="",
    parameters=MappingProxyType({}),
)


def measured(
    mines: gpd.GeoDataFrame, layers: Mapping[str, Layer], tell: Callable[[str], None] = lambda _: None
) -> pd.Series[float]:
    """Return the distance of each mine to the urban development boundary's ground, 0 within it.

    Parameters
    ----------
    mines
        Polygons in EPSG:4490 on a unique index.
    layers
        By kind.
    tell
        Called with a word on what is being measured.

    Returns
    -------
    Series
        Metres; NaN where the layer is missing or does not vouch for the place: not assessed.
    """
    values = np.full(len(mines), np.nan)
    if LAYER in layers and len(mines):
        tell(FACT)
        evidence = Evidence(mines, {LAYER: layers[LAYER]}, {}, tell)
        values = assess_layers.distance(evidence, _MEASURE).value
    return pd.Series(values, index=mines.index, name=FACT)
