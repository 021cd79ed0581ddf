"""The palette of map, list and legend, with the names that style classes may have."""

from __future__ import annotations

from planner.verdict_symbols import BY_CODE, SYMBOLS, VerdictSymbol, title

__all__ = ["BY_CODE", "CSS_NAMES", "SYMBOLS", "VerdictSymbol", "css_name", "title"]

CSS_NAMES = {"?": "unknown"}
"""What stands in the name of a style class where the code can't."""


def css_name(code: str) -> str:
    """Return a code as it may stand in the name of a style class."""
    return CSS_NAMES.get(code, code)
