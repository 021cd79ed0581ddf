"""Work as it runs: beside the page, so that the page can show how far it is, and cancel it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gis.errors import PlannerError

_TICK_S = 0.2

Tell = Callable[[str], None]
Show = Callable[[DeltaGenerator, Sequence[str]], None]
"""Draws, in a place of the page, how far work is of which this was told."""
Value = TypeVar("Value")


class Cancelled(PlannerError):
    """Nobody waits for this work any more."""


@dataclass(eq=False)
class Work(Generic[Value]):
    """Work under way. It goes on when the page is drawn again, and stops at its next step when cancelled."""

    make: Callable[[Tell], Value]
    told: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> Value:
        """Do the work."""
        return self.make(self._tell)

    def _tell(self, what: str) -> None:
        if self.stopped.is_set():
            raise Cancelled
        self.told.append(what)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one kind of work is done: a session has one piece of it at a time, the server some."""

    name: str
    most_at_once: int

    @property
    def _held(self) -> str:
        return f"running_{self.name}"

    def waited(self, key: Hashable, make: Callable[[Tell], Value], show: Show) -> Value:
        """Wait for this session's work on a question: what is under way, or what is begun now.

        Parameters
        ----------
        key
            The question.
        make
            Does the work, telling each step.
        show
            Draws how far it is.
        """
        work, future = self._under_way(key, make)
        place = st.empty()
        while not future.done():
            try:
                future.exception(timeout=_TICK_S)
            except TimeoutError:
                show(place, tuple(work.told))
        place.empty()
        st.session_state.pop(self._held, None)
        return future.result()

    def question(self) -> Hashable | None:
        """Return the question that this session's work is about; None where none is under way."""
        running = st.session_state.get(self._held)
        return None if running is None or running[2].done() else running[0]

    def cancel(self) -> None:
        """Stop this session's work at its next step; the page need not wait for that."""
        running = st.session_state.pop(self._held, None)
        if running is not None:
            running[1].stopped.set()

    def _under_way(self, key: Hashable, make: Callable[[Tell], Value]) -> tuple[Work[Value], Future[Value]]:
        running = st.session_state.get(self._held)
        if running is not None and running[0] == key:
            return cast("Work[Value]", running[1]), cast("Future[Value]", running[2])
        self.cancel()
        work = Work(make)
        future = _workers(self.name, self.most_at_once).submit(work.run)
        st.session_state[self._held] = (key, work, future)
        return work, future


@st.cache_resource(show_spinner=False)
def _workers(name: str, most_at_once: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(most_at_once, thread_name_prefix=name)
