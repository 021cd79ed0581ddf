"""What may be asked of ``planner rank``, in words, files and run files, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gis.errors import InputError
from planner import (
    priorities,
    rank_flow,
    rank_options,
)
from planner.cli import build_parser, main
from planner.priorities import WeightSource
from planner.rank_result import Assessed
from tests.planner.rank_examples import COSTS, FAST, PLANNED, SOME


def test_a_run_file_repeats_the_ranking(assessed: Assessed) -> None:
    sources = (
        WeightSource("direct", stated=(("red_line_share", 2.0), ("patch_area_m2", 1.0))),
        WeightSource("pairwise", judgements=(("red_line_share", "patch_area_m2", 3.0),), insist=True),
        WeightSource(
            "rank_order_centroid", order=(("red_line_share",), ("patch_area_m2", "slope_p90_degree"))
        ),
        WeightSource("entropy"),
    )
    choices = replace(PLANNED, weights=sources, mix="arithmetic", must=(("140321SY0088", 2027),))
    text = priorities.to_json(assessed.question, choices)
    question, again = priorities.from_json(text, "rank.json")
    assert (question, again) == (assessed.question, choices)
    assert hash((question, again)) == hash((assessed.question, choices))
    assert priorities.to_json(question, again) == text
    for broken in (
        "{}",
        "no",
        text.replace('"rank_file": 2', '"rank_file": 9'),
        text.replace('"draws": 2000', '"draws": "many"'),
        text.replace('"method": ', '"methods": '),
        text.replace('"carry_over": true', '"carry_over": 1'),
    ):
        with pytest.raises(InputError) as caught:
            priorities.from_json(broken, "rank.json")
        assert caught.value.code == "run_file"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (
            WeightSource("direct", stated=(("red_line_share", -1.0), ("patch_area_m2", 2.0))),
            "weights_negative",
        ),
        (WeightSource("direct", stated=(("red_line_share", 0.0),)), "weights_zero"),
        (WeightSource("direct", stated=(("cheese", 1.0),)), "weights_unknown"),
        (
            WeightSource("direct", stated=(("red_line_share", 1.0), ("red_line_share", 2.0))),
            "weights_duplicate",
        ),
        (WeightSource("direct", stated=(("cost_cny_per_ha", 1.0),)), "weights_zero"),
        (
            WeightSource(
                "pairwise",
                judgements=(
                    ("red_line_share", "patch_area_m2", 9.0),
                    ("patch_area_m2", "slope_p90_degree", 9.0),
                    ("slope_p90_degree", "red_line_share", 9.0),
                ),
            ),
            "pairwise_inconsistent",
        ),
    ],
)
def test_weights_that_can_not_be(assessed: Assessed, source: WeightSource, code: str) -> None:
    with pytest.raises(InputError) as caught:
        rank_flow.decide(assessed, replace(FAST, weights=(source,)))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"weights": ()}, "no_weights"),
        ({"budgets": ((2027, 1e6),)}, "budget_without_costs"),
        ({"unit_costs": COSTS, "assumed_costs": "guangdong"}, "costs_twice"),
        ({"assumed_costs": "cheese"}, "assumed_costs"),
        ({"unit_costs": (("9", 1.0),)}, "unit_cost"),
        ({"unit_costs": COSTS, "must": (("nobody", 0),)}, "mine_unknown"),
        ({"unit_costs": COSTS, "budgets": ((2027, 1.0), (2027, 2.0))}, "budget_twice"),
        ({"unit_costs": COSTS, "success": (("3", 1.5),)}, "success"),
        ({"unit_costs": COSTS, "success": (("9", 0.5),)}, "success"),
        ({"unit_costs": COSTS, "safety_factors": (1.0, 10.0, 100.0)}, "safety_factors"),
        ({"unit_costs": COSTS, "contiguity_share": 2.0}, "contiguity_share"),
        ({"mode_thresholds": (("cheese", 1.0),)}, "mode_threshold"),
        ({"region": "around", "spread": 0.0}, "weight_spread"),
        ({"unit_costs": (("1", 1.0),), "must": (("SETTLED", 0),)}, "mine_unknown"),
    ],
)
def test_choices_that_can_not_be(assessed: Assessed, change: dict[str, object], code: str) -> None:
    with pytest.raises(InputError) as caught:
        rank_flow.decide(assessed, replace(FAST, **change))  # type: ignore[arg-type]
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--weights", "red_line_share=viel"], "option_unreadable"),
        (["--budget", "2027"], "option_unreadable"),
        (["--budget", "nächstes=1"], "option_unreadable"),
        (["--draws", "0"], "option_unreadable"),
        (["--group", "-1"], "option_unreadable"),
        (["--share", "盂县=0.2"], "option_unreadable"),
        (["--criteria", "cheese"], "criterion_unknown"),
        (["--criteria", "fvc_mean,fvc_mean"], "criterion_twice"),
        (["--method", "magic"], "usage"),
        (["--run", "没有.json"], "run_file"),
        (["--mines", "没有.shp"], "file_missing"),
        (["--to-crs", "GCJ-02"], "gcj02_unwritable"),
        (["--as-of", "gestern"], "date"),
    ],
)
def test_words_that_can_not_be_read(
    workspace: Path, words: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rank", "--workspace", str(workspace), *words, "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert (found["schema"], found["code"]) == ("planner.error/1", code)
    assert found["mend"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["--weights", "weights.csv"], "direct"),
        (["--weights", "bare.csv"], "direct"),
        (["--weights", "red_line_share=3", "--weights", "patch_area_m2=1"], "direct"),
        (["--ahp", "ahp.csv"], "pairwise"),
        (["--order", "red_line_share,patch_area_m2"], "rank_order_centroid"),
    ],
)
def test_weights_as_words_and_files(
    assessed: Assessed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (
        ("weights.csv", "criterion,weight\nred_line_share,3\npatch_area_m2,1\n"),
        ("bare.csv", "red_line_share,3\npatch_area_m2,1\n"),
        ("ahp.csv", ",red_line_share,patch_area_m2\nred_line_share,1,3\npatch_area_m2,1/3,1\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    options = build_parser("zh").parse_args(["rank", *words])
    choices = replace(rank_options.choices_of(options), draws=200)
    found = rank_flow.decide(assessed, choices).ranking
    assert found.weights.kind == kind
    assert found.used.to_dict() == pytest.approx({"red_line_share": 0.75, "patch_area_m2": 0.25})


def test_equal_criteria_and_several_kinds() -> None:
    words = ["rank", "--order", "a=b,c", "--entropy", "--critic", "--proposed", "--mix", "game"]
    choices = rank_options.choices_of(build_parser("zh").parse_args(words))
    assert choices.weights[0].order == (("a", "b"), ("c",))
    assert [source.kind for source in choices.weights[1:]] == ["entropy", "critic", "proposal"]
    assert choices.mix == "game"


def test_money_in_any_spelling() -> None:
    words = ["rank", "--budget", "2027=1,500万", "--budget", "2030=0.2亿元", "--budget", "2035=3e6"]
    words += ["--share", "盂县=0.2:0.5", "--share", "郊区=:0.3", "--must", "A=2027", "--must", "B"]
    choices = rank_options.choices_of(build_parser("zh").parse_args(words))
    assert choices.budgets == ((2027, 15e6), (2030, 20e6), (2035, 3e6))
    assert choices.least_share == (("盂县", 0.2),)
    assert choices.greatest_share == (("盂县", 0.5), ("郊区", 0.3))
    assert choices.must == (("A", 2027), ("B", 0))


def test_thresholds_of_safety_classes_are_edited_and_kept(workspace: Path, assessed: Assessed) -> None:
    words = [
        "rank",
        "--workspace",
        str(workspace),
        "--hazard-threshold",
        "shaft_near_settlement.settlement_distance_m=0",
    ]
    words += ["--hazard-threshold", "people.people_threatened=1e9", "--criteria", ",".join(SOME)]
    question = rank_options.question_of(build_parser("zh").parse_args(words))
    assert dict(question.hazard_thresholds)["people.people_threatened"] == 1e9
    edited = rank_flow.assess(question)
    assert (assessed.safety["dangers"].map(lambda codes: "people" in codes)).any()
    assert not edited.safety["dangers"].map(lambda codes: "people" in codes).any()
    assert not edited.safety["safety_class"].equals(assessed.safety["safety_class"])
    decision = rank_flow.decide(edited, FAST)
    told = [text for text in decision.assumptions if "people.people_threatened=1e+09" in text.zh]
    assert told
    assert "safety classes" in told[0].en
    again, _ = priorities.from_json(priorities.to_json(question, FAST), "rank.json")
    assert again == question


@pytest.mark.parametrize("text", ["face=10", "face.face_height_m=-1", "face.people=1"])
def test_thresholds_that_are_none_are_refused(workspace: Path, text: str) -> None:
    options = build_parser("zh").parse_args(
        ["rank", "--workspace", str(workspace), "--hazard-threshold", text]
    )
    with pytest.raises(InputError) as caught:
        rank_flow.assess(rank_options.question_of(options))
    assert caught.value.code == "hazard_threshold"
    assert "face.face_height_m" in caught.value.mend.zh
