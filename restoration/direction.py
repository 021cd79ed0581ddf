"""The direction of restoration of the patch table (修复方向): free words, read as end uses or told."""

from __future__ import annotations

import re
from types import MappingProxyType

_PARTS = re.compile(r"[、，,;；/／|＋+\s]+|或者|或|以及|及|与")
_NOTHING = ("无", "暂无", "未定", "待定", "不详", "-", "—", "——")
_WHOLE_WORDS = MappingProxyType(
    {
        "园林绿化": "other",
        "园林": "other",
        "公园": "other",
        "产业园": "building",
        "工业园": "building",
        "物流园": "building",
        "科技园": "building",
        "园区": "building",
        "农田建设": "cultivated",
    }
)
"""Words that hold a shorter word of another meaning: no orchard in 公园, no woodland in 园林. Read first."""
_WORDS = MappingProxyType(
    {
        "cultivated": ("耕", "农田", "旱地", "水浇地", "水田"),
        "forest": (
            "林", "乔木", "灌木", "园地", "果园", "果树", "茶园", "茶树", "桑园", "葡萄园", "种植园",
            "苗圃", "苗木", "花圃",
        ),
        "grass": ("草",),
        "pond": ("塘", "水面", "湿地", "水域", "水库", "鱼", "渔", "水产"),
        "building": ("建设", "工业", "仓储", "光伏", "光互补", "居住", "商业"),
        "other": ("旅游", "其他"),
    }
)  # fmt: skip
"""Orchards, tea gardens and nurseries stand with forest: the law that forbids the one on permanent basic farmland
names 林果业 and 挖塘养鱼 together (domain notes §1.2(b), V)."""


def uses(direction: str) -> tuple[str, ...]:
    """Return the end uses (:data:`restoration.modes.END_USES`) that a direction names.

    Examples
    --------
    >>> uses("耕地或建设用地"), uses("茶园、鱼塘"), uses("公园"), uses("采摘"), uses("")
    (('cultivated', 'building'), ('forest', 'pond'), ('other',), (), ())
    """
    found = {use for part in _parts(direction) for use in _of_part(part)}
    return tuple(use for use in _WORDS if use in found)


def unread(direction: str) -> tuple[str, ...]:
    """Return the parts of a direction that name no end use: what they mean is for a person to say.

    Examples
    --------
    >>> unread("耕地、采摘"), unread("林地"), unread("")
    (('采摘',), (), ())
    """
    return tuple(part for part in _parts(direction) if not _of_part(part))


def _parts(direction: str) -> list[str]:
    return [part for part in _PARTS.split(direction) if part and part not in _NOTHING]


def _of_part(part: str) -> set[str]:
    found = set()
    for word, use in _WHOLE_WORDS.items():
        if word in part:
            found.add(use)
            part = part.replace(word, " ")
    return found | {use for use, words in _WORDS.items() if any(word in part for word in words)}
