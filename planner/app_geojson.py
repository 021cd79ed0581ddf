"""GeoJSON of what a page draws over the layers: lines near enough for a screen, and short."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import numpy as np
import shapely

from gis.equal_area import GeometryArray

DEGREES_PER_METRE = 1 / 111_000.0
"""Near enough for the tolerance of a drawing: nothing is measured with it."""
_TOLERANCE_M = 0.2
_DECIMALS = 7


def shapes(geometries: GeometryArray) -> list[str]:
    """Return geometries in degrees as GeoJSON, their lines within 0.2 m."""
    simple = shapely.simplify(geometries, _TOLERANCE_M * DEGREES_PER_METRE)
    rounded = shapely.transform(simple, lambda points: np.round(points, _DECIMALS))
    return [str(shape) for shape in shapely.to_geojson(rounded)]


def feature(properties: Mapping[str, str], shape: str) -> str:
    """Return a feature of a geometry that is GeoJSON already.

    Examples
    --------
    >>> feature({"id": "甲"}, '{"type":"Point","coordinates":[113.5,37.9]}')
    '{"type":"Feature","properties":{"id": "甲"},"geometry":{"type":"Point","coordinates":[113.5,37.9]}}'
    """
    said = json.dumps(dict(properties), ensure_ascii=False)
    return f'{{"type":"Feature","properties":{said},"geometry":{shape}}}'


def collection(features: Iterable[str]) -> bytes:
    """Return features as a collection."""
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'.encode()
