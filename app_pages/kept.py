"""Answers kept by their question, so that nothing is computed twice; bounded in number and age."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """A store shared by all sessions of the server.

    Unlike a cached function it holds only whole answers: one whose making was cancelled is not
    there, and making it may show its progress on the page.

    Parameters
    ----------
    most
        Number of answers; the one not asked for longest goes first.
    seconds
        Age at which an answer is forgotten.

    Examples
    --------
    >>> kept = Kept[int](most=2, seconds=60)
    >>> for number in range(3):
    ...     kept.put(number, number * number)
    >>> kept.get(0), kept.get(2)
    (None, 4)
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, tuple[float, Value]] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """Return an answer, or None when there is none that is young enough."""
        with self._lock:
            made_at, value = self._values.get(key, (0.0, None))
            if value is None or time.monotonic() - made_at > self._seconds:
                self._values.pop(key, None)
                return None
            self._values.move_to_end(key)
            return value

    def put(self, key: Hashable, value: Value) -> None:
        """Keep an answer."""
        with self._lock:
            self._values[key] = (time.monotonic(), value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
