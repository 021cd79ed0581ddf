"""Mine patches of the official verification table (2020-21), under our names, with every fault told.

Fields and domains: domain notes §3.2 (S). One row of the table is one patch (图斑).
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis import equal_area
from gis.equal_area import FloatArray
from gis.errors import Text
from gis.note import Note, Severity
from layers import spec
from layers.study import COUNTIES
from restoration import mine_codes, mine_numbers, mine_places, mine_points

KIND = "abandoned_mine"
LEAST_PLAUSIBLE_M2 = 100.0
"""A patch that is said to be smaller was probably written in hectares or mu; a proposal of this software."""
AREA_TOLERANCE_SHARE = 0.005
"""Stated and measured areas that differ by more are told; planar areas are off by 0.023 % at most."""
AREA_TOLERANCE_M2 = 5.0
CENTRE_TOLERANCE_DEG = 0.02
CLASS_OF_SUB_CLASS = MappingProxyType(
    {"historic": "10", "duty_holder": "20", "other": "30", "subsidence_intact": "40"}
)
_CODED = (
    ("small_class", mine_codes.SMALL_CLASSES),
    ("protected_type", mine_codes.PROTECTED_TYPES),
    ("protected_level", mine_codes.PROTECTED_LEVELS),
    ("mining_method", mine_codes.MINING_METHODS),
    ("land_papers", mine_codes.LAND_PAPERS),
    ("treatment_state", mine_codes.TREATMENT),
    ("damage_unit", mine_codes.DAMAGE),
    ("ecological_problem", mine_codes.PROBLEMS),
    ("restoration_mode", mine_codes.MODES),
    ("restoration_period", mine_codes.PERIODS),
)
_WORDS = MappingProxyType(
    {
        "name": "name",
        "city_name": "city",
        "county_name": "county",
        "county_code": "county_code",
        "holder_number": "subject_id",
        "location": "location",
        "licence_number": "licence_number",
        "mineral": "mineral",
        "land_class": "land_class",
        "restoration_direction": "direction",
        "duty_holder": "duty_holder",
        "remark": "remark",
    }
)
_NUMBERS = MappingProxyType(
    {
        "centre_lon": "centre_lon",
        "centre_lat": "centre_lat",
        "area_m2": "stated_m2",
        "verified_area_m2": "verified_m2",
        "treated_area": "treated_area",
        "closing_year": "closing_year",
        "face_height_m": "face_height_m",
        "people_threatened": "people_threatened",
        "cost_yuan": "cost_yuan",
    }
)
_NOT_NEGATIVE = (
    "stated_m2",
    "verified_m2",
    "treated_area",
    "face_height_m",
    "people_threatened",
    "cost_yuan",
)
_YES, _NO = ("有", "是", "yes", "1", "true"), ("无", "否", "no", "0", "false")


def read(
    features: gpd.GeoDataFrame, *, assumed_area_m2: float | None = None
) -> tuple[gpd.GeoDataFrame, tuple[Note, ...]]:
    """Bring a table of mine patches under our names.

    Parameters
    ----------
    features
        Columns of the layer kind ``abandoned_mine`` (:mod:`layers.columns`), those that the file has, with
        ``sub_class``; ``row`` when rows of the file were left out before. Geometry in EPSG:4490: polygons, points
        (which become circles of their stated area) or missing.
    assumed_area_m2
        Area of points that state none; None: they get no ground and are listed apart.

    Returns
    -------
    mines, notes
        EPSG:4490, indexed by ``patch_id`` (made unique with the row number where the file repeats one):
        ``row``, ``city``, ``county``, ``subject_id``, ``centre_lon``, ``centre_lat``, ``stated_m2`` (图斑面积),
        ``verified_m2`` (核定面积), ``area_m2`` (of the geometry, on the ellipsoid; NaN without one),
        ``area_assumed``, ``area_unknown``, ``boundary_tolerance_m`` (:mod:`restoration.mine_points`), ``class_code``,
        ``small_class``, ``protected_type``, ``protected_level``, ``mineral``, ``mining_method``, ``treated_area``
        (unit not verified), ``closing_year``, ``land_papers``, ``treatment_state``, ``damage`` (codes run together),
        ``problem``, ``planned_mode``, ``direction``, ``period``, ``land_class``, ``duty_holder``, ``remark``,
        ``face_height_m``, ``people_threatened``, ``water_damage`` (1, 0, NaN), ``cost_yuan``, ``outside``. Codes are of
        :mod:`restoration.mine_codes`, ``""`` where nothing is known; ``unknown_codes`` names the fields whose
        spelling is in no domain.
    """
    frame = pd.DataFrame(features.drop(columns=features.geometry.name))
    rows = frame["row"].to_numpy() if "row" in frame else np.arange(1, len(frame) + 1)
    patch_id, notes = _labels(frame, rows)
    table: dict[str, object] = {"row": rows}
    for theirs, ours in _WORDS.items():
        table[ours] = _given(frame, theirs).map(mine_codes.words).to_numpy(dtype=object)
    counties = (_given(frame, column).map(mine_codes.words) for column in ("county_name", "county_code"))
    table["county"] = [county_name(*pair) for pair in zip(*counties, strict=True)]
    numbers, number_notes = _numbers(frame, rows)
    table |= numbers
    codes, code_notes = _codes(frame, rows)
    table |= codes
    notes += _state_missing(frame)
    table["water_damage"] = _yes_or_no(_given(frame, "water_damage"))
    verified_m2, stated_m2 = (_positive(numbers[name]) for name in ("verified_m2", "stated_m2"))
    geometry, drawn, point_notes = mine_points.ground_of(
        features.geometry.to_numpy(),
        np.where(verified_m2 > 0, verified_m2, stated_m2),
        rows,
        assumed_area_m2,
    )
    mines = gpd.GeoDataFrame(
        table, index=patch_id, geometry=gpd.GeoSeries(geometry, index=patch_id, crs=4490)
    )
    mines["area_m2"] = _area_m2(mines.geometry.to_numpy())
    mines = mines.assign(**drawn)
    mines["outside"] = mine_places.beyond_extent(mines.geometry)
    return mines, (*notes, *number_notes, *code_notes, *point_notes, *_place_notes(mines))


def county_name(name: str, code: str = "") -> str:
    """Return a county's name where a table, or a person, gives its code instead; any other name as it is.

    Examples
    --------
    >>> county_name("140322"), county_name("", "140321000000"), county_name("平定县"), county_name("", "")
    ('盂县', '平定县', '平定县', '')
    """
    for word in (name, "" if name else code):
        if word[:6] in COUNTIES and word.isdigit():
            return COUNTIES[word[:6]].zh
    return name or code


def _given(frame: pd.DataFrame, column: str) -> pd.Series:
    if column in frame:
        return frame[column].astype(object)
    return pd.Series([None] * len(frame), index=frame.index, dtype=object)


def _state_missing(frame: pd.DataFrame) -> list[Note]:
    """Tell that the table has no column of the state of treatment: then no patch is ranked."""
    if "treatment_state" in frame:
        return []
    column = spec.catalogue()[KIND].columns["treatment_state"]
    names = column.aliases
    return [
        Note(
            "column_missing",
            "error",
            Text(
                f"没有“{column.title.zh}”字段（找过：{'、'.join(names)}）。",
                f"There is no field for '{column.title.en}' (looked for {', '.join(names)}).",
            ),
            Text(
                "不能判断是否已治理，一律不参与排序。",
                "Whether a patch is treated is not known: none is ranked.",
            ),
        )
    ]


def _labels(frame: pd.DataFrame, rows: npt.NDArray[np.int64]) -> tuple[pd.Index, list[Note]]:
    given = _given(frame, "code").map(mine_codes.spelling).to_numpy(dtype=object)
    missing = given == ""
    repeated = pd.Series(given).duplicated(keep=False).to_numpy() & ~missing
    labels = _unique(given, rows, repeated | missing)
    notes = []
    if repeated.any():
        notes.append(
            _note(
                "patch_id_repeated",
                "warning",
                Text("图斑编号重复。", "Patch numbers are repeated."),
                Text(
                    "全部保留，编号后加行号区分；请核对是否重复登记。",
                    "All kept, told apart by their row; check whether they were entered twice.",
                ),
                rows[repeated],
            )
        )
    if missing.any():
        notes.append(
            _note(
                "patch_id_missing",
                "warning",
                Text("图斑没有编号。", "Patches have no number."),
                Text("以行号代替。", "Their row number stands for it."),
                rows[missing],
            )
        )
    return pd.Index(labels, name="patch_id", dtype=object), notes


def _unique(
    given: npt.NDArray[np.object_], rows: npt.NDArray[np.int64], with_row: npt.NDArray[np.bool_]
) -> list[str]:
    """Add the row number where it is needed, once more where the table itself has such a number."""
    taken = set(given[~with_row])
    labels = []
    for word, row, needed in zip(given, rows, with_row, strict=True):
        label = str(word)
        if needed:
            label += f"#{row}"
            while label in taken:
                label += f"#{row}"
            taken.add(label)
        labels.append(label)
    return labels


def _numbers(frame: pd.DataFrame, rows: npt.NDArray[np.int64]) -> tuple[dict[str, FloatArray], list[Note]]:
    found: dict[str, FloatArray] = {}
    notes = []
    for theirs, ours in _NUMBERS.items():
        column = _given(frame, theirs)
        numbers = (
            mine_numbers.read_degrees(column)
            if theirs in ("centre_lon", "centre_lat")
            else mine_numbers.read(column, mine_numbers.UNITS[theirs])
        )
        negative = (numbers.numbers < 0) & (ours in _NOT_NEGATIVE)
        notes += _number_notes(theirs, column, numbers, negative, rows)
        found[ours] = np.where(negative, np.nan, numbers.numbers)
    return found, notes


def _number_notes(
    theirs: str,
    column: pd.Series,
    numbers: mine_numbers.Numbers,
    negative: npt.NDArray[np.bool_],
    rows: npt.NDArray[np.int64],
) -> list[Note]:
    title = spec.catalogue()[KIND].columns[theirs].title
    lost = Text("按未填写处理（不明，不作0）。", "Taken as not given: not known, never 0.")
    told: tuple[tuple[npt.NDArray[np.bool_], str, Severity, Text, Text], ...] = (
        (
            numbers.unread, "number_unreadable", "error",
            Text("不是数", "is not a number"),
            lost,
        ),
        (negative, "number_negative", "error", Text("为负", "is negative"), lost),
        (
            numbers.converted, "number_converted", "info",
            Text("带有其他单位", "carries another unit"),
            Text("已换算。", "Converted."),
        ),
    )  # fmt: skip
    return [
        _note(
            code,
            severity,
            Text(
                f"“{title.zh}”{what.zh}（{_seen(column, where)}）。",
                f"'{title.en}' {what.en} ({_seen(column, where)}).",
            ),
            done,
            rows[where],
        )
        for where, code, severity, what, done in told
        if where.any()
    ]


def _seen(column: pd.Series, where: npt.NDArray[np.bool_]) -> str:
    """Return a few of the words in question."""
    return "、".join(sorted({str(word).strip() for word in column[where]})[:5])


def _codes(
    frame: pd.DataFrame, rows: npt.NDArray[np.int64]
) -> tuple[dict[str, npt.NDArray[np.object_]], list[Note]]:
    classes = _given(frame, "sub_class")
    found = {"class_code": classes.map(CLASS_OF_SUB_CLASS).fillna("").to_numpy(dtype=object)}
    unknown_fields: list[list[str]] = [[] for _ in range(len(frame))]
    notes = []
    for theirs, domain in _CODED:
        codes, unknown = mine_codes.read(_given(frame, theirs), domain)
        found[domain.column] = codes.to_numpy(dtype=object)
        strange = unknown.to_numpy()
        for place in np.flatnonzero(strange):
            unknown_fields[place].append(domain.field)
        if strange.any():
            seen = _seen(_given(frame, theirs), strange)
            notes.append(
                _note(
                    "code_unknown",
                    "error",
                    Text(
                        f"字段 {domain.field} 的值（{seen}）不在值域内。",
                        f"The field {domain.field} holds {seen}, which is not in its domain.",
                    ),
                    Text("按不明处理，不作推断。", "Taken as not known; nothing is guessed."),
                    rows[strange],
                )
            )
    found["unknown_codes"] = np.array(["、".join(fields) for fields in unknown_fields], dtype=object)
    return found, notes


def _yes_or_no(column: pd.Series) -> FloatArray:
    words = column.map(mine_codes.spelling).str.lower()
    return np.select([words.isin(_YES), words.isin(_NO)], [1.0, 0.0], np.nan)


def _positive(values: FloatArray) -> FloatArray:
    return np.where(np.isfinite(values) & (values > 0), values, 0.0)


def _area_m2(geometries: npt.NDArray[np.object_]) -> FloatArray:
    area: FloatArray = shapely.area(equal_area.geometries_to_plane(geometries))
    return np.where(shapely.is_missing(geometries) | (area <= 0), np.nan, area)


def _place_notes(mines: gpd.GeoDataFrame) -> list[Note]:
    rows = mines["row"].to_numpy()
    area, stated = mines["area_m2"].to_numpy(), mines["stated_m2"].to_numpy()
    drawn = ~mines["area_assumed"].to_numpy(dtype=bool)
    limit = np.maximum(AREA_TOLERANCE_M2, AREA_TOLERANCE_SHARE * area)
    differs = drawn & (np.abs(stated - area) > limit)
    tiny = ~drawn & (area < LEAST_PLAUSIBLE_M2)
    bounds = shapely.bounds(mines.geometry.to_numpy())
    lon, lat = mines["centre_lon"].to_numpy(), mines["centre_lat"].to_numpy()
    far = drawn & np.isfinite(bounds).all(axis=1) & _away(bounds, lon, lat)
    swapped = far & ~_away(bounds, lat, lon)
    told = (
        (
            tiny, "area_tiny",
            Text(f"只有点位，填写的面积不到{LEAST_PLAUSIBLE_M2:g}，可能是公顷或亩。",
                 f"Points whose stated area is below {LEAST_PLAUSIBLE_M2:g}: perhaps hectares or mu."),
            Text("按平方米计，范围因此极小；请核对单位，或在单元格里写明“公顷”“亩”。",
                 "Read as m², so their ground is tiny: check the unit, or write it into the cell."),
        ),
        (
            differs, "area_differs",
            Text("填写的图斑面积与图形椭球面积相差超过0.5%。", "Stated and measured areas differ by more than 0.5 %."),
            Text("以图形的椭球面积为准。", "The area of the geometry on the ellipsoid counts."),
        ),
        (
            swapped, "centre_swapped",
            Text("中心经纬度写反。", "Longitude and latitude of the centre are swapped."),
            Text("以图形位置为准。", "The place of the geometry counts."),
        ),
        (
            far & ~swapped, "centre_far",
            Text("中心坐标离图形两公里以上。", "The centre lies more than 2 km from the geometry."),
            Text("以图形位置为准，请核对坐标系。", "The place of the geometry counts; check the coordinate system."),
        ),
        (
            mines["outside"].to_numpy(dtype=bool), "mine_outside",
            Text("图斑不在阳泉市范围内。", "Patches lie outside Yangquan."),
            Text("不参与排序，另列。", "Not ranked, listed apart."),
        ),
    )  # fmt: skip
    return [
        _note(code, "warning", what, done, rows[where]) for where, code, what, done in told if where.any()
    ]


def _away(bounds: FloatArray, lon: FloatArray, lat: FloatArray) -> npt.NDArray[np.bool_]:
    """Return which places are known, and lie well outside a bounding box."""
    tolerance = CENTRE_TOLERANCE_DEG
    away = (lon < bounds[:, 0] - tolerance) | (lon > bounds[:, 2] + tolerance)
    away |= (lat < bounds[:, 1] - tolerance) | (lat > bounds[:, 3] + tolerance)
    result: npt.NDArray[np.bool_] = away & np.isfinite(lon) & np.isfinite(lat)
    return result


def _note(
    code: str, severity: Severity, what: Text, done: Text, rows: Sequence[int] | npt.NDArray[np.int64]
) -> Note:
    labels = tuple(f"{int(row)}" for row in rows)
    count = len(labels)
    return Note(code, severity, Text(f"{count}行：{what.zh}", f"{count} rows: {what.en}"), done, labels)
