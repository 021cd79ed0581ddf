"""Download: the exports of the check, and the run file that repeats it on the command line."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app_pages import answer, checking, session, stock, texts
from app_pages.kept import Kept
from app_pages.session import plain, say
from app_pages.stock import Stock
from gis.errors import InputError
from gis.note import Note
from planner import app_downloads
from planner import texts as words
from planner.result import Result

_WIDTH_PX = 860
_HOUR_S = 3600.0
_MOST_EXPORTS = 8
_CRS = ("EPSG:4490", "EPSG:4526", "EPSG:4547", "EPSG:4546")

Files = tuple[Mapping[str, bytes], tuple[Note, ...]]


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
        return
    with st.container(width=_WIDTH_PX):
        _page(result, stock_now)


def _page(result: Result, stock_now: Stock) -> None:
    names = [site.site.name for site in result.sites]
    st.markdown(f"#### {plain('、'.join(names))}")
    answer.verdict(result.verdict.code)
    if result.is_illustrative:
        st.warning(say(words.ILLUSTRATIVE_WARNING), icon=":material/warning:")
    st.caption(say(texts.DOWNLOAD_LEAD))
    _offer(result, stock_now)


def _offer(result: Result, stock_now: Stock) -> None:
    left, right, _ = st.columns((1, 1, 2))
    encoding = left.segmented_control(
        say(texts.ENCODING), ("GBK", "UTF-8"), default="GBK", required=True, key="encoding"
    )
    crs = right.selectbox(say(texts.TARGET_CRS), _CRS, key="target_crs")
    key = (result.project, stock_now.fingerprint, session.language(), encoding, crs)
    made = _exports().get(key)
    if made is None:
        made = app_downloads.files(result, session.language(), encoding=encoding, crs=crs)
        _exports().put(key, made)
    contents, notes = made
    columns = st.columns(3)
    for position, (name, title, mimetype) in enumerate(texts.FILES):
        columns[position % 3].download_button(
            say(title),
            contents[name],
            file_name=name,
            mime=mimetype,
            key=f"download_{name}",
            on_click="ignore",
            icon=":material/download:",
            width="stretch",
        )
    for note in notes:
        st.caption(plain(f"{say(note.what)} {say(note.done)}"))
    st.caption(say(texts.RUN_HINT))
