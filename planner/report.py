"""The result for a person at a terminal."""

from __future__ import annotations

import numpy as np
import pandas as pd
from rich.console import Console

from gis.errors import Language, Text
from planner import sentence, terminal, texts, wording
from planner.result import Result, SiteResult
from zoning.size_limits import temporary_term
from zoning.statement import HIT, NEAR, NOT_ASSESSED

_SPREAD_WORTH_TELLING = 0.001
VERDICT_STYLES = {
    "P": "bold red",
    "A": "bold yellow",
    "?": "bold magenta",
    "C": "yellow",
    "G": "cyan",
    "E": "green",
}

_HECTARES = Text("公顷", "ha")
_TITLES = (
    Text("图层·类型", "layer, sub-class"),
    Text("结论", "verdict"),
    _HECTARES,
    Text("占比", "share"),
    Text("规则", "rule"),
    Text("说明", "remark"),
)
_TITLES_OF_PARCELS = (Text("地块", "parcel"), *_TITLES)
HITS_HEADING = Text("命中的规定", "What was hit")
NOT_ASSESSED_HEADING = Text("未评估（不等于无冲突）", "Not assessed (which is not 'no conflict')")
_CLEAR = Text("无冲突的图层：", "Clear: ")
_BASES_HEADING = Text("依据", "Basis")
_TO_DO = Text("须办理", "What to do")
POSITION_HEADING = Text("官方表述与审批层级", "Official wording and approving level")
DUTIES_HEADING = Text("与位置无关的通用手续（逐项核对）", "Duties whatever the place (check each)")
ISSUES_HEADING = Text("数据问题", "Data issues")
_TOUCHING = Text("边界相邻/疑似拓扑误差", "touching boundary, perhaps a topological error")


def show(result: Result, console: Console, language: Language) -> None:
    """Print what came of every site."""
    for site in result.sites:
        console.rule(f"[bold]{_escaped(site.site.name)}", characters="-")
        style = VERDICT_STYLES.get(site.verdict.code, "white")
        console.print(f"[{style}]{wording.verdict_title(site.verdict.code, language)}[/]", highlight=False)
        console.print(_escaped(sentence.of_site(result, site, language)), highlight=False)
        for line in sentence.of_parcels(site, language):
            console.print(f"  · {_escaped(line)}", highlight=False)
        _show_hits(result, site, console, language)
        _show_silences(site, console, language)
        _show_procedures(result, site, console, language)
        _show_position(result, site, console, language)
        _show_issues(result, site, console, language)
    _show_duties(result, console, language)
    if result.is_illustrative:
        console.print(f"[bold reverse] {texts.ILLUSTRATIVE_WARNING.said(language)} [/]", highlight=False)
    console.print(texts.PRELIMINARY.said(language), highlight=False)


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")


def _show_hits(result: Result, site: SiteResult, console: Console, language: Language) -> None:
    hits = site.findings[site.findings["state"].isin([HIT, NEAR])]
    if hits.empty:
        return
    several = len(site.parcels) > 1
    titles = _TITLES_OF_PARCELS if several else _TITLES
    first_number = titles.index(_HECTARES)
    table = terminal.table(titles, language, heading=HITS_HEADING, numbers=(first_number, first_number + 1))
    hits = worst_first(hits)
    for row in hits.to_dict("records"):
        cells = _hit_cells(result, row, language)
        if several:
            cells.insert(0, str(site.parcels.loc[row["parcel"], "parcel_name"]))
        table.add_row(*cells)
    console.print(table)
    _show_bases(result, hits, console, language)


def _show_bases(result: Result, hits: pd.DataFrame, console: Console, language: Language) -> None:
    """Print what each rule that was hit stands on, and how sure that is."""
    rules = [result.book.rules[name] for name in dict.fromkeys(hits["rule_id"]) if name in result.book.rules]
    if not rules:
        return
    console.print(f"[bold]{_BASES_HEADING.said(language)}[/]")
    for rule in rules:
        basis = wording.basis(rule, result.project.as_of, language)
        certainty = texts.CERTAINTIES[rule.certainty_on(result.project.as_of)].said(language)
        console.print(f"  · {rule.id}: {_escaped(basis)} — {certainty}", highlight=False)


