"""Charts of a ranking as PNG: acceptability, contributions, benefit by budget, programme by year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text as Label

from gis.errors import Language, Text
from gis.files.atomic import whole
from planner import chart_font, rank_tables, texts
from planner.rank_result import Decision
from restoration import explanation

DPI = 150
MINES_SHOWN = 25
COLOURS = (
    "#332288", "#88CCEE", "#44AA99", "#117733", "#999933", "#DDCC77", "#CC6677", "#882255", "#AA4499", "#661100",
    "#6699CC", "#888888",
)  # fmt: skip
"""Tol's muted palette: told apart by colour-blind readers; repeated with hatches beyond."""
HATCHES = ("", "//", "..")
_NAMES = ("acceptability", "contributions", "budget_benefit", "programme")


def write(decision: Decision, folder: Path, language: Language) -> list[Path]:
    """Write the charts that the decision has something for.

    Raises
    ------
    InputError
        When no font of the system holds the text.

    Returns
    -------
    list of Path
        The same bytes for the same decision, matplotlib and font.
    """
    makers: dict[str, Callable[[Any, Decision, Language], None]] = {
        "acceptability": _acceptability,
        "contributions": _contributions,
    }
    if decision.plan is not None:
        makers["budget_benefit"] = _curve
        if decision.plan.nested is not None:
            makers["programme"] = _programme
    figures = {name: _drawn(make, decision, language) for name, make in makers.items()}
    # The font is chosen for all the text there is before anything is written.
    font = chart_font.covering(text for figure in figures.values() for text in _texts(figure))
    written = []
    for name, figure in figures.items():
        for item in _text_items(figure):
            size = item.get_fontsize()
            item.set_fontproperties(_sized(font, size))
        path = folder / f"{name}.png"
        with whole(path) as target:
            canvas: Any = FigureCanvasAgg(figure)
            canvas.print_png(target, metadata={"Software": None})
        written.append(path)
    return written


def _sized(font: FontProperties, size: float) -> FontProperties:
    sized = font.copy()
    sized.set_size(size)
    return sized


