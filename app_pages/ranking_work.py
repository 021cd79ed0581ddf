"""Assessments and decisions as they run: with progress, to be cancelled; kept by their question."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app_pages import session, stock, texts
from app_pages.kept import Kept
from app_pages.session import language, say
from app_pages.stock import DAY_S, Stock
from app_pages.work import Desk, Show
from gis.errors import Text
from planner import app_priorities, app_priorities_map, app_wish, rank_flow
from planner.app_files import Files
from planner.app_priorities_map import Colouring, MinesShown
from planner.priorities import Choices, Priorities
from planner.rank_result import Assessed, Decision

MOST_ASSESSMENTS = 3
MOST_DECISIONS = 8
MOST_EXPORTS = 4
HOUR_S = 3600.0
_DESK = Desk("ranking", most_at_once=2)


@st.cache_resource(show_spinner=False)
def _assessments() -> Kept[Assessed]:
    return Kept(MOST_ASSESSMENTS, DAY_S)


@st.cache_resource(show_spinner=False)
def _decisions() -> Kept[Decision]:
    return Kept(MOST_DECISIONS, DAY_S)


def assessed_of(question: Priorities, stock_now: Stock) -> Assessed:
    """Return the mines measured, measuring them where that was not done before.

    Raises
    ------
    InputError
        When the question can't be asked.
    """
    key = (question, stock_now.fingerprint)
    known = _assessments().get(key)
    if known is None:
        steps = app_wish.steps_of(question)
        known = _DESK.waited(
            key,
            lambda tell: rank_flow.assess(question, tell, loaded=stock_now.loaded),
            _shown(texts.ASSESSING, steps),
        )
        _assessments().put(key, known)
    return known


def whole_of(assessed: Assessed, choices: Choices, stock_now: Stock) -> Decision:
    """Return the whole decision, as the command line makes it.

    Raises
    ------
    InputError
        For choices that can't be made; with the smallest relaxation when no programme meets the wish.
    """
    known = kept_whole(assessed, choices, stock_now)
    if known is None:
        key = _key(assessed, choices, stock_now)
        known = _DESK.waited(
            key,
            lambda tell: rank_flow.decide(assessed, choices, tell),
            _shown(texts.DECIDING, len(_DECIDING)),
        )
        _decisions().put(key, known)
    return known


def kept_whole(assessed: Assessed, choices: Choices, stock_now: Stock) -> Decision | None:
    """Return the whole decision where it was made before."""
    return _decisions().get(_key(assessed, choices, stock_now))


def quick_of(assessed: Assessed, choices: Choices, stock_now: Stock) -> Decision:
    """Return the ranking alone, at once.

    Raises
    ------
    InputError
        For choices that can't be made.
    """
    key = ("quick", *_key(assessed, choices, stock_now))
    known = _decisions().get(key)
    if known is None:
        known = app_priorities.quick(assessed, choices)
        _decisions().put(key, known)
    return known


def _key(assessed: Assessed, choices: Choices, stock_now: Stock) -> tuple[Priorities, str, Choices]:
    return (assessed.question, stock_now.fingerprint, choices)


_DECIDING = ("robustness", "programme", "budget curve")


def _shown(title: Text, steps: int) -> Show:
    def show(place: DeltaGenerator, told: Sequence[str]) -> None:
        doing = app_wish.step_title(told[-1], language()) if told else ""
        stock.show_progress(place, say(title), app_wish.share_done(told, steps), doing)

    return show


def cancel() -> None:
    """Stop this session's work at its next step; the page need not wait for that."""
    _DESK.cancel()


@st.cache_resource(show_spinner=False)
def _exports() -> Kept[Files]:
    return Kept(MOST_EXPORTS, HOUR_S)


def files_of(decision: Decision, stock_now: Stock, encoding: str, crs: str) -> Files:
    """Return the exports of a whole decision, and what to know of them.

    Raises
    ------
    InputError
        When they can't be written.
    """
    key = (*_key(decision.assessed, decision.choices, stock_now), session.language(), encoding, crs)
    made = _exports().get(key)
    if made is None:
        made = app_priorities.files(decision, session.language(), encoding=encoding, crs=crs)
        _exports().put(key, made)
    return made


@st.cache_resource(show_spinner=False)
def _maps() -> Kept[MinesShown]:
    return Kept(MOST_DECISIONS, DAY_S)


def mines_on_map(decision: Decision, by: Colouring, stock_now: Stock) -> MinesShown:
    """Return the mines as the map draws them, in this session's language."""
    key = (
        *_key(decision.assessed, decision.choices, stock_now),
        by,
        session.language(),
        decision.plan is None,
    )
    made = _maps().get(key)
    if made is None:
        made = app_priorities_map.mines(decision, by, session.language())
        _maps().put(key, made)
    return made
