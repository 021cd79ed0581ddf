"""The land-approval text of corner points (勘测定界界址点坐标交换格式, 部报盘 txt), read and written.

Grammar and deviations: secondary sources (S), several converters agree; no standard text was opened.
X, the first coordinate, is the northing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyproj

from gis import corner_rings
from gis.corner_axes import (
    BLANK,
    Axes,
    CornerPoint,
    Sentences,
    axes_of,
    coordinate,
    fault,
    half_width,
    listed,
    noted,
    stated_crs,
)
from gis.corner_rings import Corners, Parcel, ParcelKind
from gis.corner_writing import write
from gis.note import Note
from gis.projection import datum_named

__all__ = ["CornerFile", "CornerPoint", "Corners", "Parcel", "assemble", "parse", "write"]

_BRACKETS = str.maketrans("【】", "[]")
_KINDS: Mapping[str, ParcelKind] = {"点": "点", "线": "线", "面": "面", "多边形": "面"}
_MEANINGFUL = ("坐标系", "几度分带", "投影类型", "计量单位", "带号")
_METRE = ("", "米", "m", "metre", "meter", "metres", "meters", "公尺")
_DEGREE = ("度", "degree", "degrees", "deg", "十进制度", "经纬度", "°")
_SENTENCES: Sentences = {
    "empty_text": (
        "文件是空的。",
        "The file is empty.",
        "请重新导出界址点文本。",
        "Export the corner-point text again.",
    ),
    "no_parcel_section": (
        "到第{line}行为止没有[地块坐标]一节。",
        "There is no section [地块坐标] up to line {line}.",
        "请在第一个地块行之前加一行[地块坐标]；若不是界址点文本，请改用相应的扩展名。",
        "Put a line [地块坐标] before the first parcel line; if it is another kind of file, name it so.",
    ),
    "no_parcel": (
        "文件中没有地块行（以@结尾的一行），见第{line}行。",
        "The file has no parcel line (one that ends in @) before line {line}.",
        "请在界址点之前写上地块行：界址点数,面积,编号,名称,面,图幅号,用途,地类编码,@。",
        "Write the parcel line before its points: count,area,number,name,面,sheet,purpose,class,@.",
    ),
    "parcel_without_points": (
        "{parcel}没有界址点。",
        "There are no corner points in {parcel}.",
        "请补上界址点，或删去该地块行。",
        "Add the points, or delete the parcel line.",
    ),
    "record_unreadable": (
        "第{line}行既不是地块行也不是界址点：“{seen}”。",
        "Line {line} is neither a parcel nor a corner point: '{seen}'.",
        "界址点写作“点号,圈号,X,Y”，地块行以@结尾，一行一条。",
        "A point is 'number,ring,X,Y', a parcel line ends in @, one record on a line.",
    ),
    "coordinate_not_number": (
        "第{line}行的坐标“{seen}”不是有效的数。",
        "The coordinate '{seen}' on line {line} is not a finite number.",
        "请改正该坐标。",
        "Correct the coordinate.",
    ),
    "header_contradicts": (
        "文件头的“{key}”前后不一：“{one}”与“{other}”（第{line}行）。",
        "The header says '{key}' twice: '{one}' and '{other}' (line {line}).",
        "请保留正确的一个；不同坐标系的地块请分成几个文件。",
        "Keep the right one; parcels in different systems belong into different files.",
    ),
    "zone_contradicts": (
        "文件头的“{said}”与带号{zone}矛盾。",
        "The header's '{said}' contradicts the zone number {zone}.",
        "请向提供者核实带号，改正文件头或坐标。",
        "Ask the source which zone is right and correct the header or the coordinates.",
    ),
    "unit_unknown": (
        "计量单位“{unit}”与坐标的大小不符，或不能识别。",
        "The unit '{unit}' does not fit the size of the coordinates, or is not known.",
        "请把坐标换算为米，计量单位写“米”（经纬度写“度”）。",
        "Convert the coordinates to metres and write 米 (度 for degrees) as 计量单位.",
    ),
    "duplicate_parcel": (
        "地块编号重复：{numbers}。",
        "Parcel numbers occur twice: {numbers}.",
        "各自保留为一行，以行号区分。",
        "Each was kept as its own row; their lines tell them apart.",
    ),
    "parcel_fields": (
        "地块行的字段不全或不能识别（第{lines}行）。",
        "Fields of parcel lines are missing or unreadable (lines {lines}).",
        "缺的留空，图形属性缺时按面读。",
        "They were left empty; where 图形属性 is missing, an area was read.",
    ),
    "ring_missing": (
        "有界址点没有圈号（第{lines}行）。",
        "Corner points have no ring number (lines {lines}).",
        "归入前一点所在的圈。",
        "They were counted to the ring of the point before.",
    ),
    "header_ignored": (
        "文件头有不能识别的行（第{lines}行）。",
        "There are lines in the header that we can't read (lines {lines}).",
        "未采用。",
        "They were not used.",
    ),
    "header_unreadable": (
        "文件头的“{key}={value}”不能识别。",
        "We can't read '{key}={value}' in the header.",
        "未采用，视同未填写。",
        "It was not used, as if it were missing.",
    ),
    "point_count": (
        "界址点数与实际不符：{said}。",
        "The stated number of points is not the real one: {said}.",
        "以实际读到的点为准；请确认没有缺点。",
        "The points that are there were read; make sure that none is missing.",
    ),
    "axes_swapped": (
        "坐标次序颠倒：东坐标（经度）写在前。",
        "The coordinates are swapped: the easting or longitude comes first.",
        "已对调。",
        "They were turned round.",
    ),
    "parameters_not_applied": (
        "文件头填有转换参数（{value}）。",
        "The header holds transformation parameters ({value}).",
        "其旋转角的符号约定不明，未采用。",
        "They were not applied: the sign convention of their rotations is not known.",
    ),
    "unit_contradicts": (
        "计量单位写“米”，坐标却是经纬度。",
        "The unit says metres but the coordinates are degrees.",
        "按经纬度读取。",
        "Read as degrees.",
    ),
}


@dataclass(frozen=True, eq=False, slots=True)
class CornerFile:
    """A corner-point text as it stands: header, parcels in order, and what was noticed."""

    header: Mapping[str, str]
    parcels: tuple[Parcel, ...]
    notes: tuple[Note, ...]


def parse(text: str) -> CornerFile:
    r"""Read a corner-point text.

    Raises
    ------
    InputError
        For anything that is neither header, parcel nor corner point, always with its line.

    Examples
    --------
    >>> file = parse("[地块坐标]\n3,,1,示例,面,,,,@\nJ1,1,4190250,38464520\nJ2,1,4190246,38464640\n"
    ...              "J3,1,4190130,38464611\nJ1,1,4190250,38464520")
    >>> file.parcels[0].name, len(file.parcels[0].points), file.parcels[0].points[0].second
    ('示例', 4, 38464520.0)
    """
    reading = _Reading()
    for number, written in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        line = written.strip(BLANK)
        if line:
            reading.take(line, number)
    return reading.finished()


@dataclass(slots=True)
class _Reading:
    """What has been read so far; ``points`` run parallel to ``parcels``, which have none yet."""

    section: str = ""
    header: dict[str, str] = field(default_factory=dict)
    parcels: list[Parcel] = field(default_factory=list)
    points: list[list[CornerPoint]] = field(default_factory=list)
    told: dict[str, list[int]] = field(default_factory=dict)
    line: int = 0

    def take(self, line: str, number: int) -> None:
        """Take one line that is not blank."""
        self.line = number
        record = half_width(line).translate(_BRACKETS)
        heading = re.fullmatch(r"\[(.*)\],*", record)
        if heading:
            self.section = re.sub(r"\s", "", heading[1])
        elif self.section != "地块坐标":
            self._header(record)
        elif record.rstrip(BLANK + ",").endswith("@"):
            self._parcel(line.rstrip(BLANK + ",，")[:-1])
        else:
            self._point(record)

    def _tell(self, code: str) -> None:
        lines = self.told.setdefault(code, [])
        if self.line not in lines[-1:]:
            lines.append(self.line)

    def _header(self, record: str) -> None:
        key, equals, value = record.partition("=")
        if not equals and record.count(",") >= 3:
            code = "record_unreadable" if self.parcels else "no_parcel_section"
            raise fault(_SENTENCES, code, line=self.line, seen=record[:60])
        if not equals or self.section not in ("", "属性描述"):
            return self._tell("header_ignored")
        key, value = re.sub(r"\s", "", key), value.strip(BLANK)
        known = self.header.setdefault(key, value) or value
        if value not in ("", known):
            if key in _MEANINGFUL:
                raise fault(_SENTENCES, "header_contradicts", key=key, one=known, other=value, line=self.line)
            self._tell("header_ignored")
        self.header[key] = known
        return None

    def _parcel(self, body: str) -> None:
        # With all eight commas there, full-width ones belong to a name.
        fields = [word.strip(BLANK) for word in re.split("," if body.count(",") >= 8 else "[,，]", body)]
        fields = fields[:-1] if not fields[-1] else fields
        kinds = [place for place, word in enumerate(fields) if word in _KINDS]
        kind_at = 4 if 4 in kinds else min(kinds, default=None)
        if kind_at is None and len(fields) == 4 and None not in map(coordinate, fields[2:]):
            # A corner point that somebody ended with @.
            raise fault(_SENTENCES, "record_unreadable", line=self.line, seen=body[:60])
        if kind_at is None:
            head, tail = fields[:4], fields[4:][fields[4:5] == [""] :]
        else:
            head, tail = fields[:kind_at], fields[kind_at + 1 :]
        count, area, number, *name = head + [""] * (4 - len(head))
        sheet, purpose, land_class, *more = tail + [""] * (3 - len(tail))
        stated_count, stated_area = _digits(count), coordinate(area)
        stated_area = stated_area if stated_area is not None and 0 <= stated_area < 1e9 else None
        unread = (count and stated_count is None) or (area and stated_area is None) or any(more)
        if unread or kind_at is None or len(head) < 4 or len(tail) < 3:
            self._tell("parcel_fields")
        kind: ParcelKind = "面" if kind_at is None else _KINDS[fields[kind_at]]
        title = (number, ",".join(name))
        # An area of 0 is written where nobody has filled it in.
        self.parcels.append(
            Parcel(self.line, stated_count, stated_area or None, *title, kind, sheet, purpose, land_class, ())
        )
        self.points.append([])

    def _point(self, record: str) -> None:
        fields = [word.strip(BLANK) for word in record.split(",")]
        if len(fields) < 4 or any(fields[4:]) or "@" in record:
            raise fault(_SENTENCES, "record_unreadable", line=self.line, seen=record[:60])
        if not self.parcels:
            raise fault(_SENTENCES, "no_parcel", line=self.line)
        points = self.points[-1]
        ring = _digits(fields[1]) if fields[1] else (points[-1].ring if points else 1)
        if ring is None:
            raise fault(_SENTENCES, "record_unreadable", line=self.line, seen=record[:60])
        if not fields[1]:
            self._tell("ring_missing")
        first, second = map(coordinate, fields[2:4])
        if first is None or second is None:
            seen = fields[2 if first is None else 3][:60]
            raise fault(_SENTENCES, "coordinate_not_number", line=self.line, seen=seen)
        points.append(CornerPoint(fields[0], ring, first, second, self.line))

    def finished(self) -> CornerFile:
        """Return the file, with what was told as notes."""
        if not self.parcels:
            code = "no_parcel" if self.section == "地块坐标" else "no_parcel_section"
            raise fault(_SENTENCES, code if self.line else "empty_text", line=self.line)
        pairs = zip(self.parcels, self.points, strict=True)
        parcels = tuple(replace(parcel, points=tuple(points)) for parcel, points in pairs)
        for parcel in parcels:
            if not parcel.points:
                raise fault(_SENTENCES, "parcel_without_points", parcel=parcel.title)
        notes = [noted(_SENTENCES, code, "warning", lines=listed(lines)) for code, lines in self.told.items()]
        often = Counter(parcel.number for parcel in parcels if parcel.number)
        rows = [row for row, parcel in enumerate(parcels) if often[parcel.number] > 1]
        if rows:
            numbers = listed(sorted({parcels[row].number for row in rows}))
            notes.append(noted(_SENTENCES, "duplicate_parcel", "warning", rows, numbers=numbers))
        return CornerFile(self.header, parcels, tuple(notes))


def _digits(word: str) -> int | None:
    word = half_width(word)
    return int(word) if re.fullmatch(r"[0-9]{1,9}", word) else None


def assemble(file: CornerFile) -> Corners:
    r"""Turn a text into geometry, and say in which system it states to be.

    Raises
    ------
    InputError
        When coordinates don't fit together or don't fit the header, or rings make no area.

    Examples
    --------
    >>> corners = assemble(parse("坐标系=2000国家大地坐标系\n[地块坐标]\n3,,1,示例,面,,,,@\n"
    ...     "J1,1,4190250,38464520\nJ2,1,4190246,38464640\nJ3,1,4190130,38464611"))
    >>> corners.stated.to_epsg(), corners.frame.geometry[0].area
    (4526, 7018.0)
    """
    axes = axes_of([point for parcel in file.parcels for point in parcel.points])
    stated, precision_m, notes = _header_read(file.header, axes)
    if axes.swapped:
        notes.append(noted(_SENTENCES, "axes_swapped", "warning"))
    rings = [corner_rings.rings_of(parcel, axes) for parcel in file.parcels]
    geometries, ring_notes = corner_rings.geometries(file.parcels, rings, axes)
    return Corners(
        corner_rings.frame(file.parcels, geometries),
        stated,
        datum_named(file.header.get("坐标系", "")) == "GCJ-02",
        precision_m,
        (*file.notes, *notes, *_count_notes(file.parcels, rings), *ring_notes),
    )


def _count_notes(
    parcels: Sequence[Parcel], rings: Sequence[Sequence[Sequence[CornerPoint]]]
) -> tuple[Note, ...]:
    """Tell where the stated count is the real one neither with nor without closing points."""
    wrong: dict[int, str] = {}
    for row, (parcel, own) in enumerate(zip(parcels, rings, strict=True)):
        different = sum(len(ring) for ring in own)
        allowed = (None, len(parcel.points), different, different + len(own))
        if parcel.stated_point_count not in allowed:
            wrong[row] = f"{parcel.number or parcel.line}: {parcel.stated_point_count} / {len(parcel.points)}"
    if not wrong:
        return ()
    return (noted(_SENTENCES, "point_count", "warning", tuple(wrong), said=listed(list(wrong.values()))),)


def _header_read(header: Mapping[str, str], axes: Axes) -> tuple[pyproj.CRS | None, float | None, list[Note]]:
    """Return the stated system and precision, and what was noticed about the header."""
    width = _zone_width(header.get("几度分带", ""))
    zone = _zone_number(header.get("带号", ""))
    datum = datum_named(header.get("坐标系", ""))
    precision_m = coordinate(re.sub(r"(米|m)$", "", header.get("精度", "")))
    precision_m = precision_m if precision_m and 0 < precision_m < 1 else None
    projected = re.search("高斯|gauss|gk", header.get("投影类型", "") or "gk", re.IGNORECASE)
    read = {"坐标系": datum, "几度分带": width, "带号": zone, "精度": precision_m, "投影类型": projected}
    unread = [key for key, value in read.items() if header.get(key) and value is None]
    notes = [
        noted(_SENTENCES, "header_unreadable", "warning", key=key, value=header[key][:60]) for key in unread
    ]
    notes += _unit_notes(header.get("计量单位", ""), axes) + _parameter_notes(header.get("转换参数", ""))
    if axes.unit == "m":
        _zones_must_agree(width, zone, axes)
        if {"几度分带", "投影类型"} & set(unread):
            return None, precision_m, notes
    return stated_crs(datum, axes, degrees=width, zone=zone), precision_m, notes


def _zone_width(word: str) -> int | None:
    return {"3": 3, "三": 3, "6": 6, "六": 6}.get(re.sub(r"[度分带°\s]", "", word))


def _zone_number(word: str) -> int | None:
    match = re.fullmatch(r"(?:第|[36三六]度带?)*([0-9]{1,3})(?:带|号|N)*", re.sub(r"\s", "", word))
    return int(match[1]) if match else None


def _zones_must_agree(width: int | None, zone: int | None, axes: Axes) -> None:
    number = zone if axes.zone is None else axes.zone
    if number is None:
        return
    if zone not in (None, number):
        raise fault(_SENTENCES, "zone_contradicts", said=f"带号={zone}", zone=number)
    if width not in (None, 3 if number >= 25 else 6):
        raise fault(_SENTENCES, "zone_contradicts", said=f"几度分带={width}", zone=number)


def _unit_notes(unit: str, axes: Axes) -> list[Note]:
    word = unit.lower()
    if axes.unit == "deg" and word in _METRE[1:]:
        return [noted(_SENTENCES, "unit_contradicts", "warning")]
    if word and word not in (_METRE if axes.unit == "m" else _DEGREE):
        raise fault(_SENTENCES, "unit_unknown", unit=unit[:60])
    return []


def _parameter_notes(value: str) -> list[Note]:
    filled = [word for word in value.split(",") if word.strip() and coordinate(word) != 0]
    return [noted(_SENTENCES, "parameters_not_applied", "warning", value=value[:60])] if filled else []
