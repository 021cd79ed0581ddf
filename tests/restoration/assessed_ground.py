"""Mines, layers and terrain on a grid where everything can be counted."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.errors import Text
from gis.raster import Raster
from layers.layer import Layer, Source
from layers.raster_layer import RasterLayer
from layers.spec import catalogue
from restoration import criterion_files
from restoration.assessment import Assessment, assess
from tests.gis.grids import NORTH_M, WEST_M, in_cells, lonlat, raster

NOBODY = Text("", "")
CITY = (-400, -400, 600, 600)
SIZE = 200
PARTS = ("values", "low", "scores", "high", "covered_share")


def mines(*boxes: tuple[float, float, float, float], **columns: list[object]) -> gpd.GeoDataFrame:
    ground = in_cells(*boxes, index=[f"M{number}" for number in range(len(boxes))])
    return gpd.GeoDataFrame(columns, geometry=ground, index=ground.index)


def layer(
    kind: str,
    shapes: gpd.GeoSeries,
    *,
    coverage: tuple[float, float, float, float] | None = CITY,
    sub_class: object = "all",
    accuracy_m: float | None = None,
    unusable_rows: int = 0,
) -> Layer:
    features = gpd.GeoDataFrame({"sub_class": [sub_class] * len(shapes)}, geometry=shapes, index=shapes.index)
    return Layer(
        spec=catalogue()[kind],
        features=features,
        coverage=None if coverage is None else in_cells(coverage),
        source=Source("x.gpkg", "", None, NOBODY, NOBODY, False, accuracy_m),
        issues=(),
        unusable_rows=unusable_rows,
    )


def at(column: float, row: float) -> tuple[float, float]:
    return WEST_M + 30 * column, NORTH_M - 30 * row


def line(*points: tuple[float, float]) -> gpd.GeoSeries:
    return lonlat([shapely.LineString([at(*point) for point in points])])


def asked(
    identifier: str, frame: gpd.GeoDataFrame, *found: Layer, **rasters: Raster
) -> tuple[pd.DataFrame, Assessment]:
    result = assess(
        frame,
        layers={entry.id: entry for entry in found},
        rasters={kind: RasterLayer(kind, cells) for kind, cells in rasters.items()},
        criteria=[criterion_files.find(identifier)],
    )
    parts = {name: getattr(result, name)[identifier] for name in PARTS}
    return pd.DataFrame(parts), result


def flat(height_m: float = 900.0) -> Raster:
    return raster(np.full((SIZE, SIZE), height_m))
