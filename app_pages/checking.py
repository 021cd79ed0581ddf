"""Checks as they run: with progress, to be cancelled; kept by their question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app_pages import stock, texts
from app_pages.kept import Kept
from app_pages.session import language, say
from app_pages.stock import DAY_S, Stock
from app_pages.work import Desk
from layers.spec import catalogue
from planner import app_findings, flow
from planner.app_findings import Shown
from planner.project import Project
from planner.result import Result

MOST_RESULTS = 24
_DESK = Desk("check", most_at_once=4)

Key = tuple[Project, str]


@st.cache_resource(show_spinner=False)
def _results() -> Kept[Result]:
    return Kept(MOST_RESULTS, DAY_S)


def result_of(project: Project, stock_now: Stock) -> Result:
    """Return the answer to a question, checking it where that was not done before.

    Raises
    ------
    InputError
        When the question can't be asked.
    """
    key: Key = (project, stock_now.fingerprint)
    known = _results().get(key)
    if known is None:
        steps = _steps(project)
        known = _DESK.waited(
            key,
            lambda tell: flow.check(project, tell=tell, loaded=stock_now.control),
            lambda place, told: _show(place, told, steps),
        )
        _results().put(key, known)
    return known


def _steps(project: Project) -> int:
    """Return how often a check tells what it does: each site, and each layer there."""
    return len(project.sites) * (1 + sum(spec.role == "control" for spec in catalogue().values()))


def _show(place: DeltaGenerator, told: Sequence[str], steps: int) -> None:
    stock.show_progress(place, say(texts.CHECKING), len(told) / steps, *doing(told))


def doing(told: Sequence[str]) -> tuple[str, ...]:
    """Return what a check is at, of all that it told: a site, and a layer there.

    Examples
    --------
    >>> doing(["a.shp", "county", "b.shp", "county", "river"]), doing(["a.shp", "county", "b.shp"])
    (('b.shp', 'river'), ('b.shp',))
    """
    sites = [what for what in told if what not in catalogue()]
    return (*sites[-1:], *(what for what in told[-1:] if what in catalogue()))


@st.cache_resource(show_spinner=False)
def _shown() -> Kept[Shown]:
    return Kept(MOST_RESULTS, DAY_S)


def shown_of(result: Result, stock_now: Stock) -> Shown:
    """Return what map and list show of a result, in this session's language."""
    key = (result.project, stock_now.fingerprint, language())
    known = _shown().get(key)
    if known is None:
        known = app_findings.of_result(result, language())
        _shown().put(key, known)
    return known


def cancel() -> None:
    """Stop this session's check at its next step; the page need not wait for that."""
    _DESK.cancel()


def sites_in_use() -> tuple[Path, ...]:
    """Return the sites that this session's check reads just now."""
    running = cast("Key | None", _DESK.question())
    return () if running is None else running[0].sites
