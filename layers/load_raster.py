"""The door for rasters: open, look at every cell once, mend or refuse, tell.

What is refused is asked for, not guessed: a DEM in feet, an NDVI of unknown scale. What is mended is told as an
issue: cells without data that no header declares, an NDVI stored as integers times 10,000.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gis import projection, rasters
from gis.errors import InputError, Text
from gis.files import rasters as raster_files
from gis.files.rasters import FileRaster
from gis.note import Severity
from layers.issue import Issue
from layers.raster_layer import DEM, KINDS, RasterLayer

USUAL_NO_DATA = (-9999.0, -32768.0, -32767.0, -3.4028234663852886e38, 3.4028234663852886e38)
PLAUSIBLE_HEIGHTS_M = (-50.0, 3_100.0)
"""The highest ground of Shanxi is about 3,060 m (U); Yangquan lies between about 350 m and 1,900 m."""
PLAUSIBLE_MEDIAN_M = 2_000.0
NDVI_SCALE = 10_000.0
NDVI_FILL = -3000.0
"""No data in NDVI products of MODIS (valid from -2000)."""
METRES = ("", "m", "metre", "metres", "meter", "meters", "米")


@dataclass(frozen=True, slots=True)
class _Census:
    """What a look at every cell found."""

    cells: int
    with_data: int
    least: float
    most: float
    median: float
    not_finite: int


def load(kind: str, path: Path, *, error: float | None = None, illustrative: bool = False) -> RasterLayer:
    """Open a raster and check that its cells mean what its kind says.

    Parameters
    ----------
    kind
        ``dem_mine_scale``, ``ndvi_before`` or ``ndvi_after``.
    path
        The file.
    error
        What a value is worth (mean square error, metres or NDVI); None when nobody said.
    illustrative
        Made up for demonstration.

    Raises
    ------
    InputError
        ``raster_kind_unknown``, ``file_unreadable``, ``raster_without_crs``, ``raster_rotated``,
        ``raster_datum``, ``raster_empty``, ``dem_unit``, ``dem_implausible``, ``ndvi_scale``.
    """
    if kind not in KINDS:
        raise InputError(
            "raster_kind_unknown",
            Text(f"没有栅格类型“{kind}”。", f"There is no kind of raster '{kind}'."),
            Text(f"可用的类型：{'、'.join(KINDS)}。", f"Known kinds: {', '.join(KINDS)}."),
        )
    found = raster_files.open_band(path)
    _check_datum(found)
    issues: list[Issue] = []
    found = _without_undeclared(found, kind, issues)
    census = _census(found)
    if census.with_data == 0:
        raise InputError(
            "raster_empty",
            Text(f"栅格“{path.name}”全部为无数据。", f"The raster '{path.name}' holds no data at all."),
            Text("请核对文件和无数据值。", "Check the file and its no-data value."),
        )
    if census.not_finite:
        issues.append(_not_finite(kind, path, census))
    if kind == DEM:
        _check_heights(found, census)
    else:
        found = _ndvi(found, kind, census, issues)
    return RasterLayer(kind, found, error, illustrative, tuple(issues))


def land_cover(path: Path) -> FileRaster:
    """Open a classified raster. What its codes mean is for the user to say; where it lies is checked as of any raster.

    Raises
    ------
    InputError
        ``file_unreadable``, ``raster_without_crs``, ``raster_rotated``, ``raster_datum``.
    """
    found = raster_files.open_band(path)
    _check_datum(found)
    return found


def _check_datum(found: FileRaster) -> None:
    datum = projection.datum_of(rasters.horizontal(found.crs))
    if datum not in ("CGCS2000", "WGS84"):
        title = projection.DATUM_TITLES[datum]
        raise InputError(
            "raster_datum",
            Text(
                f"栅格“{found.name}”的坐标基准是“{title.zh}”（{found.crs.name}）。",
                f"The raster '{found.name}' is on {title.en} ({found.crs.name}).",
            ),
            Text(
                "请先转换到CGCS2000或WGS84；无转换参数时会有数十米误差。",
                "Transform it to CGCS2000 or WGS84 first; without parameters it would be tens of metres off.",
            ),
        )


def _without_undeclared(found: FileRaster, kind: str, issues: list[Issue]) -> FileRaster:
    """Take the usual stand-ins for "no data" as that where the header declares nothing of the kind."""
    raw = replace(found, scale=1.0, offset=0.0)
    counts = dict.fromkeys(USUAL_NO_DATA if kind == DEM else (*USUAL_NO_DATA, NDVI_FILL), 0)
    for strip in rasters.strips(raw):
        for value in counts:
            held = np.asarray(value).astype(found.stored) if _fits(value, found.stored) else None
            if held is not None:
                counts[value] += int((strip == float(held)).sum())
    present = tuple(value for value, count in counts.items() if count)
    if not present:
        return found
    listed = "、".join(f"{value:g}" for value in present)
    issues.append(
        _issue(
            kind,
            "raster_nodata_undeclared",
            "warning",
            sum(counts.values()),
            Text(
                f"栅格“{found.name}”含有未声明的无数据值 {listed}。",
                f"The raster '{found.name}' holds {listed}, which no header declares as no data.",
            ),
            Text("这些像元按无数据处理。", "These cells count as without data."),
        )
    )
    return replace(found, missing=present)


def _fits(value: float, stored: str) -> bool:
    kind = np.dtype(stored)
    if np.issubdtype(kind, np.integer):
        limits = np.iinfo(kind)
        return float(limits.min) <= value <= float(limits.max)
    return True


def _census(found: FileRaster) -> _Census:
    cells = with_data = not_finite = 0
    least, most = np.inf, -np.inf
    samples = []
    for strip in rasters.strips(found):
        known = strip[~np.isnan(strip)]
        cells += strip.size
        with_data += known.size
        if known.size:
            least, most = min(least, float(known.min())), max(most, float(known.max()))
            samples.append(known[:: max(1, known.size // 10_000)])
    if found.stored.startswith("float"):
        not_finite = _not_finite_cells(found)
    median = float(np.median(np.concatenate(samples))) if samples else np.nan
    return _Census(cells, with_data, least, most, median, not_finite)


def _not_finite_cells(found: FileRaster) -> int:
    """Count NaN and infinite cells that the header does not declare as no data."""
    if found.nodata is not None and np.isnan(found.nodata):
        return 0
    declared = replace(found, nodata=None, missing=())
    return sum(int(np.isnan(strip).sum()) for strip in rasters.strips(declared))


def _not_finite(kind: str, path: Path, census: _Census) -> Issue:
    return _issue(
        kind,
        "raster_not_finite",
        "warning",
        census.not_finite,
        Text(
            f"栅格“{path.name}”有{census.not_finite}个像元不是有限数（NaN或无穷）。",
            f"{census.not_finite} cells of '{path.name}' are not finite (NaN or infinite).",
        ),
        Text("这些像元按无数据处理。", "These cells count as without data."),
    )


def _check_heights(found: FileRaster, census: _Census) -> None:
    unit = found.unit.strip().lower() or _vertical_unit(found)
    if unit not in METRES:
        raise InputError(
            "dem_unit",
            Text(f"高程“{found.name}”的单位是“{unit}”。", f"The heights in '{found.name}' are in '{unit}'."),
            Text("请换算为米后再用（1英尺 = 0.3048米）。", "Convert them to metres (1 ft = 0.3048 m)."),
        )
    low, high = PLAUSIBLE_HEIGHTS_M
    if census.least < low or census.most > high or census.median > PLAUSIBLE_MEDIAN_M:
        raise InputError(
            "dem_implausible",
            Text(
                f"高程“{found.name}”从 {census.least:.0f} 到 {census.most:.0f}（中位数 {census.median:.0f}），"
                "不像阳泉以米计的高程。",
                f"The heights in '{found.name}' run from {census.least:.0f} to {census.most:.0f} (median "
                f"{census.median:.0f}): not like metres at Yangquan.",
            ),
            Text(
                "请确认单位（英尺？分米？）和无数据值，换算为米。",
                "Check the unit (feet? decimetres?) and the no-data value, and convert to metres.",
            ),
        )


def _vertical_unit(found: FileRaster) -> str:
    if not found.crs.is_compound:
        return ""
    axes = found.crs.sub_crs_list[-1].axis_info
    return str(axes[0].unit_name).lower() if axes else ""


def _ndvi(found: FileRaster, kind: str, census: _Census, issues: list[Issue]) -> FileRaster:
    stored_as_integer = np.issubdtype(np.dtype(found.stored), np.integer)
    if census.least >= -1 and census.most <= 1 and not (stored_as_integer and found.scale == 1):
        return found
    undeclared = found.scale == 1 and found.offset == 0
    if (
        stored_as_integer
        and undeclared
        and max(-census.least, census.most) <= NDVI_SCALE
        and census.most > 255
    ):
        issues.append(
            _issue(
                kind,
                "ndvi_scaled",
                "info",
                census.with_data,
                Text(
                    f"NDVI“{found.name}”以整数存储（最大 {census.most:.0f}），未声明比例。",
                    f"The NDVI '{found.name}' is stored as integers (up to {census.most:.0f}), scale not stated.",
                ),
                Text(
                    "按乘以 10000 的习惯读取，已除以 10000。",
                    "Read as times 10,000, as is usual, and divided.",
                ),
            )
        )
        return replace(found, scale=1 / NDVI_SCALE)
    raise InputError(
        "ndvi_scale",
        Text(
            f"NDVI“{found.name}”的值从 {census.least:g} 到 {census.most:g}，不在 -1 到 1 之间。",
            f"The NDVI '{found.name}' runs from {census.least:g} to {census.most:g}, not within -1 to 1.",
        ),
        Text(
            "请核对比例系数和无数据值，换算为 -1 到 1 后再用。",
            "Check its scale and no-data value, and convert it to -1 to 1.",
        ),
    )


def _issue(kind: str, code: str, severity: Severity, count: int, what: Text, done: Text) -> Issue:
    return Issue(layer=kind, code=code, severity=severity, count=count, what=what, done=done)
