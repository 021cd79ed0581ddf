"""A font of the system that holds every character of a chart; without one there is no chart, never boxes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from matplotlib import font_manager, ft2font

from gis.errors import InputError, Text

FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "STHeiti",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Serif CJK SC",
    "Noto Serif CJK JP",
    "SimSun",
    "FangSong",
    "KaiTi",
    "Arial Unicode MS",
)
"""Families looked for, the best first; the first font that holds all characters is taken."""
_REGULAR = ("Regular", "Normal", "Book", "")


def covering(characters: Iterable[str]) -> font_manager.FontProperties:
    """Return a font that has a glyph for every character.

    Raises
    ------
    InputError
        When no font of the system does: it says which one to install.
    """
    wanted = {ord(character) for text in characters for character in text if not character.isspace()}
    for _, _, path in _of_the_system():
        if wanted <= set(ft2font.FT2Font(path).get_charmap()):
            return font_manager.FontProperties(fname=path)
    raise InputError(
        "no_chinese_font",
        Text(
            "系统里没有能显示图表文字的中文字体。", "No font of this system can show the text of the charts."
        ),
        Text(
            "请安装 Noto Sans CJK（思源黑体；Debian/Ubuntu 软件包 fonts-noto-cjk）、微软雅黑或黑体后重新导出。",
            "Install Noto Sans CJK (Source Han Sans; fonts-noto-cjk on Debian and Ubuntu), Microsoft YaHei or SimHei, "
            "and export again.",
        ),
    )


@cache
def _of_the_system() -> tuple[tuple[int, bool, str], ...]:
    """Return the fonts of the families looked for, the best first.

    The folders are read themselves: matplotlib's own list is a cache that misses fonts installed after it.
    """
    found = []
    for path in font_manager.findSystemFonts():
        try:
            font = ft2font.FT2Font(path)
        except (RuntimeError, OSError):
            # a bitmap font, or one that FreeType can't read
            continue
        if font.family_name in FAMILIES:
            is_regular = font.style_name in _REGULAR
            found.append((FAMILIES.index(font.family_name), not is_regular, path))
    return tuple(sorted(found))
