"""Drawings (DXF): closed polylines are boundaries, everything else is counted and left out."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gis.errors import InputError, Text
from gis.files.reading import Reading
from gis.note import Note

_POLYLINES = ("AcDbPolyline", "AcDb2dPolyline")
_FILLINGS = ("AcDbHatch", "AcDbTrace", "AcDbFace", "AcDbRegion", "AcDbPolyFaceMesh", "AcDbPolygonMesh")


def closed_polylines_only(reading: Reading) -> Reading:
    """Keep the closed polylines of a drawing; count what else was in it.

    Raises
    ------
    InputError
        When there is none.
    """
    frame = reading.frame
    # A hatch has the outline of the boundary it fills: it would count the ground twice.
    filling = _of_class(frame, _FILLINGS)
    geometries = _closed_by_hand(frame.geometry.to_numpy(), _of_class(frame, _POLYLINES))
    frame = frame.set_geometry(gpd.GeoSeries(geometries, index=frame.index))
    dimension = shapely.get_dimensions(geometries)
    boundary = (dimension == 2) & ~filling
    counts = (
        int((dimension == 1).sum()),
        int((dimension == 0).sum()),
        int((filling & (dimension == 2)).sum()),
    )
    if not boundary.any():
        raise _none_closed(reading, counts[0])
    kept = frame[boundary].reset_index(drop=True)
    notes = [*reading.notes, *_left_out(counts, len(kept)), *_nested(kept.geometry.to_numpy())]
    return replace(reading, frame=kept, stated=None, notes=tuple(notes))


def _of_class(frame: gpd.GeoDataFrame, words: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    if "SubClasses" not in frame:
        return np.zeros(len(frame), dtype=bool)
    found = [any(word in str(value) for word in words) for value in frame["SubClasses"]]
    return np.array(found, dtype=bool)


def _closed_by_hand(
    geometries: npt.NDArray[np.object_], polyline: npt.NDArray[np.bool_]
) -> npt.NDArray[np.object_]:
    """Return polylines that end where they began as polygons, as those with the closed flag are."""
    ring = polyline & (shapely.get_type_id(geometries) == shapely.GeometryType.LINESTRING)
    ring &= shapely.is_closed(geometries) & (shapely.get_num_coordinates(geometries) >= 4)
    result = geometries.copy()
    result[ring] = [shapely.Polygon(line.coords) for line in geometries[ring]]
    return result


def _none_closed(reading: Reading, lines: int) -> InputError:
    return InputError(
        "dxf_no_closed_polyline",
        Text(
            f"“{reading.path.name}”里没有闭合多段线（有{lines}条未闭合的线）。",
            f"There is no closed polyline in '{reading.path.name}' ({lines} open lines).",
        ),
        Text("请在CAD中把范围线闭合（PEDIT→C）。", "Close the boundary in CAD (PEDIT, C)."),
    )


def _left_out(counts: tuple[int, int, int], kept: int) -> list[Note]:
    if not any(counts):
        return []
    lines, points, fillings = counts
    return [
        Note(
            "dxf_left_out",
            "warning",
            Text(
                f"图中有{lines}条未闭合的线、{points}个点或文字、{fillings}个填充未读入。",
                f"{lines} open lines, {points} points or texts and {fillings} hatches of the drawing were "
                "left out.",
            ),
            Text(f"只读取{kept}条闭合多段线。", f"Only the {kept} closed polylines were read."),
        )
    ]


def _nested(polygons: npt.NDArray[np.object_]) -> list[Note]:
    outer, inner = shapely.STRtree(polygons).query(polygons, predicate="contains_properly")
    rows = tuple(sorted({int(row) for row in inner[outer != inner]}))
    if not rows:
        return []
    return [
        Note(
            "dxf_nested",
            "warning",
            Text("有闭合线位于另一条闭合线之内。", "A closed polyline lies inside another."),
            Text(
                "按独立地块读取，未当作内部扣除；若为扣除请改用带内环的格式。",
                "Read as a parcel of its own, not as a hole; use a format with inner rings for holes.",
            ),
            rows,
        )
    ]
