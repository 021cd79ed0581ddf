"""Which coordinate system a file is in, said with its reason; and its way to CGCS2000.

Nothing is ever guessed: where the numbers allow two readings, :class:`~gis.errors.InputError` asks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import CRSError

from gis import gcj02
from gis.equal_area import GeometryArray
from gis.errors import InputError, Text
from gis.note import Note
from gis.projection import (
    CGCS2000,
    DATUM_TITLES,
    GEOGRAPHIC_EPSG,
    MAX_EDGE_M,
    Datum,
    datum_named,
    datum_of,
    gauss_kruger_epsg,
    geodetic_of,
    names_datum_alone,
    standard,
    title,
    to_degrees,
    transform,
)

CHINA_DEG = (73.0, 3.0, 136.0, 54.0)
LEGACY_ACCURACY_M = 100.0
"""Legacy datums differ from CGCS2000 by 10-100 m (S); without parameters that is all we know."""

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Recognition:
    """A coordinate system, and why we hold it to be that.

    Parameters
    ----------
    crs
        The system with easting/longitude first; for GCJ-02 it is CGCS2000 degrees before the shift.
    datum
        Its datum.
    swapped
        The file has northing/latitude where easting/longitude belongs.
    reason
        Why it was recognised so, in one sentence.
    accuracy_m
        What the way to CGCS2000 is worth, metres.
    """

    crs: pyproj.CRS
    datum: Datum
    swapped: bool
    reason: Text
    accuracy_m: float
    notes: tuple[Note, ...] = ()

    @property
    def name(self) -> str:
        """Name of the system with its EPSG code where it has one."""
        return "GCJ-02" if self.datum == "GCJ-02" else title(self.crs)


def from_declaration(declared: str) -> Recognition:
    """Return the system a person or a file header declares.

    Parameters
    ----------
    declared
        ``"4547"``, ``"EPSG:4547"``, ``"GCJ-02"``, ``"CGCS2000"``, ``"WGS84"``, ``"Xian80"``,
        ``"Beijing54"`` (the last four alone, meaning degrees), or anything PROJ understands: a name with a
        projection in it is never taken for degrees.

    Raises
    ------
    InputError
        When nothing is known under that name.

    Examples
    --------
    >>> from_declaration("4547").name
    'CGCS2000 / 3-degree Gauss-Kruger CM 114E (EPSG:4547)'
    >>> from_declaration("Xian 1980 / 3-degree Gauss-Kruger zone 38").crs.to_epsg()
    2362
    """
    word = declared.strip()
    reason = Text(f"由用户声明为“{word}”", f"declared as '{word}'")
    datum = datum_named(word) if names_datum_alone(word) else None
    if datum == "GCJ-02":
        return Recognition(CGCS2000, "GCJ-02", False, reason, gcj02.ACCURACY_M)
    if datum is not None:
        return _recognition(pyproj.CRS.from_epsg(GEOGRAPHIC_EPSG[datum]), reason)
    try:
        crs = pyproj.CRS.from_user_input(int(word) if word.isdigit() else word)
    except CRSError as error:
        raise InputError(
            "crs_unreadable",
            Text(f"无法识别坐标系“{declared}”。", f"'{declared}' is not a coordinate system we know."),
            Text(
                "请写EPSG代码（如 EPSG:4547、EPSG:4526、EPSG:4490）或 GCJ-02。",
                "Write an EPSG code (EPSG:4547, EPSG:4526, EPSG:4490) or GCJ-02.",
            ),
        ) from error
    return _recognition(crs, reason)


def recognise(bounds: Bounds, stated: pyproj.CRS | None, declared: str | None = None) -> Recognition:
    """Say in which system coordinates are, from their bounds and what the file or a person states.

    Parameters
    ----------
    bounds
        Least and greatest first and second coordinate as they stand in the file.
    stated
        The system the file carries, if any.
    declared
        What the user declares, if anything; it outweighs the file and the difference is noted.

    Raises
    ------
    InputError
        When nothing is stated (every reading that the numbers allow is listed), or when the
        numbers contradict the statement in more than one possible way.

    Examples
    --------
    A file that says "CGCS2000 Gauss-Krüger" but holds degrees with the latitude first:

    >>> found = recognise((37.9, 113.5, 38.0, 113.6), pyproj.CRS.from_epsg(4547))
    >>> found.name, found.swapped
    ('China Geodetic Coordinate System 2000 (EPSG:4490)', True)
    """
    if declared is not None:
        found = from_declaration(declared)
        notes = _difference_note(found, stated)
        found = replace(found, notes=found.notes + notes)
    elif stated is not None:
        found = _recognition(stated, Text("文件自带坐标系定义", "stated by the file itself"))
    else:
        raise _unknown(bounds)
    return _fit(found, bounds)


def _recognition(crs: pyproj.CRS, reason: Text) -> Recognition:
    if not (crs.is_geographic or crs.is_projected):
        raise InputError(
            "crs_kind",
            Text(f"“{crs.name}”不是平面或大地坐标系。", f"'{crs.name}' is neither projected nor geographic."),
            Text("请用 --crs 声明真正的坐标系。", "Declare the real system with --crs."),
        )
    datum = datum_of(crs)
    if datum == "other":
        name = getattr(geodetic_of(crs).datum, "name", "?")
        raise InputError(
            "datum_unknown",
            Text(
                f"“{crs.name}”所用的大地基准（{name}）与2000坐标系的关系不明。",
                f"How the datum of '{crs.name}' ({name}) lies to CGCS2000 is not known.",
            ),
            Text(
                "请问清来源，用 --crs 声明真正的坐标系（如 EPSG:4547）。",
                "Ask where it comes from and declare the real system with --crs (such as EPSG:4547).",
            ),
        )
    notes: tuple[Note, ...] = ()
    accuracy_m = {"CGCS2000": 0.0, "WGS84": 1.0}.get(datum, LEGACY_ACCURACY_M)
    if accuracy_m == LEGACY_ACCURACY_M:
        title = DATUM_TITLES[datum]
        notes = (
            Note(
                "legacy_datum",
                "warning",
                Text(
                    f"坐标基准为{title.zh}，没有七参数，换算到2000坐标系的误差可达10–100米。",
                    f"The datum is {title.en}; without the seven parameters the way to CGCS2000 is "
                    "uncertain by 10-100 m.",
                ),
                Text(
                    "按近似换算叠加，结果只作初判；请向测绘主管部门申请转换参数或2000坐标成果。",
                    "Overlaid approximately, good for a first look only; ask the surveying authority "
                    "for parameters or for CGCS2000 data.",
                ),
            ),
        )
    known = standard(crs)
    if known.name != crs.name:
        reason = Text(
            f"{reason.zh}（“{crs.name}”，参数即“{known.name}”）",
            f"{reason.en} ('{crs.name}', by its parameters '{known.name}')",
        )
    return Recognition(known, datum, False, reason, accuracy_m, notes)


def _difference_note(found: Recognition, stated: pyproj.CRS | None) -> tuple[Note, ...]:
    if stated is None or (found.datum != "GCJ-02" and found.crs.equals(stated, ignore_axis_order=True)):
        return ()
    return (
        Note(
            "crs_overruled",
            "warning",
            Text(
                f"文件自称坐标系为“{stated.name}”，用户声明为“{found.name}”。",
                f"The file says '{stated.name}', the user declares '{found.name}'.",
            ),
            Text("以用户声明为准。", "The user's declaration was followed."),
        ),
    )


def _in_china(bounds: Bounds) -> bool:
    west, south, east, north = CHINA_DEG
    return west <= bounds[0] and bounds[2] <= east and south <= bounds[1] and bounds[3] <= north


def _swap(bounds: Bounds) -> Bounds:
    return bounds[1], bounds[0], bounds[3], bounds[2]


def _bounds_deg(crs: pyproj.CRS, bounds: Bounds) -> Bounds:
    if crs.is_geographic:
        return bounds
    x, y = to_degrees(crs, [bounds[0], bounds[2]], [bounds[1], bounds[3]])
    return x[0], y[0], x[1], y[1]


def _looks_like_degrees(bounds: Bounds) -> bool:
    return max(abs(value) for value in bounds) <= 180


def _fit(found: Recognition, bounds: Bounds) -> Recognition:
    """Hold the stated system against the numbers; mend swapped axes and mistaken units."""
    if not all(np.isfinite(bounds)):
        raise InputError(
            "no_coordinates",
            Text("文件中没有任何有效坐标。", "There is not one valid coordinate in the file."),
            Text("请检查导出过程。", "Check how it was exported."),
        )
    crs = found.crs
    if crs.is_projected and _looks_like_degrees(bounds):
        found = _degrees_in_projected(found)
    elif crs.is_geographic and not _looks_like_degrees(bounds):
        found = _metres_in_geographic(found, bounds)
    straight = _in_china(_bounds_deg(found.crs, bounds))
    turned = _in_china(_bounds_deg(found.crs, _swap(bounds)))
    if straight and not turned:
        return found
    if turned and not straight:
        return _swapped(found)
    what = Text(
        f"坐标（{_shown(bounds)}）按“{found.name}”不在中国境内。",
        f"The coordinates ({_shown(bounds)}) do not lie in China when read as '{found.name}'.",
    )
    if straight and turned:
        what = Text(
            f"坐标（{_shown(bounds)}）按“{found.name}”两种轴序都说得通。",
            f"The coordinates ({_shown(bounds)}) make sense in both axis orders of '{found.name}'.",
        )
    raise InputError("crs_does_not_fit", what, _ask_for_crs(bounds))


def _swapped(found: Recognition) -> Recognition:
    note = Note(
        "axes_swapped",
        "warning",
        Text("坐标轴次序颠倒（北坐标/纬度在前）。", "The axes are swapped (northing/latitude first)."),
        Text("已对调。", "They were turned round."),
    )
    return replace(found, swapped=True, notes=(*found.notes, note))


def _degrees_in_projected(found: Recognition) -> Recognition:
    geodetic = geodetic_of(found.crs)
    note = Note(
        "degrees_in_projected",
        "warning",
        Text(
            f"文件自称“{found.crs.name}”，坐标却是经纬度。",
            f"The file says '{found.crs.name}' but holds degrees.",
        ),
        Text(
            f"按同一基准的经纬度（{geodetic.name}）读取。",
            f"Read as degrees on the same datum ({geodetic.name}).",
        ),
    )
    return replace(found, crs=geodetic, notes=(*found.notes, note))


def _metres_in_geographic(found: Recognition, bounds: Bounds) -> Recognition:
    readings = [code for code in _readings(bounds) if datum_of(pyproj.CRS.from_epsg(code)) == found.datum]
    if len(readings) != 1:
        raise InputError(
            "metres_in_geographic",
            Text(
                f"文件自称经纬度“{found.crs.name}”，坐标却是米（{_shown(bounds)}）。",
                f"The file says degrees ('{found.crs.name}') but holds metres ({_shown(bounds)}).",
            ),
            _ask_for_crs(bounds),
        )
    crs = pyproj.CRS.from_epsg(readings[0])
    note = Note(
        "metres_in_geographic",
        "warning",
        Text(
            f"文件自称“{found.crs.name}”，坐标却是带带号的米制坐标。",
            f"The file says '{found.crs.name}' but holds metres with a zone prefix.",
        ),
        Text(f"按 EPSG:{readings[0]}（{crs.name}）读取。", f"Read as EPSG:{readings[0]} ({crs.name})."),
    )
    return replace(found, crs=crs, notes=(*found.notes, note))


def _readings(bounds: Bounds) -> list[int]:
    """Return EPSG codes under which the numbers could lie in China, the likeliest first."""
    if _looks_like_degrees(bounds):
        if not (_in_china(bounds) or _in_china(_swap(bounds))):
            return []
        return [4490, 4326, 4610, 4214]
    easting = next((value for value in bounds if abs(value) >= 1e7), None)
    codes = []
    for datum in ("CGCS2000", "Xian80", "Beijing54"):
        if easting is not None:
            zone = int(easting // 1_000_000)
            if 25 <= zone <= 45:
                codes.append(gauss_kruger_epsg(datum, 3, zone, prefixed=True))
            elif 13 <= zone <= 23:
                codes.append(gauss_kruger_epsg(datum, 6, zone, prefixed=True))
        elif min(abs(value) for value in bounds) < 1e6:
            codes.append(gauss_kruger_epsg(datum, 3, 38, prefixed=False))
            codes.append(gauss_kruger_epsg(datum, 6, 19, prefixed=False))
    return codes


def _shown(bounds: Bounds) -> str:
    digits = 4 if _looks_like_degrees(bounds) else 0
    return ", ".join(f"{value:.{digits}f}" for value in bounds)


def _ask_for_crs(bounds: Bounds) -> Text:
    readings = _readings(bounds)
    if not readings:
        return Text(
            "请核对数据，或用 --crs 声明坐标系（如 --crs EPSG:4547）。",
            "Check the data, or declare the system with --crs (such as --crs EPSG:4547).",
        )
    names = [f"EPSG:{code} {pyproj.CRS.from_epsg(code).name}" for code in readings]
    if _looks_like_degrees(bounds):
        names.append("GCJ-02")
    return Text(
        f"可能是：{'；'.join(names)}。请问清来源，用 --crs 声明其一。",
        f"It may be one of: {'; '.join(names)}. Ask where it comes from and declare it with --crs.",
    )


def _unknown(bounds: Bounds) -> InputError:
    return InputError(
        "crs_unknown",
        Text(
            f"文件没有坐标系定义，单凭数值（{_shown(bounds)}）分不清基准。",
            f"The file states no coordinate system; its numbers ({_shown(bounds)}) don't tell the datum.",
        ),
        _ask_for_crs(bounds),
    )


def to_cgcs2000(
    geometries: GeometryArray, recognition: Recognition, *, max_edge_m: float | None = MAX_EDGE_M
) -> GeometryArray:
    """Bring geometries to CGCS2000 degrees, longitude first.

    Straight edges are straight in the system they were drawn in; they are densified there before
    they are moved, because the meaning of a kilometre-long edge changes areas by up to 1e-3.

    Parameters
    ----------
    geometries
        In the file's own coordinates.
    recognition
        What :func:`recognise` found.
    max_edge_m
        Longest edge after densifying; ``None`` keeps the vertices as they are.
    """
    if recognition.swapped:
        geometries = shapely.transform(geometries, lambda xy: xy[:, ::-1])
    if max_edge_m is not None:
        # 1° of longitude or latitude is nowhere longer than 111.7 km.
        unit = max_edge_m / 111_700 if recognition.crs.is_geographic else max_edge_m
        geometries = shapely.segmentize(geometries, unit)
    if recognition.datum == "GCJ-02":
        return np.asarray(shapely.transform(geometries, gcj02.to_cgcs2000), dtype=object)
    return transform(geometries, recognition.crs, CGCS2000)
