"""One paragraph in plain words for each site: the verdict, why, what is not known, what to do next."""

from __future__ import annotations

import pandas as pd

from gis.errors import Language
from planner import wording
from planner.result import Result, SiteResult
from zoning.project_class import find_class
from zoning.rule import Verdict
from zoning.statement import HIT, NEAR, NOT_ASSESSED
from zoning.tolerance import WITHIN_TOLERANCE

_MOST_NAMED = 4


def of_site(result: Result, site: SiteResult, language: Language) -> str:
    """Return the paragraph that says what came of a site."""
    parts = [
        _verdict(result, site, language),
        _why(site, language),
        _known_part(site, language),
        _may_be_worse(site, language),
        _unknown(site, language),
        _questions(site, language),
        _remedy(site, language),
        _next_step(result, site, language),
    ]
    return ("" if language == "zh" else " ").join(part for part in parts if part)


def of_parcels(site: SiteResult, language: Language) -> list[str]:
    """Return one sentence for each parcel, where a site has several; else nothing."""
    if len(site.parcels) < 2:
        return []
    found = pd.DataFrame(site.findings).drop(columns="geometry")
    hits = pd.concat([_speaking(found, code) for code in site.parcels["verdict"].unique()])
    hits = hits[hits["counts_as"].to_numpy() == site.parcels["verdict"].loc[hits["parcel"]].to_numpy()]
    hits = hits.sort_index()
    by_parcel = dict(iter(hits.groupby("parcel")))
    return [
        _of_parcel(parcel, by_parcel.get(label, hits.iloc[:0]), language)
        for label, parcel in site.parcels.drop(columns="geometry").to_dict("index").items()
    ]


def _of_parcel(parcel: wording.Row, worst: pd.DataFrame, language: Language) -> str:
    title = wording.verdict_title(str(parcel["verdict"]), language)
    area = wording.hectares(float(parcel["subject_m2"]))
    named = [_named_hit(group, language) for _, group in worst.groupby(["layer", "sub_class"], sort=False)][
        :_MOST_NAMED
    ]
    if language == "zh":
        why = f"：{'；'.join(named)}" if named else ""
        return f"地块“{parcel['parcel_name']}”（{area}公顷）“{title}”{why}。"
    why = f": {'; '.join(named)}" if named else ""
    return f"Parcel '{parcel['parcel_name']}' ({area} ha): '{title}'{why}."


def _verdict(result: Result, site: SiteResult, language: Language) -> str:
    total_m2 = site.limits.subject_m2
    activity = find_class(result.project.activity).title.said(language)
    title = wording.verdict_title(site.verdict.code, language)
    area = f"{wording.hectares(total_m2)}"
    count = len(site.parcels)
    if language == "zh":
        parcels = f"，共{count}个地块" if count > 1 else ""
        return (
            f"“{site.site.name}”拟建{activity}，面积{area}公顷（{wording.mu(total_m2)}亩）{parcels}；"
            f"按{result.project.as_of.isoformat()}有效的规定，总体结论为“{title}”。"
        )
    parcels = f" in {count} parcels" if count > 1 else ""
    return (
        f"'{site.site.name}' ({activity}) covers {area} ha ({wording.mu(total_m2)} mu){parcels}; "
        f"under the law of {result.project.as_of.isoformat()} the overall verdict is '{title}'."
    )


def _why(site: SiteResult, language: Language) -> str:
    worst = _speaking(site.findings, site.verdict.code)
    if worst.empty:
        return ""
    named = [_named_hit(group, language) for _, group in worst.groupby(["layer", "sub_class"], sort=False)][
        :_MOST_NAMED
    ]
    if language == "zh":
        return f"原因：{'；'.join(named)}。"
    return f"Why: {'; '.join(named)}."


