"""The page of mine priorities without a browser: its numbers are the command line's, and nothing makes it fall over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app_pages import mine_palette, mine_wish, ranking_work, session, texts
from planner import app_priorities, app_priorities_map, app_wish, cli, rank_flow
from planner.options import day_of
from planner.priorities import PROPOSED_WEIGHTS, Choices, Priorities
from planner.rank_result import Assessed, Decision
from restoration.modes import RECONSTRUCTION

PATIENCE_S = 180
SCRIPT = "from app_pages import priorities\npriorities.page()\n"
COSTS, YEARLY_WAN = "shanxi_2018_2021", 600.0


@pytest.fixture(autouse=True)
def at_the_workspace(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(session.WORKSPACE_VARIABLE, str(workspace))
    yield


@pytest.fixture
def page() -> AppTest:
    """A new session; the mines are measured by the first and kept for all."""
    return opened()


def opened() -> AppTest:
    found = AppTest.from_string(SCRIPT, default_timeout=PATIENCE_S).run()
    assert not found.exception
    return found


def measured(workspace: Path) -> Assessed:
    """The mines as the page measured them."""
    question = Priorities(workspace, as_of=day_of(None))
    found = [value for _, value in ranking_work._assessments()._values.values()]
    return next(item for item in found if item.question == question)


def ranked_rows(at: AppTest) -> pd.DataFrame:
    return at.dataframe(key="mines_table").value


def words_of(at: AppTest) -> str:
    shown = [*at.markdown, *at.caption, *at.text, *at.warning, *at.info, *at.error]
    return "\n".join(str(element.value) for element in shown).replace("\\", "")


def sent_to_the_map(at: AppTest) -> dict[str, Any]:
    (component,) = at.get("bidi_component")
    content: dict[str, Any] = json.loads(component.proto.json)  # type: ignore[attr-defined]
    return content


def test_first_sight_has_the_ranks_of_the_command_line(
    page: AppTest, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["rank", "--workspace", str(workspace), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    rows = ranked_rows(page)
    assert rows[texts.COLUMN_PATCH.zh].tolist() == [row["patch_id"] for row in told["ranking"]]
    assert rows[texts.COLUMN_RANK.zh].tolist() == [row["rank"] for row in told["ranking"]]
    assert rows[texts.COLUMN_SCORE.zh].tolist() == [row["score"] for row in told["ranking"]]
    assert rows[texts.COLUMN_SAFETY.zh].tolist() == [row["safety_class"] for row in told["ranking"]]
    k = texts.COLUMN_TOP.zh.replace("{k}", str(told["top"]))
    assert rows[k].tolist() == [row["top_share"] for row in told["ranking"]]
    assert texts.WHOLE_NOTE.zh in words_of(page)
    assert "示意" in words_of(page)


def test_a_moved_weight_ranks_anew_as_stated_weights_do(page: AppTest, workspace: Path) -> None:
    page.slider(key="mines_red_line_share").set_value(25).run()
    assert not page.exception
    points = {**app_wish.proposed_points(), "red_line_share": 25}
    wanted = app_wish.choices(app_wish.Wish(tuple(points.items())))
    decision = rank_flow.decide(measured(workspace), wanted)
    rows = ranked_rows(page)
    assert rows[texts.COLUMN_PATCH.zh].tolist() == [str(label) for label in decision.order]
    assert (
        rows[texts.COLUMN_SCORE.zh].tolist() == decision.main["score"].loc[decision.order].round(6).tolist()
    )
    assert texts.QUICK_NOTE.zh in words_of(page)
    # The probabilities of the quick ranking are rough, not wrong: four standard errors of 2,000 draws.
    k = texts.COLUMN_TOP.zh.replace("{k}", str(app_priorities.top_of(decision)))
    exact = app_priorities.table(decision, "zh")["top_share"].to_numpy()
    assert abs(rows[k].to_numpy() - exact).max() < 4 * 0.5 / app_priorities.QUICK_DRAWS**0.5


def test_no_weight_lifts_a_mine_above_a_more_urgent_class(page: AppTest) -> None:
    for name in ("red_line_share", "spring_area_share"):
        page.slider(key=f"mines_{name}").set_value(mine_wish.MOST_POINTS)
    page.run()
    classes = ranked_rows(page)[texts.COLUMN_SAFETY.zh].tolist()
    # An undecided class (P2–P3) stands where its most urgent end stands.
    most_urgent = [name.partition("–")[0] for name in classes]
    assert most_urgent == sorted(most_urgent)
    assert len(set(most_urgent)) > 1


def test_mines_are_measured_once(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking_work.rank_flow, "assess", None)
    page.slider(key="mines_bare_share").set_value(11).run()
    assert not page.exception
    page.button(key="weights_reset").click().run()
    assert not page.exception
    assert page.slider(key="mines_bare_share").value == app_wish.proposed_points()["bare_share"]


def test_a_wish_that_cannot_be_made_leaves_the_last_ranking_and_the_map(page: AppTest) -> None:
    page.slider(key="mines_red_line_share").set_value(25).run()
    before = ranked_rows(page)
    for name in app_wish.proposed_points():
        page.slider(key=f"mines_{name}").set_value(0)
    page.run()
    assert not page.exception
    assert len(page.error[0].value.split("\n\n")) == 2
    pd.testing.assert_frame_equal(ranked_rows(page), before)
    assert sent_to_the_map(page)["overlays"]
    page.button(key="weights_reset").click().run()
    assert not page.error
    assert not ranked_rows(page).equals(before)


def test_what_is_not_listed_is_never_taken() -> None:
    """A browser may send anything, such as a title in the language of before."""
    script = """
