"""The report of a check as a Word document: what was asked, the verdict, each site, duties, sources."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gis.errors import Language, Text
from gis.note import Note
from planner import clock, export_excel, report, report_word_annex, report_word_site, tables, texts, wording
from planner.result import Result, SiteResult
from planner.word_document import WordDocument
from zoning.checklist import Duty
from zoning.project_class import find_class, flags
from zoning.statement import NOT_ASSESSED

MOST_SITES_TOLD = 20
"""Sites with a chapter of their own; of more only the worst, all stand in the summary."""
_NAMED_IN_TITLE = 3
_TITLE = Text("建设项目选址初步研判报告", "Preliminary siting report")
_HEADINGS = {
    "question": Text("项目与检查依据", "The project and the question"),
    "summary": Text("总体结论", "Overall verdict"),
    "duties": report.DUTIES_HEADING,
    "issues": report.ISSUES_HEADING,
    "annex": Text("附件：数据与版本", "Annex: data and versions"),
}
_NONE = Text("无", "none")
_TITLES = {field.id: field.title for field in tables.FIELDS}


def write(result: Result, path: Path, language: Language) -> tuple[Note, ...]:
    """Write the report of a check, the same bytes for the same result.

    Returns
    -------
    tuple of Note
        Why maps are missing, if they are.
    """
    warnings = [texts.ILLUSTRATIVE_WARNING.said(language)] if result.is_illustrative else []
    said = [*warnings, texts.PRELIMINARY.said(language)]
    title = _TITLE.said(language)
    document = WordDocument(title, " ".join(said), language, result.stamp.made_at)
    verdict = wording.verdict_title(result.verdict.code, language)
    overall = f"{_HEADINGS['summary'].said(language)}{'：' if language == 'zh' else ': '}{verdict}"
    document.title(title, _names(result, language), overall, clock.shown(result.stamp.made_at, language))
    for line in said:
        document.warning(line)
    document.heading(_HEADINGS["question"].said(language))
    document.facts(_question(result, language))
    told = _worst_sites(result)
    _summary(document, result, told, language)
    notes: dict[str, Note] = {}
    for site in told:
        document.portrait()
        notes |= {note.code: note for note in report_word_site.add(document, result, site, language)}
    document.portrait()
    document.heading(_HEADINGS["duties"].said(language))
    _duties(document, result, language)
    if result.issues:
        document.heading(_HEADINGS["issues"].said(language))
        report_word_annex.add_issues(document, result.issues, language)
    document.landscape()
    document.heading(_HEADINGS["annex"].said(language))
    _annex(document, result, language)
    document.save(path)
    return tuple(notes.values())


def _names(result: Result, language: Language) -> str:
    names = [site.site.name for site in result.sites]
    listed = texts.listed(names[:_NAMED_IN_TITLE], language)
    if len(names) <= _NAMED_IN_TITLE:
        return listed
    return listed + Text(f" 等{len(names)}个范围", f" and others, {len(names)} sites in all").said(language)


def _question(result: Result, language: Language) -> list[tuple[str, str]]:
    project, stamp = result.project, result.stamp
    activity = find_class(project.activity)
    answered = [
        f"{flags()[name].question.said(language)} {flags()[name].title(value).said(language)}"
        for name, value in project.answers
    ]
    missing = [spec.title.said(language) for spec in result.specs if spec.id not in result.layers]
    loaded = Text(
        f"应查{len(result.specs)}个，已载入{len(result.specs) - len(missing)}个",
        f"{len(result.specs) - len(missing)} loaded of {len(result.specs)} to be asked",
    ).said(language)
    absent = Text("未载入（未评估）：", "not loaded (not assessed): ").said(language)
    pairs = (
        (Text("项目类别", "project class"), f"{activity.title.said(language)} ({activity.id})"),
        (Text("已说明的项目情况", "facts given"), _lines(answered, language)),
        (_TITLES["questions"], _lines(_open_questions(result, language), language)),
        (_TITLES["as_of"], project.as_of.isoformat()),
        (
            Text("管控图层", "control layers"),
            loaded + (f"\n{absent}{texts.listed(missing, language)}" if missing else ""),
        ),
        (Text("规则库版本", "rule base"), stamp.rule_book),
        (Text("软件版本", "software"), stamp.software),
        (Text("生成时间", "made at"), clock.shown(stamp.made_at, language)),
    )
    return [(title.said(language), value) for title, value in pairs]


def _lines(items: Iterable[str], language: Language) -> str:
    return "\n".join(items) or _NONE.said(language)


def _open_questions(result: Result, language: Language) -> list[str]:
    asked: dict[str, None] = {}
    for site in result.sites:
        for names in site.findings["missing_flags"].unique():
            asked |= dict.fromkeys(wording.questions(names, language))
    return [wording.without_command_line(question) for question in asked]


def _worst_sites(result: Result) -> tuple[SiteResult, ...]:
    if len(result.sites) <= MOST_SITES_TOLD:
        return result.sites
    by_weight = sorted(
        range(len(result.sites)),
        key=lambda place: (
            -result.sites[place].verdict.severity,
            -result.sites[place].totals.prohibited_m2,
            place,
        ),
    )
    return tuple(result.sites[place] for place in sorted(by_weight[:MOST_SITES_TOLD]))


def _summary(
    document: WordDocument, result: Result, told: tuple[SiteResult, ...], language: Language
) -> None:
    document.heading(_HEADINGS["summary"].said(language))
    titles = (
        _TITLES["site"],
        Text("地块数", "parcels"),
        Text("面积（公顷）", "area (ha)"),
        _TITLES["verdict_title"],
        Text("禁止区（公顷）", "prohibited (ha)"),
        Text("避让后剩余（公顷）", "remaining (ha)"),
        Text("未能完整评估的图层", "layers not wholly assessed"),
    )
    rows = [
        [
            site.site.name,
            len(site.parcels),
            wording.hectares(site.totals.subject_m2),
            wording.verdict_title(site.verdict.code, language),
            wording.hectares(site.totals.prohibited_m2),
            wording.hectares(site.totals.remaining_m2),
            int(site.findings.loc[site.findings["state"] == NOT_ASSESSED, "layer"].nunique()),
        ]
        for site in result.sites
    ]
    document.table([title.said(language) for title in titles], rows, numbers=(1, 2, 4, 5, 6))
    left = len(result.sites) - len(told)
    if left:
        said = Text(
            f"范围共{len(result.sites)}个：上表全部列出，以下只分述结论最严的{len(told)}个，其余{left}个见同时写出的工作簿。",
            f"There are {len(result.sites)} sites: all stand above, the {len(told)} with the worst verdicts have a "
            f"chapter below; for the other {left} see the workbook written beside this report.",
        )
        document.paragraph(said.said(language))


def _duties(document: WordDocument, result: Result, language: Language) -> None:
    titles = (
        Text("", ""),
        Text("手续", "duty"),
        *(_TITLES[name] for name in ("basis", "authority", "certainty")),
    )
    rows = [
        [
            "□",
            _duty_title(duty, result, language),
            _duty_basis(duty, result, language),
            wording.text_or_unknown(duty.authority, language),
            texts.CERTAINTIES[duty.certainty].said(language),
        ]
        for duty in result.duties
    ]
    document.table([title.said(language) for title in titles], rows)


def _duty_title(duty: Duty, result: Result, language: Language) -> str:
    missing = duty.missing_flags(dict(result.project.answers))
    asked = [
        wording.without_command_line(question) for question in wording.questions("、".join(missing), language)
    ]
    return "\n".join([duty.title.said(language), *asked])


def _duty_basis(duty: Duty, result: Result, language: Language) -> str:
    cited = [wording.citation(entry, language) for entry in duty.cited_on(result.project.as_of)]
    return "\n".join(cited) or texts.ARTICLE_UNVERIFIED.said(language)


def _annex(document: WordDocument, result: Result, language: Language) -> None:
    header, rows = export_excel.layers_used(result, language)
    document.caption(Text("参与检查的图层", "Layers used").said(language))
    document.table(header[:-1], [row[:-1] for row in rows], numbers=(8,))
    header, rows = export_excel.documents_cited(result, language)
    document.caption(Text("依据文件及其日期", "Documents cited, and their dates").said(language))
    document.table(header, rows)
    crs = Text("坐标系", "coordinate system").said(language)
    why = Text("识别依据", "why").said(language)
    document.caption(Text("范围文件", "Files of the sites").said(language))
    document.table(
        [_TITLES["site"].said(language), crs, why, "SHA-256"],
        [
            [
                site.site.name,
                site.site.recognition.name,
                site.site.recognition.reason.said(language),
                site.site.sha256,
            ]
            for site in result.sites
        ],
    )
    document.caption(Text("图层文件与规则库的 SHA-256", "SHA-256 of layers and rule base").said(language))
    hashes = [[wording.layer_title(name, language), name, digest] for name, digest in result.stamp.layers]
    covered = Text("覆盖范围", "coverage").said(language)
    hashes += [[covered, "", digest] for digest in dict.fromkeys(dict(result.stamp.coverages).values())]
    hashes.append([Text("规则库", "rule base").said(language), "", result.stamp.rule_book])
    document.table(
        [_TITLES["layer_title"].said(language), _TITLES["layer"].said(language), "SHA-256"], hashes
    )
