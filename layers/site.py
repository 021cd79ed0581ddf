"""Sites: what a planner asks about. A file is a site; each of its features is a parcel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd

from gis import overlap
from gis.recognition import Recognition
from layers.issue import Issue


@dataclass(frozen=True, eq=False)
class Site:
    """A project's footprint, brought to CGCS2000 and mended.

    Parameters
    ----------
    name
        The file's name without its folder.
    parcels
        Valid polygons, EPSG:4490, edges not longer than 50 m, index 0, 1, 2 …; columns
        ``parcel_name`` (the file's own name or number for it), ``row`` (its row in the file, from
        1), ``stated_m2`` (NaN when the file states no area), ``planar_m2`` (NaN when the file is in
        degrees), ``doubtful`` (its shape is not known: the boundary crosses itself, or parts are lost).
    recognition
        The coordinate system it came in.
    accuracy_m
        What its position is worth: the file's precision and the way from its datum.
    lost_rows
        Rows of the file that have no usable geometry: they are not assessed, and that is said.
    """

    name: str
    path: Path
    sha256: str
    kind: str
    encoding: str
    parcels: gpd.GeoDataFrame
    recognition: Recognition
    accuracy_m: float
    lost_rows: tuple[int, ...]
    issues: tuple[Issue, ...]

    @property
    def is_certain(self) -> bool:
        """Whether the whole footprint is known: no row lost, none whose shape is doubtful."""
        return not self.lost_rows and not bool(self.parcels["doubtful"].any())

    @cached_property
    def ground(self) -> overlap.Ground:
        """The parcels in the plane."""
        return overlap.Ground(self.parcels)
