"""Sheets of a workbook that opens well: widths and heights that fit Chinese, a header that stays, no formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from gis.errors import Language, Text

FIXED_TIME = datetime(1980, 1, 1)
_WIDEST = 60
_LINE_POINTS = 15
_TALLEST_POINTS = 400
_A3 = 8
_WIDEST_PRINTED = 320
_ROWS_MEASURED = 2_000
"""Widths are those of the first rows: enough to fit, and a table of 100,000 stays quick."""

Sheet = tuple[Sequence[str], Sequence[Sequence[Any]]]


def write(path: Path, sheets: Mapping[str, Sheet]) -> None:
    """Write sheets (title to header and rows), the same bytes for the same content."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": FIXED_TIME})
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    for title, (header, rows) in sheets.items():
        _write_sheet(book.add_worksheet(title), header, rows, bold, plain)
    book.close()


def header(language: Language, *titles: Text) -> list[str]:
    """Return the titles of columns in one language."""
    return [title.said(language) for title in titles]


def of_frame(frame: pd.DataFrame, titles: Sequence[str]) -> Sheet:
    """Return a frame as a sheet, without its index."""
    return list(titles), frame.to_numpy(dtype=object).tolist()


def _write_sheet(
    sheet: Any, header: Sequence[str], rows: Sequence[Sequence[Any]], bold: Any, plain: Any
) -> None:
    sheet.write_row(0, 0, header, bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            cell = value.item() if isinstance(value, np.generic) else value
            if cell is None or cell is pd.NA or (isinstance(cell, float) and not np.isfinite(cell)):
                sheet.write_blank(number, column, None, plain)
            else:
                sheet.write(number, column, cell, plain)
    widths = []
    measured = rows[:_ROWS_MEASURED]
    for column, name in enumerate(header):
        longest = max([_shown_width(name), *(_shown_width(row[column]) for row in measured)])
        widths.append(min(_WIDEST, longest + 2))
        sheet.set_column(column, column, widths[-1])
    for number, row in enumerate(measured, start=1):
        lines = max(-(-_shown_width(value) // (width - 1)) for value, width in zip(row, widths, strict=True))
        sheet.set_row(number, min(_TALLEST_POINTS, _LINE_POINTS * max(1, lines)))
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A3)
    if sum(widths) <= _WIDEST_PRINTED:
        sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(header) - 1)


def _shown_width(value: object) -> int:
    return sum(2 if ord(character) > 0x2E80 else 1 for character in str(value))
