"""``planner rank`` on the demonstration workspace: what it ranks, what it leaves out, what it refuses."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from rich.console import Console

from gis.errors import InputError
from planner import (
    priorities,
    rank_charts,
    rank_export,
    rank_flow,
    rank_inputs,
    rank_issues,
    rank_options,
    rank_report,
    rank_tables,
    rank_why,
    rank_workbook_plan,
)
from planner.cli import build_parser, main
from planner.priorities import Choices, Priorities, WeightSource
from planner.rank_result import Assessed, Decision
from restoration import hazard, mines
from restoration.programme_relaxation import InfeasibleWishError

SOME = ("red_line_share", "water_source_share", "patch_area_m2", "slope_p90_degree", "cost_cny_per_ha")
COSTS = (("1", 30_000.0), ("2", 90_000.0), ("3", 300_000.0), ("4", 250_000.0))
BUDGETS = ((2026, 4e6), (2027, 5e6), (2030, 6e6), (2035, 8e6))
FAST = Choices(draws=2_000, top=10)
PLANNED = replace(FAST, unit_costs=COSTS, budgets=BUDGETS)


@pytest.fixture(scope="module")
def assessed(workspace: Path) -> Assessed:
    return rank_flow.assess(Priorities(workspace, criteria=SOME))


@pytest.fixture(scope="module")
def planned(assessed: Assessed) -> Decision:
    return rank_flow.decide(assessed, PLANNED)


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
    assert set(planned.suggested["mode"]) == {"", "1", "2", "3", "4"}
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


def test_cost_is_shown_with_and_without(planned: Decision, assessed: Assessed) -> None:
    assert planned.ranking.rank_without_cost is not None
    assert "cost_cny_per_ha" in planned.ranking.used
    without = rank_flow.decide(assessed, FAST)
    assert without.ranking.not_assessed == ("cost_cny_per_ha",)
    pd.testing.assert_series_equal(planned.ranking.rank_without_cost, without.main["rank"], check_names=False)
    table = rank_tables.ranking(planned, "zh")
    assert (table["rank_without_cost"] != table["rank"]).any()


def test_the_cost_counts_once(planned: Decision, assessed: Assessed) -> None:
    """It is the budget's: other unit costs change the ranking, not what a patch is worth."""
    dearer = tuple((mode, 5 * cost if mode == "3" else cost) for mode, cost in COSTS)
    other = rank_flow.decide(assessed, replace(PLANNED, unit_costs=dearer))
    assert not other.main["score"].equals(planned.main["score"])
    assert planned.plan is not None
    assert other.plan is not None
    pd.testing.assert_series_equal(other.plan.benefit, planned.plan.benefit)
    # the worth of one patch by hand: weights without the cost add up to 1
    label = planned.order[0]
    ranked = planned.ranking
    weights = ranked.used.drop("cost_cny_per_ha")
    score = (ranked.scores.loc[label, weights.index].fillna(0.5) * weights).sum() / weights.sum()
    factor = {1: 100.0, 2: 10.0, 3: 1.0}[int(planned.main.loc[label, "least_urgent"])]
    hectares = assessed.mines.loc[label, "area_m2"] / 1e4
    assert planned.plan.benefit[label] == pytest.approx(factor * score * hectares)
    assert any("不计费用" in text.zh and "without cost" in text.en for text in planned.assumptions)


def test_by_cost_alone_every_patch_is_worth_its_hectares(assessed: Assessed) -> None:
    by_cost = (WeightSource("direct", stated=(("cost_cny_per_ha", 1.0),)),)
    decision = rank_flow.decide(assessed, replace(PLANNED, weights=by_cost))
    plan = decision.plan
    assert plan is not None
    assert any("得分按 1 计" in text.zh for text in decision.assumptions)
    third = assessed.safety.index[assessed.safety["most_urgent"] == 3]
    hectares = assessed.mines.loc[third, "area_m2"] / 1e4
    assert np.allclose(plan.benefit[third], hectares)


def test_costs_follow_mode_and_area(planned: Decision) -> None:
    costs, mines = planned.costs, planned.assessed.mines
    unit = dict(COSTS)
    settled = costs[costs["cost_mode_settled"]]
    expected = [unit[mode] for mode in planned.suggested.loc[settled.index, "mode"]]
    hectares = mines.loc[settled.index, "area_m2"] / 1e4
    assert settled["cost_yuan"].to_numpy() == pytest.approx((hectares * expected).to_numpy())
    assert set(costs["cost_source"]) == {"stated"}


