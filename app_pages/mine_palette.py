"""How mines are drawn: by safety class, by year. Told apart without colour by hatching and by the marks' words."""

from __future__ import annotations

from app_pages.palette import VerdictSymbol
from planner.app_priorities_map import LEFT_OUT, NOT_PLANNED, OPEN_CLASS, YEAR_CODES

_YEAR_FILLS = (
    "#5b0f6e", "#45308a", "#3a538b", "#2f6c8e", "#25848e", "#1e9b8a",
    "#2ab07f", "#52c569", "#86d549", "#c2df23", "#fde725", "#fff3a0",
)  # fmt: skip
"""Viridis: light is late, also in greyscale and for colour-blind readers."""
_YEAR_HATCHES = ("", "/", "\\", "x", "-", "|", ".", "/", "\\", "x", "-", "|")

SYMBOLS = (
    VerdictSymbol("P1", "#b2182b", "#67000d", "x", "#9e1b1b"),
    VerdictSymbol("P2", "#e08214", "#7f3b08", "/", "#8f4e00"),
    VerdictSymbol("P3", "#f7e08a", "#6b5600", "", "#6b5600"),
    VerdictSymbol(OPEN_CLASS, "#c2a5cf", "#40004b", ".", "#5b0f6e"),
    *(
        VerdictSymbol(code, fill, "#1f2a30", hatch, "#1f2a30")
        for code, fill, hatch in zip(YEAR_CODES, _YEAR_FILLS, _YEAR_HATCHES, strict=True)
    ),
    VerdictSymbol(NOT_PLANNED, "#ffffff", "#595959", ".", "#595959"),
    VerdictSymbol(LEFT_OUT, "#d9d9d9", "#7a7a7a", "", "#595959", dashed=True),
)
