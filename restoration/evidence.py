"""What an assessment may look at: mines, layers and rasters, laid out once for all criteria."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from gis import overlap, projection
from gis.equal_area import GeometryArray
from gis.raster import Raster
from layers.layer import Layer
from layers.raster_layer import RasterLayer
from restoration import vegetation_cover
from restoration.score_table import FloatArray
from restoration.vegetation_cover import EndMembers

if TYPE_CHECKING:
    from gis.terrain.flow import Flow  # compiled: imported when water is routed

PLANE = pyproj.CRS.from_epsg(4547)
LONGEST_EDGE_M = 40.0
"""Distances want edges not longer than 50 m."""


@dataclass(frozen=True, eq=False, slots=True)
class Routed:
    """Heights around the mines and the way of water over them."""

    window: Raster
    flow: Flow


class Evidence:
    """Mines and everything that is known around them.

    Parameters
    ----------
    mines
        Polygons in EPSG:4490 on a unique index.
    layers, rasters
        By kind; what is missing is not assessed.
    tell
        Called with a word on what is being measured.
    """

    def __init__(
        self,
        mines: gpd.GeoDataFrame,
        layers: Mapping[str, Layer],
        rasters: Mapping[str, RasterLayer],
        tell: Callable[[str], None],
    ) -> None:
        self.mines = mines
        self.layers = layers
        self.rasters = rasters
        self.tell = tell
        self.routed: dict[tuple[object, ...], Routed] = {}
        self._ends: dict[str, EndMembers] = {}

    @cached_property
    def ground(self) -> overlap.Ground:
        """The mines in the equal-area plane."""
        return overlap.Ground(self.mines)

    @cached_property
    def plane(self) -> GeometryArray:
        """The mines in metres (EPSG:4547), for distances."""
        return projection.transform(self.mines.geometry.to_numpy(), projection.CGCS2000, PLANE)

    @cached_property
    def tolerance_m(self) -> FloatArray:
        """How far each mine's boundary may lie from the one drawn; 0 where it is certain."""
        if "boundary_tolerance_m" not in self.mines:
            return np.zeros(len(self.mines))
        found: FloatArray = self.mines["boundary_tolerance_m"].fillna(0.0).to_numpy(dtype=np.float64)
        return found

    @cached_property
    def area_unknown(self) -> npt.NDArray[np.bool_]:
        """Whether nobody states the area of a mine: a circle of an assumed one stands for it."""
        if "area_unknown" not in self.mines:
            return np.zeros(len(self.mines), dtype=bool)
        found: npt.NDArray[np.bool_] = self.mines["area_unknown"].to_numpy(dtype=bool)
        return found

    def of_ground(self, rows: npt.NDArray[np.bool_], plane: GeometryArray) -> Evidence:
        """Return the same around some of the mines, with other ground (EPSG:4547)."""
        shapes = projection.transform(shapely.segmentize(plane, LONGEST_EDGE_M), PLANE, projection.CGCS2000)
        found = Evidence(self.mines[rows].set_geometry(shapes), self.layers, self.rasters, self.tell)
        found.routed, found._ends = self.routed, self._ends
        return found

    def features(self, layer: str, sub_classes: tuple[str, ...]) -> gpd.GeoDataFrame:
        """Return the features of a layer, of some sub-classes only where they are named."""
        found = self.layers[layer].features
        return found[found["sub_class"].isin(sub_classes)] if sub_classes else found

    def coverage_plane(self, layer: str) -> shapely.Geometry | None:
        """Return where a layer is complete, in metres (EPSG:4547); None: nowhere."""
        coverage = self.layers[layer].coverage
        if coverage is None or coverage.empty:
            return None
        whole = shapely.union_all(coverage.to_numpy())
        return projection.transform(np.array([whole], dtype=object), projection.CGCS2000, PLANE)[0]

    def end_members(self, raster: str) -> EndMembers:
        """Return the end members of an NDVI, found once."""
        if raster not in self._ends:
            self._ends[raster] = vegetation_cover.end_members(self.rasters[raster].raster)
        return self._ends[raster]
