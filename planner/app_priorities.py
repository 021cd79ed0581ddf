"""Mine priorities as the app shows them: every table and number that the page draws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from gis.errors import Language, Text
from gis.note import Note
from planner import (
    app_files,
    app_priorities_map,
    priorities,
    rank_export,
    rank_flow,
    rank_programme,
    rank_report,
    rank_tables,
    rank_why,
    wording,
)
from planner.app_files import Files
from planner.app_wish import YUAN_PER_WAN
from planner.priorities import Choices
from planner.rank_result import Assessed, Decision

QUICK_DRAWS = 2_000
"""Draws while the weights are being moved: at most 1.1 % standard error, in a tenth of a second for 200 mines."""
MOST_TABLES = 4
NOT_OFFICIAL = rank_report.NOT_OFFICIAL


def quick(assessed: Assessed, wanted: Choices) -> Decision:
    """Rank anew without a programme, and with few draws: fast enough to follow a slider.

    Scores and ranks are those of the whole decision; only probabilities are less sharp.

    Raises
    ------
    InputError
        For choices that can't be made.
    """
    return rank_flow.decide(assessed, replace(wanted, draws=QUICK_DRAWS), with_plan=False)


def is_quick(decision: Decision) -> bool:
    """Whether a decision is the ranking alone, made while weights were being moved."""
    return decision.choices.draws == QUICK_DRAWS


@dataclass(frozen=True, eq=False, slots=True)
class Overview:
    """What the head of the page says.

    Parameters
    ----------
    labels
        The ranked mines from first to last.
    counts
        How many mines are ranked, and how many are listed apart.
    classes
        Safety class and number of mines.
    dangers_left_out
        Dangers nobody could assess: classes may be more urgent; empty when there are none.
    not_assessed
        Criteria that take no part; empty when there are none.
    """

    labels: tuple[str, ...]
    counts: str
    classes: tuple[tuple[str, int], ...]
    dangers_left_out: str
    not_assessed: str
    illustrative: bool


def overview(decision: Decision, language: Language) -> Overview:
    """Return the head of the page."""
    assessed = decision.assessed
    area = wording.hectares(float(assessed.mines["area_m2"].sum()))
    ranked, apart = len(assessed.mines), len(assessed.left_out)
    groups = int(assessed.mines["group"].nunique())
    counts = Text(
        f"参与排序 {ranked} 个（{area} 公顷，{groups} 个项目区），另列 {apart} 个",
        f"{ranked} ranked ({area} ha, {groups} project areas), {apart} listed apart",
    )
    counted = pd.Series(rank_tables.safety_titles(assessed.safety)).value_counts().sort_index()
    joint = "、" if language == "zh" else ", "
    titles = rank_tables.criterion_titles(decision, language)
    return Overview(
        labels=tuple(str(label) for label in decision.order),
        counts=counts.said(language),
        classes=tuple((str(name), int(count)) for name, count in counted.items()),
        dangers_left_out=joint.join(danger.title.said(language) for danger in assessed.dangers_left_out),
        not_assessed=joint.join(titles[name] for name in decision.ranking.not_assessed),
        illustrative=assessed.illustrative,
    )


@lru_cache(maxsize=MOST_TABLES)
def _ranking(decision: Decision, language: Language) -> pd.DataFrame:
    """Return the ranking in words, made once for table and chosen mine."""
    return pd.DataFrame(rank_tables.ranking(decision, language).drop(columns="geometry"))


def table(decision: Decision, language: Language) -> pd.DataFrame:
    """Return the ranked mines from first to last, by patch number; money in 10,000 yuan.

    Columns: ``rank``, ``county``, ``safety_class``, ``score``, ``top_share``, ``area_hectares``, ``mode_title``,
    ``year``, ``cost_wan``, ``dangers``, ``why``, ``prohibited_uses``.
    """
    frame = _ranking(decision, language)
    short = rank_tables.reasons(decision, language, named=2, amounts=False)
    return pd.DataFrame(
        {
            "rank": frame["rank"].to_numpy(),
            "county": frame["county"].to_numpy(),
            "safety_class": frame["safety_class"].to_numpy(),
            "score": frame["score"].to_numpy(),
            "top_share": frame["top_share"].to_numpy(),
            "area_hectares": frame["area_hectares"].to_numpy(),
            "mode_title": frame["mode_title"].to_numpy(),
            "year": frame["year"].array,
            "cost_wan": (frame["cost_yuan"] / YUAN_PER_WAN).to_numpy(),
            "dangers": frame["dangers"].to_numpy(),
            "why": short.loc[decision.order].to_numpy(),
            "prohibited_uses": frame["prohibited_uses"].to_numpy(),
        },
        index=pd.Index(frame["patch_id"], name="patch_id"),
    )


def top_of(decision: Decision) -> int:
    """Return k of "among the first k"."""
    return rank_tables.top_of(decision.choices, decision)


def left_out(decision: Decision, language: Language) -> pd.DataFrame:
    """Return the mines listed apart, by patch number: ``category``, ``reason``, ``county``, ``area_hectares``."""
    frame = pd.DataFrame(rank_tables.left_out(decision, language).drop(columns="geometry"))
    return frame.set_index("patch_id")[["category", "reason", "county", "area_hectares"]]


@dataclass(frozen=True, eq=False, slots=True)
class MineShown:
    """One ranked mine, explained.

    Parameters
    ----------
    facts
        Pairs of a title and its words.
    parts
        Criteria by ``title``: ``contribution`` against the mean of all mines, ``weight``, ``score``, ``assessed``,
        ``kind`` (0: above the mean, 1: below, 2: not assessed), ``score_needed`` and ``weight_needed`` to move up
        by one place; the greatest contribution first.
    ranks
        ``rank`` and ``share``: the probability of each rank that occurs.
    later_share
        Probability of a rank beyond those kept.
    too_far
        Why nothing moves it up; empty where its safety class has a place above it.
    """

    label: str
    rank: int
    safety_class: str
    facts: tuple[tuple[str, str], ...]
    parts: pd.DataFrame
    ranks: pd.DataFrame
    later_share: float
    too_far: str


_FACTS = (
    "county",
    "group",
    "area_hectares",
    "dangers",
    "score",
    "rank_best",
    "rank_worst",
    "rank_topsis",
    "rank_promethee",
    "rank_vikor",
    "rank_without_cost",
    "mode_title",
    "possible_titles",
    "planned_title",
    "planned_uses",
    "prohibited_uses",
    "cost_source",
)


def mine(decision: Decision, label: str, language: Language) -> MineShown | None:
    """Return one mine, explained; None when it is not ranked."""
    if label not in decision.main.index:
        return None
    frame = _ranking(decision, language)
    row = frame[frame["patch_id"] == label].iloc[0]
    titles = {field.id: field.title.said(language) for field in rank_tables.FIELDS}
    parts = rank_why.frame(decision, label)
    notice = rank_why.too_far(decision, label)
    names = rank_tables.criterion_titles(decision, language)
    found = decision.ranking.acceptability
    chances = found.rank_acceptability.loc[label]
    seen = chances[chances.to_numpy(dtype=float) > 0]
    return MineShown(
        label=label,
        rank=int(row["rank"]),
        safety_class=str(row["safety_class"]),
        facts=tuple(
            (titles[name], str(row[name])) for name in _FACTS if not pd.isna(row[name]) and str(row[name])
        ),
        too_far="" if notice is None else notice.said(language),
        parts=parts.assign(
            title=[names[str(name)] for name in parts.index],
            kind=parts["contribution"].lt(0).astype(int).where(parts["assessed"], 2),
        ).reset_index(drop=True),
        ranks=pd.DataFrame({"rank": seen.index.astype(int), "share": seen.to_numpy()}),
        later_share=float(found.later_ranks[label]),
    )


@dataclass(frozen=True, eq=False, slots=True)
class ProgrammeShown:
    """The programme by year.

    Parameters
    ----------
    years
        ``year``, ``patches``, ``area_hectares``, ``cost_wan``, ``budget_wan``, ``benefit``, ``code`` on the map.
    milestones
        ``year``, ``milestone``, ``patches``, ``cost_wan``, ``budget_wan``, ``benefit``, ``proven``,
        ``free_benefit``, ``lost_benefit``.
    curve
        ``budget_wan``, ``benefit``: the best there is for a budget.
    lost
        What nesting costs, in words.
    prohibited
        How many of its patches have a planned end use that is prohibited, in words; empty: none has.
    """

    years: pd.DataFrame
    milestones: pd.DataFrame
    curve: pd.DataFrame
    lost: str
    prohibited: str


def programme(decision: Decision, language: Language) -> ProgrammeShown | None:
    """Return the programme; None when none was made."""
    plan = decision.plan
    if plan is None or plan.nested is None:
        return None
    free = plan.nested.free.judgement.benefit
    lost = wording.percent(rank_programme.loss_share(plan.nested))
    told = Text(
        f"不嵌套的最优效益 {free:.3f}；嵌套（已启动的不再取消）损失 {plan.nested.lost_benefit:.3f}（{lost}）。",
        f"Optimum without nesting {free:.3f}; nesting (nothing started is dropped) costs "
        f"{plan.nested.lost_benefit:.3f} ({lost}).",
    )
    prohibited = rank_tables.prohibited_in_programme(decision)
    years = rank_tables.by_year(decision)
    curve = plan.curve.reset_index(names="budget_yuan")[["budget_yuan", "benefit"]]
    return ProgrammeShown(
        years=_in_wan(years.assign(code=app_priorities_map.codes_of_years(decision, years["year"]))),
        milestones=_in_wan(rank_tables.milestones(decision, language)),
        curve=_in_wan(curve),
        lost=told.said(language),
        prohibited="" if prohibited is None else prohibited.said(language),
    )


def _in_wan(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its money in 10,000 yuan."""
    money = [name for name in frame.columns if str(name).endswith("_yuan")]
    changed = frame.assign(**{name: frame[name] / YUAN_PER_WAN for name in money})
    return changed.rename(columns={name: str(name).replace("_yuan", "_wan") for name in money})


