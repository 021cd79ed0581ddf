"""Between official coordinates (CGCS2000) and the plane the demonstration is drawn in (EPSG:4547)."""

from __future__ import annotations

import geopandas
import numpy as np
import pyproj
import shapely

from data.arrays import Floats, Geometries
from gis import equal_area, projection

GEOGRAPHIC = 4490
PROJECTED = 4547
# 1e-10 degree is a hundredth of a millimetre; rounding makes the bytes the same on every machine
DECIMALS_DEG = 10
# edges are this short (about 100 m) before a straight line changes its meaning from one plane to another
EDGE_DEG = 0.001


_GEOGRAPHIC_CRS = pyproj.CRS.from_epsg(GEOGRAPHIC)
_PROJECTED_CRS = pyproj.CRS.from_epsg(PROJECTED)


def to_projected(geometries: Geometries) -> Geometries:
    """Bring longitude and latitude to eastings and northings in metres."""
    return projection.transform(geometries, _GEOGRAPHIC_CRS, _PROJECTED_CRS)


def to_geographic(geometries: Geometries) -> Geometries:
    """Bring eastings and northings to longitude and latitude, rounded."""
    lonlat = projection.transform(geometries, _PROJECTED_CRS, _GEOGRAPHIC_CRS)
    rounded = shapely.transform(lonlat, lambda xy: np.round(xy, DECIMALS_DEG))
    clean: Geometries = shapely.remove_repeated_points(rounded)
    return clean


def points_to_geographic(x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
    """Bring arrays of eastings and northings to longitudes and latitudes."""
    transformer = pyproj.Transformer.from_crs(_PROJECTED_CRS, _GEOGRAPHIC_CRS, always_xy=True)
    longitude, latitude = transformer.transform(x_m, y_m)
    return np.asarray(longitude), np.asarray(latitude)


def area_m2(lonlat: Geometries) -> Floats:
    """Return ellipsoidal areas of polygons given in longitude and latitude."""
    plane = equal_area.geometries_to_plane(shapely.segmentize(lonlat, EDGE_DEG / 2))
    area: Floats = shapely.area(plane)
    return area


def projected_area_m2(projected: Geometries) -> Floats:
    """Return ellipsoidal areas of polygons given in eastings and northings."""
    return area_m2(to_geographic(projected))


def official(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Return a projected frame in the official geographic coordinates."""
    geographic = geopandas.GeoSeries(to_geographic(frame.geometry.to_numpy()), crs=GEOGRAPHIC)
    return frame.set_geometry(geographic.set_axis(frame.index))
