"""Tables without geometry: CSV and XLSX, every cell as the words that stand in it."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from gis.errors import InputError, Text
from gis.files import archive, kind
from gis.files.reading import choose_layer, unreadable
from gis.files.text import text_of

TABLE_KINDS = ("csv", "xlsx")
MOST_ROWS, MOST_CELLS = 1_048_576, 10_000_000


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet of cells.

    Parameters
    ----------
    rows
        Every row as wide as the widest, blank cells as ``""``; blank rows around the table left out.
    encoding
        Of a CSV; empty for a workbook.
    sheet
        Name of the sheet; the file's stem for a CSV.
    first_row
        Number of the first row in the file, from 1.
    """

    rows: tuple[tuple[str, ...], ...]
    encoding: str
    sheet: str
    first_row: int


def read(path: Path, *, sheet: str | None = None, least_rows: int = 2) -> Table:
    """Read a table whole.

    Parameters
    ----------
    path
        CSV (commas, semicolons or tabs; UTF-8, GB18030 or UTF-16) or XLSX.
    sheet
        Which sheet of a workbook, when several are filled.
    least_rows
        Rows it has at the least, its header among them.

    Raises
    ------
    InputError
        When it can't be read, is no table, or has no row beside its header.
    """
    found = kind.of(path)
    if found not in TABLE_KINDS:
        raise InputError(
            "not_a_table",
            Text(f"“{path.name}”不是表格文件。", f"'{path.name}' is not a table."),
            Text("请提供 CSV 或 XLSX。", "Give a CSV or XLSX file."),
        )
    try:
        if found == "csv":
            text, encoding = text_of(path.read_bytes(), path)
            return _squared(csv_rows(text), path, encoding, path.stem, least_rows)
        rows, title = sheet_rows(path, sheet)
        return _squared(rows, path, "", title, least_rows)
    except PermissionError as error:
        raise kind.not_readable(path) from error
    except OSError as error:
        raise unreadable(path, str(error)) from error


def csv_rows(text: str) -> list[list[str]]:
    """Split a text into rows; the separator is the one its first line uses most."""
    first = text.partition("\n")[0]
    separator = max((",", "\t", ";"), key=first.count)
    return list(csv.reader(io.StringIO(text), delimiter=separator))


def sheet_rows(path: Path, wanted: str | None) -> tuple[list[list[str]], str]:
    """Return the rows of the only filled sheet of a workbook, or of the one asked for, and its name.

    Raises
    ------
    InputError
        ``file_unreadable`` when it is no workbook; ``zip_too_large`` when it would unpack to too much;
        ``table_too_large`` when a sheet has more than ``MOST_ROWS`` rows or ``MOST_CELLS`` cells; and as of
        :func:`gis.files.reading.choose_layer`, with sheets for layers: no filled one, several and nobody said
        which, or not the one asked for.
    """
    try:
        archive.check_size(path)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise unreadable(path, str(error)) from error
    try:
        sheets = {sheet.title: _rows_of(sheet, path) for sheet in book.worksheets}
    finally:
        book.close()
    filled = [title for title, rows in sheets.items() if len(rows) > 1]
    title = choose_layer(path, filled, wanted)[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheets[title]], title


def _rows_of(sheet: Any, path: Path) -> list[tuple[object, ...]]:
    """Read a sheet, but not beyond what anyone fills by hand: its stated size may be wrong."""
    rows: list[tuple[object, ...]] = []
    cells = 0
    for row in sheet.iter_rows(values_only=True):
        rows.append(row)
        cells += len(row)
        if len(rows) > MOST_ROWS or cells > MOST_CELLS:
            raise InputError(
                "table_too_large",
                Text(
                    f"“{path.name}”的工作表“{sheet.title}”超过{MOST_ROWS}行或{MOST_CELLS}个单元格。",
                    f"Sheet '{sheet.title}' of '{path.name}' has more than {MOST_ROWS} rows or {MOST_CELLS} cells.",
                ),
                Text("请删去空行空列，或拆成几个文件。", "Delete blank rows and columns, or split the file."),
            )
    return rows


def _squared(rows: list[list[str]], path: Path, encoding: str, title: str, least_rows: int) -> Table:
    filled = [number for number, row in enumerate(rows) if any(cell.strip() for cell in row)]
    if len(filled) < least_rows:
        raise InputError(
            "table_empty",
            Text(f"“{path.name}”里没有数据行。", f"'{path.name}' has no row beside its header."),
            Text("第一行为列名，其后每行一条记录。", "Column names in the first row, then one record a row."),
        )
    kept = rows[filled[0] : filled[-1] + 1]
    width = max(len(row) for row in kept)
    cells = tuple(tuple(cell.strip() for cell in row) + ("",) * (width - len(row)) for row in kept)
    return Table(cells, encoding, title, filled[0] + 1)
