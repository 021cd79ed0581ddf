"""Layers: what is loaded, how old, from where, how far it reaches, and what is wrong with it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app_pages import land_map, load_layer, page_words, session, stock, texts
from app_pages.session import say
from app_pages.stock import Stock
from gis.errors import InputError, Text
from planner import app_workspace
from planner.app_workspace import LayerRow

_TABLE_TO_MAP = (1.25, 1)


def page() -> None:
    """Draw the page."""
    try:
        stock_now = stock.of_workspace()
    except InputError as error:
        session.show_error(error)
        return
    rows = app_workspace.rows(stock_now.workspace, stock_now.loaded, session.language())
    left, right = st.columns(_TABLE_TO_MAP, gap="small")
    with left:
        _overview(stock_now, rows)
        _issues(rows, stock_now.map.relief_fault)
        load_layer.form()
    with right:
        land_map.show(stock_now.map, None, can_draw=False, view="layers", visible=land_map.VISIBLE_AT_FIRST)


def _overview(stock_now: Stock, rows: tuple[LayerRow, ...]) -> None:
    st.markdown(f"#### {say(stock_now.workspace.title)}")
    st.caption(say(texts.LAYERS_LEAD))
    table = pd.DataFrame([_cells(row) for row in rows], columns=[say(title) for title in _COLUMNS])
    st.dataframe(table, hide_index=True, height=400, width="stretch", key="layers_table", placeholder="")


_COLUMNS = (
    texts.COLUMN_LAYER,
    texts.COLUMN_STATE,
    texts.COLUMN_FEATURES,
    texts.COLUMN_AS_OF,
    texts.COLUMN_COVERAGE,
    texts.COLUMN_ACCURACY,
    texts.COLUMN_ISSUES,
    texts.COLUMN_SOURCE,
    texts.COLUMN_LICENCE,
    texts.COLUMN_AUTHORITY,
)


def _cells(row: LayerRow) -> tuple[str | int | None, ...]:
    return (
        row.title,
        say(_state(row)),
        row.feature_count if row.is_loaded else None,
        row.as_of,
        row.coverage,
        row.accuracy if row.is_listed else "",
        len(row.issues),
        row.source if row.is_listed else "",
        row.licence if row.is_listed else "",
        row.authority,
    )


def _state(row: LayerRow) -> Text:
    if row.is_loaded:
        return texts.STATE_ILLUSTRATIVE if row.illustrative else texts.STATE_LOADED
    return texts.STATE_FAILED if row.is_listed else texts.STATE_MISSING


def _issues(rows: tuple[LayerRow, ...], relief_fault: InputError | None) -> None:
    faulty = [(row.title, row.issues) for row in rows if row.issues]
    if relief_fault is not None:
        told = " ".join(relief_fault.said(session.language()))
        faulty.append((say(texts.MAP_WORDS["hillshade"]), (("error", told),)))
    if not faulty:
        return
    with st.expander(f"{say(texts.COLUMN_ISSUES)} {len(faulty)}"):
        for title, issues in faulty:
            for severity, words in issues:
                st.text(f"{title} {page_words.issue(severity, words, session.language())}")