def _drawn(make: Callable[[Any, Decision, Language], None], decision: Decision, language: Language) -> Figure:
    figure = Figure(figsize=(11, 7), dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    make(axes, decision, language)
    axes.tick_params(labelsize=8)
    notes = [texts.ILLUSTRATIVE_WARNING.said(language)] if decision.assessed.illustrative else []
    if decision.unit_costs is not None and decision.unit_costs.assumed is not None:
        notes.append(Text("费用为假定。", "Costs are assumed.").said(language))
    if notes:
        figure.suptitle(" ".join(notes), fontsize=9, color="#aa0000")
    return figure


def _text_items(figure: Figure) -> list[Any]:
    for axes in figure.axes:
        # Labels of fixed ticks are made when they are asked for.
        axes.get_xticklabels()
        axes.get_yticklabels()
    return [item for item in figure.findobj(Label) if item.get_text()]


def _texts(figure: Figure) -> list[str]:
    return [item.get_text() for item in _text_items(figure)]


def _acceptability(axes: Any, decision: Decision, language: Language) -> None:
    order = decision.order[:MINES_SHOWN]
    shares = decision.ranking.acceptability.rank_acceptability
    ranks = list(shares.columns[: max(MINES_SHOWN, 1)])
    image = axes.imshow(shares.loc[order, ranks].to_numpy(), aspect="auto", cmap="Blues", vmin=0)
    axes.set_yticks(range(len(order)), _labels(decision, order))
    axes.set_xticks(range(len(ranks)), [str(rank) for rank in ranks])
    axes.set_xlabel(Text("排名", "rank").said(language))
    axes.set_title(
        Text("排名可接受度（各排名出现的概率）", "Rank acceptability (probability of each rank)").said(
            language
        )
    )
    axes.figure.colorbar(image, ax=axes, label=Text("概率", "probability").said(language))


def _labels(decision: Decision, order: pd.Index) -> list[str]:
    county = decision.assessed.mines["county"]
    return [f"{decision.main.loc[label, 'rank']}. {label} {county[label]}" for label in order]


def _contributions(axes: Any, decision: Decision, language: Language) -> None:
    order = decision.order[:MINES_SHOWN]
    parts = explanation.contributions(
        decision.ranking.scores, decision.ranking.used, ends=decision.ranking.ends
    ).loc[order]
    names = list(parts.mean().sort_values(ascending=False, kind="stable").index)
    titles = rank_tables.criterion_titles(decision, language)
    start = np.zeros(len(order))
    places = np.arange(len(order))
    for number, name in enumerate(names):
        width = parts[name].to_numpy()
        hatch = HATCHES[(number // len(COLOURS)) % len(HATCHES)]
        colour = COLOURS[number % len(COLOURS)]
        axes.barh(
            places,
            width,
            left=start,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.3,
            label=titles[str(name)],
        )
        start = start + width
    axes.set_yticks(places, _labels(decision, order))
    axes.invert_yaxis()
    axes.set_xlabel(
        Text("得分（未评估的指标按中值计）", "score (criteria not assessed count half)").said(language)
    )
    axes.set_title(Text("得分构成", "What the scores are made of").said(language))
    axes.legend(fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)


def _curve(axes: Any, decision: Decision, language: Language) -> None:
    plan = decision.plan
    if plan is None:
        return
    curve = plan.curve
    money = np.concatenate([[0.0], curve.index.to_numpy() / 1e4])
    benefit = np.concatenate([[0.0], curve["benefit"].to_numpy()])
    axes.plot(
        money, benefit, marker="o", color=COLOURS[0], label=Text("最优效益", "best benefit").said(language)
    )
    open_gap = ~curve["proven"].to_numpy(dtype=bool)
    if open_gap.any():
        axes.plot(
            money[1:][open_gap], curve["bound"].to_numpy()[open_gap], "^", color=COLOURS[6],
            label=Text("上界（未证最优）", "bound (not proven)").said(language),
        )  # fmt: skip
    nested = plan.nested
    if nested is not None:
        stages = nested.stages
        axes.plot(
            stages["cost_yuan"] / 1e4, stages["benefit"], "s", color=COLOURS[3],
            label=Text("嵌套计划各里程碑", "milestones of the nested programme").said(language),
        )  # fmt: skip
    axes.set_xlabel(Text("预算（万元）", "budget (10,000 yuan)").said(language))
    axes.set_ylabel(
        Text("期望效益（急迫度加权公顷）", "expected benefit (urgency-weighted ha)").said(language)
    )
    axes.set_title(Text("预算与效益", "Benefit by budget").said(language))
    axes.legend(frameon=False)
    axes.grid(alpha=0.3)


_BUDGET_OF_YEAR = {
    True: Text("当年预算（未用完的结转以后年度）", "the year's own budget (what is not spent carries over)"),
    False: Text("当年预算（不结转）", "the year's own budget (nothing carries over)"),
}


def _programme(axes: Any, decision: Decision, language: Language) -> None:
    table = rank_tables.by_year(decision)
    places = np.arange(len(table))
    axes.bar(
        places - 0.2,
        table["budget_yuan"] / 1e4,
        0.4,
        color=COLOURS[11],
        label=_BUDGET_OF_YEAR[decision.choices.carry_over].said(language),
    )
    axes.bar(
        places + 0.2, table["cost_yuan"] / 1e4, 0.4, color=COLOURS[3], hatch="//", edgecolor="white",
        label=Text("启动图斑的费用", "cost of the patches started").said(language),
    )  # fmt: skip
    for place, row in zip(places, table.to_dict("records"), strict=True):
        count = Text(f"{row['patches']}个", f"{row['patches']}").said(language)
        axes.annotate(count, (place + 0.2, row["cost_yuan"] / 1e4), ha="center", va="bottom", fontsize=8)
    axes.set_xticks(places, [str(year) for year in table["year"]])
    axes.set_ylabel(Text("万元", "10,000 yuan").said(language))
    axes.set_title(Text("分年计划（每年启动的图斑）", "Programme by year (patches started)").said(language))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.05), ncols=2, frameon=False)


def names() -> Sequence[str]:
    """Return the names of all charts there may be."""
    return _NAMES
