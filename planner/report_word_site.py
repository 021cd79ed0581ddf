"""The chapter of one site: verdict, map, avoidance, official wordings, hits, what is not assessed, what is clear."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gis.errors import InputError, Language, Text
from gis.note import Note
from planner import export_excel, report, report_map, sentence, tables, texts, wording
from planner.result import Result, SiteResult
from planner.word_document import WordDocument
from zoning.rule import Verdict
from zoning.size_limits import temporary_term
from zoning.statement import HIT, NEAR, NOT_ASSESSED

MOST_HITS_TOLD = 100
MOST_PARCELS_TOLD = 40
_TITLES = {field.id: field.title for field in tables.FIELDS}
_HEADINGS = {
    "verdict": Text("结论", "Verdict"),
    "map": Text("位置图", "Map"),
    "avoidance": Text("避让禁止区后的范围", "What remains when prohibited ground is avoided"),
    "position": report.POSITION_HEADING,
    "hits": report.HITS_HEADING,
    "not_assessed": report.NOT_ASSESSED_HEADING,
    "clear": Text("无冲突的图层", "Clear layers"),
}
_SQUARE_METRES = Text("涉及面积（m²）", "area concerned (m²)")


def add(document: WordDocument, result: Result, site: SiteResult, language: Language) -> tuple[Note, ...]:
    """Add the chapter of a site.

    Returns
    -------
    tuple of Note
        Why its map is missing, if it is.
    """
    document.heading(site.site.name)
    _add_verdict(document, result, site, language)
    notes = _add_map(document, result, site, language)
    _add_avoidance(document, site, language)
    document.landscape()
    _add_hits(document, result, site, language)
    _add_not_assessed(document, site, language)
    _add_clear(document, site, language)
    _add_position(document, result, site, language)
    return notes


def _heading(document: WordDocument, name: str, language: Language) -> None:
    document.heading(_HEADINGS[name].said(language), 2)


def _add_verdict(document: WordDocument, result: Result, site: SiteResult, language: Language) -> None:
    _heading(document, "verdict", language)
    said = sentence.of_site(result, site, language)
    document.paragraph(wording.without_command_line(said))
    told = _worst_parcels(site)
    document.bullets(sentence.of_parcels(told, language))
    _say_left(document, len(told.parcels), len(site.parcels), language)


def _worst_parcels(site: SiteResult) -> SiteResult:
    """Return a site with as many parcels as are told: of more the worst, as they stand in the file."""
    if len(site.parcels) <= MOST_PARCELS_TOLD:
        return site
    severity = [Verdict.from_code(code).severity for code in site.parcels["verdict"]]
    by_weight = site.parcels.assign(severity=severity).sort_values(
        ["severity", "prohibited_m2"], ascending=False, kind="stable"
    )
    kept = by_weight.index[:MOST_PARCELS_TOLD].sort_values()
    findings = site.findings[site.findings["parcel"].isin(kept)]
    return replace(site, parcels=site.parcels.loc[kept], findings=findings)


def _say_left(document: WordDocument, told: int, of_all: int, language: Language) -> None:
    if told < of_all:
        words = Text(
            f"共{of_all}行，此处只列结论最严的{told}行，其余{of_all - told}行见同时写出的工作簿。",
            f"Of {of_all} rows the {told} with the worst verdicts stand here; for the other {of_all - told} see the "
            "workbook written beside this report.",
        )
        document.paragraph(words.said(language))


def _add_map(
    document: WordDocument, result: Result, site: SiteResult, language: Language
) -> tuple[Note, ...]:
    _heading(document, "map", language)
    try:
        png = report_map.draw(site, language, illustrative=result.is_illustrative)
    except InputError as error:
        if error.code != "no_chinese_font":
            raise
        done = Text(f"没有绘制位置图。{error.mend.zh}", f"No map was drawn. {error.mend.en}")
        document.paragraph(f"{error.what.said(language)} {done.said(language)}")
        return (Note(error.code, "warning", error.what, done),)
    caption = Text(
        f"“{site.site.name}”各处的结论；同一处有几项结论时，图上只见最严的",
        f"'{site.site.name}': what was found where; of several findings in a place the worst is seen",
    )
    document.picture(png, caption.said(language), width_cm=report_map.WIDTH_CM)
    return ()


def _add_avoidance(document: WordDocument, site: SiteResult, language: Language) -> None:
    _heading(document, "avoidance", language)
    totals = site.totals
    whole, prohibited, rest = map(
        wording.hectares, (totals.subject_m2, totals.prohibited_m2, totals.remaining_m2)
    )
    said = Text(
        f"项目范围{whole}公顷，其中禁止区{prohibited}公顷；"
        f"避让禁止区后剩余{rest}公顷（{totals.remaining_m2:.2f} m²）。",
        f"The site covers {whole} ha, of which {prohibited} ha are prohibited; "
        f"{rest} ha ({totals.remaining_m2:.2f} m²) remain.",
    )
    caution = Text(
        "剩余部分只是避开了已判定的禁止区，其上的其他规定和未评估的图层仍然有效。",
        "What remains only keeps clear of ground known to be prohibited; other rules, and what was not assessed, "
        "stay as they are.",
    )
    document.paragraph(said.said(language) + ("" if language == "zh" else " ") + caution.said(language))
    titles = (
        _TITLES["parcel_name"],
        _TITLES["verdict_title"],
        Text("地块面积（m²）", "parcel area (m²)"),
        Text("禁止区（m²）", "prohibited (m²)"),
        Text("避让后剩余（m²）", "remaining (m²)"),
        Text("剩余块数", "remaining pieces"),
    )
    told = _worst_parcels(site)
    rows = [
        [
            row["parcel_name"],
            wording.verdict_title(row["verdict"], language),
            *(f"{row[name]:.2f}" for name in ("subject_m2", "prohibited_m2", "remaining_m2")),
            row["remaining_parts"],
        ]
        for row in told.parcels.drop(columns="geometry").to_dict("records")
    ]
    document.table([title.said(language) for title in titles], rows, numbers=(2, 3, 4, 5))
    _say_left(document, len(rows), len(site.parcels), language)


def _add_position(document: WordDocument, result: Result, site: SiteResult, language: Language) -> None:
    _heading(document, "position", language)
    titles = (Text("事项", "subject"), Text("表述", "wording"), Text("说明", "remark"))
    rows = [
        [f"{cell:.4f}" if isinstance(cell, float) else cell for cell in row]
        for row in export_excel.position_of_site(site, language)
    ]
    term = temporary_term(result.project.activity, dict(result.project.answers))
    if term is not None:
        rows.append([Text("临时用地期限", "term of temporary use").said(language), term.said(language), ""])
    document.table([title.said(language) for title in titles], rows)


def _add_hits(document: WordDocument, result: Result, site: SiteResult, language: Language) -> None:
    _heading(document, "hits", language)
    hits = site.findings[site.findings["state"].isin([HIT, NEAR])]
    if hits.empty:
        none = Text("没有命中任何规定。", "No rule was hit.").said(language)
        document.paragraph(none)
        return
    several = len(site.parcels) > 1
    titles = [
        *([_TITLES["parcel_name"]] if several else []),
        Text("图层·类型", "layer, sub-class"),
        _TITLES["verdict_title"],
        _SQUARE_METRES,
        _TITLES["conflict_hectares"],
        _TITLES["share"],
        Text("规则与依据", "rule and basis"),
        *(_TITLES[name] for name in ("certainty", "procedure", "authority")),
        Text("说明", "remark"),
    ]
    shown = report.worst_first(hits)[:MOST_HITS_TOLD]
    words = tables.of_site(result, replace(site, findings=shown), language)
    told = words.drop(columns="geometry").to_dict("records")
    rows = [
        [*([row["parcel_name"]] if several else []), *_hit(row, raw, language)]
        for row, raw in zip(told, shown.to_dict("records"), strict=True)
    ]
    first_number = 3 if several else 2
    document.table(
        [title.said(language) for title in titles],
        rows,
        numbers=range(first_number, first_number + 3),
    )
    _say_left(document, len(rows), len(hits), language)


def _hit(row: dict[Any, Any], raw: wording.Row, language: Language) -> list[str]:
    mark = f"（{row['illustrative']}）" if language == "zh" else f" ({row['illustrative']})"
    questions = wording.without_command_line(row["questions"])
    remarks = (report.standing(raw, language), row["reason"], questions, row["note"])
    return [
        wording.place(raw, language) + (mark if row["illustrative"] else ""),
        row["verdict_title"],
        f"{row['conflict_m2']:.2f}",
        wording.hectares(float(row["conflict_m2"])),
        wording.percent(float(row["share"])),
        "\n".join(filter(None, (row["rule_id"], row["basis"]))),
        row["certainty"],
        row["procedure"],
        row["authority"],
        "\n".join(filter(None, remarks)),
    ]


def _add_not_assessed(document: WordDocument, site: SiteResult, language: Language) -> None:
    _heading(document, "not_assessed", language)
    silent = site.findings[site.findings["state"] == NOT_ASSESSED]
    lost = len(site.site.lost_rows)
    if silent.empty and not lost:
        every = Text("各图层均已评估。", "Every layer was assessed.").said(language)
        document.paragraph(every)
        return
    if not silent.empty:
        titles = (
            _TITLES["layer_title"],
            _TITLES["reason"],
            Text("涉及地块数", "parcels"),
            Text("未评估面积（公顷）", "area not assessed (ha)"),
            _TITLES["authority"],
        )
        rows = [
            [
                wording.layer_title(str(layer), language),
                texts.REASONS[str(reason)].said(language),
                int(group["parcel"].nunique()),
                wording.hectares(float(group["not_assessed_m2"].sum())),
                wording.authority(None, str(layer), language),
            ]
            for (layer, reason), group in silent.groupby(["layer", "reason"], sort=True)
        ]
        document.table([title.said(language) for title in titles], rows, numbers=(2, 3))
    if lost:
        document.paragraph(sentence.lost_rows(lost, language))


def _add_clear(document: WordDocument, site: SiteResult, language: Language) -> None:
    _heading(document, "clear", language)
    titles = report.clear_titles(site, language)
    none = Text("没有在全部地块都无冲突的图层。", "No layer is clear in every parcel.").said(language)
    document.paragraph(texts.listed(titles, language) if titles else none)
