"""Siting check: a boundary and a project class go in, the verdict comes out beside the map."""

from __future__ import annotations

import streamlit as st

from app_pages import answer, boundary, checking, land_map, page_words, question, session, stock, texts
from app_pages.session import Asked, plain, say
from app_pages.stock import Stock
from gis.errors import InputError
from planner import samples as sample_projects
from planner.app_findings import Shown
from planner.result import Result

_MAP_TO_ANSWER = (1.62, 1)


def page() -> None:
    """Draw the page."""
    options = question.ask()
    try:
        stock_now = stock.of_workspace()
    except InputError as error:
        session.show_error(error)
        st.button(say(texts.READ_AGAIN), key="read_again")
        return
    left, right = st.columns(_MAP_TO_ANSWER, gap="small")
    with right, st.container(height=600, border=False, key="answer"):
        shown, fault = _answered(session.asked(), stock_now)
    question.reading_options(options, fault)
    with left:
        land_map.show(stock_now.map, shown, can_draw=True, view="siting", visible=land_map.VISIBLE_AT_FIRST)


def _answered(asked: Asked, stock_now: Stock) -> tuple[Shown | None, InputError | None]:
    """Draw the right-hand side and return what the map shall show, or why there is no answer."""
    if asked.error is not None:
        session.show_error(asked.error)
    project = asked.project()
    if project is None:
        _invite(asked, stock_now)
        return None, None
    if asked.cancelled == project:
        st.warning(say(texts.CANCELLED))
        st.button(say(texts.CHECK_AGAIN), key="check_again", on_click=_check_again)
        return None, None
    cancel = st.empty()
    cancel.button(say(texts.CANCEL), key="cancel", on_click=_cancel)
    try:
        result = checking.result_of(project, stock_now)
    except InputError as error:
        cancel.empty()
        session.show_error(error)
        if asked.origin in ("upload", "pasted") and page_words.names_a_field(error):
            st.caption(say(texts.SEE_OPTIONS))
        return None, error
    cancel.empty()
    shown = checking.shown_of(result, stock_now)
    _go_there(asked, result, shown)
    answer.show(result, shown)
    return shown, None


def _go_there(asked: Asked, result: Result, shown: Shown) -> None:
    """Order the map to show a site that is new; never again for the same one."""
    sites = tuple(digest for _, digest in result.stamp.sites)
    if st.session_state.get("seen_sites") != sites:
        st.session_state["seen_sites"] = sites
        if asked.origin != "drawing":
            asked.fly_to(shown.extent_deg)


def _cancel() -> None:
    checking.cancel()
    asked = session.asked()
    asked.cancelled = asked.project()


def _check_again() -> None:
    session.asked().cancelled = None


def _invite(asked: Asked, stock_now: Stock) -> None:
    if asked.sites:
        st.info(say(texts.STEPS_CLASS), icon=":material/arrow_back:")
        return
    if asked.activity:
        st.info(say(texts.STEPS_SITE), icon=":material/arrow_back:")
    try:
        offered = sample_projects.samples(stock_now.workspace.folder)
    except InputError:
        return  # A workspace of one's own has no samples.
    st.markdown(f"#### {say(texts.START)}")
    st.caption(say(texts.START_HINT))
    with st.container(key="samples", gap="xsmall"):
        for number, sample in enumerate(offered):
            st.button(
                plain(say(sample.title)),
                key=f"sample_{number}",
                help=plain(say(sample.story)),
                on_click=_take_sample,
                args=(sample,),
                width="stretch",
            )


def _take_sample(sample: sample_projects.Sample) -> None:
    boundary.forget()
    asked = session.asked()
    asked.sites = (session.workspace() / "sites" / sample.file,)
    asked.origin = "sample"
    asked.activity = sample.activity
    asked.answers = dict(sample.flags)
    asked.crs = sample.crs or ""
    st.session_state["class_query"] = ""
    st.session_state.pop("class_search", None)
