"""From one file to another: as it stands, without repair or densifying."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from gis import area, recognition
from gis.equal_area import GeometryArray
from gis.errors import InputError, Text
from gis.files import read as files
from gis.files import write
from gis.note import Note
from gis.projection import CGCS2000, title, transform
from layers import load


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a conversion did."""

    features: int
    source_crs: str
    target_crs: str
    notes: tuple[Note, ...]


def convert(
    source: Path,
    target: Path,
    *,
    crs: str | None = None,
    layer: str | None = None,
    to_crs: pyproj.CRS | None = None,
    encoding: str = "GBK",
) -> Conversion:
    """Write a file in another format or coordinate system.

    Geometry keeps its vertices; nothing is repaired. Corner-point text gets its areas computed on
    the ellipsoid.

    Parameters
    ----------
    source, target
        From and to; the target's format is told by its suffix.
    crs, layer
        As for :func:`layers.load.site`.
    to_crs
        Target system; the source's own when None (CGCS2000 degrees for GCJ-02).
    encoding
        Of a shapefile's attributes.

    Raises
    ------
    InputError
        When the source can't be read, its system is not known, or a row has no geometry.
    """
    reading = files.read(source, layer=layer)
    found = load.recognised(reading, crs)
    geometries = reading.frame.geometry.to_numpy()
    lost = np.flatnonzero(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    if len(lost):
        rows = ", ".join(str(row + 1) for row in lost[:10])
        raise InputError(
            "rows_without_geometry",
            Text(f"第{rows}行没有图形，转换会丢失它们。", f"Rows {rows} have no geometry and would be lost."),
            Text("请先补全或删除这些行。", "Complete or delete these rows first."),
        )
    moved = recognition.to_cgcs2000(geometries, found, max_edge_m=None)
    wanted = to_crs or (CGCS2000 if found.datum == "GCJ-02" else found.crs)
    frame = gpd.GeoDataFrame(
        reading.frame.drop(columns="geometry"),
        geometry=_in_target(geometries, moved, found, wanted),
        crs=wanted,
    )
    if target.suffix.lower() == ".txt":
        frame["area_m2"] = area.ellipsoidal_m2(recognition.to_cgcs2000(geometries, found))
    notes = write.write(frame, target, encoding=encoding)
    return Conversion(
        features=len(frame),
        source_crs=found.name,
        target_crs=title(wanted),
        notes=(*reading.notes, *found.notes, *notes),
    )


def _in_target(
    geometries: GeometryArray, moved: GeometryArray, found: recognition.Recognition, wanted: pyproj.CRS
) -> GeometryArray:
    """Return the geometry in the target system, untouched where source and target are the same."""
    same = found.datum != "GCJ-02" and found.crs.equals(wanted, ignore_axis_order=True)
    if same:
        turned = shapely.transform(geometries, lambda xy: xy[:, ::-1]) if found.swapped else geometries
        return np.asarray(turned, dtype=object)
    return transform(moved, CGCS2000, wanted)
