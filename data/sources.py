"""Read the shipped files: the only real data of the demonstration."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import geopandas
import numpy as np
import shapely
from scipy import ndimage

from data.arrays import Floats, Geometries, Integers, largest_polygon
from data.grid import Grid
from data.planes import EDGE_DEG, PROJECTED, points_to_geographic, to_projected
from gis.files import rasters, read


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """The five counties and their union, in EPSG:4547.

    The published outlines are straight between points kilometres apart, and straight in longitude
    and latitude; extra points along their edges keep that meaning in the plane.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    counties: Geometries
    outline: shapely.Polygon

    def county_of(self, geometries: Geometries) -> Integers:
        """Return for each geometry the number of the county that is nearest to a point inside it."""
        inside = shapely.point_on_surface(geometries)
        number = np.full(inside.size, -1, dtype=np.int64)
        for county, outline in enumerate(self.counties):
            shapely.prepare(outline)
            number[shapely.contains(outline, inside)] = county
        outside = number < 0
        number[outside] = shapely.STRtree(self.counties).nearest(inside[outside])
        return number


def path(theme: str, name: str) -> Path:
    """Return the path of a shipped file."""
    return Path(str(resources.files("data"))) / "shipped" / theme / name


def read_city() -> City:
    """Read the counties."""
    frame = read.read(path("admin", "yangquan_counties_tianditu.geojson")).frame
    outlines = to_projected(_with_short_edges(frame.geometry.to_numpy()))
    return City(
        codes=tuple(str(code) for code in frame["adcode"]),
        names=tuple(frame["name"]),
        counties=outlines,
        outline=largest_polygon(shapely.coverage_union_all(outlines)),
    )


def _with_short_edges(counties: Geometries) -> Geometries:
    # a shared edge is cut once, so that neighbours keep the same points
    edges = shapely.segmentize(shapely.union_all(shapely.boundary(counties)), EDGE_DEG)
    faces = shapely.get_parts(shapely.polygonize([edges]))
    inside = shapely.point_on_surface(counties)
    owner = [int(np.flatnonzero(shapely.contains(faces, point))[0]) for point in inside]
    outlines: Geometries = faces[owner]
    return outlines


def read_projected(theme: str, name: str) -> geopandas.GeoDataFrame:
    """Read a shipped vector file and bring it to EPSG:4547."""
    frame = read.read(path(theme, name)).frame
    return frame.set_geometry(
        geopandas.GeoSeries(to_projected(frame.geometry.to_numpy()), crs=PROJECTED, index=frame.index)
    )


def read_elevation(grid: Grid) -> Floats:
    """Read the coarse heights and resample them smoothly to a grid."""
    coarse = rasters.read(path("dem", "dem_30arcsec_meteva.tif"))
    y_m, x_m = np.meshgrid(grid.y_m, grid.x_m, indexing="ij")
    longitude, latitude = points_to_geographic(x_m, y_m)
    columns = (longitude - coarse.transform.c) / coarse.transform.a
    rows = (latitude - coarse.transform.f) / coarse.transform.e
    elevation: Floats = ndimage.map_coordinates(
        coarse.values.astype(np.float64), [rows - 0.5, columns - 0.5], order=3, mode="nearest"
    )
    return elevation


def read_table(theme: str, name: str) -> list[dict[str, str]]:
    """Read a shipped table."""
    with path(theme, name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
