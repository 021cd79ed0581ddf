"""The only clock of the program."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta, timezone

from gis.errors import Language, Text

_BEIJING = timezone(timedelta(hours=8))


def now() -> datetime:
    """Return the time, or the one that ``SOURCE_DATE_EPOCH`` fixes."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.now(UTC) if epoch is None else datetime.fromtimestamp(int(epoch), UTC)
    return moment.replace(microsecond=0)


def today() -> date:
    """Return the day in Beijing, wherever this runs: the day whose law is in force there."""
    return now().astimezone(_BEIJING).date()


def shown(moment: datetime, language: Language) -> str:
    """Return a moment as a report prints it, in Beijing time.

    Examples
    --------
    >>> shown(datetime(2026, 11, 23, 17, 5, tzinfo=UTC), "en")
    '2026-11-24 01:05 (Beijing time)'
    """
    said = f"{moment.astimezone(_BEIJING):%Y-%m-%d %H:%M}"
    return Text(f"{said}（北京时间）", f"{said} (Beijing time)").said(language)
