"""The question: boundary, project class, facts, day. Each widget writes into the session's question."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app_pages import boundary, choice, page_words, session, texts
from app_pages.session import Asked, plain, say
from gis.errors import InputError
from planner import app_question
from planner.app_question import Upload
from planner.options import day_of

MOST_PASTED = 200_000
_FIRST_DAY, _LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)


def ask() -> DeltaGenerator:
    """Draw the form in the sidebar, and return the place of the :func:`reading_options`."""
    with st.sidebar:
        with st.container(key="app_title"):
            st.markdown(say(texts.TITLE))
        question = session.asked()
        place = _boundary(question)
        _project_class(question)
        if question.activity:
            _facts(question)
        _day(question)
    return place


def _boundary(question: Asked) -> DeltaGenerator:
    st.file_uploader(
        say(texts.UPLOAD),
        accept_multiple_files=True,
        key=session.upload_key(),
        help=say(texts.UPLOAD_HELP),
        on_change=_uploaded,
    )
    st.caption(say(texts.OR_DRAW))
    _pasting()
    if question.origin != "upload":
        for site in question.sites:
            st.text(page_words.with_titles(site.name, session.language()))
    if question.sites or question.error is not None:
        with st.container(horizontal=True, gap="small"):
            if question.sites and question.origin != "drawing":
                st.button(say(texts.EDIT_ON_MAP), key="edit_site", on_click=_edit, icon=":material/edit:")
            st.button(say(texts.CLEAR_SITE), key="clear_site", on_click=clear, icon=":material/close:")
    return st.container()


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
        boundary.take_uploads([app_question.pasted(st.session_state["pasted"])], origin="pasted")
        question.crs = (st.session_state["pasted_crs"] or "").strip()
    except InputError as error:
        boundary.forget()
        question.error = error


def clear() -> None:
    """Drop the boundary and empty the upload."""
    boundary.forget()
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
    boundary.take_drawing(question.drawn)


def _uploaded() -> None:
    files = st.session_state[session.upload_key()]
    if files:
        boundary.take_uploads([Upload(file.name, file.getvalue()) for file in files])
        error = session.asked().error
        if error is not None and error.code == "upload_too_large":
            # The server would hold it as long as the page shows its name.
            session.empty_upload()
    else:
        boundary.forget()


def reading_options(place: DeltaGenerator, fault: InputError | None) -> None:
    """Draw how the file is to be read, unfolded where that is the way to mend a fault.

    Parameters
    ----------
    place
        From :func:`ask`.
    fault
        Why the question could not be answered, if it could not.
    """
    question = session.asked()
    if question.origin not in ("upload", "pasted") and question.error is None:
        return
    needed = page_words.names_a_field(fault) or page_words.names_a_field(question.error)
    number = question.number
    # A key of its own once it is needed: a folded one would stay folded.
    with place.expander(say(texts.READING_OPTIONS), expanded=needed, key=f"reading_{number}_{needed}"):
        listed = list(dict.fromkeys([*texts.CRS_ITEMS, question.crs]))
        st.selectbox(
            say(texts.CRS),
            listed,
            index=listed.index(question.crs),
            accept_new_options=True,
            placeholder=say(texts.CRS_HINT),
            key=f"crs_{number}",
            on_change=_take_option,
            args=("crs", f"crs_{number}"),
        )
        st.text_input(
            say(texts.LAYER_IN_FILE),
            value=question.layer,
            key=f"layer_{number}",
            on_change=_take_option,
            args=("layer", f"layer_{number}"),
        )
        st.number_input(
            say(texts.WIDTH),
            min_value=0.1,
            max_value=1000.0,
            value=question.width_m,
            key=f"width_{number}",
            on_change=_take_option,
            args=("width_m", f"width_{number}"),
        )


def _take_option(name: str, key: str) -> None:
    given = st.session_state[key]
    setattr(session.asked(), name, given if name == "width_m" else (given or "").strip())


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
    choice.from_list(
        say(texts.CLASS),
        {name: f"{say(app_question.classes()[name].title)}  {name}" for name in listed},
        question.activity or None,
        partial(_choose, question),
        name="class",
        placeholder=say(texts.CLASS_CHOOSE),
    )


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
        choice.from_row(
            plain(say(flag.question)),
            {value: say(flag.title(value)) for value in flag.values},
            question.answers.get(flag.id),
            partial(_answer, question, flag.id),
            name=f"fact_{flag.id}",
            release=partial(_leave_open, question, flag.id),
        )


def _answer(question: Asked, flag: str, value: str) -> None:
    question.answers[flag] = value


def _leave_open(question: Asked, flag: str) -> None:
    question.answers.pop(flag, None)


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
