"""A question of priorities, whole: which mines are asked for, and what was chosen to rank and plan them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from gis.errors import InputError, Text
from planner import run_file

RUN_FILE_VERSION = 2
MILESTONES = (2027, 2030, 2035)
DRAWS = 100_000
MOST_RANKS_DRAWN = 400_000_000
"""Mines times draws: some 10 s on two cores. Of more than 4,000 mines fewer than 100,000 rankings are drawn."""
LEAST_DRAWS = 1_000
TOP = 20
SPREAD = 0.2

WeightKind = Literal["proposal", "direct", "pairwise", "rank_order_centroid", "entropy", "critic"]
Mix = Literal["geometric", "arithmetic", "game"]
Method = Literal["weighted_sum", "topsis", "promethee", "vikor"]
Region = Literal["order", "around", "free"]
Undecided = Literal["most_urgent", "least_urgent"]


@dataclass(frozen=True, slots=True)
class Priorities:
    """Which mines, and what is measured of them.

    Parameters
    ----------
    workspace
        Folder of the workspace.
    mines
        File of mine patches; None: the workspace's own layer.
    layer, crs
        Layer or sheet of that file, and the coordinate system the user declares for it.
    group_within_m
        Patches nearer than this form one project area.
    assumed_area_m2
        Area of points that state none; None: they are listed apart.
    criteria
        Ids; empty: all that are shipped.
    as_of
        The day whose law is asked for the end uses; None: the day of the run, which the result then names.
    """

    workspace: Path
    mines: Path | None = None
    layer: str | None = None
    crs: str | None = None
    group_within_m: float = 500.0
    assumed_area_m2: float | None = None
    criteria: tuple[str, ...] = ()
    as_of: date | None = None

    def beside(self, folder: Path) -> Priorities:
        """Return the question with its paths as seen from a folder: what is written there as a run file."""
        return self._with_paths(lambda path: run_file.beside(path, folder))

    def seen_from(self, folder: Path) -> Priorities:
        """Return the question of a run file that stands in a folder, with paths that lead from here."""
        return self._with_paths(lambda path: run_file.seen_from(path, folder))

    def _with_paths(self, moved: Callable[[Path], Path]) -> Priorities:
        mines = None if self.mines is None else moved(self.mines)
        return dataclasses.replace(self, workspace=moved(self.workspace), mines=mines)


@dataclass(frozen=True, slots=True)
class WeightSource:
    """One source of weights.

    Parameters
    ----------
    kind
        ``proposal``: the criteria's own, proposed by this software.
    stated
        ``direct``: criterion and weight.
    order
        ``rank_order_centroid``: groups of criteria from most to least important.
    judgements
        ``pairwise``: row, column, how many times more important.
    insist
        ``pairwise``: accept a consistency ratio above 0.1.
    """

    kind: WeightKind
    stated: tuple[tuple[str, float], ...] = ()
    order: tuple[tuple[str, ...], ...] = ()
    judgements: tuple[tuple[str, str, float], ...] = ()
    insist: bool = False


PROPOSED_WEIGHTS = WeightSource("proposal")


@dataclass(frozen=True, slots=True)
class Choices:
    """How mines are ranked and planned. Changing it asks for no new measurement.

    Parameters
    ----------
    weights, mix
        Sources of weights; how several are mixed.
    method
        The ranking that counts; the others are shown beside it.
    region, spread
        Weights that are drawn: all that keep the ``order`` of the stated ones, those ``around`` them by a share, or
        all (``free``).
    draws, top
        Draws of the analysis of robustness; k of "among the first k".
    undecided
        Where mines of an unsettled safety class stand.
    least_assessed
        Share of the weight; mines of which less is assessed are marked. A proposal, to be edited.
    budgets
        Year and yuan.
    milestones
        Years at which the programme is judged; those outside the budgets' years fall away.
    unit_costs
        Mode and yuan per hectare.
    assumed_costs
        Id of a published average to take for all modes: an assumption.
    success
        Mode and the chance that restoration succeeds; of other modes 1.
    least_share, greatest_share
        County and share of the money spent.
    must, never
        Patches; must with the year by which, 0 for any.
    carry_over
        Whether money not spent stays for later years.
    contiguity_share, safety_factors
        See :mod:`restoration.benefit`.
    time_limit_s
        Of each solution.
    mode_thresholds
        Changed thresholds of :mod:`restoration.modes`.
    planting
        Plants to be checked against invasive species.
    """

    weights: tuple[WeightSource, ...] = (PROPOSED_WEIGHTS,)
    mix: Mix = "geometric"
    method: Method = "weighted_sum"
    region: Region = "order"
    spread: float = SPREAD
    draws: int = DRAWS
    top: int = TOP
    undecided: Undecided = "most_urgent"
    least_assessed: float = 0.5
    budgets: tuple[tuple[int, float], ...] = ()
    milestones: tuple[int, ...] = MILESTONES
    unit_costs: tuple[tuple[str, float], ...] = ()
    assumed_costs: str | None = None
    success: tuple[tuple[str, float], ...] = ()
    least_share: tuple[tuple[str, float], ...] = ()
    greatest_share: tuple[tuple[str, float], ...] = ()
    must: tuple[tuple[str, int], ...] = ()
    never: tuple[str, ...] = ()
    carry_over: bool = True
    contiguity_share: float = 0.1
    safety_factors: tuple[float, ...] = (100.0, 10.0, 1.0)
    time_limit_s: float = 60.0
    mode_thresholds: tuple[tuple[str, float], ...] = ()
    planting: tuple[str, ...] = ()


def to_json(question: Priorities, choices: Choices) -> str:
    """Return the run file's content (``rank.json``)."""
    asked = dataclasses.asdict(question) | {
        "workspace": question.workspace.as_posix(),
        "mines": None if question.mines is None else question.mines.as_posix(),
        "as_of": None if question.as_of is None else question.as_of.isoformat(),
    }
    content = {
        "rank_file": RUN_FILE_VERSION,
        "question": asked,
        "choices": dataclasses.asdict(choices),
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def from_json(text: str, name: str) -> tuple[Priorities, Choices]:
    """Read a run file.

    Raises
    ------
    InputError
        When it is not one, or was changed into something that can't be asked.
    """
    try:
        content = json.loads(text)
        if content["rank_file"] != RUN_FILE_VERSION:
            raise ValueError(f"run file version {content['rank_file']}")
        asked, chosen = dict(content["question"]), dict(content["choices"])
        for values, kind in ((asked, Priorities), (chosen, Choices)):
            _same_keys(values, kind)
        asked["workspace"] = Path(asked["workspace"])
        asked["mines"] = None if asked["mines"] is None else Path(asked["mines"])
        asked["as_of"] = None if asked["as_of"] is None else date.fromisoformat(asked["as_of"])
        sources = [dict(source) for source in chosen["weights"]]
        for source in sources:
            _same_keys(source, WeightSource)
        chosen["weights"] = [WeightSource(**_frozen(source)) for source in sources]
        question, choices = Priorities(**_frozen(asked)), Choices(**_frozen(chosen))
        _check_types(question)
        _check_types(choices)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            "run_file",
            Text(
                f"“{name}”不是排序的运行文件（{error}）。",
                f"'{name}' is not a run file of a ranking ({error}).",
            ),
            Text("请使用 planner rank 写出的 rank.json。", "Use a rank.json written by planner rank."),
        ) from error
    return question, choices


