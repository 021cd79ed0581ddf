"""Law: the rules by layer, project class and day."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from app_pages import choice, session, texts
from app_pages.session import plain, say
from gis.errors import Text
from layers.spec import catalogue
from planner import app_law, app_question
from planner.app_law import RuleRow

_VERSION_LETTERS = 12
_ALL = ""
_COLUMNS = (
    texts.COLUMN_RULE,
    texts.COLUMN_PLACE,
    texts.COLUMN_VERDICT,
    texts.COLUMN_CERTAINTY,
    texts.COLUMN_BASIS,
    texts.COLUMN_CLASSES,
)


def page() -> None:
    """Draw the page."""
    st.caption(say(texts.LAW_LEAD))
    layer, activity, day = _chosen()
    rules = app_law.rules(day, session.language(), layer=layer, activity=activity)
    st.markdown(f"**{len(rules)}** {say(texts.RULES_FOUND)} {plain(app_law.version()[:_VERSION_LETTERS])}")
    left, right = st.columns((1.7, 1), gap="medium")
    with left:
        cells = [
            (rule.id, rule.place, rule.verdict_title, rule.certainty, rule.basis, rule.classes)
            for rule in rules
        ]
        event = st.dataframe(
            pd.DataFrame(cells, columns=[say(title) for title in _COLUMNS]),
            hide_index=True,
            height=540,
            width="stretch",
            on_select="rerun",
            selection_mode="single-row",
            key=f"rules_{layer}_{activity}_{day}_{session.language()}",
        )
    with right, st.container(border=True, height=540):
        rows = event.selection.rows
        if rows and rows[0] < len(rules):
            _rule(rules[rows[0]])
        else:
            st.caption(say(texts.CHOOSE_RULE))


def _chosen() -> tuple[str | None, str | None, date]:
    asked = session.asked()
    columns = st.columns((2, 2, 1))
    with columns[0]:
        layers = {name: say(catalogue()[name].title) for name in app_law.layers_with_rules()}
        layer = _one_or_all(texts.COLUMN_LAYER, {_ALL: say(texts.ALL_LAYERS), **layers}, "layer")
    with columns[1]:
        classes = {name: f"{say(item.title)}  {name}" for name, item in app_question.classes().items()}
        activity = _one_or_all(texts.CLASS, {_ALL: say(texts.ALL_CLASSES), **classes}, "class")
    day = columns[2].date_input(say(texts.AS_OF), value=asked.day, key=f"law_day_{asked.day}")
    return layer, activity, day


def _one_or_all(title: Text, titles: dict[str, str], name: str) -> str | None:
    kept: dict[str, str] = st.session_state.setdefault("law", {})
    choice.from_list(
        say(title),
        titles,
        kept.get(name, _ALL),
        lambda chosen: kept.update({name: chosen}),
        name=f"law_{name}",
    )
    return kept.get(name) or None


def _rule(rule: RuleRow) -> None:
    st.markdown(f"#### {plain(rule.id)}")
    pairs = [
        (texts.COLUMN_PLACE, rule.place),
        (texts.COLUMN_VERDICT, rule.verdict_title),
        (texts.COLUMN_CLASSES, rule.classes),
        (texts.COLUMN_BASIS, rule.basis),
        (texts.COLUMN_CERTAINTY, rule.certainty),
        *rule.facts,
    ]
    st.markdown("\n\n".join(f"**{say(title)}** {plain(words)}" for title, words in pairs))
