"""Below the ranked table: the mine in hand, the programme, the mines listed apart, what was assumed, the files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from app_pages import choice, delivery, mine_palette, mine_wish, page_words, ranking_work, session, texts
from app_pages.mine_wish import Asked
from app_pages.session import plain, say
from app_pages.stock import Stock
from gis.errors import InputError, Text
from planner import app_priorities, app_priorities_map
from planner.app_priorities import MineShown, ProgrammeShown
from planner.rank_result import Decision

_APART_PX = 260
_BAR_PX = 19
_RANKS_PX = 120
_YEARS_PX = 190
_INK, _UP, _DOWN, _GREY = "#1f2a30", "#8f4e00", "#1f5f99", "#8a8a8a"
_APART = "mines_apart"


def show(decision: Decision, wish: Asked, stock_now: Stock) -> None:
    """Draw the section that was chosen."""
    sections: tuple[tuple[Text, Callable[[Decision, Asked, Stock], None]], ...] = (
        (texts.SECTION_MINE, _mine),
        (texts.SECTION_PROGRAMME, _programme),
        (texts.SECTION_LEFT_OUT, _left_out),
        (texts.SECTION_REMARKS, _remarks),
        (texts.SECTION_FILES, _files),
    )
    choice.from_row(
        say(texts.PRIORITIES),
        {number: say(title) for number, (title, _) in enumerate(sections)},
        wish.section,
        partial(mine_wish.keep, "section"),
        name="mines_section",
        label_visibility="collapsed",
        width="stretch",
    )
    sections[wish.section][1](decision, wish, stock_now)


def _mine(decision: Decision, wish: Asked, stock_now: Stock) -> None:
    if wish.selected is None:
        st.caption(say(texts.CHOOSE_MINE))
        return
    found = app_priorities.mine(decision, wish.selected, session.language())
    if found is None:
        apart = app_priorities.left_out(decision, session.language())
        if wish.selected in apart.index:
            row = apart.loc[wish.selected]
            st.markdown(f"**{plain(wish.selected)}** {plain(str(row['county']))}")
            st.text(f"{say(texts.MINE_NOT_RANKED)}{row['category']}. {row['reason']}")
        return
    place = say(texts.RANKED_AS).replace("{rank}", str(found.rank))
    st.markdown(f"**{plain(found.label)}**　**{plain(place)}**　{plain(found.safety_class)}")
    st.markdown(f"**{say(texts.CONTRIBUTIONS)}**")
    _contributions(found)
    st.markdown(f"**{say(texts.ACCEPTABILITY)}**")
    _acceptability(found)
    with st.expander(say(texts.MOVE_UP)):
        _move_up(found)
    st.markdown("\n\n".join(f"**{plain(name)}** {plain(value)}" for name, value in found.facts))


def _contributions(found: MineShown) -> None:
    kinds = [say(title) for title in (texts.ABOVE_MEAN, texts.BELOW_MEAN, texts.HALF_COUNTED)]
    data = found.parts[found.parts["weight"] > 0].assign(
        kind=[kinds[number] for number in found.parts["kind"]]
    )
    spec = {
        "height": {"step": _BAR_PX},
        "mark": {"type": "bar", "stroke": _INK, "strokeWidth": 0.4},
        "encoding": {
            "y": {"field": "title", "type": "nominal", "sort": None, "axis": _axis("", limit_px=170)},
            "x": {"field": "contribution", "type": "quantitative", "axis": _axis(say(texts.CONTRIBUTION))},
            "color": {
                "field": "kind",
                "type": "nominal",
                "scale": {"domain": kinds, "range": [_UP, _DOWN, _GREY]},
                "legend": {"title": None, "orient": "bottom", "labelColor": _INK},
            },
            "tooltip": [
                {"field": "title", "title": say(texts.COLUMN_CRITERION)},
                {"field": "contribution", "title": say(texts.CONTRIBUTION), "format": "+.4f"},
                {"field": "weight", "title": say(texts.COLUMN_WEIGHT), "format": ".3f"},
                {"field": "score", "title": say(texts.COLUMN_SCORE), "format": ".3f"},
            ],
        },
    }
    st.vega_lite_chart(
        data[["title", "contribution", "weight", "score", "kind"]], spec, key="mine_contributions"
    )


def _axis(title: str, **more: Any) -> dict[str, Any]:
    limit = {"labelLimit": more["limit_px"]} if "limit_px" in more else {}
    return {"title": title or None, "labelColor": _INK, "titleColor": _INK, **limit}


def _acceptability(found: MineShown) -> None:
    spec = {
        "height": _RANKS_PX,
        "mark": {"type": "bar", "color": "#0b4f8a"},
        "encoding": {
            "x": {
                "field": "rank",
                "type": "ordinal",
                "axis": {**_axis(say(texts.COLUMN_RANK)), "labelAngle": 0, "labelOverlap": True},
            },
            "y": {
                "field": "share",
                "type": "quantitative",
                "axis": {**_axis(say(texts.PROBABILITY)), "format": ".0%", "tickCount": 4},
            },
            "tooltip": [
                {"field": "rank", "title": say(texts.COLUMN_RANK)},
                {"field": "share", "title": say(texts.PROBABILITY), "format": ".2%"},
            ],
        },
    }
    st.vega_lite_chart(found.ranks, spec, key="mine_acceptability")


def _move_up(found: MineShown) -> None:
    names = {
        "title": texts.COLUMN_CRITERION,
        "weight": texts.COLUMN_WEIGHT,
        "weight_needed": texts.COLUMN_WEIGHT_UP,
        "score": texts.COLUMN_SCORE,
        "score_needed": texts.COLUMN_SCORE_UP,
    }
    titles = {name: say(title) for name, title in names.items()}
    numbers = {titles[name]: st.column_config.NumberColumn(format="%.3f") for name in list(names)[1:]}
    st.dataframe(
        found.parts[list(names)].rename(columns=titles),
        hide_index=True,
        column_config=numbers,
        placeholder="—",
    )
    if found.too_far:
        st.caption(plain(found.too_far))


def _programme(decision: Decision, wish: Asked, stock_now: Stock) -> None:
    found = app_priorities.programme(decision, session.language())
    if found is None:
        st.caption(say(texts.NO_PROGRAMME))
        return
    choice.from_row(
        say(texts.COLOUR_BY),
        {"safety": say(texts.BY_SAFETY), "year": say(texts.BY_YEAR)},
        wish.colour,
        partial(mine_wish.keep, "colour"),
        name="mines_colour",
    )
    _years(found)
    st.dataframe(_titled(found.years, _YEAR_TITLES), hide_index=True, column_config=_money(), placeholder="")
    st.dataframe(_titled(found.milestones, _STAGE_TITLES), hide_index=True, column_config=_money())
    st.caption(plain(found.lost))
    if found.prohibited:
        st.warning(plain(found.prohibited), icon=":material/warning:")
    st.markdown(f"**{say(texts.BUDGET_CURVE)}**")
    _curve(found)


_YEAR_TITLES = {
    "year": texts.COLUMN_YEAR,
    "patches": texts.COLUMN_PATCHES,
    "area_hectares": texts.COLUMN_HECTARES,
    "cost_wan": texts.COLUMN_SPENT,
    "budget_wan": texts.COLUMN_BUDGET,
    "benefit": texts.COLUMN_BENEFIT,
}
_STAGE_TITLES = {
    "year": texts.COLUMN_YEAR,
    "milestone": texts.COLUMN_MILESTONE,
    "patches": texts.COLUMN_PATCHES,
    "cost_wan": texts.COLUMN_SPENT,
    "budget_wan": texts.COLUMN_BUDGET,
    "benefit": texts.COLUMN_BENEFIT,
    "proven": texts.COLUMN_PROVEN,
    "free_benefit": texts.COLUMN_FREE_BENEFIT,
    "lost_benefit": texts.COLUMN_LOST_BENEFIT,
}


def _titled(frame: pd.DataFrame, titles: dict[str, Text]) -> pd.DataFrame:
    return frame[list(titles)].rename(columns={name: say(title) for name, title in titles.items()})


def _money() -> dict[str, Any]:
    column = st.column_config
    return {
        say(texts.COLUMN_YEAR): column.NumberColumn(format="%d"),
        say(texts.COLUMN_SPENT): column.NumberColumn(format="%.1f"),
        say(texts.COLUMN_BUDGET): column.NumberColumn(format="%.1f"),
        **{
            say(title): column.NumberColumn(format="%.3f")
            for title in (texts.COLUMN_BENEFIT, texts.COLUMN_FREE_BENEFIT, texts.COLUMN_LOST_BENEFIT)
        },
        say(texts.COLUMN_HECTARES): column.NumberColumn(format="%.2f"),
    }


def _years(found: ProgrammeShown) -> None:
    symbols = {symbol.code: symbol.fill for symbol in mine_palette.SYMBOLS}
    data = found.years.assign(year=found.years["year"].astype(str))
    spec = {
        "height": _YEARS_PX,
        "encoding": {"x": {"field": "year", "type": "ordinal", "axis": {**_axis(""), "labelAngle": 0}}},
        "layer": [
            {
                "mark": {"type": "bar", "stroke": _INK, "strokeWidth": 0.6},
                "encoding": {
                    "y": {
                        "field": "cost_wan",
                        "type": "quantitative",
                        "axis": _axis(say(texts.COLUMN_SPENT)),
                    },
                    "color": {
                        "field": "code",
                        "type": "nominal",
                        "scale": {"domain": list(symbols), "range": list(symbols.values())},
                        "legend": None,
                    },
                },
            },
            {
                "mark": {"type": "tick", "color": "#b2182b", "thickness": 2.5, "width": 26},
                "encoding": {"y": {"field": "budget_wan", "type": "quantitative"}},
            },
            {
                "mark": {"type": "text", "dy": -7, "color": _INK},
                "encoding": {
                    "y": {"field": "cost_wan", "type": "quantitative"},
                    "text": {"field": "patches", "type": "quantitative"},
                },
            },
        ],
    }
    st.vega_lite_chart(data, spec, key="programme_years")


def _curve(found: ProgrammeShown) -> None:
    spec = {
        "height": _YEARS_PX,
        "mark": {"type": "line", "point": True, "color": "#0b4f8a"},
        "encoding": {
            "x": {"field": "budget_wan", "type": "quantitative", "axis": _axis(say(texts.COLUMN_BUDGET))},
            "y": {"field": "benefit", "type": "quantitative", "axis": _axis(say(texts.COLUMN_BENEFIT))},
        },
    }
    st.vega_lite_chart(found.curve, spec, key="budget_curve")


def _left_out(decision: Decision, wish: Asked, stock_now: Stock) -> None:
    table = app_priorities.left_out(decision, session.language())
    labels = tuple(str(label) for label in table.index)
    titles = {
        "patch_id": say(texts.COLUMN_PATCH),
        "category": say(texts.COLUMN_CATEGORY),
        "reason": say(texts.COLUMN_REASON),
        "county": say(texts.COLUMN_COUNTY),
        "area_hectares": say(texts.COLUMN_HECTARES),
    }
    st.dataframe(
        table.reset_index().rename(columns=titles),
        hide_index=True,
        height=_APART_PX,
        on_select=lambda: _apart_chosen(decision, labels),
        selection_mode="single-row",
        key=_APART,
        placeholder="",
    )


def _apart_chosen(decision: Decision, labels: tuple[str, ...]) -> None:
    rows = st.session_state[_APART]["selection"]["rows"]
    wish = mine_wish.asked()
    wish.selected = labels[rows[0]] if rows else None
    if wish.selected is not None:
        wish.fly_to(app_priorities_map.extent(decision, wish.selected))


def _remarks(decision: Decision, wish: Asked, stock_now: Stock) -> None:
    assumed, issues = app_priorities.remarks(decision, session.language())
    st.markdown(f"**{say(texts.ASSUMPTIONS)}**")
    for line in assumed:
        st.markdown(f"- {plain(line)}")
    st.markdown(f"**{say(texts.METHODS_AGREE)}**")
    st.dataframe(app_priorities.agreement(decision, session.language()).round(2))
    with st.expander(f"{say(texts.COLUMN_ISSUES)} {len(issues)}"):
        for severity, words in issues:
            st.text(page_words.issue(severity, words, session.language()))
    st.caption(say(app_priorities.NOT_OFFICIAL))


def _files(decision: Decision, wish: Asked, stock_now: Stock) -> None:
    if app_priorities.is_quick(decision):
        st.caption(say(texts.FILES_AFTER))
        return
    how = delivery.ask("rank", (1, 1))
    if not st.toggle(say(texts.MAKE_FILES), key="rank_files"):
        return
    try:
        with st.spinner(say(texts.DECIDING)):
            made = ranking_work.files_of(decision, stock_now, how.encoding, how.crs)
    except InputError as error:
        session.show_error(error)
        return
    delivery.offer(made, texts.RANK_FILES, "rank_download", 2)
    st.caption(say(texts.RANK_RUN_HINT))