def test_the_programme_is_nested_and_within_its_budgets(planned: Decision) -> None:
    assert planned.plan is not None
    nested = planned.plan.nested
    assert nested is not None
    before: set[str] = set()
    for year, money in zip((2027, 2030, 2035), np.cumsum([9e6, 6e6, 8e6]), strict=True):
        chosen = nested.chosen_by(year)
        now = set(chosen.index[chosen])
        assert before <= now
        assert planned.costs.loc[sorted(now), "cost_yuan"].sum() <= money + 0.1
        before = now
    assert nested.free.judgement.benefit >= nested.stages["benefit"].iloc[-1] - 1e-6
    by_year = rank_tables.by_year(planned)
    assert by_year["patches"].sum() == len(before)
    assert by_year["cost_yuan"].sum() == pytest.approx(nested.stages["cost_yuan"].iloc[-1], abs=0.5)


def test_milestones_show_what_nesting_costs(planned: Decision) -> None:
    assert planned.plan is not None
    assert planned.plan.nested is not None
    stages = planned.plan.nested.stages
    assert (stages["lost_benefit"] == (stages["free_benefit"] - stages["benefit"]).clip(lower=0)).all()
    told = rank_export.to_json(planned, "en")["programme"]["nested"]["milestones"]
    assert [row["lost_benefit"] for row in told] == stages["lost_benefit"].tolist()
    rows = rank_workbook_plan.programme(planned, "en")[1]
    lost = [(row[1], row[6]) for row in rows if row[0] == "lost by nesting"]
    assert lost == list(stages["lost_benefit"].items())
    console = Console(file=io.StringIO(), width=200)
    rank_report.show(planned, console, "en")
    assert "free optimum" in console.file.getvalue()  # type: ignore[attr-defined]


def test_patches_of_the_programme_with_a_prohibited_end_use_are_told(planned: Decision) -> None:
    chosen = list(planned.order[:2])
    uses = planned.suggested["prohibited_uses"].map(lambda _: ())
    for label in chosen:
        uses[label] = ("forest",)
    banned = replace(planned, suggested=planned.suggested.assign(prohibited_uses=uses))
    assert planned.plan is not None
    assert planned.plan.nested is not None
    year = planned.plan.nested.year.copy()
    year[:] = pd.NA
    year[chosen[0]] = 2027
    year[planned.order[5]] = 2027
    plan = replace(planned.plan, nested=replace(planned.plan.nested, year=year))
    banned = replace(banned, plan=plan)
    told = rank_tables.prohibited_in_programme(banned)
    assert told is not None
    assert told.en.startswith(
        "Of the 2 patches in the programme, 1 have a planned end use that is prohibited"
    )
    assert rank_workbook_plan.programme(banned, "zh")[1][-1][0] == told.zh
    assert rank_export.to_json(banned, "zh")["programme"]["nested"]["prohibited_end_use"] == [str(chosen[0])]
    console = Console(file=io.StringIO(), width=200)
    rank_report.show_short(banned, console, "zh")
    assert told.zh in console.file.getvalue()  # type: ignore[attr-defined]


def test_patches_stated_to_cost_nothing_are_named(planned: Decision) -> None:
    costs = planned.costs.copy()
    label = planned.order[3]
    costs.loc[label, "cost_yuan"] = 0.0
    found = {item.code: item for item in rank_issues.of_costs(costs, planned.suggested, planned.plan)}
    assert found["cost_zero"].rows == (str(label),)
    assert "cost_zero" not in {item.code for item in planned.issues}


def test_milestones_outside_the_budgets_are_told() -> None:
    issues = rank_issues.of_milestones(replace(PLANNED, milestones=(2024, 2030)))
    assert [(item.code, item.severity) for item in issues] == [("milestone_outside", "warning")]
    assert "2024" in issues[0].what.zh
    assert "2030、" not in issues[0].what.zh
    assert not rank_issues.of_milestones(PLANNED)
    assert not rank_issues.of_milestones(replace(FAST, milestones=(2024,)))


