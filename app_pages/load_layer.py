"""The form that lists a file in the workspace as a layer."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import streamlit as st

from app_pages import choice, session, texts
from app_pages.session import say
from gis.errors import InputError, Text
from layers.spec import catalogue
from planner import app_question, app_workspace
from planner.app_question import Upload
from planner.workspace import UNDER_FEATURES_ONLY, LayerEntry


def form() -> None:
    """Draw the form; a fault shows its two sentences and leaves what was filled in."""
    with st.expander(say(texts.ADD_LAYER), key="load_layer_folded"):
        if session.is_read_only():
            st.info(say(texts.READ_ONLY))
            return
        done = st.session_state.pop("layer_added", None)
        if done is not None:
            st.success(f"{say(texts.ADD_DONE)}{done}")
        # Outside the form, in which nothing is known before it is sent: the kind outlives a change of language.
        kind = _kind()
        with st.form("load_layer", border=False):
            given = {"kind": kind, **_fields()}
            if st.form_submit_button(say(texts.ADD_SUBMIT), type="primary"):
                _submit(given)


def _kind() -> str:
    kept: dict[str, str] = st.session_state.setdefault("load_layer_kind", {"kind": next(iter(catalogue()))})
    choice.from_list(
        say(texts.ADD_KIND),
        {name: say(spec.title) for name, spec in catalogue().items()},
        kept["kind"],
        lambda chosen: kept.update(kind=chosen),
        name="add_kind",
    )
    return kept["kind"]


def _fields() -> dict[str, Any]:
    return {
        "files": st.file_uploader(say(texts.ADD_FILE), accept_multiple_files=True, key="add_file"),
        "source": st.text_input(say(texts.ADD_SOURCE), key="add_source", max_chars=300),
        "licence": st.text_input(say(texts.ADD_LICENCE), key="add_licence", max_chars=300),
        "as_of": st.date_input(say(texts.ADD_AS_OF), value=None, key="add_as_of"),
        "coverage": st.file_uploader(
            f"{say(texts.ADD_COVERAGE)}: {say(texts.ADD_COVERAGE_UPLOAD)}",
            accept_multiple_files=True,
            key="add_coverage",
            help=say(texts.ADD_COVERAGE_FEATURES),
        ),
        "crs": st.selectbox(say(texts.CRS), texts.CRS_ITEMS, accept_new_options=True, key="add_crs"),
        "layer": st.text_input(say(texts.LAYER_IN_FILE), key="add_layer", max_chars=200),
        "accuracy_m": st.number_input(
            say(texts.ADD_ACCURACY), min_value=0.0, max_value=1000.0, value=None, key="add_accuracy"
        ),
        "illustrative": st.checkbox(say(texts.ADD_ILLUSTRATIVE), key="add_illustrative"),
    }


def _submit(given: dict[str, Any]) -> None:
    source = given["source"].strip()
    if not given["files"] or not source:
        st.error(say(texts.ADD_NEEDS))
        return
    entry = LayerEntry(
        kind=given["kind"],
        path="",
        layer=given["layer"].strip() or None,
        crs=given["crs"] or None,
        coverage=UNDER_FEATURES_ONLY,
        columns=MappingProxyType({}),
        as_of=cast("date | None", given["as_of"]),
        source=Text(source, source),
        licence=Text(given["licence"], given["licence"]),
        illustrative=given["illustrative"],
        positional_accuracy_m=given["accuracy_m"],
    )
    try:
        st.session_state["layer_added"] = _added(entry, given["files"], given["coverage"])
    except InputError as error:
        session.show_error(error)
        return
    st.rerun()


def _added(entry: LayerEntry, files: list[Any], ground: list[Any]) -> int:
    """List the uploaded layer and return its number of features; what was stored on the way goes again."""
    with tempfile.TemporaryDirectory(prefix="planner-app-") as name:
        folder = Path(name)
        file = app_question.store_layer(folder / "layer", _uploads(files))
        coverage = app_question.store_layer(folder / "coverage", _uploads(ground)) if ground else None
        return app_workspace.add(session.workspace(), file, entry, coverage)


def _uploads(files: list[Any]) -> list[Upload]:
    return [Upload(file.name, file.getvalue()) for file in files]
