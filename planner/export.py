"""Files that other programs open: shapefile, GeoPackage, GeoJSON, Excel, Word, the run file, JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import geopandas as gpd

from gis.errors import Language
from gis.files import write as files
from gis.files.atomic import whole
from gis.note import Note
from planner import issue_list, sentence, tables, target_crs, texts, wording
from planner.export_excel import write_workbook
from planner.result import Result, SiteResult

JSON_SCHEMA = "planner.check/1"


def write_all(
    result: Result, folder: Path, language: Language, *, encoding: str = "GBK", crs: str = "EPSG:4490"
) -> tuple[list[Path], tuple[Note, ...]]:
    """Write every export of a result.

    Parameters
    ----------
    result
        What came of a check.
    folder
        Made when it is not there.
    encoding
        Of the shapefile: ``GBK`` or ``UTF-8``.
    crs
        Coordinate system of shapefile and GeoPackage; GeoJSON is in degrees.

    Returns
    -------
    paths, notes
        The files written; what a shapefile could not hold as it was, and why maps are missing, if they are.
    """
    wanted = target_crs.named(crs)
    located = wanted.moved(_located(tables.findings(result, language)))
    shapefile, geopackage = folder / "findings.zip", folder / "findings.gpkg"
    notes = (
        *wanted.notes,
        *files.write(_with_short_names(located), shapefile, layer="findings", encoding=encoding),
    )
    files.write(located, geopackage, layer="findings")
    written = [shapefile, geopackage, folder / "findings.geojson", folder / "findings.xlsx"]
    notes += files.write(located, written[2], layer="findings")
    with whole(written[3]) as target:
        write_workbook(result, target, language)
    from planner import report_word  # noqa: PLC0415 - python-docx and matplotlib, only where a report is written

    written.append(folder / "report.docx")
    with whole(written[-1]) as target:
        notes = (*notes, *report_word.write(result, target, language))
    for path, content in (
        (folder / "run.json", result.project.beside(folder).to_json()),
        (folder / "result.json", json.dumps(to_json(result, language), ensure_ascii=False, indent=2) + "\n"),
    ):
        with whole(path) as target:
            target.write_text(content, encoding="utf-8", newline="\n")
        written.append(path)
    return written, notes


def _located(findings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rows that have a place on the map; "clear" rows stand in Excel and JSON only."""
    return findings[~findings.geometry.is_empty].reset_index(drop=True)


def _with_short_names(findings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return findings.rename(columns={field.id: field.short_name for field in tables.FIELDS})


def to_json(result: Result, language: Language) -> dict[str, Any]:
    """Return a result as one plain object, as described in ``docs/json.md``."""
    return {
        "schema": JSON_SCHEMA,
        "verdict": result.verdict.code,
        "as_of": result.project.as_of.isoformat(),
        "activity": result.project.activity,
        "flags": dict(result.project.answers),
        "illustrative": result.is_illustrative,
        "disclaimer": texts.PRELIMINARY.said(language),
        "stamp": result.stamp.to_json(),
        "duties": [
            {
                "id": duty.id,
                "title": duty.title.said(language),
                "authority": duty.authority.said(language),
                "certainty": duty.certainty,
                "in_words": wording.duty(duty, result.project, language),
            }
            for duty in result.duties
        ],
        "sites": [_site_json(result, site, language) for site in result.sites],
        "issues": issue_list.to_json(result.issues, language),
    }


def _site_json(result: Result, site: SiteResult, language: Language) -> dict[str, Any]:
    recognition = site.site.recognition
    found = tables.of_site(result, site, language)
    return {
        "name": site.site.name,
        "verdict": site.verdict.code,
        "sentence": sentence.of_site(result, site, language),
        "parcel_sentences": sentence.of_parcels(site, language),
        "format": site.site.kind,
        "encoding": site.site.encoding,
        "crs": recognition.name,
        "crs_reason": recognition.reason.said(language),
        "accuracy_m": site.site.accuracy_m,
        "lost_rows": list(site.site.lost_rows),
        "parcels": json.loads(
            site.parcels.drop(columns="geometry")
            .rename_axis("parcel")
            .reset_index()
            .to_json(orient="records")
        ),
        "findings": json.loads(
            found.drop(columns="geometry")
            .assign(state=site.findings["state"].to_numpy(), reason_code=site.findings["reason"].to_numpy())
            .to_json(orient="records", double_precision=6)
        ),
        "totals": asdict(site.totals),
        "official_states": [
            {
                "subject": state.subject.said(language),
                "state": state.state.said(language),
                "why": state.why.said(language),
            }
            for state in site.states
        ],
        "size_limits": {
            "subject_m2": site.limits.subject_m2,
            "farmland_m2": site.limits.farmland_m2,
            "cultivated_m2": site.limits.cultivated_m2,
            "other_m2": site.limits.other_m2,
            "not_assessed_m2": site.limits.not_assessed_m2,
            "level": site.limits.level.said(language),
            "why": site.limits.why.said(language),
        },
        "clear_layers": list(site.clear_layers),
    }
