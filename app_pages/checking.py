"""Checks as they run: beside the page, so that it can show how far they are, and cancel them."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import streamlit as st

from app_pages import texts
from app_pages.kept import Kept
from app_pages.session import language, say
from app_pages.stock import DAY_S, Progress, Stock
from gis.errors import PlannerError
from layers.spec import catalogue
from planner import app_findings, flow
from planner.app_findings import Shown
from planner.project import Project
from planner.result import Result
from planner.workspace import Loaded

MOST_RESULTS = 24
MOST_AT_ONCE = 4
_TICK_S = 0.2
_RUNNING = "running_check"

Key = tuple[Project, str]


class Cancelled(PlannerError):
    """Nobody waits for this check any more."""


@dataclass(eq=False)
class _Check:
    """A check under way. It goes on when the page is drawn again, and stops when it is cancelled."""

    project: Project
    control: Loaded
    site: str = ""
    layer: str = ""
    told: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> Result:
        return flow.check(self.project, tell=self._tell, loaded=self.control)

    def _tell(self, what: str) -> None:
        if self.stopped.is_set():
            raise Cancelled
        if what in catalogue():
            self.layer = what
        else:
            self.site, self.layer = what, ""
        self.told += 1


@st.cache_resource(show_spinner=False)
def _results() -> Kept[Result]:
    return Kept(MOST_RESULTS, DAY_S)


@st.cache_resource(show_spinner=False)
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="check")


def result_of(project: Project, stock: Stock) -> Result:
    """Return the answer to a question, checking it where that was not done before.

    Raises
    ------
    InputError
        When the question can't be asked.
    """
    key: Key = (project, stock.fingerprint)
    known = _results().get(key)
    if known is not None:
        return known
    check, future = _under_way(key, stock)
    place = st.empty()
    bar: Progress | None = None
    while not future.done():
        try:
            future.exception(timeout=_TICK_S)
        except TimeoutError:
            bar = bar or Progress(say(texts.CHECKING), _steps(project), place)
            bar.show(check.told, check.site, check.layer)
    if bar is not None:
        bar.end()
    st.session_state.pop(_RUNNING, None)
    result = future.result()
    _results().put(key, result)
    return result


def _steps(project: Project) -> int:
    """Return how often a check tells what it does: each site, and each layer there."""
    return len(project.sites) * (1 + sum(spec.role == "control" for spec in catalogue().values()))


@st.cache_resource(show_spinner=False)
def _shown() -> Kept[Shown]:
    return Kept(MOST_RESULTS, DAY_S)


def shown_of(result: Result, stock: Stock) -> Shown:
    """Return what map and list show of a result, in this session's language."""
    key = (result.project, stock.fingerprint, language())
    known = _shown().get(key)
    if known is None:
        known = app_findings.of_result(result, language())
        _shown().put(key, known)
    return known


def cancel() -> None:
    """Stop this session's check at its next step; the page need not wait for that."""
    running = st.session_state.pop(_RUNNING, None)
    if running is not None:
        running[1].stopped.set()


def _under_way(key: Key, stock: Stock) -> tuple[_Check, Future[Result]]:
    """Return this session's check of the question: the one that runs, or a new one."""
    running = st.session_state.get(_RUNNING)
    if running is not None and running[0] == key:
        return running[1], running[2]
    cancel()
    check = _Check(key[0], stock.control)
    future = _workers().submit(check.run)
    st.session_state[_RUNNING] = (key, check, future)
    return check, future
