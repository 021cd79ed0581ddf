"""Assessments and decisions as they run: beside the page, with progress, to be cancelled; kept by their question."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

import streamlit as st

from app_pages import session, texts
from app_pages.checking import Cancelled
from app_pages.kept import Kept
from app_pages.session import language, plain, say
from app_pages.stock import DAY_S, Stock
from gis.errors import Text
from planner import app_priorities, app_priorities_map, app_wish, rank_flow
from planner.app_files import Files
from planner.app_priorities_map import Colouring, MinesShown
from planner.priorities import Choices, Priorities
from planner.rank_result import Assessed, Decision

MOST_ASSESSMENTS = 3
MOST_DECISIONS = 8
MOST_AT_ONCE = 2
MOST_EXPORTS = 4
HOUR_S = 3600.0
_TICK_S = 0.2
_RUNNING = "running_ranking"

Tell = Callable[[str], None]
Value = TypeVar("Value")


@dataclass(eq=False)
class _Work(Generic[Value]):
    """Work under way. It goes on when the page is drawn again, and stops at its next step when cancelled."""

    make: Callable[[Tell], Value]
    told: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> Value:
        return self.make(self._tell)

    def _tell(self, what: str) -> None:
        if self.stopped.is_set():
            raise Cancelled
        self.told.append(what)


@st.cache_resource(show_spinner=False)
def _assessments() -> Kept[Assessed]:
    return Kept(MOST_ASSESSMENTS, DAY_S)


@st.cache_resource(show_spinner=False)
def _decisions() -> Kept[Decision]:
    return Kept(MOST_DECISIONS, DAY_S)


@st.cache_resource(show_spinner=False)
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="ranking")


def assessed_of(question: Priorities, stock: Stock) -> Assessed:
    """Return the mines measured, measuring them where that was not done before.

    Raises
    ------
    InputError
        When the question can't be asked.
    """
    key = (question, stock.fingerprint)
    known = _assessments().get(key)
    if known is None:
        steps = app_wish.steps_of(question)
        known = _waited(
            key, lambda tell: rank_flow.assess(question, tell, loaded=stock.loaded), texts.ASSESSING, steps
        )
        _assessments().put(key, known)
    return known


def whole_of(assessed: Assessed, choices: Choices, stock: Stock) -> Decision:
    """Return the whole decision, as the command line makes it.

    Raises
    ------
    InputError
        For choices that can't be made; with the smallest relaxation when no programme meets the wish.
    """
    known = kept_whole(assessed, choices, stock)
    if known is None:
        key = _key(assessed, choices, stock)
        known = _waited(
            key, lambda tell: rank_flow.decide(assessed, choices, tell), texts.DECIDING, len(_DECIDING)
        )
        _decisions().put(key, known)
    return known


def kept_whole(assessed: Assessed, choices: Choices, stock: Stock) -> Decision | None:
    """Return the whole decision where it was made before."""
    return _decisions().get(_key(assessed, choices, stock))


def quick_of(assessed: Assessed, choices: Choices, stock: Stock) -> Decision:
    """Return the ranking alone, at once.

    Raises
    ------
    InputError
        For choices that can't be made.
    """
    key = ("quick", *_key(assessed, choices, stock))
    known = _decisions().get(key)
    if known is None:
        known = app_priorities.quick(assessed, choices)
        _decisions().put(key, known)
    return known


def _key(assessed: Assessed, choices: Choices, stock: Stock) -> tuple[Priorities, str, Choices]:
    return (assessed.question, stock.fingerprint, choices)


_DECIDING = ("robustness", "programme", "budget curve")


def _waited(key: Hashable, make: Callable[[Tell], Value], title: Text, steps: int) -> Value:
    """Wait for this session's work on a question, showing how far it is."""
    work, future = _under_way(key, make)
    place = st.empty()
    while not future.done():
        try:
            future.exception(timeout=_TICK_S)
        except TimeoutError:
            doing = app_wish.step_title(work.told[-1], language()) if work.told else ""
            share = app_wish.share_done(work.told, steps)
            place.progress(share, text=f"{say(title)} {plain(doing)}")
    place.empty()
    st.session_state.pop(_RUNNING, None)
    return future.result()


def _under_way(key: Hashable, make: Callable[[Tell], Value]) -> tuple[_Work[Value], Future[Value]]:
    running = st.session_state.get(_RUNNING)
    if running is not None and running[0] == key:
        return cast("_Work[Value]", running[1]), cast("Future[Value]", running[2])
    cancel()
    work = _Work(make)
    future = _workers().submit(work.run)
    st.session_state[_RUNNING] = (key, work, future)
    return work, future


def cancel() -> None:
    """Stop this session's work at its next step; the page need not wait for that."""
    running = st.session_state.pop(_RUNNING, None)
    if running is not None:
        running[1].stopped.set()


@st.cache_resource(show_spinner=False)
def _exports() -> Kept[Files]:
    return Kept(MOST_EXPORTS, HOUR_S)


def files_of(decision: Decision, stock: Stock, encoding: str, crs: str) -> Files:
    """Return the exports of a whole decision, and what to know of them.

    Raises
    ------
    InputError
        When they can't be written.
    """
    key = (*_key(decision.assessed, decision.choices, stock), session.language(), encoding, crs)
    made = _exports().get(key)
    if made is None:
        made = app_priorities.files(decision, session.language(), encoding=encoding, crs=crs)
        _exports().put(key, made)
    return made


@st.cache_resource(show_spinner=False)
def _maps() -> Kept[MinesShown]:
    return Kept(MOST_DECISIONS, DAY_S)


def mines_on_map(decision: Decision, by: Colouring, stock: Stock) -> MinesShown:
    """Return the mines as the map draws them, in this session's language."""
    key = (*_key(decision.assessed, decision.choices, stock), by, session.language(), decision.plan is None)
    made = _maps().get(key)
    if made is None:
        made = app_priorities_map.mines(decision, by, session.language())
        _maps().put(key, made)
    return made