import streamlit as st
from app_pages import choice
taken = []
st.session_state["costs_zh"] = "assumed: an average"
choice._take_one("costs_zh", ("", "own"), taken.append)
st.session_state["costs_zh"] = "own"
choice._take_one("costs_zh", ("", "own"), taken.append)
st.session_state["modes_zh"] = ["natural", "no mode"]
choice._take_several("modes_zh", ("natural",), taken.extend)
st.text(",".join(taken))
"""
    at = AppTest.from_string(script).run()
    assert not at.exception
    assert at.text[0].value == "own,natural"


def planned(at: AppTest) -> AppTest:
    at.selectbox(key="mines_costs_zh").select(COSTS).run()
    at.button(key="decide").click().run()
    assert not at.exception
    return at


def wanted() -> Choices:
    first = day_of(None).year
    budgets = tuple((year, YEARLY_WAN * 1e4) for year in range(first, first + 10))
    return Choices(assumed_costs=COSTS, budgets=budgets)


def years_of(decision: Decision) -> dict[str, int]:
    """The year in which each mine of the programme begins."""
    assert decision.plan is not None
    assert decision.plan.nested is not None
    return {str(label): int(year) for label, year in decision.plan.nested.year.dropna().items()}


def years_shown(at: AppTest) -> dict[str, int]:
    rows = ranked_rows(at).set_index(texts.COLUMN_PATCH.zh)
    return {str(label): int(year) for label, year in rows[texts.COLUMN_YEAR.zh].dropna().items()}


def test_the_programme_is_the_command_lines(page: AppTest, workspace: Path) -> None:
    planned(page)
    first = day_of(None).year
    started = years_of(rank_flow.decide(measured(workspace), wanted()))
    assert years_shown(page) == started
    assert len(started) > 10

    page.session_state["mines"].section = 1
    page.session_state["mines"].colour = "year"
    page.run()
    assert not page.exception
    content = sent_to_the_map(page)
    assert {code for code in content["overlays"][0]["codes"] if code.startswith("year_")} == {
        f"year_{year - first}" for year in set(started.values())
    }


def test_single_years_may_have_another_budget(page: AppTest) -> None:
    page.selectbox(key="mines_costs_zh").select(COSTS).run()
    first = day_of(None).year
    page.multiselect(key="mines_other_years_wan_zh").select(first + 1).run()
    page.number_input(key=f"mines_other_years_wan_{first + 1}").set_value(0.0).run()
    page.button(key="decide").click().run()
    assert not page.exception
    budgets = dict(page.session_state["mines"].choices().budgets)
    assert budgets == {
        year: 0.0 if year == first + 1 else YEARLY_WAN * 1e4 for year in range(first, first + 10)
    }
    started = ranked_rows(page)[texts.COLUMN_YEAR.zh].dropna().astype(int)
    assert first in set(started)
    assert first + 1 not in set(started)
    # The year leaves the span: its field goes with it.
    page.number_input(key="mines_last_year").set_value(first).run()
    assert not page.exception
    assert page.session_state["mines"].other_years_wan == {}


def test_a_mode_that_may_fail_is_planned_as_on_the_command_line(page: AppTest, workspace: Path) -> None:
    page.selectbox(key="mines_costs_zh").select(COSTS).run()
    page.multiselect(key="mines_success_zh").select(RECONSTRUCTION).run()
    page.number_input(key=f"mines_success_{RECONSTRUCTION}").set_value(0.05).run()
    page.button(key="decide").click().run()
    assert not page.exception
    certain = rank_flow.decide(measured(workspace), wanted())
    unlikely = rank_flow.decide(measured(workspace), replace(wanted(), success=((RECONSTRUCTION, 0.05),)))
    assert years_shown(page) == years_of(unlikely) != years_of(certain)


def test_a_wish_that_cannot_be_met_is_told_and_the_ranking_stays(page: AppTest) -> None:
    page.selectbox(key="mines_costs_zh").select(COSTS).run()
    dearest = ranked_rows(page).sort_values(texts.COLUMN_COST.zh).iloc[-1][texts.COLUMN_PATCH.zh]
    page.number_input(key="mines_yearly_wan").set_value(1.0)
    page.multiselect(key="mines_must_zh").select(dearest).run()
    page.button(key="decide").click().run()
    assert not page.exception
    assert len(page.error[0].value.split("\n\n")) == 2
    assert len(ranked_rows(page)) > 0


def test_a_chosen_mine_is_explained(page: AppTest, workspace: Path) -> None:
    label = ranked_rows(page)[texts.COLUMN_PATCH.zh].iloc[4]
    page.session_state["mines"].selected = label
    page.run()
    assert not page.exception
    assert label in words_of(page)
    assert "第 5 位" in words_of(page)
    assert sent_to_the_map(page)["selected"] == label
    decision = rank_flow.decide(measured(workspace), Choices())
    found = app_priorities.mine(decision, label, "zh")
    assert found is not None
    mean = decision.main["score"].mean()
    # Contributions add up to the difference from the mean score.
    assert found.parts["contribution"].sum() == pytest.approx(decision.main["score"][label] - mean, abs=1e-6)
    assert found.ranks["share"].sum() + found.later_share == pytest.approx(1.0)
    # Score needed to move up: given it, the mine has the score of the one above.
    above = decision.order[list(decision.order).index(label) - 1]
    part = found.parts.dropna(subset=["score_needed"]).iloc[0]
    gained = part["weight"] * (part["score_needed"] - part["score"])
    assert gained == pytest.approx(decision.main["score"][above] - decision.main["score"][label], abs=1e-6)


def test_left_out_mines_stand_apart_with_their_reasons(page: AppTest, workspace: Path) -> None:
    page.session_state["mines"].section = 2
    page.run()
    rows = page.dataframe(key="mines_apart").value
    apart = measured(workspace).left_out
    assert set(rows[texts.COLUMN_PATCH.zh]) == set(map(str, apart.index))
    assert rows[texts.COLUMN_REASON.zh].str.len().gt(3).all()
    assert not set(rows[texts.COLUMN_PATCH.zh]) & set(ranked_rows(page)[texts.COLUMN_PATCH.zh])
    page.session_state["mines"].selected = rows[texts.COLUMN_PATCH.zh].iloc[0]
    page.session_state["mines"].section = 0
    page.run()
    assert texts.MINE_NOT_RANKED.zh in words_of(page)


def test_english_has_no_chinese_left_in_the_pages_own_words(page: AppTest) -> None:
    page.session_state["language"] = "en"
    page.run()
    assert not page.exception
    own = [str(item.value) for item in [*page.caption, *page.warning]]
    own += [item.label for item in [*page.button, *page.slider, *page.selectbox, *page.expander]]
    own += list(ranked_rows(page).columns)
    assert [line for line in own if any("一" <= letter <= "鿿" for letter in line)] == []


def test_every_section_is_drawn(page: AppTest) -> None:
    for section in range(5):
        page.session_state["mines"].section = section
        page.run()
        assert not page.exception
        assert not page.error


def test_a_missing_workspace_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(session.WORKSPACE_VARIABLE, str(tmp_path / "nowhere"))
    found = opened()
    assert "不是工作区" in found.error[0].value.replace("\\", "")


def test_the_map_has_a_mark_for_each_ranked_mine(page: AppTest, workspace: Path) -> None:
    assessed = measured(workspace)
    decision: Decision = app_priorities.quick(assessed, Choices())
    shown = app_priorities_map.mines(decision, "safety", "zh")
    features = json.loads(shown.ground)["features"]
    points = [item["properties"] for item in features if item["geometry"]["type"] == "Point"]
    assert [item["id"] for item in points] == [str(label) for label in decision.order[::-1]]
    marks = {item["id"]: item["mark"] for item in points if item["mark"]}
    ranks = decision.main["rank"]
    assert marks == {
        str(label): str(rank) for label, rank in ranks.items() if rank <= app_priorities_map.NUMBERED
    }
    known = {symbol.code for symbol in mine_palette.SYMBOLS}
    assert {item["properties"]["code"] for item in features} <= known


def test_untouched_weights_keep_the_name_of_the_proposal() -> None:
    points = app_wish.proposed_points()
    assert app_wish.choices(app_wish.Wish(tuple(points.items()))).weights == (PROPOSED_WEIGHTS,)
    assert sum(points.values()) > 0
    assert {name for group in app_wish.weight_groups() for name, _ in group.criteria} == set(points)


def test_years_differ_without_colour() -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    years = [symbol for symbol in mine_palette.SYMBOLS if symbol.code.startswith("year_")]
    shades = [grey(symbol.fill) for symbol in years]
    assert shades == sorted(shades)
    assert len(
        {(symbol.hatch, round(shade / 8)) for symbol, shade in zip(years, shades, strict=True)}
    ) == len(years)


def teardown_module() -> None:
    st.cache_resource.clear()
