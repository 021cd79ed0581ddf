"""A note: something that was noticed in data, what was done about it, and in which rows."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

from gis.errors import Text

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Note:
    """One kind of fault in one data set.

    Parameters
    ----------
    code
        Stable short name for programs (``self_crossing``).
    severity
        ``info``: nothing to do; ``warning``: look at it; ``error``: an answer built on these rows
        is not an answer, they count as *not assessed*.
    what, done
        What was found, and what was done about it.
    rows
        Labels of the rows concerned; empty when the fault belongs to the whole file.
    """

    code: str
    severity: Severity
    what: Text
    done: Text
    rows: tuple[Hashable, ...] = ()

    @property
    def count(self) -> int:
        """Number of rows concerned; 1 for a fault of the whole file."""
        return max(1, len(self.rows))
