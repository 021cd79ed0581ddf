"""Reading criteria strictly from TOML: a criterion without a basis, or with an unknown word, does not load."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal, cast, get_args

from gis.errors import InputError, Text
from gis.toml import CERTAINTIES, Certainty, Table
from layers import raster_layer
from layers import spec as layer_specs
from restoration.criterion import (
    GROUPS,
    Basis,
    Criterion,
    Direction,
    Measure,
    Normalisation,
    Statistic,
)

STATISTICS = get_args(Statistic)
NORMALISATIONS = get_args(Normalisation)
FROM_LAYER = ("distance", "area_share", "visible_share", "flow_distance")
FROM_RASTER = (
    "slope_mean",
    "slope_p90",
    "slope_share_below",
    "visible_share",
    "flow_distance",
    "fvc_mean",
    "fvc_change",
    "bare_share",
)
PARAMETERS: Mapping[Statistic, tuple[frozenset[str], frozenset[str]]] = {
    # required, optional
    "value": (frozenset(), frozenset({"error"})),
    "distance": (frozenset(), frozenset()),
    "area_share": (frozenset(), frozenset()),
    "slope_mean": (frozenset(), frozenset({"error"})),
    "slope_p90": (frozenset(), frozenset({"error"})),
    "slope_share_below": (frozenset({"threshold_degree"}), frozenset({"error"})),
    "visible_share": (
        frozenset({"radius_m", "spacing_m", "observer_height_m", "target_height_m"}),
        frozenset(),
    ),
    "flow_distance": (frozenset({"snap_m", "margin_m"}), frozenset()),
    "fvc_mean": (frozenset(), frozenset({"error"})),
    "fvc_change": (frozenset(), frozenset({"error"})),
    "bare_share": (frozenset({"threshold_fvc"}), frozenset({"error"})),
}


@cache
def shipped() -> Mapping[str, Criterion]:
    """Return the criteria that come with the software, by id, in the order of the groups.

    Raises
    ------
    DefinitionError
        When a shipped file is wrong (:func:`parse`), or its name is not ``<id>.toml``.
    """
    found = []
    for entry in resources.files("restoration.criteria").iterdir():
        if entry.name.endswith(".toml"):
            criterion = parse(entry.read_text(encoding="utf-8"), entry.name)
            if entry.name != f"{criterion.id}.toml":
                raise Table({}, entry.name).fail(f"file name and id {criterion.id!r} differ")
            found.append(criterion)
    groups = list(GROUPS)
    ordered = sorted(found, key=lambda criterion: (groups.index(criterion.group), criterion.id))
    return MappingProxyType({criterion.id: criterion for criterion in ordered})


def find(identifier: str) -> Criterion:
    """Return a criterion by its id or title.

    Raises
    ------
    InputError
        When there is none of that name; the known ones are listed.
    """
    for criterion in shipped().values():
        if identifier in (criterion.id, criterion.title.zh, criterion.title.en):
            return criterion
    known_zh = "、".join(f"{criterion.id}（{criterion.title.zh}）" for criterion in shipped().values())
    raise InputError(
        "criterion_unknown",
        Text(f"没有名为“{identifier}”的指标。", f"There is no criterion called '{identifier}'."),
        Text(f"可用的指标：{known_zh}。", f"Known criteria: {', '.join(shipped())}."),
    )


def parse(text: str, where: str) -> Criterion:
    """Parse one criterion file.

    Raises
    ------
    DefinitionError
        On a missing, misspelt or unknown key, a word outside its closed set, or a missing basis.
    """
    table = Table(tomllib.loads(text), where)
    score = Table(table.need("score"), f"{where} score")
    criterion = Criterion(
        id=table.text_key("id"),
        title=table.text("title"),
        group=table.one_of("group", tuple(GROUPS)),
        unit=table.text_key("unit"),
        measure=_measure(Table(table.need("measure"), f"{where} measure")),
        more_urgent=cast("Direction", score.one_of("more_urgent", get_args(Direction))),
        normalisation=cast("Normalisation", score.one_of("normalisation", NORMALISATIONS)),
        least_urgent=_number(score, "least_urgent"),
        most_urgent=_number(score, "most_urgent"),
        steps=_steps(score),
        classes=_classes(score),
        default_weight=_required_number(table, "default_weight"),
        basis=tuple(_basis(entry) for entry in table.tables("basis")),
        note=table.text("note", required=False),
    )
    score.close()
    table.close()
    _check(criterion, table)
    return criterion


def _measure(table: Table) -> Measure:
    statistic = cast("Statistic", table.one_of("statistic", STATISTICS))
    measure = Measure(
        statistic=statistic,
        column=table.text_key("column", ""),
        layer=table.text_key("layer", ""),
        sub_classes=table.words("sub_classes"),
        raster=table.text_key("raster", ""),
        later_raster=table.text_key("later_raster", ""),
        parameters=_parameters(table, statistic),
    )
    table.close()
    for key, given, wanted in (
        ("column", measure.column, statistic == "value"),
        ("layer", measure.layer, statistic in FROM_LAYER),
        ("raster", measure.raster, statistic in FROM_RASTER),
        ("later_raster", measure.later_raster, statistic == "fvc_change"),
    ):
        if bool(given) != wanted:
            raise table.fail(f"statistic {statistic!r} {'needs' if wanted else 'takes no'} {key!r}")
    for raster in (measure.raster, measure.later_raster):
        if raster and raster not in raster_layer.KINDS:
            raise table.fail(f"unknown kind of raster {raster!r}")
    if measure.layer:
        spec = layer_specs.catalogue().get(measure.layer)
        if spec is None:
            raise table.fail(f"unknown layer {measure.layer!r}")
        unknown = set(measure.sub_classes) - {entry.id for entry in spec.sub_classes}
        if unknown:
            raise table.fail(f"unknown sub_class {sorted(unknown)[0]!r} of {measure.layer}")
    return measure


def _parameters(table: Table, statistic: Statistic) -> Mapping[str, float]:
    values = Table(table.get("parameters", {}), f"{table.where} parameters")
    required, optional = PARAMETERS[statistic]
    found = {key: _required_number(values, key) for key in sorted(required)}
    for key in sorted(optional):
        number = _number(values, key)
        if number is not None:
            found[key] = number
    values.close()
    if any(value < 0 for value in found.values()):
        raise table.fail("a parameter is negative")
    return MappingProxyType(found)


def _number(table: Table, key: str) -> float | None:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise table.fail(f"{key!r} is not a number")
    return float(value)


def _required_number(table: Table, key: str) -> float:
    table.need(key)
    value = _number(table, key)
    if value is None:
        raise table.fail(f"{key!r} is not a number")
    return value


def _steps(table: Table) -> tuple[tuple[float, float], ...]:
    steps = []
    for entry in table.tables("step"):
        steps.append((_required_number(entry, "from"), _required_number(entry, "score")))
        entry.close()
    return tuple(steps)


def _classes(table: Table) -> Mapping[str, float]:
    values = Table(table.get("classes", {}), f"{table.where} classes")
    classes = {code: _required_number(values, code) for code in table.get("classes", {})}
    values.close()
    return MappingProxyType(classes)


def _basis(table: Table) -> Basis:
    basis = Basis(
        title=table.text("title"),
        supports=cast(
            "Literal['criterion', 'threshold']", table.one_of("supports", ("criterion", "threshold"))
        ),
        certainty=cast("Certainty", table.one_of("certainty", CERTAINTIES)),
    )
    table.close()
    return basis


def _check(criterion: Criterion, table: Table) -> None:
    if not any(basis.supports == "criterion" for basis in criterion.basis):
        raise table.fail("a criterion without basis")
    if criterion.normalisation != "min_max" and not any(
        basis.supports == "threshold" for basis in criterion.basis
    ):
        raise table.fail('thresholds without basis (a proposal is one: certainty = "inferred")')
    if criterion.default_weight < 0:
        raise table.fail("a negative default_weight")
    scores = [score for _, score in criterion.steps] + list(criterion.classes.values())
    if any(not 0 <= score <= 1 for score in scores):
        raise table.fail("a score outside 0 to 1")
    {"steps": _check_steps, "classes": _check_classes}.get(criterion.normalisation, _check_limits)(
        criterion, table
    )


def _check_limits(criterion: Criterion, table: Table) -> None:
    least, most = criterion.least_urgent, criterion.most_urgent
    if criterion.steps or criterion.classes:
        raise table.fail(f"normalisation {criterion.normalisation!r} takes no step and no classes")
    if criterion.normalisation == "min_max":
        if least is not None or most is not None:
            raise table.fail("'min_max' takes its limits from the mines")
        return
    if least is None or most is None or least == most:
        raise table.fail("'least_urgent' and 'most_urgent' must be two different numbers")
    if (most > least) != (criterion.more_urgent == "larger"):
        raise table.fail(f"the limits contradict more_urgent = {criterion.more_urgent!r}")
    if criterion.normalisation == "log_ramp" and min(least, most) <= 0:
        raise table.fail("limits of a 'log_ramp' must be above 0")


def _check_steps(criterion: Criterion, table: Table) -> None:
    thresholds = [threshold for threshold, _ in criterion.steps]
    scores = [score for _, score in criterion.steps]
    if len(thresholds) < 2 or thresholds != sorted(set(thresholds)):
        raise table.fail("'step' needs two thresholds or more, ascending")
    if scores != sorted(scores, reverse=criterion.more_urgent == "smaller"):
        raise table.fail(f"the scores of the steps contradict more_urgent = {criterion.more_urgent!r}")
    if criterion.classes or criterion.least_urgent is not None or criterion.most_urgent is not None:
        raise table.fail("'steps' takes no classes and no limits")


def _check_classes(criterion: Criterion, table: Table) -> None:
    if not criterion.classes:
        raise table.fail("'classes' needs a table of codes and scores")
    if criterion.measure.statistic != "value":
        raise table.fail("'classes' is for columns")
    if criterion.steps or criterion.least_urgent is not None or criterion.most_urgent is not None:
        raise table.fail("'classes' takes no steps and no limits")
