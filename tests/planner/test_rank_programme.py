"""Costs and the programme of ``planner rank``: what is done when, for how much, and what can't be."""

from __future__ import annotations

import io
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
    rank_charts,
    rank_export,
    rank_flow,
    rank_issues,
    rank_programme,
    rank_report,
    rank_tables,
    rank_workbook_plan,
)
from planner.cli import main
from planner.priorities import WeightSource
from planner.rank_result import Assessed, Decision
from restoration import mines
from restoration.programme_relaxation import InfeasibleWishError
from tests.planner.rank_examples import COSTS, FAST, PLANNED, SOME, only


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


def test_by_cost_alone_there_is_no_rank_without_it(assessed: Assessed) -> None:
    by_cost = (WeightSource("direct", stated=(("cost_cny_per_ha", 1.0),)),)
    decision = rank_flow.decide(assessed, replace(PLANNED, weights=by_cost), with_plan=False)
    assert rank_tables.ranking(decision, "zh")["rank_without_cost"].isna().all()
    console = Console(file=io.StringIO(), width=200)
    rank_report.show(decision, console, "zh")
    assert "NA" not in console.file.getvalue()  # type: ignore[attr-defined]
    no_cost = rank_flow.decide(assessed, FAST, with_plan=False)
    table = rank_tables.ranking(no_cost, "zh")
    assert (table["rank_without_cost"] == table["rank"]).all()


def test_the_benefit_stands_at_the_middle_of_the_interval(assessed: Assessed) -> None:
    """A's score of the red line is missing and lies between 0.88 and 1, B's is 0.55; the cost weighs a tenth."""
    labels = [str(label) for label in assessed.mines.index[:2]]
    few = only(assessed, labels)
    measured, name = few.assessment, "red_line_share"
    columns = {"scores": [np.nan, 0.55], "low": [0.88, 0.55], "high": [1.0, 0.55]}
    frames = {part: getattr(measured, part).assign(**{name: column}) for part, column in columns.items()}
    few = replace(few, assessment=replace(measured, **frames))
    weights = WeightSource("direct", stated=((name, 0.9), ("cost_cny_per_ha", 0.1)))
    decision = rank_flow.decide(few, replace(PLANNED, weights=(weights,), budgets=()), with_plan=False)
    found = rank_programme.without_cost(decision.ranking, few, decision.choices)
    assert found["score"].tolist() == pytest.approx([0.94, 0.55])
    assert (found["score_low"] < found["score_high"]).tolist() == [True, False]


def test_the_cost_of_an_unsettled_mode_is_an_interval(planned: Decision) -> None:
    """Assisted regeneration at 90 000 yuan/ha or reconstruction at 300 000; scores fall from 50 000 to 500 000."""
    unsettled = ~planned.costs["cost_mode_settled"]
    low, high, best = (
        getattr(planned.ranking, part)["cost_cny_per_ha"] for part in ("low", "high", "scores")
    )
    assert (low[~unsettled] == high[~unsettled]).all()
    either = planned.suggested.index[(planned.suggested["possible"] == "23") & unsettled]
    assert len(either)
    assert high[either].to_numpy() == pytest.approx((500 - 90) / 450)
    assert low[either].to_numpy() == pytest.approx((500 - 300) / 450)
    assert ((low <= best) & (best <= high))[either].all()
    half_priced = replace(PLANNED, unit_costs=COSTS[2:], budgets=())
    some = rank_flow.decide(planned.assessed, half_priced, with_plan=False)
    still_open = some.suggested.index[some.suggested["possible"] == "23"]
    assert some.ranking.low.loc[still_open, "cost_cny_per_ha"].eq(0).all()
    assert some.ranking.high.loc[still_open, "cost_cny_per_ha"].eq(1).all()


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
    assert nested.free.judgement.benefit >= nested.stages["benefit"].iloc[-1] * (1 - 1e-6)
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


def test_a_chance_of_success_counts_in_the_programme(assessed: Assessed) -> None:
    alone = replace(PLANNED, contiguity_share=0.0)
    decision = rank_flow.decide(assessed, replace(alone, success=(("生态重建", 0.25),)))
    sure = rank_flow.decide(assessed, alone)
    assert decision.plan is not None
    assert sure.plan is not None
    worth = sure.plan.benefit.dropna()
    reconstructed = decision.costs["cost_mode"].reindex(worth.index) == "3"
    assert reconstructed.any()
    # With all the money there is, everything is done: a quarter of what reconstruction brings counts.
    expected = worth[~reconstructed].sum() + 0.25 * worth[reconstructed].sum()
    assert decision.plan.curve["benefit"].iloc[-1] == pytest.approx(expected)
    assert sure.plan.curve["benefit"].iloc[-1] == pytest.approx(worth.sum())
    assert any("生态重建 0.25" in text.zh for text in decision.assumptions)
    # the patches' column and the years' rows hold the same expected benefit, and add up to the milestones
    chance = np.where(reconstructed, 0.25, 1.0)
    assert decision.plan.benefit[worth.index].to_numpy() == pytest.approx(worth.to_numpy() * chance)
    table = rank_tables.ranking(decision, "zh").set_index("patch_id")["benefit"]
    assert table[worth.index].to_numpy() == pytest.approx(worth.to_numpy() * chance, abs=1e-6)
    years = rank_tables.by_year(decision).set_index("year")["benefit"].cumsum()
    stages = rank_tables.milestones(decision, "zh").set_index("year")["benefit"]
    assert len(stages) > 1
    assert years[stages.index].to_numpy() == pytest.approx(stages.to_numpy(), abs=1e-4)


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


def test_a_must_that_is_listed_apart_says_why(assessed: Assessed) -> None:
    treated = str(assessed.left_out.index[assessed.left_out["category"] == "treated"][0])
    with pytest.raises(InputError) as caught:
        rank_flow.decide(assessed, replace(PLANNED, must=((treated, 0),)))
    assert caught.value.code == "patch_left_out"
    assert "已治理" in caught.value.what.zh


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