def _same_keys(values: dict[str, Any], kind: type) -> None:
    wanted = {field.name for field in dataclasses.fields(kind)}
    if set(values) != wanted:
        raise ValueError(f"{kind.__name__}: {', '.join(sorted(set(values) ^ wanted))}")


def _frozen(values: dict[str, Any]) -> dict[str, Any]:
    return {key: _as_tuple(value) for key, value in values.items()}


def _as_tuple(value: Any) -> Any:
    return tuple(_as_tuple(item) for item in value) if isinstance(value, list | tuple) else value


def _check_types(values: Priorities | Choices) -> None:
    """Refuse values of another kind than the defaults: JSON holds anything."""
    standard = Priorities(Path()) if isinstance(values, Priorities) else Choices()
    for field in dataclasses.fields(values):
        given, usual = getattr(values, field.name), getattr(standard, field.name)
        if given is None and usual is None:
            continue
        if field.name in _OPTIONAL:
            kinds: tuple[type, ...] = (*_OPTIONAL[field.name], type(None))
        elif isinstance(usual, bool):
            kinds = (bool,)
        elif isinstance(usual, int | float):
            kinds = (int, float) if isinstance(usual, float) else (int,)
        else:
            kinds = (type(usual),) if not isinstance(usual, Path) else (Path,)
        if not isinstance(given, kinds) or (isinstance(given, bool) and bool not in kinds):
            raise TypeError(field.name)
    hash(values)


_OPTIONAL: dict[str, tuple[type, ...]] = {
    "mines": (Path,),
    "layer": (str,),
    "crs": (str,),
    "assumed_area_m2": (int, float),
    "as_of": (date,),
    "assumed_costs": (str,),
}
