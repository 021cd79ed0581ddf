"""Which patches are ranked for public money, which are listed apart and why, and which belong together.

Only historic mines without owner (``tbdl`` 10) that are untreated (``hfzlqk`` A) and have ground are ranked:
the others have a duty-holder, are done, or are something else (domain notes §3.2). Nothing is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse

from gis import proximity
from gis.errors import Text

GROUP_WITHIN_M = 500.0
"""Patches nearer than this form one project area (项目区); a setting, not a standard."""

CATEGORIES = MappingProxyType(
    {
        "pseudo_change": Text("伪变化", "false change"),
        "outside": Text("市域以外", "outside the city"),
        "undecided": Text("待定（信息不明）", "undecided (not known)"),
        "duty_holder": Text("责任主体自行治理", "for the duty-holder"),
        "other": Text("其他情形", "other situation"),
        "subsidence_intact": Text("功能未损毁沉陷区", "subsidence, function intact"),
        "treated": Text("已治理", "treated"),
        "no_ground": Text("没有可用范围", "no usable ground"),
    }
)
_FIXED_REASONS = MappingProxyType(
    {
        "pseudo_change": Text(
            "小类37或损毁单元8：伪变化，不是矿山损毁。", "Small class 37 or damage unit 8: a false change."
        ),
        "outside": Text("位置不在阳泉市范围内。", "It lies outside Yangquan."),
        "duty_holder": Text(
            "大类20：有责任主体，由责任主体治理，不列入财政资金排序。",
            "Class 20: the duty-holder restores it, not public money.",
        ),
        "other": Text(
            "大类30：其他情形，不属于历史遗留矿山。", "Class 30: another situation, not a historic mine."
        ),
        "subsidence_intact": Text(
            "大类40：功能未损毁的采矿沉陷区。", "Class 40: mining subsidence with its function intact."
        ),
        "treated": Text(
            "恢复治理情况B：已治理；效果另行评估。", "State B: treated; its effect is evaluated apart."
        ),
        "no_ground": Text(
            "没有可用图形，或只有点位而没有面积。", "No usable geometry, or a point that states no area."
        ),
    }
)


@dataclass(frozen=True, eq=False, slots=True)
class Sorted:
    """Patches to rank, and the rest.

    ``ranked`` and ``left_out`` have the columns given; ``left_out`` also ``category`` (a key of
    :data:`CATEGORIES`) and ``reason`` (a Text). Together they are all patches, each once.
    """

    ranked: gpd.GeoDataFrame
    left_out: gpd.GeoDataFrame


def sort_out(mines: gpd.GeoDataFrame) -> Sorted:
    """Separate the patches that are ranked for public money from those that are not.

    Parameters
    ----------
    mines
        From :func:`restoration.mines.read`.

    Examples
    --------
    >>> mines = gpd.GeoDataFrame(
    ...     {"class_code": ["10", "10", "20", ""], "treatment_state": ["A", "B", "A", "A"], "area_m2": 1.0,
    ...      "small_class": "", "damage": "", "outside": False, "unknown_codes": ""},
    ...     index=["M1", "M2", "M3", "M4"],
    ... )
    >>> sorted_out = sort_out(mines)
    >>> list(sorted_out.ranked.index), sorted_out.left_out["category"].to_dict()
    (['M1'], {'M2': 'treated', 'M3': 'duty_holder', 'M4': 'undecided'})
    """
    large, small = mines["class_code"], mines["small_class"]
    contradicts = (large != "") & (small != "") & (large.str[:1] != small.str[:1])
    unsettled = (large == "") | contradicts
    state = mines["treatment_state"]
    tests = {
        "pseudo_change": (small == "37") | mines["damage"].str.contains("8", regex=False),
        "outside": mines["outside"].astype(bool),
        "undecided": unsettled,
        "duty_holder": large == "20",
        "other": large == "30",
        "subsidence_intact": large == "40",
        "treated": state == "B",
    }
    tests |= {"undecided_state": state != "A", "no_ground": ~(mines["area_m2"] > 0)}
    category = np.select([test.to_numpy(dtype=bool) for test in tests.values()], list(tests), "")
    reasons = [
        None if not name else _reason(name, *row)
        for name, row in zip(
            category, zip(large, small, mines["unknown_codes"], contradicts, strict=True), strict=True
        )
    ]
    kept = category == ""
    names = np.where(category == "undecided_state", "undecided", category)
    left_out = mines.assign(category=names, reason=pd.Series(reasons, index=mines.index, dtype=object))
    return Sorted(mines[kept].copy(), left_out[~kept].copy())


def _reason(category: str, large: str, small: str, unknown: str, contradicts: bool) -> Text:
    if category in _FIXED_REASONS:
        return _FIXED_REASONS[category]
    if contradicts:
        return Text(
            f"大类 {large} 与小类 {small} 矛盾，归属不明，未参与排序。",
            f"Class {large} and small class {small} contradict each other: not ranked.",
        )
    field = "tbdl" if category == "undecided" else "hfzlqk"
    title = Text("图斑大类", "class") if field == "tbdl" else Text("恢复治理情况", "state of treatment")
    why = Text("未填写", "not given")
    if field in unknown.split("、"):
        why = Text("不在值域内", "not in its domain")
    return Text(
        f"{title.zh}（{field}）{why.zh}，不能判断是否应由财政资金治理，未参与排序。",
        f"The {title.en} ({field}) is {why.en}: whether public money restores it is not known. Not ranked.",
    )


def grouped(
    mines: gpd.GeoDataFrame, *, within_m: float = GROUP_WITHIN_M, pairs: pd.DataFrame | None = None
) -> gpd.GeoDataFrame:
    """Group patches into project areas: those within a distance of each other, directly or through others.

    Parameters
    ----------
    mines
        Polygons in EPSG:4490 with ``area_m2``, unique index.
    within_m
        Ellipsoidal distance between boundaries; 0 groups those that touch.
    pairs
        :func:`gis.proximity.pairs_within` of that distance, where it was found before.

    Returns
    -------
    GeoDataFrame
        The mines with ``group`` (``G001`` …, numbered by the first patch number in each, so that the order of
        rows does not matter), ``group_area_m2`` and ``group_patches``.

    Examples
    --------
    A and B lie 111 m apart, B and C 1110 m: with 500 m, two areas of 2 + 3 = 5 m² and of 6 m².

    >>> places = gpd.points_from_xy([113.5] * 3, [38.0, 38.001, 38.011])
    >>> mines = gpd.GeoDataFrame({"area_m2": [2.0, 3.0, 6.0]}, index=["A", "B", "C"], geometry=places, crs=4490)
    >>> grouped(mines)[["group", "group_area_m2", "group_patches"]].values.tolist()
    [['G001', 5.0, 2], ['G001', 5.0, 2], ['G002', 6.0, 1]]
    """
    if pairs is None:
        pairs = proximity.pairs_within(mines.geometry, within_m=within_m)
    place = pd.Series(np.arange(len(mines)), index=mines.index)
    ends = place.loc[pairs["first"]].to_numpy(), place.loc[pairs["second"]].to_numpy()
    links = sparse.coo_array((np.ones(len(pairs)), ends), shape=(len(mines), len(mines)))
    component = sparse.csgraph.connected_components(links, directed=False)[1]
    first_label = pd.Series(mines.index.map(str), index=mines.index).groupby(component).transform("min")
    order = {label: number for number, label in enumerate(sorted(set(first_label)), start=1)}
    width = max(3, len(str(len(order))))
    group = first_label.map(lambda label: f"G{order[label]:0{width}d}")
    area = mines["area_m2"].groupby(group).transform("sum")
    return mines.assign(group=group, group_area_m2=area, group_patches=group.groupby(group).transform("size"))


def counts(left_out: pd.DataFrame) -> pd.DataFrame:
    """Return how many patches, and how much ground, each category holds, in the order of :data:`CATEGORIES`.

    Returns
    -------
    DataFrame
        Index: category; ``patches``, ``area_m2``.

    Examples
    --------
    >>> left_out = pd.DataFrame({"category": ["treated", "outside", "treated"], "area_m2": [2.0, 6.0, 3.0]})
    >>> counts(left_out).reset_index().values.tolist()
    [['outside', 1, 6.0], ['treated', 2, 5.0]]
    """
    area = left_out["area_m2"].groupby(left_out["category"])
    found = pd.DataFrame({"patches": area.size(), "area_m2": area.sum()})
    return found.reindex([name for name in CATEGORIES if name in found.index])


def hazards(mines: pd.DataFrame) -> pd.DataFrame:
    """Return what the table itself says for :mod:`restoration.hazard`; NaN where it says nothing.

    Returns
    -------
    DataFrame
        ``people_threatened``, ``face_height_m``, ``mine_water_outflow``, ``open_shafts`` (1 when an untreated patch
        has a shaft or adit, 0 when its units are known and none is one), ``subsidence_m2`` (the patch's area when
        it has a collapse pit).

    Examples
    --------
    Units 5 and 6 are a collapse pit and a shaft; of the last patch nothing is known:

    >>> mines = pd.DataFrame(
    ...     {"damage": ["56", "1", ""], "area_m2": [6.0, 4.0, 2.0],
    ...      "people_threatened": np.nan, "face_height_m": np.nan, "water_damage": np.nan}
    ... )
    >>> hazards(mines)[["open_shafts", "subsidence_m2"]].values.tolist()
    [[1.0, 6.0], [0.0, 0.0], [nan, nan]]
    """
    known, damage = mines["damage"] != "", mines["damage"].str
    shaft = damage.contains("6", regex=False).astype(float).where(known)
    pit = damage.contains("5", regex=False).astype(float).where(known)
    return pd.DataFrame(
        {
            "people_threatened": mines["people_threatened"],
            "face_height_m": mines["face_height_m"],
            "mine_water_outflow": mines["water_damage"],
            "open_shafts": shaft,
            "subsidence_m2": pit * mines["area_m2"],
        },
        index=mines.index,
    )
