"""Tables and text at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.box import Box
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from gis.errors import Language, Text
from planner.line_breaks import BreakingConsole

# Box-drawing characters are one cell wide in some Chinese fonts and two in others: only dashes.
_LINES = Box("    \n    \n -- \n    \n -- \n    \n    \n    \n", ascii=True)


def console() -> Console:
    """Return the console for reports: as wide as the terminal, 120 columns when piped."""
    return BreakingConsole(width=None if sys.stdout.isatty() else 120)


def table(
    titles: Sequence[Text], language: Language, *, heading: Text | None = None, numbers: Sequence[int] = ()
) -> Table:
    """Return an empty table.

    Parameters
    ----------
    titles
        Of the columns.
    language
        To say them in.
    heading
        Of the table.
    numbers
        Positions of columns that hold numbers: flushed right, never broken.
    """
    result = Table(
        title=None if heading is None else heading.said(language),
        title_justify="left",
        title_style="bold",
        box=_LINES,
        show_lines=True,
    )
    for position, title in enumerate(titles):
        is_number = position in numbers
        result.add_column(
            cell(title.said(language)),
            justify="right" if is_number else "left",
            no_wrap=is_number,
            # Chinese has no blanks to wrap at: fold, never cut.
            overflow="fold",
        )
    return result


def cell(text: str) -> str:
    """Return text for a table, without the middle dot: one cell wide in some Chinese fonts, two in others."""
    return text.replace("·", "・")


def progress_bar() -> Progress:
    """Return a progress bar on stderr, shown only where that is a terminal."""
    return Progress(
        BarColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
