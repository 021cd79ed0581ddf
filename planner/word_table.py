"""Tables of a Word document: widths that fit Chinese, a header row that repeats, rows that stay whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length

from gis.equal_area import FloatArray

TEXT_STYLE, HEAD_STYLE, GAP_STYLE = "Table Text", "Table Head", "Table Gap"
_TEXT_PT = 9
_CELL_MARGIN_TWIPS = 70
_HEAD_SHADE = "DDEBF7"
_LEAST_UNITS, _LONGEST_WORD_UNITS = 2, 16
_HALVINGS = 40
_ROWS_MEASURED = 500
# XML 1.0, §2.2: what is not a Char.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """Return a text that XML may hold: characters it may not hold become U+FFFD.

    Examples
    --------
    >>> legal("a" + chr(1) + "b" + chr(0xDC00)) == "a" + chr(0xFFFD) + "b" + chr(0xFFFD)
    True
    """
    return _ILLEGAL.sub("\ufffd", text)


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    width: Length,
    *,
    numbers: frozenset[int] = frozenset(),
    heads_on_the_left: bool = False,
) -> Any:
    """Return the element of a table.

    Parameters
    ----------
    header
        Empty: none.
    rows
        Cells that are None or not finite stay empty.
    width
        Of the whole table.
    numbers
        Columns set to the right.
    heads_on_the_left
        Whether the first column says what the others hold.
    """
    cells = [[said(cell) for cell in row] for row in rows]
    twips = _widths(
        [list(header), *cells[:_ROWS_MEASURED]] if header else cells[:_ROWS_MEASURED], width.twips
    )
    made = _element("w:tbl")
    made.append(_properties(sum(twips)))
    grid = _element("w:tblGrid")
    for value in twips:
        grid.append(_element("w:gridCol", w=str(value)))
    made.append(grid)
    if header:
        made.append(_row([(name, HEAD_STYLE, False) for name in header], twips, is_header=True))
    for row in cells:
        styles = [
            HEAD_STYLE if heads_on_the_left and column == 0 else TEXT_STYLE for column in range(len(row))
        ]
        content = [
            (text, style, column in numbers)
            for column, (text, style) in enumerate(zip(row, styles, strict=True))
        ]
        made.append(_row(content, twips))
    return made


def said(value: Any) -> str:
    """Return what stands in a cell.

    Examples
    --------
    >>> [said(value) for value in (None, float("nan"), 3, 0.25, "地块")]
    ['', '', '3', '0.25', '地块']
    """
    if value is None or value is pd.NA or (isinstance(value, float | np.floating) and not np.isfinite(value)):
        return ""
    return str(value.item() if isinstance(value, np.generic) else value)


def shown_width(text: str) -> int:
    """Return how wide a text is, in halves of a Chinese character.

    Examples
    --------
    >>> shown_width("红线 A")
    6
    """
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


def _widths(rows: Sequence[Sequence[str]], width_twips: int) -> list[int]:
    """Share the width out: short columns get what they need, of the rest long ones more than short ones.

    Each column gets ``min(longest line, c·√length)``, and at least its longest word, with the one c that fills the
    table: a column of text that is four times as long becomes twice as wide.
    """
    columns = list(zip(*rows, strict=True))
    unit_twips = _TEXT_PT * 10
    room = width_twips / unit_twips - len(columns) * 2 * _CELL_MARGIN_TWIPS / unit_twips
    least = np.array([max(map(_longest_word, column)) for column in columns], dtype=float)
    most = np.array([max(map(_longest_line, column)) + 1 for column in columns], dtype=float)
    most = np.maximum(most, least)
    weight = np.sqrt([max(1, *map(shown_width, column)) for column in columns])

    def filled(factor: float) -> FloatArray:
        shared: FloatArray = np.maximum(least, np.minimum(most, factor * weight))
        return shared

    low, high = 0.0, float((most / weight).max())
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if filled(middle).sum() < room else (low, middle)
    units = filled(high)
    twips = np.floor(units * room / units.sum() * unit_twips + 2 * _CELL_MARGIN_TWIPS).astype(int)
    return [int(value) for value in twips]


def _longest_line(text: str) -> int:
    return max(map(shown_width, text.split("\n")))


def _longest_word(text: str) -> int:
    """Return the width of what can't be broken well: a number or a Latin word, up to a limit."""
    words = [len(word) for word in re.findall(r"[!-~]+", text)]
    return min(_LONGEST_WORD_UNITS, max([_LEAST_UNITS, *words]) + 2)


def _properties(width_twips: int) -> Any:
    made = _element("w:tblPr")
    made.append(_element("w:tblStyle", val="TableGrid"))
    made.append(_element("w:tblW", w=str(width_twips), type="dxa"))
    made.append(_element("w:jc", val="center"))
    made.append(_element("w:tblLayout", type="fixed"))
    margins = _element("w:tblCellMar")
    for side, twips in (
        ("top", 20),
        ("left", _CELL_MARGIN_TWIPS),
        ("bottom", 20),
        ("right", _CELL_MARGIN_TWIPS),
    ):
        margins.append(_element(f"w:{side}", w=str(twips), type="dxa"))
    made.append(margins)
    return made


def _row(cells: Sequence[tuple[str, str, bool]], twips: Sequence[int], *, is_header: bool = False) -> Any:
    made = _element("w:tr")
    properties = _element("w:trPr")
    properties.append(_element("w:cantSplit"))
    if is_header:
        properties.append(_element("w:tblHeader"))
    made.append(properties)
    for (text, style, is_number), width in zip(cells, twips, strict=True):
        made.append(_cell(text, style, width, is_number=is_number))
    return made


def _cell(text: str, style: str, twips: int, *, is_number: bool) -> Any:
    made = _element("w:tc")
    properties = _element("w:tcPr")
    properties.append(_element("w:tcW", w=str(twips), type="dxa"))
    if style == HEAD_STYLE:
        properties.append(_element("w:shd", val="clear", color="auto", fill=_HEAD_SHADE))
    made.append(properties)
    paragraph = _element("w:p")
    layout = _element("w:pPr")
    layout.append(_element("w:pStyle", val=style.replace(" ", "")))
    if is_number:
        layout.append(_element("w:jc", val="right"))
    paragraph.append(layout)
    if text:
        # The text of a run turns its line ends into breaks.
        run: Any = OxmlElement("w:r")
        run.text = legal(text)
        paragraph.append(run)
    made.append(paragraph)
    return made


def _element(tag: str, **values: str) -> Any:
    made: Any = OxmlElement(tag)
    for name, value in values.items():
        made.set(qn(f"w:{name}"), value)
    return made
