"""Mine priorities: ranked table and map linked both ways, weights to be moved, the programme by year."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from app_pages import land_map, mine_palette, mine_panels, mine_wish, ranking_work, session, stock, texts
from app_pages.land_map import Marked
from app_pages.mine_wish import Asked
from app_pages.session import plain, say
from app_pages.stock import Stock
from gis.errors import InputError
from planner import app_priorities, app_priorities_map
from planner import texts as words
from planner.app_priorities import Overview
from planner.priorities import Choices
from planner.rank_result import Assessed, Decision

VISIBLE_AT_FIRST = ("county", "ecological_red_line", "spring_key_area")
TABLE_PX = 292
_MAP_TO_TABLE = (1, 1)
_TABLE = "mines_table"
_VIEW = "priorities"


def page() -> None:
    """Draw the page."""
    places = mine_wish.ask()
    wish = mine_wish.asked()
    # Whatever comes and goes stays in here: the map below keeps its place, and is not built anew.
    with st.container(key="busy", gap=None):
        answered = _answered(wish)
    if answered is None:
        return
    stock_now, decision = answered
    if decision is None:
        land_map.show(stock_now.map, None, can_draw=False, view=_VIEW, visible=VISIBLE_AT_FIRST)
        return
    overview = app_priorities.overview(decision, session.language())
    mine_wish.answered(places, overview.not_assessed, overview.labels)
    left, right = st.columns(_MAP_TO_TABLE, gap="small")
    with right, st.container(height=600, border=False, key="answer"):
        _head(overview)
        _ranked(decision, wish)
        _whole(decision, wish)
        mine_panels.show(decision, wish, stock_now)
    with left:
        _map(decision, wish, stock_now)


def _answered(wish: Asked) -> tuple[Stock, Decision | None] | None:
    """Return the layers and the ranking, as far as there are any."""
    try:
        stock_now = stock.of_workspace()
    except InputError as error:
        session.show_error(error)
        st.button(say(texts.READ_AGAIN), key="read_again")
        return None
    if wish.cancelled:
        st.warning(say(texts.ASSESSMENT_CANCELLED))
        st.button(say(texts.CHECK_AGAIN), key="rank_again", on_click=_again)
        return stock_now, None
    cancel = st.empty()
    cancel.button(say(texts.CANCEL), key="cancel_ranking", on_click=_cancel, icon=":material/close:")
    try:
        assessed = ranking_work.assessed_of(mine_wish.question(), stock_now)
        return stock_now, _standing(assessed, wish, stock_now)
    except InputError as error:
        session.show_error(error)
        return stock_now, None
    finally:
        cancel.empty()


def _standing(assessed: Assessed, wish: Asked, stock_now: Stock) -> Decision:
    """Return the ranking that was wished; for a wish that can't be made, the last one that could."""
    try:
        choices = wish.choices()
        decision = _best(assessed, choices, wish, stock_now)
    except InputError as error:
        session.show_error(error)
        return ranking_work.quick_of(assessed, wish.made or Choices(), stock_now)
    wish.made = choices
    return decision


def _best(assessed: Assessed, choices: Choices, wish: Asked, stock_now: Stock) -> Decision:
    known = ranking_work.kept_whole(assessed, choices, stock_now)
    if known is not None:
        return known
    if wish.whole:
        try:
            return ranking_work.whole_of(assessed, choices, stock_now)
        except InputError as error:
            # A wish that can't be met leaves the ranking as it is.
            wish.whole = False
            session.show_error(error)
    return ranking_work.quick_of(assessed, choices, stock_now)


def _cancel() -> None:
    ranking_work.cancel()
    mine_wish.asked().cancelled = True


def _again() -> None:
    mine_wish.asked().cancelled = False


def _head(found: Overview) -> None:
    if found.illustrative:
        st.warning(say(words.ILLUSTRATIVE_WARNING), icon=":material/warning:")
    classes = "　".join(f"**{plain(name)}** {count}" for name, count in found.classes)
    st.markdown(f"{classes}　{plain(found.counts)}")
    if found.dangers_left_out:
        st.caption(plain(f"{say(texts.DANGERS_NOT_ASSESSED)}{found.dangers_left_out}"))


