"""The documents that a result rests on: in workbook and report, with how sure their dates are."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest

from gis.errors import Language
from planner import export_excel, flow, report_word, texts
from planner.result import Result
from tests.planner import small_workspace as small


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("documents")
    small.write(folder / "site.gpkg", small.parcels()[:1] * 2)
    return flow.check(small.project(small.make(folder / "small"), folder / "site.gpkg"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_workbook_and_report_say_how_sure_the_dates_of_documents_are(
    result: Result, tmp_path: Path, language: Language
) -> None:
    header, rows = export_excel.documents_cited(result, language)
    day = result.project.as_of
    spoken = [result.book.rules[name] for name in set(result.findings()["rule_id"]) if name]
    assert spoken
    cited = {entry.document for speaker in (*spoken, *result.duties) for entry in speaker.cited_on(day)}
    assert {(row[0], row[-1]) for row in rows} == {
        (document.title.said(language), texts.CERTAINTIES[document.date_certainty].said(language))
        for document in cited
    }
    assert texts.CERTAINTIES["U"].said(language) in {row[-1] for row in rows}

    export_excel.write_workbook(result, tmp_path / "a.xlsx", language)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["依据文件" if language == "zh" else "Documents cited"]
    told = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert told == [header, *rows]
    report_word.write(result, tmp_path / "a.docx", language)
    tables = docx.Document(str(tmp_path / "a.docx")).tables
    assert any([cell.text for cell in table.rows[0].cells] == header for table in tables)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_how_grave_an_issue_is_stands_in_the_language_of_the_workbook(
    result: Result, tmp_path: Path, language: Language
) -> None:
    assert result.issues
    export_excel.write_workbook(result, tmp_path / "a.xlsx", language)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["数据问题" if language == "zh" else "Data issues"]
    grave = {row[2] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert grave == {texts.SEVERITIES[issue.severity].said(language) for issue in result.issues}
