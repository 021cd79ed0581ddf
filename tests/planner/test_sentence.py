"""The paragraph and the words: what a planner reads first."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner import flow, sentence, wording
from planner.project import Project
from planner.result import Result
from tests.zoning.world import TODAY


def checked(workspace: Path, file: str, activity: str, **answers: str) -> Result:
    project = Project(
        (workspace / "sites" / file,), activity, tuple(sorted(answers.items())), TODAY, workspace
    )
    return flow.check(project)


def test_the_paragraph_says_verdict_reason_gap_remedy_and_next_step(workspace: Path) -> None:
    answers = {
        "national_major": "no",
        "polluting_groundwater": "no",
        "pv_part": "array",
        "unit_list": "not_named",
    }
    result = checked(workspace, "光伏发电_示意.zip", "PV", **answers)
    said = sentence.of_site(result, result.sites[0], "zh")
    # 79 199.66 of 79 999.65 m² are farmland: 7.9200 ha, 0.0800 remain
    for words in (
        "8.0000公顷（120.00亩）",
        "总体结论为“禁止”",
        "永久基本农田 7.9200公顷（PBF-06）",
        "主体功能区叠加功能区",
        "不能视为无冲突",
        "可保留0.0800公顷",
        "下一步请联系：自然资源主管部门",
    ):
        assert words in said
    assert "prohibited" in sentence.of_site(result, result.sites[0], "en")
    assert sentence.of_parcels(result.sites[0], "zh") == []


def test_an_open_question_is_asked_with_its_answers(workspace: Path) -> None:
    result = checked(workspace, "光伏发电_示意.zip", "LIN")
    said = sentence.of_site(result, result.sites[0], "zh")
    # a national key project needs approval, any other is prohibited: the question stays, the mark too
    assert result.verdict.code == "A"
    assert "这是最低结论" in said
    assert "答复后可能为“禁止”" in said
    assert "须先回答" in said
    assert "--flag national_key=yes|no" in said


def test_each_parcel_of_several_gets_its_sentence(workspace: Path) -> None:
    result = checked(workspace, "上社抽水蓄能_示意.gpkg", "PSH", national_major="yes")
    lines = sentence.of_parcels(result.sites[0], "zh")
    assert len(lines) == 3
    assert all(line.startswith("地块“") and line.endswith("。") for line in lines)


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("P", "禁止", "prohibited (禁止)"),
        ("A", "限制（须论证、报批）", "needs approval (限制)"),
        ("C", "有条件（限制）", "conditional (限制)"),
        ("G", "引导", "guided (引导)"),
        ("E", "鼓励", "encouraged (鼓励)"),
        ("N", "无管控", "no control"),
        ("?", "无法判定", "undecidable"),
    ],
)
def test_the_plans_words_stand_beside_the_verdicts(code: str, zh: str, en: str) -> None:
    assert (wording.verdict_title(code, "zh"), wording.verdict_title(code, "en")) == (zh, en)


def test_a_share_that_is_not_zero_is_never_printed_as_zero() -> None:
    assert [wording.percent(share) for share in (0.0, 0.0001, 0.5, 1.0)] == [
        "0.0%",
        "<0.1%",
        "50.0%",
        "100.0%",
    ]