def _ranked(decision: Decision, wish: Asked) -> None:
    table = app_priorities.table(decision, session.language())
    labels = tuple(str(label) for label in table.index)
    _point_at(labels, wish.selected)
    st.dataframe(
        _columns(table.reset_index(), decision),
        hide_index=True,
        height=TABLE_PX,
        width="stretch",
        row_height=30,
        on_select=lambda: _row_chosen(decision, labels),
        selection_mode="single-row",
        key=_TABLE,
        column_config=_formats(decision),
        placeholder="",
    )


def _columns(table: pd.DataFrame, decision: Decision) -> pd.DataFrame:
    titles = _titles(decision)
    if decision.plan is None:
        table = table.drop(columns=["year"])
    return table[[name for name in titles if name in table]].rename(columns=titles)


def _titles(decision: Decision) -> dict[str, str]:
    pairs = (
        ("rank", texts.COLUMN_RANK),
        ("patch_id", texts.COLUMN_PATCH),
        ("county", texts.COLUMN_COUNTY),
        ("safety_class", texts.COLUMN_SAFETY),
        ("score", texts.COLUMN_SCORE),
        ("top_share", texts.COLUMN_TOP),
        ("year", texts.COLUMN_YEAR),
        ("area_hectares", texts.COLUMN_HECTARES),
        ("mode_title", texts.COLUMN_MODE),
        ("cost_wan", texts.COLUMN_COST),
        ("dangers", texts.COLUMN_DANGERS),
        ("why", texts.COLUMN_WHY),
        ("prohibited_uses", texts.COLUMN_PROHIBITED),
    )
    k = app_priorities.top_of(decision)
    return {name: say(title).replace("{k}", str(k)) for name, title in pairs}


def _formats(decision: Decision) -> dict[str, Any]:
    titles = _titles(decision)
    column = st.column_config
    return {
        titles["rank"]: column.NumberColumn(width=46),
        titles["patch_id"]: column.TextColumn(width=112),
        titles["county"]: column.TextColumn(width=58),
        titles["safety_class"]: column.TextColumn(width=48),
        titles["score"]: column.NumberColumn(format="%.3f", width=56),
        titles["top_share"]: column.ProgressColumn(format="percent", min_value=0.0, max_value=1.0, width=100),
        titles["year"]: column.NumberColumn(format="%d", width=52),
        titles["area_hectares"]: column.NumberColumn(format="%.2f", width=56),
        titles["cost_wan"]: column.NumberColumn(format="%.1f", width=62),
    }


def _point_at(labels: tuple[str, ...], selected: str | None) -> None:
    """Select the row of the mine in hand, wherever the new order has put it."""
    rows = [labels.index(selected)] if selected in labels else []
    now = st.session_state.get(_TABLE)
    if now is None or list(now["selection"]["rows"]) != rows:
        st.session_state[_TABLE] = {"selection": {"rows": rows, "columns": [], "cells": []}}


def _row_chosen(decision: Decision, labels: tuple[str, ...]) -> None:
    rows = st.session_state[_TABLE]["selection"]["rows"]
    wish = mine_wish.asked()
    wish.selected = labels[rows[0]] if rows and rows[0] < len(labels) else None
    wish.section = 0
    if wish.selected is not None:
        wish.fly_to(app_priorities_map.extent(decision, wish.selected))


def _whole(decision: Decision, wish: Asked) -> None:
    if app_priorities.is_quick(decision):
        st.caption(say(texts.QUICK_NOTE))
        st.button(
            say(texts.DECIDE), key="decide", type="primary", on_click=_decide, icon=":material/calculate:"
        )
    else:
        st.caption(say(texts.WHOLE_NOTE))


def _decide() -> None:
    mine_wish.asked().whole = True


def _map(decision: Decision, wish: Asked, stock_now: Stock) -> None:
    planned = app_priorities.programme(decision, session.language()) is not None
    by = wish.colour if planned else "safety"
    shown = ranking_work.mines_on_map(decision, by, stock_now)
    title = texts.MINES_OVERLAY_YEAR if by == "year" else texts.MINES_OVERLAY_SAFETY
    marked = Marked(
        title=say(title),
        ground=shown.ground,
        codes=shown.codes,
        symbols=mine_palette.SYMBOLS,
        selected=wish.selected,
        fly=wish.fly,
    )
    land_map.show_marked(stock_now.map, marked, view=_VIEW, visible=VISIBLE_AT_FIRST, on_click=_mine_clicked)


def _mine_clicked(label: str | None) -> None:
    wish = mine_wish.asked()
    wish.selected = label
    wish.section = 0
