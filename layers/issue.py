"""A data fault as a row: in which layer, what, how many, what was done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gis.errors import Text
from gis.note import Note, Severity

MAX_ROWS_NAMED = 20


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault of one layer (or site), as it stands in the app and in the report.

    Parameters
    ----------
    layer
        Id of the layer, or the site's name.
    code, severity, what, done
        As in :class:`gis.note.Note`.
    count
        Rows concerned.
    rows
        The first of them, as the file counts (from 1).
    """

    layer: str
    code: str
    severity: Severity
    count: int
    what: Text
    done: Text
    rows: tuple[str, ...] = ()


def from_notes(layer: str, notes: Iterable[Note]) -> tuple[Issue, ...]:
    """Return the notes of a file as issues of a layer."""
    return tuple(
        Issue(
            layer=layer,
            code=note.code,
            severity=note.severity,
            count=note.count,
            what=note.what,
            done=note.done,
            rows=tuple(
                str(row + 1) if isinstance(row, int) else str(row) for row in note.rows[:MAX_ROWS_NAMED]
            ),
        )
        for note in notes
    )
