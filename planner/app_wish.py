"""What the controls of the page of priorities say, and the question that makes for the flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gis.errors import Language, Text
from layers.spec import catalogue
from planner import rank_flow, rank_tables, wording
from planner.priorities import PROPOSED_WEIGHTS, Choices, Method, Priorities, WeightSource
from restoration import costs, criterion_files
from restoration.criterion import GROUPS
from restoration.modes import TITLES as MODES

POINTS_OF_ALL = 100
YUAN_PER_WAN = 1e4
OWN_COSTS = "own"
METHODS: Mapping[Method, Text] = MappingProxyType(
    {
        "weighted_sum": rank_tables.METHOD_TITLES["weighted_sum"],
        "topsis": rank_tables.METHOD_TITLES["topsis"],
        "promethee": rank_tables.METHOD_TITLES["promethee"],
        "vikor": rank_tables.METHOD_TITLES["vikor"],
    }
)
_STEPS = {
    "project areas": Text("归并项目区", "grouping into project areas"),
    "end uses": Text("核对修复后用途", "asking the law for the end uses"),
    "flow": Text("汇流路径", "paths of water"),
    "robustness": Text("测算置信度", "how sure the ranks are"),
    "programme": Text("编制分年计划", "programme by year"),
    "budget curve": Text("预算—效益曲线", "benefit by budget"),
    "files": Text("写出成果文件", "writing the files"),
}
_VIEWSHED = "viewshed "


@dataclass(frozen=True, slots=True)
class Wish:
    """What the controls of the page say.

    Parameters
    ----------
    points
        Criterion and its points; only their proportions count.
    method
        The ranking that counts.
    costs
        Empty: none known; ``own``; or the id of a published average, which is an assumption.
    own_costs_wan
        Mode and 10,000 yuan per hectare; 0: not given.
    first_year, last_year, yearly_wan
        Budget of each year, in 10,000 yuan; 0: no budget.
    other_years_wan
        Years whose budget is another one, and how much.
    success
        Mode and its chance of success; modes that are not named are certain to succeed.
    must, never
        Patches.
    """

    points: tuple[tuple[str, int], ...]
    method: Method = "weighted_sum"
    costs: str = ""
    own_costs_wan: tuple[tuple[str, float], ...] = ()
    first_year: int = 0
    last_year: int = 0
    yearly_wan: float = 0.0
    other_years_wan: tuple[tuple[int, float], ...] = ()
    success: tuple[tuple[str, float], ...] = ()
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WeightGroup:
    """Criteria of one theme: id and title of each."""

    title: Text
    criteria: tuple[tuple[str, Text], ...]


def weight_groups() -> tuple[WeightGroup, ...]:
    """Return the shipped criteria by theme."""
    shipped = criterion_files.shipped().values()
    return tuple(
        WeightGroup(title, tuple((item.id, item.title) for item in shipped if item.group == name))
        for name, title in GROUPS.items()
        if any(item.group == name for item in shipped)
    )


def proposed_points() -> dict[str, int]:
    """Return the weights this software proposes, in hundredths."""
    shipped = criterion_files.shipped().values()
    return {item.id: round(item.default_weight * POINTS_OF_ALL) for item in shipped}


def shares(points: Mapping[str, int]) -> dict[str, str]:
    """Return each criterion's part of all points, in words.

    Examples
    --------
    >>> shares({"a": 1, "b": 3})
    {'a': '25.0%', 'b': '75.0%'}
    """
    total = sum(points.values())
    return {name: wording.percent(value / total) if total else "—" for name, value in points.items()}


def groups_with_shares(points: Mapping[str, int]) -> tuple[tuple[WeightGroup, str], ...]:
    """Return the criteria by theme, each theme with its part of all points."""
    total = sum(points.values())
    found = []
    for group in weight_groups():
        own = sum(points[name] for name, _ in group.criteria)
        found.append((group, wording.percent(own / total) if total else "—"))
    return tuple(found)


def published_costs() -> dict[str, Text]:
    """Return what published averages may be assumed, by id."""
    return {
        item.id: Text(
            f"假定：{item.title.zh} {item.yuan_per_ha / YUAN_PER_WAN:.1f} 万元/公顷",
            f"assumed: {item.title.en}, {item.yuan_per_ha / YUAN_PER_WAN:.1f} (10k yuan/ha)",
        )
        for item in costs.published().values()
    }


def mode_titles() -> dict[str, Text]:
    """Return the four modes of restoration by code."""
    return dict(MODES)


def choices(wish: Wish) -> Choices:
    """Return what the command line would be given for the same wish.

    Untouched weights are the proposal, whose name they keep.

    Examples
    --------
    >>> made = choices(Wish((("red_line_share", 2),), costs="guangdong", first_year=2026, last_year=2027,
    ...                     yearly_wan=600.0, other_years_wan=((2027, 800.0),)))
    >>> made.weights[0].stated, made.budgets
    ((('red_line_share', 2.0),), ((2026, 6000000.0), (2027, 8000000.0)))
    """
    proposed = dict(wish.points) == proposed_points()
    stated = tuple((name, float(value)) for name, value in wish.points)
    source = PROPOSED_WEIGHTS if proposed else WeightSource("direct", stated=stated)
    own = tuple((mode, wan * YUAN_PER_WAN) for mode, wan in wish.own_costs_wan if wan > 0)
    budgets = _budgets(wish) if wish.costs else ()
    return Choices(
        weights=(source,),
        method=wish.method,
        budgets=budgets,
        unit_costs=own if wish.costs == OWN_COSTS else (),
        assumed_costs=wish.costs if wish.costs and wish.costs != OWN_COSTS else None,
        must=tuple((label, 0) for label in wish.must) if budgets else (),
        never=wish.never if budgets else (),
        success=wish.success if budgets else (),
    )


def _budgets(wish: Wish) -> tuple[tuple[int, float], ...]:
    """Return each year's budget in yuan; none where no year has any."""
    other = dict(wish.other_years_wan)
    years = range(wish.first_year, wish.last_year + 1)
    budgets = tuple((year, other.get(year, wish.yearly_wan) * YUAN_PER_WAN) for year in years)
    return budgets if any(amount > 0 for _, amount in budgets) else ()


def step_title(what: str, language: Language) -> str:
    """Return what is being done, in words.

    Examples
    --------
    >>> step_title("viewshed 3/167", "en"), step_title("end uses", "zh"), step_title("road_distance_m", "zh")
    ('view 3/167', '核对修复后用途', '距道路')
    """
    if what.startswith(_VIEWSHED):
        return f"{Text('可视域', 'view').said(language)} {what.removeprefix(_VIEWSHED)}"
    if what in criterion_files.shipped():
        return criterion_files.find(what).title.said(language)
    if what in catalogue():
        return catalogue()[what].title.said(language)
    return _STEPS[what].said(language) if what in _STEPS else what


def steps_of(question: Priorities) -> int:
    """Return about how many steps an assessment has, for a progress bar."""
    return len(rank_flow.chosen_criteria(question)) + len(_STEPS)


def share_done(told: Sequence[str], steps: int) -> float:
    """Return about which share of an assessment is done; views of single mines are no steps of their own.

    Examples
    --------
    >>> share_done(["road_distance_m", "viewshed 1/9", "viewshed 2/9"], 4), share_done(list("abcdef"), 4)
    (0.25, 1.0)
    """
    named = {what for what in told if not what.startswith(_VIEWSHED)}
    return min(1.0, len(named) / steps)
