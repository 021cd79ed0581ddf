"""The answer of a check without a browser: its cards, its names, and the field that an error asks for."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app_pages import texts
from planner import app_findings, app_question, flow
from planner.samples import samples
from tests.app.test_pages import ask, at_the_workspace, opened, words_of  # noqa: F401


def test_no_two_cards_say_the_same_and_what_is_not_restricted_stands_apart(workspace: Path) -> None:
    at = opened()
    stands_apart = 0
    for sample in samples(workspace)[:6]:
        ask(at, sites=(workspace / "sites" / sample.file,), origin="sample", activity=sample.activity,
            answers=dict(sample.flags), crs=sample.crs or "")  # fmt: skip
        at.run()
        assert not at.exception
        shown = app_findings.of_result(flow.check(at.session_state["asked"].project()), "zh")
        summaries = [item.value for item in at.caption if " \\· " in item.value or " · " in item.value]
        places = [button.label for button in at.button if str(button.key).startswith("go_")]
        assert len(summaries) == len(places) == len(shown.findings)
        assert len(set(zip(places, summaries, strict=True))) == len(places)
        free = [item for item in shown.findings if app_findings.is_unrestricted(item)]
        groups = [item for item in at.expander if item.label == f"{texts.NO_CONTROL.zh} {len(free)}"]
        assert len(groups) == (1 if free else 0)
        for group in groups:
            stands_apart += 1
            assert not group.proto.expanded
            assert len(group.button) == len(free)
    assert stands_apart


def test_a_drawn_boundary_is_named_in_the_language_of_the_page(tmp_path: Path) -> None:
    ring = [[113.57, 37.92], [113.58, 37.92], [113.58, 37.93], [113.57, 37.93], [113.57, 37.92]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    drawn = app_question.store_drawing(tmp_path, {"features": [feature]})
    at = opened()
    ask(at, sites=(drawn,), origin="drawing", activity="PV", crs=app_question.DRAWN_CRS)
    at.run()
    assert app_question.DRAWN_NAME.zh in words_of(at)
    at.session_state["language"] = "en"
    at.run()
    assert not at.exception
    assert app_question.DRAWN_NAME.en in words_of(at)
    assert app_question.DRAWN_NAME.zh not in words_of(at)
    assert all(title.en and name.startswith(title.zh) for name, title in app_question.FILE_TITLES.items())


def test_the_field_that_an_error_asks_for_is_unfolded(tmp_path: Path) -> None:
    at = opened()
    # 500 m by 400 m, wholly in the city; two systems would fit.
    rows = [(4187000, 466500), (4187000, 467000), (4187400, 467000), (4187400, 466500)]
    upload = app_question.pasted("\n".join(f"{north},{east}" for north, east in rows))
    sites = app_question.store(tmp_path, [upload])
    ask(at, sites=sites, origin="pasted", activity="HOUS")
    at.run()
    (options,) = [item for item in at.expander if item.label == texts.READING_OPTIONS.zh]
    assert "坐标系" in at.error[0].value
    assert options.proto.expanded
    at.selectbox(key=f"crs_{at.session_state['asked'].number}").select("EPSG:4547").run()
    (options,) = [item for item in at.expander if item.label == texts.READING_OPTIONS.zh]
    assert not options.proto.expanded
    assert not at.error


def teardown_module() -> None:
    st.cache_resource.clear()
