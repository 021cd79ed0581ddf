"""Law: the rules by layer, project class and day."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from app_pages import session, texts
from app_pages.session import plain, say
from layers.spec import catalogue
from planner import app_law, app_question
from planner.app_law import RuleRow

_VERSION_LETTERS = 12
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
    kept = st.session_state.setdefault("law", {"layer": None, "activity": None})
    asked = session.asked()
    columns = st.columns((2, 2, 1))
    layers = (None, *app_law.layers_with_rules())
    kept["layer"] = columns[0].selectbox(
        say(texts.COLUMN_LAYER),
        layers,
        index=layers.index(kept["layer"]),
        format_func=lambda name: say(texts.ALL_LAYERS) if name is None else say(catalogue()[name].title),
        key="law_layer",
    )
    classes = (None, *app_question.classes())
    kept["activity"] = columns[1].selectbox(
        say(texts.CLASS),
        classes,
        index=classes.index(kept["activity"]),
        format_func=lambda name: (
            say(texts.ALL_CLASSES) if name is None else f"{say(app_question.classes()[name].title)}  {name}"
        ),
        key="law_class",
    )
    day = columns[2].date_input(say(texts.AS_OF), value=asked.day, key=f"law_day_{asked.day}")
    return kept["layer"], kept["activity"], day


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