def remarks(decision: Decision, language: Language) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return what was assumed, and the issues (severity, words), the worst first."""
    issues = tuple(
        (issue.severity, f"{issue.what.said(language)} {issue.done.said(language)}")
        for issue in rank_flow.issues_of(decision)
    )
    return tuple(item.said(language) for item in decision.assumptions), issues


def agreement(decision: Decision, language: Language) -> pd.DataFrame:
    """Return Kendall's tau between the methods, titled."""
    titles = {name: title.said(language) for name, title in rank_tables.METHOD_TITLES.items()}
    return decision.ranking.agreement.rename(index=titles, columns=titles)


def files(decision: Decision, language: Language, *, encoding: str, crs: str) -> Files:
    """Return every export of a decision, as ``planner rank --out`` writes them, and what to know.

    Parameters
    ----------
    encoding
        Of the shapefiles: ``GBK`` or ``UTF-8``.
    crs
        Coordinate system of shapefiles and GeoPackages.
    """

    def write(folder: Path, encoding: str) -> tuple[list[Path], tuple[Note, ...]]:
        written, notes, issues = rank_export.write_all(decision, folder, language, encoding=encoding, crs=crs)
        told = (Note(issue.code, issue.severity, issue.what, issue.done) for issue in issues)
        return written, (*notes, *told)

    made = app_files.made(write, encoding)
    # Where the files will be kept is not known here: the paths of this machine, whole.
    question = decision.assessed.question.seen_from(Path.cwd())
    run = priorities.to_json(question, decision.choices).encode()
    return replace(made, contents=MappingProxyType({**made.contents, "rank.json": run}))
