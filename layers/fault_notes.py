"""Faults of geometry in words: what was wrong with how many features, and what was done."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis import repair
from gis.errors import InputError, Text
from gis.note import Note

_FAULT_TEXTS = {
    "missing": (Text("没有图形", "without geometry"), Text("未评估", "not assessed")),
    "empty": (Text("图形为空", "with empty geometry"), Text("未评估", "not assessed")),
    "not_finite": (
        Text("坐标不是有限数（NaN或无穷大）", "with coordinates that are not finite"),
        Text("未评估", "not assessed"),
    ),
    "z_dropped": (Text("带有高程或M值", "with Z or M values"), Text("已去掉", "dropped")),
    "empty_parts": (
        Text("有空的部件，可能丢失了边界", "with empty parts: a boundary may be lost"),
        Text(
            "已略去空部件；真实范围不能确定，结论不视为“无冲突”",
            "left out; the true extent is not known, and never 'no conflict'",
        ),
    ),
    "repeated_points": (Text("有重复点", "with repeated points"), Text("已去重", "removed")),
    "spikes": (Text("有往返的尖刺", "with spikes"), Text("已去除", "removed")),
    "self_crossing": (
        Text("边界自相交或部件重叠", "with boundaries or parts that cross"),
        Text("已重建，重叠部分只计一次", "rebuilt; overlapping parts count once"),
    ),
    "parts_of_other_kind": (
        Text("夹有其他类型的图形", "with parts of another kind"),
        Text("只保留本类型", "only the wanted kind was kept"),
    ),
    "parts_lost": (
        Text(
            "另有其他类型的部分（如线、点）伸出本类型图形之外",
            "with parts of another kind (such as lines) beyond those of the wanted kind",
        ),
        Text(
            "这些部分未评估，结论不视为“无冲突”；项目范围中的线和点可用 --width 给出宽度",
            "those parts are not assessed, and the answer is never 'no conflict'; for a project's lines "
            "and points give their width with --width",
        ),
    ),
    "collapsed": (
        Text("没有面积（如只有两个点的环）", "without area (such as a ring of two points)"),
        Text("未评估", "not assessed"),
    ),
    "wrong_kind": (Text("图形类型不符", "of the wrong geometry kind"), Text("未评估", "not assessed")),
}
_QUIET = ("z_dropped", "repeated_points")


def nothing_usable(path: Path, faults: pd.DataFrame) -> InputError:
    """Return the error for a file without a single usable geometry."""
    reasons = [name for name in repair.UNUSABLE if name in faults and faults[name].any()]
    zh = "；".join(f"{int(faults[name].sum())}个{_FAULT_TEXTS[name][0].zh}" for name in reasons)
    en = "; ".join(f"{int(faults[name].sum())} {_FAULT_TEXTS[name][0].en}" for name in reasons)
    return InputError(
        "no_usable_geometry",
        Text(
            f"“{path.name}”里没有可用的图形（{zh or '没有要素'}）。",
            f"'{path.name}' has no usable geometry ({en or 'no features'}).",
        ),
        Text(
            "请提供面状（多边形）范围；点、线范围请用 --width 给出宽度（米）。",
            "Give a boundary of polygons; for points or lines give their width in metres with --width.",
        ),
    )


def of_faults(faults: pd.DataFrame) -> list[Note]:
    """Return the faults of geometries (:mod:`gis.repair`) as notes."""
    notes = []
    for name in repair.FAULTS:
        rows = tuple(faults.index[faults[name]].tolist())
        if not rows:
            continue
        what, done = _FAULT_TEXTS[name]
        is_error = name in (*repair.UNUSABLE, *repair.NOT_WHOLE)
        severity = "error" if is_error else "info" if name in _QUIET else "warning"
        notes.append(
            Note(
                name,
                severity,  # type: ignore[arg-type]
                Text(f"{len(rows)}个要素{what.zh}。", f"{len(rows)} features {what.en}."),
                Text(f"{done.zh}。", f"{done.en.capitalize()}."),
                rows,
            )
        )
    return notes


def of_doubt(doubtful: npt.NDArray[np.bool_]) -> list[Note]:
    """Return a note on parcels whose boundary crosses itself."""
    rows = tuple(np.flatnonzero(doubtful).tolist())
    if not rows:
        return []
    return [
        Note(
            "shape_doubtful",
            "error",
            Text(
                f"{len(rows)}个地块的边界自相交，真实范围不能确定。",
                f"The boundaries of {len(rows)} parcels cross themselves: their true extent is not known.",
            ),
            Text(
                "按重建后的范围试算，结论一律不视为“无冲突”；请核对拐点顺序。",
                "Calculated on the rebuilt shape, but never as 'no conflict'; check the order of corners.",
            ),
            rows,
        )
    ]