def worst_first(hits: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the findings from the worst verdict to the mildest."""
    from_worst = hits["verdict"].map({code: rank for rank, code in enumerate("PA?CGEN")})
    return hits.assign(rank=from_worst).sort_values(["rank", "parcel", "layer", "rule_id"], kind="stable")


def _hit_cells(result: Result, row: wording.Row, language: Language) -> list[str]:
    remark = wording.reason(row, language)
    remark = "；".join(filter(None, [standing(row, language), remark]))
    style = VERDICT_STYLES.get(str(row["verdict"]), "white")
    source = result.layers[str(row["layer"])].source
    mark = f"（{texts.ILLUSTRATIVE.said(language)}）" if source.illustrative else ""
    return [
        _escaped(terminal.cell(wording.place(row, language) + mark)),
        f"[{style}]{wording.verdict_title(str(row['verdict']), language)}[/]",
        wording.hectares(float(row["conflict_m2"])),
        wording.percent(float(row["share"])),
        str(row["rule_id"]),
        _escaped(remark),
    ]


def standing(row: wording.Row, language: Language) -> str:
    """Say how sure a hit is where that is in doubt: its standing, its width, the range of its area."""
    if row["state"] == NEAR:
        most = wording.hectares(float(row["conflict_most_m2"]))
        return Text(f"最多可能涉及{most}公顷", f"may concern up to {most} ha").said(language)
    said = []
    if row["sliver"]:
        said.append(_TOUCHING.said(language))
    spread_m2 = row["conflict_most_m2"] - row["conflict_least_m2"]
    if row["standing"] != "definite" or spread_m2 > _SPREAD_WORTH_TELLING * row["conflict_m2"]:
        least, most = (
            wording.hectares(float(row[name])) for name in ("conflict_least_m2", "conflict_most_m2")
        )
        standing = texts.STANDINGS[str(row["standing"])].said(language)
        said.append(
            Text(f"{standing}（{least}–{most}公顷）", f"{standing} ({least}-{most} ha)").said(language)
        )
    if row["sliver"] or row["standing"] == "within_tolerance":
        width = f"{row['width_m']:.2f}"
        said.append(Text(f"平均宽{width}米", f"mean width {width} m").said(language))
    return "；".join(said)


def _show_silences(site: SiteResult, console: Console, language: Language) -> None:
    silent = site.findings[site.findings["state"] == NOT_ASSESSED]
    if not silent.empty:
        console.print(f"[magenta]{NOT_ASSESSED_HEADING.said(language)}[/]")
        for (layer, reason), group in silent.groupby(["layer", "reason"], sort=True):
            said = texts.REASONS[str(reason)].said(language)
            area = wording.hectares(float(group["not_assessed_m2"].sum()))
            unit = "公顷" if language == "zh" else "ha"
            console.print(
                f"  · {wording.layer_title(str(layer), language)}: {said}, {area} {unit}", highlight=False
            )
    titles = clear_titles(site, language)
    if titles:
        console.print(f"[green]{_CLEAR.said(language)}[/]{texts.listed(titles, language)}", highlight=False)


def clear_titles(site: SiteResult, language: Language) -> list[str]:
    """Return the layers that are clear in every parcel, with how near their nearest feature is."""
    nearest_m = site.findings.groupby("layer")["nearest_m"].min()
    return [_clear_title(name, float(nearest_m[name]), language) for name in site.clear_layers]


def _clear_title(layer: str, nearest_m: float, language: Language) -> str:
    """Return a clear layer's title; "nothing here, but something within N m" reads differently."""
    title = wording.layer_title(layer, language)
    if np.isnan(nearest_m):
        return title
    metres = f"{nearest_m:.0f}"
    return title + Text(f"（{metres}米外有）", f" (one {metres} m away)").said(language)


def _show_procedures(result: Result, site: SiteResult, console: Console, language: Language) -> None:
    hits = worst_first(site.findings[site.findings["state"] == HIT])
    lines: dict[str, None] = {}
    for row in hits.to_dict("records"):
        rule = result.book.rules.get(str(row["rule_id"]))
        if rule is not None and rule.procedure.said(language):
            authority = wording.authority(rule, str(row["layer"]), language)
            tail = f" — {authority}" if authority else ""
            lines[f"{rule.id}: {rule.procedure.said(language)}{tail}"] = None
    if lines:
        console.print(f"[bold]{_TO_DO.said(language)}[/]")
        for line in lines:
            console.print(f"  · {_escaped(line)}", highlight=False)


def _show_position(result: Result, site: SiteResult, console: Console, language: Language) -> None:
    """Print the official wordings, and who decides by the size of the land."""
    console.print(f"[bold]{POSITION_HEADING.said(language)}[/]")
    for state in site.states:
        why = f" ({state.why.said(language)})" if state.why.said(language) else ""
        console.print(
            f"  · {state.subject.said(language)}: {state.state.said(language)}{why}", highlight=False
        )
    limits = site.limits
    land = [
        f"{title.said(language)} {wording.hectares(area_m2)}"
        for title, area_m2 in (
            (Text("永久基本农田", "permanent basic farmland"), limits.farmland_m2),
            (Text("其他耕地", "other cultivated land"), limits.cultivated_m2),
            (Text("其他土地", "other land"), limits.other_m2),
            (Text("未评估", "not assessed"), limits.not_assessed_m2),
        )
        if area_m2 > 0
    ]
    level = Text("若全部征收，由其批准", "if all is expropriated, decided by").said(language)
    said = f"{'; '.join(land)} (ha) — {level}: {limits.level.said(language)} ({limits.why.said(language)})"
    console.print(f"  · {said}", highlight=False)
    term = temporary_term(result.project.activity, dict(result.project.answers))
    if term is not None:
        console.print(f"  · {term.said(language)}", highlight=False)


def _show_duties(result: Result, console: Console, language: Language) -> None:
    console.print(f"[bold]{DUTIES_HEADING.said(language)}[/]")
    for duty in result.duties:
        console.print(f"  □ {_escaped(wording.duty(duty, result.project, language))}", highlight=False)


def _show_issues(result: Result, site: SiteResult, console: Console, language: Language) -> None:
    if not site.site.issues:
        return
    console.print(f"[bold]{ISSUES_HEADING.said(language)}[/]")
    for issue in site.site.issues:
        rows = f" ({', '.join(issue.rows)})" if issue.rows else ""
        console.print(
            f"  · {_escaped(issue.what.said(language))} {_escaped(issue.done.said(language))}{rows}",
            highlight=False,
        )
