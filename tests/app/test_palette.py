"""The palette: white words can be read on it, and verdicts are told apart without colour."""

from __future__ import annotations

from app_pages import palette


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_chips_are_dark_enough_for_white_words() -> None:
    for symbol in palette.SYMBOLS:
        assert 1.05 / (luminance(symbol.chip) + 0.05) >= 4.5, symbol.code


def test_verdicts_differ_without_colour() -> None:
    told_apart = [(symbol.hatch, symbol.dashed) for symbol in palette.SYMBOLS]
    assert len(set(told_apart)) == len(told_apart)
