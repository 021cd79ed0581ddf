"""Sentences that were written for the command line, as a page says them: with its fields in place of options."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from app_pages import texts
from gis.errors import InputError, Language
from planner import app_question
from planner.texts import SEVERITIES

_OPTION = re.compile("--[a-z]+")
_NAMED = f"({'|'.join(texts.OPTION_FIELDS)})"
_TURNS: Mapping[Language, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "zh": (
            (rf"用 {_NAMED} (\S+) 或 \1 (\S+) 声明", r"在\1声明 \2 或 \3 "),
            (rf'用 {_NAMED} "\*" ', "在该栏填 * "),
            (rf"改用 {_NAMED} (\S+?)。", r"在\1改选 \2。"),
            (rf"如 {_NAMED} ", "如 "),
            ("；可减小 --group", ""),
            (rf"用 {_NAMED} ?", r"在\1"),
        ),
        "en": (
            (rf"declare {_NAMED} (\S+) or \1 (\S+?)\.", r"declare \2 or \3 with \1."),
            (rf'with {_NAMED} "\*"', "with * in it"),
            (rf"Use {_NAMED} (\S+?)\.", r"Choose \2 with \1."),
            (rf"such as {_NAMED} ", "such as "),
            ("; a smaller --group helps", ""),
        ),
    }
)
"""Turns of phrase in which an option has a value; what is left after them is the option alone."""


def said(error: InputError, language: Language, *, drawn: bool = False) -> tuple[str, str]:
    """Return the two sentences of an error as a page says them.

    Parameters
    ----------
    error
        What is wrong.
    language
        Of the words.
    drawn
        Whether it is about a drawing, whose reading has no options.
    """
    what, mend = texts.PAGE_ERRORS.get(error.code, (None, None))
    what, mend = what or error.what, mend or error.mend
    if drawn and _OPTION.search(mend.zh):
        mend = texts.DRAW_AGAIN
    return in_fields(what.said(language), language), in_fields(mend.said(language), language)


def in_fields(sentence: str, language: Language) -> str:
    """Return a sentence with fields of the page in place of options of the command line.

    Examples
    --------
    >>> in_fields("或用 --crs 声明坐标系（如 --crs EPSG:4547）。", "zh")
    '或在“坐标系”一栏声明坐标系（如 EPSG:4547）。'
    >>> in_fields("Declare the system with --crs (such as --crs EPSG:4547).", "en")
    "Declare the system with the field 'Coordinate system' (such as EPSG:4547)."
    """
    for turn, reworded in _TURNS[language]:
        sentence = re.sub(turn, reworded, sentence)
    return _OPTION.sub(lambda option: _field(option.group(), language), sentence)


def issue(severity: str, words: str, language: Language) -> str:
    """Return an issue as a line of a page: how grave it is, and its words with fields in place of options.

    Examples
    --------
    >>> issue("warning", "有1处重叠。", "zh"), issue("warning", "One overlap.", "en")
    ('[注意] 有1处重叠。', '[warning] One overlap.')
    """
    return f"[{SEVERITIES[severity].said(language)}] {in_fields(words, language)}"


def _field(option: str, language: Language) -> str:
    return texts.OPTION_FIELDS[option].said(language) if option in texts.OPTION_FIELDS else option


def names_a_field(error: InputError | None) -> bool:
    """Whether the way to mend an error is one of the fields of how a file is read."""
    return error is not None and any(
        option in texts.OPTION_FIELDS for option in _OPTION.findall(error.mend.zh)
    )


def with_titles(text: str, language: Language) -> str:
    """Return a text with the titles of what was drawn or pasted in place of the names of their files.

    Examples
    --------
    >>> with_titles("绘制范围.geojson: prohibited", "en")
    'drawn boundary: prohibited'
    """
    for name, title in app_question.FILE_TITLES.items():
        text = text.replace(name, title.said(language))
    return text