def test_the_chart_says_whether_money_carries_over(planned: Decision) -> None:
    for carry_over, told in ((True, "carries over"), (False, "nothing carries over")):
        axes = Figure().add_subplot()
        choices = replace(planned.choices, carry_over=carry_over)
        rank_charts._programme(axes, replace(planned, choices=choices), "en")
        assert any(told in label for label in axes.get_legend_handles_labels()[1])


def test_a_larger_budget_never_yields_less(planned: Decision) -> None:
    assert planned.plan is not None
    assert (np.diff(planned.plan.curve["benefit"].to_numpy()) >= -1e-9).all()


def test_the_order_of_mines_does_not_matter(workspace: Path, assessed: Assessed) -> None:
    question = assessed.question
    inputs = rank_inputs.opened(question)
    turned = replace(inputs, patches=inputs.patches.iloc[::-1])
    again = rank_flow.decide(rank_flow.assess(question, inputs=turned), PLANNED)
    straight = rank_flow.decide(assessed, PLANNED)
    one, two = (rank_tables.ranking(item, "zh").drop(columns="geometry") for item in (straight, again))
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(two))


def test_a_chance_of_success_counts_in_the_programme(assessed: Assessed) -> None:
    alone = replace(PLANNED, contiguity_share=0.0)
    decision = rank_flow.decide(assessed, replace(alone, success=(("生态重建", 0.25),)))
    sure = rank_flow.decide(assessed, alone)
    assert decision.plan is not None
    assert sure.plan is not None
    worth = decision.plan.benefit.dropna()
    reconstructed = decision.costs["cost_mode"].reindex(worth.index) == "3"
    assert reconstructed.any()
    # With all the money there is, everything is done: a quarter of what reconstruction brings counts.
    expected = worth[~reconstructed].sum() + 0.25 * worth[reconstructed].sum()
    assert decision.plan.curve["benefit"].iloc[-1] == pytest.approx(expected)
    assert sure.plan.curve["benefit"].iloc[-1] == pytest.approx(worth.sum())
    assert any("生态重建 0.25" in text.zh for text in decision.assumptions)


def test_musts_nevers_and_shares_are_kept(assessed: Assessed) -> None:
    order = list(rank_flow.decide(assessed, FAST).order)
    must, never = order[-1], order[0]
    choices = replace(
        PLANNED,
        must=((str(must), 2027),),
        never=(str(never),),
        greatest_share=(("郊区", 0.3),),
        least_share=(("平定县", 0.2),),
    )
    plan = rank_flow.decide(assessed, choices).plan
    assert plan is not None
    assert plan.nested is not None
    assert plan.nested.year[must] <= 2027
    assert pd.isna(plan.nested.year[never])
    money = plan.nested.free.judgement.cost_by_county_yuan
    assert money["郊区"] <= 0.3 * money.sum() + 0.1
    assert money["平定县"] >= 0.2 * money.sum() - 0.1


def test_shares_name_counties_that_there_are(assessed: Assessed) -> None:
    """Asked by its code, a county is the same; misspelt, it is refused, with or without a budget."""
    by_name = rank_flow.decide(assessed, replace(PLANNED, greatest_share=(("郊区", 0.3),))).plan
    by_code = rank_flow.decide(assessed, replace(PLANNED, greatest_share=(("140311", 0.3),))).plan
    assert by_name is not None
    assert by_code is not None
    assert by_name.nested is not None
    assert by_code.nested is not None
    assert by_name.nested.year.equals(by_code.nested.year)
    for choices in (PLANNED, replace(PLANNED, budgets=())):
        with pytest.raises(InputError) as caught:
            rank_flow.decide(assessed, replace(choices, greatest_share=(("效区", 0.3),)))
        assert caught.value.code == "programme_county"
        assert "郊区" in caught.value.mend.zh


def test_a_table_may_give_the_code_of_a_county_for_its_name() -> None:
    table = gpd.GeoDataFrame(
        {
            "county_name": ["140322", 140321.0, None, "郊区"],
            "county_code": [None, None, "140302", "140322"],
            "sub_class": "historic",
        },
        geometry=gpd.points_from_xy([113.5] * 4, [37.9] * 4),
        crs=4490,
    )
    read, _ = mines.read(table, assumed_area_m2=1e4)
    assert read["county"].tolist() == ["盂县", "平定县", "城区", "郊区"], "a name counts before a code"


