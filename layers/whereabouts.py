"""Where a layer lies as a whole: numbers read in the wrong system lie elsewhere in China, and say nothing."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gis import recognition
from gis.equal_area import GeometryArray
from gis.errors import InputError, Text
from gis.note import Note
from gis.recognition import Bounds, Recognition
from layers import study

_EXTENT_EDGE_M = 10_000.0
"""The sides of a wide extent bend on the way to degrees; no finer than this matters here."""


def notes(
    geometries: GeometryArray,
    coverage: gpd.GeoSeries | None,
    whole: tuple[Bounds, Recognition] | None = None,
) -> list[Note]:
    """Tell of features that lie neither in the city nor in the layer's coverage.

    Parameters
    ----------
    geometries
        All features of the layer, degrees; or only those near a site, with ``whole``.
    coverage
        Polygons within which the layer's silence would mean that nothing is there.
    whole
        Extent of the whole layer in its own numbers, and the system they are in, when only some of its
        features were read.

    Raises
    ------
    InputError
        When the layer has a coverage and not one of its features lies there or in the city: its
        silence would come of a wrong coordinate system.
    """
    areas = [study.EXTENT_DEG]
    if coverage is not None and len(coverage):
        areas.append(tuple(coverage.total_bounds.tolist()))
    elsewhere = ~_meets(shapely.bounds(geometries), areas)
    if coverage is not None and elsewhere.all():
        bounds = _extent_deg(*whole) if whole is not None else shapely.total_bounds(geometries)
        if not _meets(np.atleast_2d(bounds), areas).any():
            raise _elsewhere(bounds)
    return [_partly(np.flatnonzero(elsewhere))] if elsewhere.any() else []


def _meets(boxes: npt.NDArray[np.float64], areas: Sequence[Bounds]) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(boxes), dtype=bool)
    for west, south, east, north in areas:
        found |= (
            (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
        )
    return found


def _extent_deg(extent: Bounds, found: Recognition) -> npt.NDArray[np.float64]:
    box = np.array([shapely.box(*extent)], dtype=object)
    moved = recognition.to_cgcs2000(box, found, max_edge_m=_EXTENT_EDGE_M)
    return np.asarray(shapely.total_bounds(moved))


def _elsewhere(bounds: npt.NDArray[np.float64]) -> InputError:
    west, south, east, north = (f"{value:.3f}" for value in bounds)
    return InputError(
        "layer_elsewhere",
        Text(
            f"没有一个要素位于阳泉市或该图层的覆盖范围内（位于东经{west}–{east}度、北纬{south}–{north}度）。",
            "Not one feature lies in Yangquan or in the layer's coverage "
            f"(they lie at {west}-{east}°E, {south}-{north}°N).",
        ),
        Text(
            "多半是坐标系（如中央子午线、带号）有误，请核对并用 --crs（清单中为 crs）声明真正的坐标系。",
            "Most likely the coordinate system is wrong (such as its central meridian): check it and "
            "declare the real one with --crs ('crs' in the manifest).",
        ),
    )


def _partly(rows: npt.NDArray[np.intp]) -> Note:
    return Note(
        "partly_elsewhere",
        "warning",
        Text(
            f"{len(rows)}个要素位于阳泉市和覆盖范围以外。",
            f"{len(rows)} features lie outside Yangquan and the layer's coverage.",
        ),
        Text(
            "已保留；全国或全省数据属正常，否则请核对坐标系。",
            "They were kept: as it should be for national or provincial data; else check the "
            "coordinate system.",
        ),
        tuple(rows.tolist()),
    )
