"""``planner rank`` on the demonstration workspace: what it ranks, what it leaves out, what it says."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from gis.errors import InputError
from planner import (
    rank_export,
    rank_flow,
    rank_inputs,
    rank_issues,
    rank_options,
    rank_report,
    rank_tables,
)
from planner.cli import build_parser, main
from planner.priorities import Choices, Priorities, WeightSource
from planner.rank_result import Assessed, Decision
from restoration import hazard
from tests.planner.rank_examples import FAST, PLANNED, SOME, only


def test_the_command_ranks_by_every_criterion(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["rank", "--workspace", str(workspace), "--draws", "2000", "--json"]
    words += ["--assume-costs", "shanxi_2018_2021", "--budget", "2027=800万", "--budget", "2030=1000万"]
    assert main(words) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert captured.err == ""
    assert (found["schema"], found["illustrative"]) == ("planner.rank/1", True)
    assert len(found["ranking"]) + len(found["left_out"]) == 400
    assert sum(found["left_out_counts"].values()) == len(found["left_out"])
    ranks = [row["rank"] for row in found["ranking"]]
    assert ranks == sorted(ranks)
    classes = [row["safety_class"][:2] for row in found["ranking"]]
    assert classes == sorted(classes), "a hazard stands above every weight"
    assert {row["illustrative"] for row in found["ranking"]} == {"示意"}
    assert any("假定" in line for line in found["assumptions"])
    nested = found["programme"]["nested"]
    assert [stage["year"] for stage in nested["milestones"]] == [2027, 2030]
    assert nested["milestones"][-1]["cost_yuan"] <= 18e6 + 1
    assert nested["lost_benefit"] >= 0
    # every shipped criterion was measured, or says why not
    told = set(found["scores"][found["ranking"][0]["patch_id"]]) | set(found["criteria_not_assessed"])
    assert {"visible_from_road_share", "flow_to_river_m", "fvc_mean", "slope_p90_degree"} <= told


def test_a_person_reads_warnings_first(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["rank", "--workspace", str(workspace), "--criteria", ",".join(SOME), "--draws", "500"]
    assert main([*words, "--why", "140321SY0088"]) == 0
    printed = capsys.readouterr().out
    assert "示意" in printed.splitlines()[0]
    for expected in (
        "安全等级",
        "优先次序",
        "Kendall",
        "责任主体自行治理",
        "已治理",
        "伪变化",
        "140321SY0088 为何排在",
        "非标准规定",
        "未作计划",
        "不替代专家论证",
    ):
        assert expected in printed, expected


def test_english_at_one_switch(assessed: Assessed) -> None:
    console = Console(file=io.StringIO(), width=120)
    rank_report.show(rank_flow.decide(assessed, FAST), console, "en")
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    for expected in ("Safety classes", "Priorities", "for the duty-holder", "no standard says so"):
        assert expected in printed, expected


def test_only_the_right_patches_are_ranked(assessed: Assessed) -> None:
    assert (assessed.mines["class_code"] == "10").all()
    assert (assessed.mines["treatment_state"] == "A").all()
    assert len(assessed.mines) + len(assessed.left_out) == 400
    assert not set(assessed.mines.index) & set(assessed.left_out.index)
    treated = assessed.left_out[assessed.left_out["category"] == "treated"]
    assert (treated["treatment_state"] == "B").all()


def test_weights_and_money_are_chosen_without_measuring_anew(assessed: Assessed) -> None:
    one = rank_flow.decide(assessed, FAST)
    other = rank_flow.decide(
        assessed, replace(FAST, weights=(WeightSource("direct", stated=(("patch_area_m2", 1.0),)),))
    )
    assert one.assessed is other.assessed
    assert list(other.ranking.used.index) == ["patch_area_m2"]
    within = other.main[other.main["safety_rank"] == 6].index
    area = assessed.mines.loc[within, "area_m2"]
    ordered = area.loc[[label for label in other.order if label in within]].to_numpy()
    scores = other.ranking.scores["patch_area_m2"].loc[other.main.loc[within].sort_values("rank").index]
    assert (np.diff(scores.to_numpy()) <= 0).all()
    assert ordered[0] == pytest.approx(area.max(), rel=0.5)


def test_the_demonstration_shows_every_safety_class_and_mode(planned: Decision) -> None:
    safety = planned.assessed.safety
    assert set(safety["safety_class"].dropna()) == {"P1", "P2", "P3"}
    assert (safety["safety_class"] == "P3").mean() > 0.5
    assert safety["safety_class"].isna().any(), "some faces were not measured"
    unsettled = safety[safety["safety_class"].isna()]
    assert (unsettled["not_assessed"].map(len) > 0).all()
    assert not planned.assessed.dangers_left_out
    assert set(planned.suggested["mode"]) == {"", "1", "3", "4"}
    assert set("".join(planned.suggested["possible"])) == set("1234"), (
        "cover and slope are known within their errors"
    )
    assert planned.suggested["mode"].value_counts().idxmax() == "3"


def test_dangers_that_nobody_could_assess_are_told(planned: Decision) -> None:
    """As with a layer of settlements that does not list every village."""
    facts = planned.assessed.facts.assign(settlement_distance_m=np.nan)
    left_out = hazard.never_assessed(facts)
    assert {danger.code for danger in left_out} == {"shaft_near_settlement", "subsidence_near_settlement"}
    console = Console(file=io.StringIO(), width=120)
    decision = replace(planned, assessed=replace(planned.assessed, dangers_left_out=left_out))
    rank_report.show(decision, console, "zh")
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert "未评估的危险（等级可能更急）：居民点旁的敞开井口、居民点附近的塌陷" in printed
    (issue,) = rank_issues.of_dangers(left_out, facts)
    assert issue.severity == "error"
    assert "到居民点的距离" in issue.what.zh


def test_the_order_of_mines_does_not_matter(workspace: Path, assessed: Assessed) -> None:
    question = assessed.question
    inputs = rank_inputs.opened(question)
    turned = replace(inputs, patches=inputs.patches.iloc[::-1])
    again = rank_flow.decide(rank_flow.assess(question, inputs=turned), PLANNED)
    straight = rank_flow.decide(assessed, PLANNED)
    one, two = (rank_tables.ranking(item, "zh").drop(columns="geometry") for item in (straight, again))
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(two))


def test_planned_forest_on_basic_farmland_is_a_conflict(planned: Decision) -> None:
    suggested, law = planned.suggested, planned.assessed.end_uses
    banned = law.conflicts[
        (law.conflicts["layer"] == "permanent_basic_farmland")
        & (law.conflicts["verdict"] == "P")
        & (law.conflicts["end_use"] == "forest")
    ]
    assert len(banned)
    for patch in banned["patch_id"].unique():
        if "forest" in suggested.loc[patch, "planned_uses"]:
            assert "forest" in suggested.loc[patch, "prohibited_uses"]
        assert "forest" not in suggested.loc[patch, "open_uses"]
    codes = {issue.code for issue in planned.issues}
    assert "end_use_prohibited" in codes


def test_orchards_on_basic_farmland_are_a_conflict_and_strange_words_are_told(assessed: Assessed) -> None:
    law = assessed.end_uses.verdicts
    banned = law.index[law["forest"] == "P"]
    assert len(banned)
    words = assessed.mines["direction"].where(~law.index.isin(banned), "茶园")
    words[assessed.mines.index.difference(banned)[0]] = "采摘"
    decision = rank_flow.decide(replace(assessed, mines=assessed.mines.assign(direction=words)), FAST)
    assert set(decision.suggested.loc[banned, "prohibited_uses"]) == {("forest",)}
    told = next(issue for issue in decision.issues if issue.code == "end_use_unread")
    assert (told.count, told.severity) == (1, "error")
    assert "采摘" in told.what.zh
    assert "未识别（采摘）" in set(rank_tables.ranking(decision, "zh")["planned_uses"])


def test_a_planting_list_is_checked(assessed: Assessed, tmp_path: Path) -> None:
    (tmp_path / "plants.csv").write_text("植物\n油松\n加拿大一枝黄花\n", encoding="utf-8")
    options = build_parser("zh").parse_args(["rank", "--planting", str(tmp_path / "plants.csv")])
    choices = replace(rank_options.choices_of(options), draws=200)
    found = rank_flow.decide(assessed, choices)
    assert found.planting is not None
    assert found.planting["verdict"].tolist() == ["not_listed", "listed"]
    shown = rank_export.to_json(found, "zh")["planting"]
    assert shown[1]["matched"] == "Solidago canadensis"
    assert rank_flow.decide(assessed, FAST).planting is None


def test_very_many_mines_are_drawn_less_often_and_that_is_said(
    assessed: Assessed, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = len(assessed.mines)
    monkeypatch.setattr(rank_flow, "MOST_RANKS_DRAWN", 2_000 * count)
    decision = rank_flow.decide(assessed, Choices(draws=5_000), with_plan=False)
    assert decision.ranking.acceptability.draws == 2_000
    (issue,) = [issue for issue in decision.issues if issue.code == "fewer_draws"]
    # 0.5 / sqrt(2000) = 0.0112
    assert "0.011" in issue.done.zh
    assert any("2,000" in text.zh for text in decision.assumptions)
    monkeypatch.setattr(rank_flow, "MOST_RANKS_DRAWN", 0)
    assert rank_flow._draws(Choices(), 10**6) == 1_000
    asked = rank_flow.decide(assessed, Choices(draws=500), with_plan=False)
    assert asked.ranking.acceptability.draws == 500
    assert not [issue for issue in asked.issues if issue.code == "fewer_draws"]


def test_mines_of_which_little_is_assessed_are_marked(assessed: Assessed) -> None:
    """Of two mines one has lost all but one of its four values."""
    labels = [str(label) for label in assessed.mines.index[:2]]
    few = only(assessed, labels)
    measured, lost = few.assessment, ["red_line_share", "water_source_share", "slope_p90_degree"]
    scores, low, high = measured.scores.copy(), measured.low.copy(), measured.high.copy()
    scores.loc[labels[1], lost], low.loc[labels[1], lost], high.loc[labels[1], lost] = np.nan, 0.0, 1.0
    few = replace(few, assessment=replace(measured, scores=scores, low=low, high=high))
    found = rank_flow.decide(few, FAST, with_plan=False)
    (issue,) = [issue for issue in found.issues if issue.code == "little_assessed"]
    assert issue.rows == (labels[1],)
    assert "其中1个在前10名" in issue.what.zh
    table = rank_tables.ranking(found, "zh").set_index("patch_id")
    assert table.loc[labels, "little_assessed"].tolist() == ["否", "是"]
    console = Console(file=io.StringIO(), width=160)
    rank_report.show(found, console, "zh")
    assert f"{table.loc[labels[1], 'score']:.3f}?" in console.file.getvalue()  # type: ignore[attr-defined]
    all_told = rank_flow.decide(few, replace(FAST, least_assessed=0.0), with_plan=False)
    assert not [issue for issue in all_told.issues if issue.code == "little_assessed"]


def test_one_mine_is_first(assessed: Assessed) -> None:
    label = str(assessed.mines.index[0])
    found = rank_flow.decide(only(assessed, [label]), PLANNED)
    assert found.main["rank"].tolist() == [1]
    assert found.ranking.acceptability.top.loc[label, 1] == 1


def test_identical_mines_share_their_rank(assessed: Assessed) -> None:
    labels = [str(label) for label in assessed.mines.index[:3]]
    few = only(assessed, labels)
    measured = few.assessment
    same = {
        name: getattr(measured, name).assign(**getattr(measured, name).iloc[0].to_dict())
        for name in ("values", "low", "high", "scores")
    }
    safety = few.safety.assign(most_urgent=3, least_urgent=3)
    found = rank_flow.decide(replace(few, assessment=replace(measured, **same), safety=safety), FAST)
    for table in found.ranking.methods.values():
        assert table["rank"].tolist() == [1, 1, 1]
    shares = found.ranking.acceptability.rank_acceptability.to_numpy()
    assert shares == pytest.approx(np.full((3, 3), 1 / 3))


def test_nothing_to_rank_is_said_with_what_there_is(workspace: Path, tmp_path: Path) -> None:
    text = "id,tbdl,hfzlqk,tbmj,kfx,kfy\nA,20,A,9000,113.6,37.8\nB,10,B,9000,113.61,37.8\n"
    path = tmp_path / "mines.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        rank_flow.assess(Priorities(workspace, mines=path, crs="EPSG:4490"))
    assert caught.value.code == "no_mines_to_rank"
    assert "已治理 1 个" in caught.value.what.zh
