"""From the words of a command line to a question of priorities."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from gis.errors import InputError, Text
from gis.files import tables
from planner.options import day_of, workspace_of
from planner.priorities import PROPOSED_WEIGHTS, Choices, Priorities, WeightSource

_UNITS = {"": 1.0, "元": 1.0, "万": 1e4, "万元": 1e4, "亿": 1e8, "亿元": 1e8}
_PLANT_HEADERS = ("植物", "植物名", "植物名称", "物种", "树种", "名称", "species", "name", "plant")
_AMOUNT = re.compile(r"^([0-9][0-9,]*\.?[0-9]*(?:[eE][+]?[0-9]+)?)\s*(元|万元|万|亿元|亿)?$")


def question_of(options: argparse.Namespace) -> Priorities:
    """Return which mines are asked for."""
    return Priorities(
        workspace=workspace_of(options),
        mines=options.mines,
        layer=options.layer,
        crs=options.crs,
        group_within_m=_at_least(options.group, 0.0, "--group"),
        assumed_area_m2=assumed_area_m2(options),
        criteria=_names(options.criteria),
        as_of=day_of(options.as_of),
        hazard_thresholds=tuple(
            (name, number(value, "--hazard-threshold")) for name, value in map(pair, options.hazard_threshold)
        ),
    )


def assumed_area_m2(options: argparse.Namespace) -> float | None:
    """Return the area that points without one are given."""
    return None if options.assume_area is None else _above(options.assume_area, "--assume-area")


def choices_of(options: argparse.Namespace) -> Choices:
    """Return how they are ranked and planned.

    Raises
    ------
    InputError
        For a word that can't be read.
    """
    shares = [_share(text) for text in options.share]
    return Choices(
        weights=_weights(options),
        mix=options.mix,
        method=options.method,
        region=options.uncertainty,
        spread=options.spread,
        draws=int(_above(options.draws, "--draws")),
        top=int(_above(options.top, "--top")),
        undecided=options.undecided,
        least_assessed=options.least_assessed,
        budgets=tuple(_budget(text) for text in options.budget),
        milestones=tuple(sorted({_year(word, "--milestones") for word in _names(options.milestones)})),
        unit_costs=tuple(
            (name, amount(value, "--unit-cost")) for name, value in map(pair, options.unit_cost)
        ),
        assumed_costs=options.assume_costs,
        success=tuple((name, number(value, "--success")) for name, value in map(pair, options.success)),
        least_share=tuple((name, least) for name, least, _ in shares if least is not None),
        greatest_share=tuple((name, most) for name, _, most in shares if most is not None),
        must=tuple(_must(text) for text in options.must),
        never=tuple(options.never),
        carry_over=not options.no_carry_over,
        contiguity_share=options.contiguity,
        safety_factors=tuple(number(word, "--safety-factors") for word in _names(options.safety_factors)),
        time_limit_s=_above(options.time_limit, "--time-limit"),
        mode_thresholds=tuple(
            (name, number(value, "--mode-threshold")) for name, value in map(pair, options.mode_threshold)
        ),
        planting=() if options.planting is None else _plants(options.planting),
    )


def _weights(options: argparse.Namespace) -> tuple[WeightSource, ...]:
    sources = []
    stated = []
    for text in options.weights:
        name, equals, value = text.partition("=")
        if equals:
            stated.append((name.strip(), number(value, "--weights")))
        else:
            stated += _weights_file(Path(text))
    if stated:
        sources.append(WeightSource("direct", stated=tuple(stated)))
    if options.ahp is not None:
        sources.append(
            WeightSource("pairwise", judgements=_judgements(options.ahp), insist=bool(options.insist))
        )
    if options.order is not None:
        groups = tuple(
            tuple(name.strip() for name in group.split("=") if name.strip())
            for group in re.split("[,，>]", options.order)
            if group.strip()
        )
        sources.append(WeightSource("rank_order_centroid", order=groups))
    if options.entropy:
        sources.append(WeightSource("entropy"))
    if options.critic:
        sources.append(WeightSource("critic"))
    if options.proposed or not sources:
        sources.append(PROPOSED_WEIGHTS)
    return tuple(sources)


def _plants(path: Path) -> tuple[str, ...]:
    """Return the names in a planting list: one a row, in the first filled cell; a header is left out."""
    rows = tables.read(path, least_rows=1).rows
    names = [next((cell for cell in row if cell), "") for row in rows]
    return tuple(name for name in names if name and name.lower() not in _PLANT_HEADERS)


def _weights_file(path: Path) -> list[tuple[str, float]]:
    rows = tables.read(path).rows
    header = not _is_number(rows[0][1]) if len(rows[0]) > 1 else True
    found = []
    for row in rows[1 if header else 0 :]:
        filled = [cell for cell in row if cell]
        if len(filled) < 2:
            raise _unreadable(path.name, "、".join(filled))
        found.append((filled[0], number(filled[1], path.name)))
    return found


def _judgements(path: Path) -> tuple[tuple[str, str, float], ...]:
    """Read a square matrix: names in the first row and column; an empty cell is a judgement not made."""
    rows = tables.read(path).rows
    columns = rows[0][1:]
    found = []
    for row in rows[1:]:
        found += [
            (row[0], column, _ratio(cell, path.name))
            for column, cell in zip(columns, row[1:], strict=True)
            if cell and column and row[0]
        ]
    return tuple(found)


def _ratio(word: str, where: str) -> float:
    """Return a judgement, also one written as a fraction (1/3)."""
    over, slash, under = word.partition("/")
    if not slash:
        return number(word, where)
    below = number(under, where)
    if below == 0:
        raise _unreadable(where, word)
    return number(over, where) / below


def number(word: str, where: str) -> float:
    """Return a number.

    Raises
    ------
    InputError
        When it is none.
    """
    try:
        return float(word.strip())
    except ValueError as error:
        raise _unreadable(where, word) from error


def amount(word: str, where: str) -> float:
    """Return an amount of money in yuan, also one in 万 or 亿.

    Raises
    ------
    InputError
        ``option_unreadable`` when it is no amount of money, or below 0.

    Examples
    --------
    >>> amount("2,000万", "--budget"), amount("1.5亿元", "--budget"), amount("3e6", "--budget")
    (20000000.0, 150000000.0, 3000000.0)
    """
    match = _AMOUNT.match(word.strip())
    if match is None:
        raise _unreadable(where, word)
    return float(match.group(1).replace(",", "")) * _UNITS[match.group(2) or ""]


def _is_number(word: str) -> bool:
    return re.fullmatch(r"[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?", word.strip()) is not None


def pair(text: str) -> tuple[str, str]:
    """Return what stands on the two sides of the first ``=``.

    Raises
    ------
    InputError
        ``option_unreadable`` when there is no ``=``, or nothing on one side of it.
    """
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise _unreadable("", text)
    return name.strip(), value.strip()


def _budget(text: str) -> tuple[int, float]:
    name, value = pair(text)
    return _year(name, "--budget"), amount(value, "--budget")


def _year(word: str, where: str) -> int:
    if not re.fullmatch(r"20[0-9]{2}", word.strip()):
        raise _unreadable(where, word)
    return int(word)


def _share(text: str) -> tuple[str, float | None, float | None]:
    name, value = pair(text)
    least, colon, most = value.partition(":")
    if not colon:
        raise _unreadable("--share", text)
    return (
        name,
        number(least, "--share") if least.strip() else None,
        number(most, "--share") if most.strip() else None,
    )


def _must(text: str) -> tuple[str, int]:
    name, equals, year = text.partition("=")
    return name.strip(), _year(year, "--must") if equals else 0


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in re.split("[,，]", text or "") if word.strip())


def _above(value: float, where: str) -> float:
    if not value > 0:
        raise _unreadable(where, f"{value:g}")
    return value


def _at_least(value: float, least: float, where: str) -> float:
    if not value >= least:
        raise _unreadable(where, f"{value:g}")
    return value


def _unreadable(where: str, word: str) -> InputError:
    place_zh, place_en = (f"“{where}”中的" if where else ""), (f" in '{where}'" if where else "")
    return InputError(
        "option_unreadable",
        Text(f"读不懂{place_zh}“{word}”。", f"'{word}'{place_en} can't be read."),
        Text("用 planner rank --help 查看写法。", "See planner rank --help for how to write it."),
    )
