"""One palette for map, list, legend and report: told apart without colour, by hatching, and in greyscale."""

from __future__ import annotations

from dataclasses import dataclass

from gis.errors import Text
from planner import texts, wording
from zoning.statement import NEAR, NOT_ASSESSED

WITHIN_TOLERANCE = "near"
UNASSESSED = "none"
_WITHIN_STANDING = "within_tolerance"


@dataclass(frozen=True, slots=True)
class VerdictSymbol:
    """How a verdict is drawn; ``chip`` is dark enough for white text on it (4.5 to 1)."""

    code: str
    fill: str
    line: str
    hatch: str
    chip: str
    dashed: bool = False


SYMBOLS = (
    VerdictSymbol("P", "#b2182b", "#67000d", "x", "#9e1b1b"),
    VerdictSymbol("A", "#e08214", "#7f3b08", "/", "#8f4e00"),
    VerdictSymbol("?", "#9970ab", "#40004b", ".", "#6a3d8a"),
    VerdictSymbol("C", "#f1c232", "#6b5600", "\\", "#6b5600"),
    VerdictSymbol("G", "#67a9cf", "#08519c", "-", "#1f5f99"),
    VerdictSymbol("E", "#5aae61", "#00441b", "|", "#1b6e31"),
    VerdictSymbol("N", "#d9d9d9", "#525252", "", "#595959"),
    VerdictSymbol(WITHIN_TOLERANCE, "#ffffff", "#40004b", "/", "#6a3d8a", dashed=True),
    VerdictSymbol(UNASSESSED, "#bdbdbd", "#3d3d3d", "x", "#4d4d4d", dashed=True),
)
BY_CODE = {symbol.code: symbol for symbol in SYMBOLS}


def code_of(state: str, standing: str, verdict: str) -> str:
    """Return how a finding is drawn: a verdict's code, within the tolerance of the lines, or not assessed.

    Examples
    --------
    >>> code_of("hit", "definite", "P"), code_of("near", "", "P"), code_of("not_assessed", "", "?")
    ('P', 'near', 'none')
    """
    if state == NOT_ASSESSED:
        return UNASSESSED
    return WITHIN_TOLERANCE if state == NEAR or standing == _WITHIN_STANDING else verdict


def title(code: str) -> Text:
    """Return what a code means, in words."""
    if code == WITHIN_TOLERANCE:
        return texts.STANDINGS["within_tolerance"]
    if code == UNASSESSED:
        return texts.STATES["not_assessed"]
    return Text(wording.verdict_title(code, "zh"), wording.verdict_title(code, "en"))
