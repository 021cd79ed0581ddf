"""Layers as a browser draws them: GeoJSON, coarser from far away, in parts for large layers."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.equal_area import GeometryArray
from layers.layer import Layer
from planner import app_geojson
from planner.app_geojson import DEGREES_PER_METRE

MOST_VERTICES_A_PART = 60_000
NAMED_LAYERS = ("county", "settlement")
"""Layers that frame the others: their features carry their names on the map."""


@dataclass(frozen=True, slots=True)
class _Detail:
    """How a layer is drawn below a map resolution: tolerance of its lines, decimals of a degree."""

    below_m: float | None
    tolerance_m: float
    decimals: int


_DETAILS = (
    _Detail(below_m=None, tolerance_m=60.0, decimals=5),
    _Detail(below_m=120.0, tolerance_m=12.0, decimals=5),
    _Detail(below_m=24.0, tolerance_m=0.5, decimals=7),
)


@dataclass(frozen=True, slots=True)
class Part:
    """Features of a layer as GeoJSON, and their extent: west, south, east, north in degrees."""

    content: bytes
    extent_deg: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Level:
    """A layer at one degree of detail, for map resolutions (m/pixel) below ``below_m``; None: any."""

    below_m: float | None
    parts: tuple[Part, ...]


def levels(layer: Layer) -> tuple[Level, ...]:
    """Return a layer in every degree of detail, the coarsest first.

    Only shapes leave the server, and names where the layer is one that frames the others: no other
    attribute. The lines of the finest level are within 0.5 m of the data's.

    Parameters
    ----------
    layer
        Features in EPSG:4490.

    Returns
    -------
    tuple of Level
        One level for points, three for lines and polygons.
    """
    details = _DETAILS[-1:] if layer.spec.geometry == "point" else _DETAILS
    found = []
    for position, detail in enumerate(details):
        geometries = _drawn(layer.features.geometry.to_numpy(), detail)
        below_m = None if position == 0 else detail.below_m
        found.append(Level(below_m, _parts(geometries, _names(layer))))
    return tuple(found)


def extent_of(frame: gpd.GeoDataFrame | gpd.GeoSeries) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a frame in degrees."""
    west, south, east, north = (float(value) for value in frame.total_bounds)
    return (west, south, east, north)


def _drawn(geometries: GeometryArray, detail: _Detail) -> GeometryArray:
    simple = shapely.simplify(geometries, detail.tolerance_m * DEGREES_PER_METRE, preserve_topology=True)
    rounded: GeometryArray = shapely.transform(simple, lambda points: np.round(points, detail.decimals))
    return rounded


def _names(layer: Layer) -> list[str] | None:
    if layer.id not in NAMED_LAYERS or "name" not in layer.features:
        return None
    return ["" if pd.isna(value) else str(value) for value in layer.features["name"]]


def _parts(geometries: GeometryArray, names: list[str] | None) -> tuple[Part, ...]:
    bounds = shapely.bounds(geometries)
    return tuple(_part(geometries, names, bounds, members) for members in _cells(geometries, bounds))


def _cells(
    geometries: GeometryArray, bounds: np.ndarray[tuple[int, int], np.dtype[np.float64]]
) -> list[np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Return positions of the features by the cell of a grid in which their middles lie."""
    vertices = int(shapely.get_num_coordinates(geometries).sum())
    side = int(np.ceil(np.sqrt(vertices / MOST_VERTICES_A_PART)))
    if side <= 1:
        return [np.arange(len(geometries))]
    middles = (bounds[:, :2] + bounds[:, 2:]) / 2
    low, high = middles.min(axis=0), middles.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    column, row = np.minimum((middles - low) / span * side, side - 1).astype(int).T
    cell = row * side + column
    return [np.flatnonzero(cell == number) for number in np.unique(cell)]


def _part(
    geometries: GeometryArray,
    names: list[str] | None,
    bounds: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    members: np.ndarray[tuple[int], np.dtype[np.intp]],
) -> Part:
    shapes = shapely.to_geojson(geometries[members])
    content = app_geojson.collection(
        app_geojson.feature({} if names is None else {"name": names[position]}, shape)
        for position, shape in zip(members, shapes, strict=True)
    )
    low, high = bounds[members, :2].min(axis=0), bounds[members, 2:].max(axis=0)
    extent = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    return Part(content, extent)