def test_an_infeasible_wish_says_what_binds_and_what_would_do(assessed: Assessed) -> None:
    order = rank_flow.decide(assessed, FAST).order
    area = assessed.mines.loc[order, "area_m2"]
    dear = str(area.idxmax())
    choices = replace(PLANNED, budgets=((2027, 1000.0),), must=((dear, 0),))
    with pytest.raises(InfeasibleWishError) as caught:
        rank_flow.decide(assessed, choices)
    groups = {item.group for item in caught.value.relaxations}
    assert groups == {"budget:2027", "must"}
    needed = next(item.needed for item in caught.value.relaxations if item.group == "budget:2027")
    priced = rank_flow.decide(assessed, replace(FAST, unit_costs=COSTS)).costs
    assert needed == pytest.approx(priced.loc[dear, "cost_yuan"], abs=1)


def test_the_infeasible_wish_at_the_command_line(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["rank", "--workspace", str(workspace), "--criteria", ",".join(SOME), "--draws", "200"]
    words += ["--assume-costs", "guangdong", "--budget", "2027=100", "--must", "140321SY0088"]
    assert main(words) == 2
    error = capsys.readouterr().err
    assert len(error.strip().splitlines()) == 2
    assert "最小放宽" in error


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
        text.replace('"rank_file": 1', '"rank_file": 9'),
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


def test_a_must_that_is_listed_apart_says_why(assessed: Assessed) -> None:
    treated = str(assessed.left_out.index[assessed.left_out["category"] == "treated"][0])
    with pytest.raises(InputError) as caught:
        rank_flow.decide(assessed, replace(PLANNED, must=((treated, 0),)))
    assert caught.value.code == "patch_left_out"
    assert "已治理" in caught.value.what.zh


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


def only(assessed: Assessed, labels: list[str]) -> Assessed:
    """The same assessment of some mines only."""
    measured = assessed.assessment
    frames = {
        name: getattr(measured, name).loc[labels]
        for name in ("values", "low", "high", "scores", "covered_share")
    }
    law = replace(assessed.end_uses, verdicts=assessed.end_uses.verdicts.loc[labels])
    known = assessed.pairs["first"].isin(labels) & assessed.pairs["second"].isin(labels)
    return replace(
        assessed,
        mines=assessed.mines.loc[labels],
        assessment=replace(measured, **frames),
        facts=assessed.facts.loc[labels],
        safety=assessed.safety.loc[labels],
        end_uses=law,
        pairs=assessed.pairs[known],
    )


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


def test_why_the_first_of_a_class_is_not_moved_by_weights(assessed: Assessed) -> None:
    found = rank_flow.decide(assessed, FAST, with_plan=False)
    first = found.main[found.main["safety_rank"] == 6].sort_values("rank").index[0]
    assert rank_why.frame(found, first)[["score_needed", "weight_needed"]].isna().all(axis=None)
    console = Console(file=io.StringIO(), width=160)
    rank_report.show(found, console, "zh", why=str(first))
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert "由安全等级决定" in printed
    assert "-0.0000" not in printed


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


def test_a_mine_moves_the_places_it_is_said_to(assessed: Assessed) -> None:
    """The seventh of the largest class, up three by one score; and which rank is explained if TOPSIS ranks."""
    found = rank_flow.decide(assessed, replace(FAST, method="topsis"))
    by_sum = found.ranking.methods["weighted_sum"]
    largest = by_sum["safety_rank"].value_counts().idxmax()
    peers = by_sum[by_sum["safety_rank"] == largest].sort_values("rank")
    patch = str(peers.index[6])
    needed = rank_why.frame(found, patch, places=3)["score_needed"].dropna()
    assert not needed.empty
    scores = found.ranking.scores.loc[peers.index].fillna(0.5)
    total = scores.mul(found.ranking.used).sum(axis=1)
    raised = scores.loc[patch].copy()
    raised[needed.index[0]] = needed.iloc[0]
    assert (total.drop(patch) > (raised * found.ranking.used).sum() + 1e-9).sum() == 3
    console = Console(file=io.StringIO(), width=120)
    rank_report.show(found, console, "zh", why=patch, places=3)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert f"{patch} 按加权和为何排在第 {by_sum.loc[patch, 'rank']} 位（按TOPSIS为第" in printed
    assert "前移3位所需" in printed
    assert "排名和得分取自TOPSIS" in printed