def _speaking(findings: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return the rows that make a verdict: hits, and silences of which no outcome is milder."""
    silent = findings["state"] == NOT_ASSESSED
    in_any_case = silent & (Verdict.from_code(code).severity > Verdict.UNDECIDABLE.severity)
    return findings[(findings["counts_as"] == code) & (findings["state"].isin([HIT, NEAR]) | in_any_case)]


def _named_hit(group: pd.DataFrame, language: Language) -> str:
    row = group.to_dict("records")[0]
    # Several rules may speak of the same ground; it is counted once for each parcel.
    ground_m2 = group["conflict_m2"].where(group["state"] != NOT_ASSESSED, group["not_assessed_m2"])
    area_m2 = float(ground_m2.groupby(group["parcel"]).max().sum())
    rules = "、".join(dict.fromkeys(filter(None, group["rule_id"])))
    title = wording.place(row, language)
    if language == "zh":
        return f"{title} {wording.hectares(area_m2)}公顷" + (f"（{rules}）" if rules else "")
    return f"{title} {wording.hectares(area_m2)} ha" + (f" ({rules.replace('、', ', ')})" if rules else "")


def _known_part(site: SiteResult, language: Language) -> str:
    """Say what the decided part amounts to, where the whole is undecidable."""
    if site.verdict is not Verdict.UNDECIDABLE:
        return ""
    hits = site.findings[(site.findings["state"] == HIT) & (site.findings["verdict"] != site.verdict.code)]
    if hits.empty:
        return ""
    worst = Verdict.worst([Verdict.from_code(code) for code in hits["verdict"]])
    title = wording.verdict_title(worst.code, language)
    if language == "zh":
        return f"已判定的部分最严为“{title}”。"
    return f"What could be decided is '{title}' at the worst."


def _may_be_worse(site: SiteResult, language: Language) -> str:
    """Say that the verdict is the least, where an open question may turn out worse."""
    hits = site.findings[(site.findings["state"] == HIT) & (site.findings["missing_flags"] != "")]
    asked = hits[hits["standing"] != WITHIN_TOLERANCE]
    codes = [code for name in ("if_yes", "if_no") for code in asked[name]]
    worst = Verdict.worst([site.verdict, *[Verdict.from_code(code) for code in codes]])
    if site.verdict is Verdict.UNDECIDABLE or worst is site.verdict:
        return ""
    title = wording.verdict_title(worst.code, language)
    if language == "zh":
        return f"这是最低结论：还有问题没有回答，答复后可能为“{title}”。"
    return f"This is the least: questions are open, and it may turn out '{title}'."


def _unknown(site: SiteResult, language: Language) -> str:
    rows = site.findings[site.findings["state"] == NOT_ASSESSED]
    titles = list(dict.fromkeys(wording.layer_title(name, language) for name in rows["layer"]))
    lost = len(site.site.lost_rows)
    said = []
    if titles:
        said.append(
            f"未评估或未能完整评估的图层有{len(titles)}个：{'、'.join(titles)}，不能视为无冲突。"
            if language == "zh"
            else f"Not or not wholly assessed: {len(titles)} layers ({', '.join(titles)}); "
            "that is not 'no conflict'."
        )
    if lost:
        said.append(lost_rows(lost, language))
    return ("" if language == "zh" else " ").join(said)


def lost_rows(count: int, language: Language) -> str:
    """Return the sentence on rows of a file that could not be assessed."""
    if language == "zh":
        return f"文件中有{count}行没有可用图形，未参与评估。"
    return f"{count} rows of the file have no usable geometry and were not assessed."


def _questions(site: SiteResult, language: Language) -> str:
    asked: dict[str, None] = {}
    for names in site.findings["missing_flags"]:
        asked.update(dict.fromkeys(wording.questions(names, language)))
    if not asked:
        return ""
    if language == "zh":
        return f"须先回答：{'；'.join(asked)}。"
    return f"To be answered first: {' '.join(asked)}"


def _remedy(site: SiteResult, language: Language) -> str:
    prohibited_m2, remaining_m2 = site.totals.prohibited_m2, site.totals.remaining_m2
    if prohibited_m2 <= 0:
        return ""
    if remaining_m2 <= 0:
        return (
            "全部位于禁止区内，须另行选址。"
            if language == "zh"
            else "All of it is prohibited ground: another site is needed."
        )
    if language == "zh":
        return (
            f"调整用地范围避让禁止区{wording.hectares(prohibited_m2)}公顷后，"
            f"可保留{wording.hectares(remaining_m2)}公顷。"
        )
    return (
        f"Redesigned to avoid {wording.hectares(prohibited_m2)} ha of prohibited ground, "
        f"{wording.hectares(remaining_m2)} ha remain."
    )


def _next_step(result: Result, site: SiteResult, language: Language) -> str:
    rows = site.findings[site.findings["counts_as"] == site.verdict.code]
    rows = rows[rows["state"] == HIT] if (rows["state"] == HIT).any() else rows
    authorities = dict.fromkeys(
        wording.authority(result.book.rules.get(str(row["rule_id"])), str(row["layer"]), language)
        for row in rows.to_dict("records")
    )
    named = [name for name in authorities if name][:_MOST_NAMED]
    if not named or site.verdict in (Verdict.NO_CONTROL, Verdict.ENCOURAGED):
        return ""
    if language == "zh":
        return f"下一步请联系：{'、'.join(named)}。"
    return f"Next, ask: {'; '.join(named)}."
