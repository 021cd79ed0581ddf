"""Download: the exports of the check, and the run file that repeats it on the command line."""

from __future__ import annotations

import streamlit as st

from app_pages import answer, checking, delivery, page_words, session, stock, texts
from app_pages.delivery import Delivery
from app_pages.kept import Kept
from app_pages.session import plain, say
from app_pages.stock import Stock
from gis.errors import InputError
from planner import app_downloads
from planner import texts as words
from planner.app_files import Files
from planner.result import Result

_WIDTH_PX = 860
_HOUR_S = 3600.0
_MOST_EXPORTS = 8


@st.cache_resource(show_spinner=False)
def _exports() -> Kept[Files]:
    return Kept(_MOST_EXPORTS, _HOUR_S)


def page() -> None:
    """Draw the page."""
    project = session.asked().project()
    try:
        stock_now = stock.of_workspace()
        result = None if project is None else checking.result_of(project, stock_now)
    except InputError as error:
        session.show_error(error)
        return
    if result is None:
        st.info(say(texts.NOTHING_TO_DOWNLOAD))
        if st.button(say(texts.GO_CHECK), key="go_check", icon=":material/arrow_forward:"):
            session.go_to_first_page()
        return
    with st.container(width=_WIDTH_PX):
        _page(result, stock_now)


def _page(result: Result, stock_now: Stock) -> None:
    names = [page_words.with_titles(site.site.name, session.language()) for site in result.sites]
    st.markdown(f"#### {plain(words.listed(names, session.language()))}")
    answer.verdict(result.verdict.code)
    if result.is_illustrative:
        st.warning(say(words.ILLUSTRATIVE_WARNING), icon=":material/warning:")
    st.caption(say(texts.DOWNLOAD_LEAD))
    _offer(result, stock_now)


def _offer(result: Result, stock_now: Stock) -> None:
    how = delivery.ask("download", (1, 1, 2))
    try:
        made = _files_of(result, stock_now, how)
    except InputError as error:
        session.show_error(error)
        return
    delivery.offer(made, texts.FILES, "download", 3)
    st.caption(say(texts.RUN_HINT))


def _files_of(result: Result, stock_now: Stock, how: Delivery) -> Files:
    key = (result.project, stock_now.fingerprint, session.language(), how.encoding, how.crs)
    made = _exports().get(key)
    if made is None:
        made = app_downloads.files(result, session.language(), encoding=how.encoding, crs=how.crs)
        _exports().put(key, made)
    return made
