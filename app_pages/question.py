"""The question: boundary, project class, facts, day. Each widget writes into the session's question."""

from __future__ import annotations

from datetime import date

import streamlit as st

from app_pages import session, texts
from app_pages.session import Asked, plain, say
from gis.errors import InputError
from planner import app_question
from planner.app_question import SUFFIXES, Upload
from planner.options import day_of

MOST_PASTED = 200_000
_FIRST_DAY, _LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)


def ask() -> None:
    """Draw the form in the sidebar."""
    with st.sidebar:
        with st.container(key="app_title"):
            st.markdown(say(texts.TITLE))
        question = session.asked()
        _boundary(question)
        _project_class(question)
        if question.activity:
            _facts(question)
        _day(question)


def _boundary(question: Asked) -> None:
    st.file_uploader(
        say(texts.UPLOAD),
        type=SUFFIXES,
        accept_multiple_files=True,
        key=session.upload_key(),
        help=say(texts.UPLOAD_HELP),
        on_change=_uploaded,
    )
    st.caption(say(texts.OR_DRAW))
    _pasting()
    if question.origin != "upload":
        for site in question.sites:
            st.text(site.name)
    if question.sites or question.error is not None:
        with st.container(horizontal=True, gap="small"):
            if question.sites and question.origin != "drawing":
                st.button(say(texts.EDIT_ON_MAP), key="edit_site", on_click=_edit, icon=":material/edit:")
            st.button(say(texts.CLEAR_SITE), key="clear_site", on_click=clear, icon=":material/close:")
    if question.origin in ("upload", "pasted") or question.error is not None:
        _reading_options(question)


def _pasting() -> None:
    with st.expander(say(texts.PASTE), key="pasting"):
        st.text_area(
            say(texts.PASTE_HINT),
            placeholder="4203000.0, 467000.0\n4203000.0, 467400.0\n4202800.0, 467400.0",
            key="pasted",
            max_chars=MOST_PASTED,
            height=120,
        )
        st.selectbox(
            say(texts.PASTE_CRS),
            texts.CRS_ITEMS,
            accept_new_options=True,
            placeholder=say(texts.CRS_HINT),
            key="pasted_crs",
        )
        st.button(say(texts.PASTE_TAKE), key="paste_take", on_click=_take_pasted, icon=":material/check:")


def _take_pasted() -> None:
    session.empty_upload()
    question = session.asked()
    try:
        session.take_uploads([app_question.pasted(st.session_state["pasted"])], origin="pasted")
        question.crs = (st.session_state["pasted_crs"] or "").strip()
    except InputError as error:
        question.forget_sites()
        question.error = error


def clear() -> None:
    """Drop the boundary and empty the upload."""
    session.asked().forget_sites()
    session.empty_upload()


def _edit() -> None:
    question = session.asked()
    try:
        features = app_question.as_drawing(question.sites, question.crs, question.layer, question.width_m)
    except InputError as error:
        question.error = error
        return
    clear()
    question.draw(features)
    session.take_drawing(question.drawn)


def _uploaded() -> None:
    files = st.session_state[session.upload_key()]
    if files:
        session.take_uploads([Upload(file.name, file.getvalue()) for file in files])
    else:
        session.asked().forget_sites()


def _reading_options(question: Asked) -> None:
    with st.expander(say(texts.READING_OPTIONS), expanded=question.error is not None):
        listed = list(dict.fromkeys([*texts.CRS_ITEMS, question.crs]))
        crs = st.selectbox(
            say(texts.CRS),
            listed,
            index=listed.index(question.crs),
            accept_new_options=True,
            placeholder=say(texts.CRS_HINT),
            key=f"crs_{question.number}",
        )
        question.crs = (crs or "").strip()
        question.layer = st.text_input(
            say(texts.LAYER_IN_FILE), value=question.layer, key=f"layer_{question.number}"
        ).strip()
        question.width_m = st.number_input(
            say(texts.WIDTH),
            min_value=0.1,
            max_value=1000.0,
            value=question.width_m,
            key=f"width_{question.number}",
        )


def _project_class(question: Asked) -> None:
    query = st.text_input(
        say(texts.CLASS_SEARCH),
        value=st.session_state.get("class_query", ""),
        placeholder=say(texts.CLASS_SEARCH_HINT),
        key="class_search",
        max_chars=60,
    )
    if query != st.session_state.get("class_query", ""):
        st.session_state["class_query"] = query
        found = app_question.matching(query)
        if len(found) == 1:
            _choose(question, found[0].id)
    found = app_question.matching(query)
    if not found:
        st.caption(say(texts.CLASS_NOT_FOUND))
    listed = [item.id for item in found or app_question.matching("")]
    if question.activity and question.activity not in listed:
        listed.insert(0, question.activity)
    chosen = st.selectbox(
        say(texts.CLASS),
        listed,
        index=listed.index(question.activity) if question.activity else None,
        format_func=lambda name: f"{say(app_question.classes()[name].title)}  {name}",
        placeholder=say(texts.CLASS_CHOOSE),
        key=f"class_{session.language()}_{query}_{question.activity}",
    )
    if chosen and chosen != question.activity:
        _choose(question, chosen)
        st.rerun()


def _choose(question: Asked, activity: str) -> None:
    asked = {flag.id for flag in app_question.questions(activity)}
    question.activity = activity
    question.answers = {name: value for name, value in question.answers.items() if name in asked}
    question.selected = None


def _facts(question: Asked) -> None:
    flags = app_question.questions(question.activity)
    if not flags:
        return
    st.markdown(f"**{say(texts.FACTS)}**")
    st.caption(say(texts.FACTS_HINT))
    for flag in flags:
        answer = st.segmented_control(
            plain(say(flag.question)),
            flag.values,
            default=question.answers.get(flag.id),
            format_func=lambda value, flag=flag: say(flag.title(value)),
            key=f"fact_{session.language()}_{question.number}_{question.activity}_{flag.id}",
        )
        if answer is None:
            question.answers.pop(flag.id, None)
        else:
            question.answers[flag.id] = answer


def _day(question: Asked) -> None:
    # A key that names today: the next day the field shows the next day, unless one was chosen.
    key = f"as_of_{day_of(None)}"
    st.date_input(
        say(texts.AS_OF),
        value=question.day,
        min_value=_FIRST_DAY,
        max_value=_LAST_DAY,
        key=key,
        on_change=_choose_day,
        args=(key,),
    )


def _choose_day(key: str) -> None:
    chosen = st.session_state[key]
    session.asked().as_of = None if chosen == day_of(None) else chosen
