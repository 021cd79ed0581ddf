"""The area in which a layer's silence means that nothing is there, no larger than it is surely known."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from gis import equal_area
from gis.errors import Text
from layers.issue import Issue
from layers.site import Site

_SEAM_M = 0.01
"""Neighbouring polygons of a coverage may be so far apart by rounding; that gap is no edge."""
_OF_PROJECTS = ("outside_city", "parcels_overlap", "duplicate_ids")
"""What would be odd about a project, but not about a coverage."""


@dataclass(frozen=True, eq=False, slots=True)
class Coverage:
    """A coverage as it was read.

    Parameters
    ----------
    area
        Polygons in EPSG:4490 within which absence means absence.
    sha256
        Of its file.
    issues
        What was noticed about it.
    """

    area: gpd.GeoSeries
    sha256: str
    issues: tuple[Issue, ...]


def of_site(read: Site) -> Coverage:
    """Return the coverage that was read as a site's footprint.

    Ground that lies within the accuracy of its edge may lie outside: it is taken off.
    """
    issues = tuple(issue for issue in read.issues if issue.code not in _OF_PROJECTS)
    area = read.parcels.geometry
    if read.accuracy_m > 0:
        area = _shrunk(area, read.accuracy_m)
        issues += (_shrunk_issue(read),)
    return Coverage(area, read.sha256, issues)


def _shrunk(area: gpd.GeoSeries, accuracy_m: float) -> gpd.GeoSeries:
    plane = equal_area.geometries_to_plane(area.to_numpy())
    whole = shapely.buffer(shapely.union_all(plane), _SEAM_M)
    rest = shapely.get_parts(shapely.buffer(whole, -_SEAM_M - accuracy_m))
    rest = rest[~shapely.is_empty(rest)]
    return gpd.GeoSeries(equal_area.geometries_from_plane(np.asarray(rest, dtype=object)), crs=4490)


def _shrunk_issue(read: Site) -> Issue:
    return Issue(
        layer=read.name,
        code="coverage_shrunk",
        severity="info",
        count=1,
        what=Text(
            f"覆盖范围的位置只准到{read.accuracy_m:g}米。",
            f"The edge of the coverage is known to {read.accuracy_m:g} m.",
        ),
        done=Text(
            f"已向内收缩{read.accuracy_m:g}米；其外一律记为“未评估”。",
            f"It was drawn in by {read.accuracy_m:g} m; beyond that, nothing is assessed.",
        ),
    )
