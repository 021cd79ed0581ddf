"""Whose day it is: Beijing's, whatever the machine's time zone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from planner import clock
from planner.options import day_of

EVENING_IN_LONDON = datetime(2026, 3, 14, 17, tzinfo=UTC)


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/New_York"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", request.param)
        patched.setenv("SOURCE_DATE_EPOCH", str(int(EVENING_IN_LONDON.timestamp())))
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("zone")
def test_today_is_the_day_in_beijing() -> None:
    """From 2026-03-15 the new reserve regulations are in force; in London it is still the 14th."""
    assert clock.today() == day_of(None) == date(2026, 3, 15)
    assert day_of("2026-03-14") == date(2026, 3, 14)
