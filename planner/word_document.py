"""Word documents as Chinese offices write them: declared fonts, real headings, tables whose header repeats.

The fonts are named, not embedded: 宋体 (tables, title), 黑体 (headings), 仿宋 (text) beside Times New Roman.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor

from gis.errors import Language, Text
from planner import word_table
from planner.word_table import legal

SOFTWARE = "yangquan-planner"
SONG, HEI, FANGSONG = "宋体", "黑体", "仿宋"
LATIN = "Times New Roman"
_LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
_LATIN_LANGUAGE, _EAST_ASIAN_LANGUAGE = "en-US", "zh-CN"
"""Word keeps one for each script: with Chinese for Latin script, numbers are broken like Chinese text."""
_A4 = (Cm(21.0), Cm(29.7))
_MARGIN = Cm(2.5)
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
"""Said in each entry of the zip, on Windows too, for the same bytes."""
_WARNING = "9E1B1B"
_NUMERALS = "〇一二三四五六七八九"
_APP_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    f"<Application>{SOFTWARE}</Application></Properties>"
)


@dataclass(frozen=True, slots=True)
class _Look:
    """How a style looks; ``indent_characters`` is of the first line."""

    name: str
    east_asia: str
    size_pt: float
    bold: bool = False
    before_pt: float = 0.0
    after_pt: float = 0.0
    line: float = 1.0
    centred: bool = False
    indent_characters: int = 0
    colour: str = "000000"
    keep_with_next: bool = False


_LOOKS = (
    _Look("Normal", FANGSONG, 12),
    _Look("Title", SONG, 22, bold=True, before_pt=12, after_pt=6, centred=True),
    _Look("Subtitle", FANGSONG, 14, after_pt=8, centred=True),
    _Look("Heading 1", HEI, 16, before_pt=16, after_pt=8, keep_with_next=True),
    _Look("Heading 2", HEI, 14, before_pt=12, after_pt=6, keep_with_next=True),
    _Look("Body Text", FANGSONG, 12, after_pt=4, line=1.5, indent_characters=2),
    _Look("List Bullet", FANGSONG, 12, after_pt=2, line=1.25),
    _Look("Caption", SONG, 10.5, before_pt=4, after_pt=8, centred=True),
    _Look("Header", SONG, 9, centred=True),
    _Look("Footer", SONG, 9, centred=True),
    _Look("Warning", HEI, 12, before_pt=4, after_pt=6, centred=True, colour=_WARNING),
    _Look("Picture", FANGSONG, 12, before_pt=4, centred=True, keep_with_next=True),
    _Look(word_table.TEXT_STYLE, SONG, 9),
    _Look(word_table.HEAD_STYLE, HEI, 9, keep_with_next=True),
    _Look(word_table.GAP_STYLE, SONG, 5),
)


class WordDocument:
    """A document that grows from the top; the same bytes for the same content.

    Parameters
    ----------
    title
        Of the document's properties.
    running
        The line at the head of every page.
    made_at
        Stands in the properties as the time of creation.
    """

    def __init__(self, title: str, running: str, language: Language, made_at: datetime) -> None:
        self.language = language
        self._document = docx.Document()
        self._counts = [0, 0]
        self._is_landscape = False
        self._describe(title, made_at)
        self._dress()
        self._page(running)

    def title(self, text: str, *below: str) -> None:
        """Set the title, and lines below it."""
        self._add(text, "Title")
        for line in below:
            self._add(line, "Subtitle")

    def heading(self, text: str, level: int = 1) -> None:
        """Begin a chapter (level 1) or a part of it (level 2), numbered."""
        self._counts[level - 1] += 1
        if level == 1:
            self._counts[1] = 0
        self._add(f"{self._number(level)}{text}", f"Heading {level}")

    def paragraph(self, text: str) -> None:
        """Add a paragraph."""
        self._add(text, "Body Text")

    def warning(self, text: str) -> None:
        """Add a line that must not be missed."""
        self._add(text, "Warning")

    def bullets(self, lines: Sequence[str]) -> None:
        """Add a list."""
        for line in lines:
            self._add(line, "List Bullet")

    def caption(self, text: str) -> None:
        """Add the title of the table that follows."""
        self._add(text, "Caption").paragraph_format.keep_with_next = True

    def table(
        self, header: Sequence[str], rows: Sequence[Sequence[Any]], *, numbers: Sequence[int] = ()
    ) -> None:
        """Add a table over the width of the page; its header stands again on each page.

        Parameters
        ----------
        numbers
            Positions of the columns that hold numbers.
        """
        made = word_table.table(header, rows, self._width(), numbers=frozenset(numbers))
        # Two tables without a paragraph between them would become one.
        self._add("", word_table.GAP_STYLE)._p.addprevious(made)

    def facts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Add a table of two columns without a header: what, and its value."""
        made = word_table.table((), pairs, self._width(), heads_on_the_left=True)
        self._add("", word_table.GAP_STYLE)._p.addprevious(made)

    def picture(
        self, png: bytes, caption: str, *, width_cm: float, most_height_cm: float | None = None
    ) -> None:
        """Add a picture with its title below, on one page; a screen reader reads the title too."""
        paragraph = self._add("", "Picture")
        shape = paragraph.add_run().add_picture(io.BytesIO(png), width=Cm(width_cm))
        if most_height_cm is not None and shape.height > Cm(most_height_cm):
            shape.width = round(shape.width * Cm(most_height_cm) / shape.height)
            shape.height = Cm(most_height_cm)
        shape._inline.docPr.set("descr", legal(caption))
        self._add(caption, "Caption")

    def landscape(self) -> None:
        """Go on with a page on its side, for wide tables."""
        self._turn(landscape=True)

    def portrait(self) -> None:
        """Go on with an upright page."""
        self._turn(landscape=False)

    def save(self, path: Path) -> None:
        """Write the document."""
        content = io.BytesIO()
        self._document.save(content)
        with zipfile.ZipFile(content) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for name in made.namelist():
                member = zipfile.ZipInfo(name, date_time=_FIXED_TIME)
                member.compress_type = zipfile.ZIP_DEFLATED
                member.create_system = _UNIX
                member.external_attr = 0o644 << 16
                target.writestr(member, _APP_XML if name == "docProps/app.xml" else made.read(name))

    def _add(self, text: str, style: str) -> Any:
        return self._document.add_paragraph(legal(text), style=style)

    def _number(self, level: int) -> str:
        chapter, part = self._counts
        if self.language == "en":
            return f"{chapter}. " if level == 1 else f"{chapter}.{part} "
        return f"{chinese_numeral(chapter)}、" if level == 1 else f"（{chinese_numeral(part)}）"

    def _width(self) -> Length:
        return Length(_A4[1 if self._is_landscape else 0] - 2 * _MARGIN)

    def _turn(self, *, landscape: bool) -> None:
        if landscape == self._is_landscape:
            return
        body = self._document.element.body
        section = self._document.add_section()
        # The break's own paragraph takes the place of the gap below a table, lest it fall on a page of its own.
        broken = body.findall(qn("w:p"))[-1]
        before = broken.getprevious()
        if before is not None and before.tag == qn("w:p") and before.style == _style_id(word_table.GAP_STYLE):
            body.remove(before)
        broken.style = _style_id(word_table.GAP_STYLE)
        self._is_landscape = landscape
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = _A4[::-1] if landscape else _A4

    def _describe(self, title: str, made_at: datetime) -> None:
        properties = self._document.core_properties
        moment = made_at.astimezone(UTC).replace(tzinfo=None)
        properties.title, properties.author = legal(title), SOFTWARE
        properties.last_modified_by, properties.revision = SOFTWARE, 1
        properties.created = properties.modified = moment
        properties.language = _LANGUAGES[self.language]
        properties.comments = ""
        # The template's preview picture would stand for every report.
        package: Any = self._document.part.package
        for name, relation in list(package.rels.items()):
            if relation.reltype.endswith("/thumbnail"):
                del package.rels[name]

    def _dress(self) -> None:
        defaults = self._document.styles.element.find(
            f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}"
        )
        _set_fonts(defaults, FANGSONG, self.language)
        settings = self._document.settings.element
        for spoken in (defaults.find(qn("w:lang")), settings.find(qn("w:themeFontLang"))):
            spoken.set(qn("w:val"), _LATIN_LANGUAGE)
            spoken.set(qn("w:eastAsia"), _EAST_ASIAN_LANGUAGE)
        for entry in settings.iter(qn("w:compatSetting")):
            if entry.get(qn("w:name")) == "compatibilityMode":
                entry.set(qn("w:val"), "15")
        for look in _LOOKS:
            self._style(look)

    def _style(self, look: _Look) -> None:
        styles: Any = self._document.styles
        known = look.name in styles
        style: Any = styles[look.name] if known else styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
        if not known:
            style.base_style = styles["Normal"]
        for part in ("w:rPr", "w:pPr"):
            found = style.element.find(qn(part))
            if found is not None:
                for child in list(found):
                    if child.tag not in (qn("w:outlineLvl"), qn("w:numPr"), qn("w:keepLines")):
                        found.remove(child)
        _set_fonts(style.element.get_or_add_rPr(), look.east_asia, self.language)
        style.font.size, style.font.bold = Pt(look.size_pt), look.bold
        style.font.color.rgb = RGBColor.from_string(look.colour)
        layout = style.paragraph_format
        layout.space_before, layout.space_after = Pt(look.before_pt), Pt(look.after_pt)
        layout.line_spacing, layout.keep_with_next = look.line, look.keep_with_next
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER if look.centred else None
        if look.indent_characters and self.language == "zh":
            layout.first_line_indent = Pt(look.indent_characters * look.size_pt)
            indent = style.element.pPr.find(qn("w:ind"))
            indent.set(qn("w:firstLineChars"), str(100 * look.indent_characters))

    def _page(self, running: str) -> None:
        section = self._document.sections[0]
        section.page_width, section.page_height = _A4
        section.left_margin = section.right_margin = _MARGIN
        section.top_margin = section.bottom_margin = _MARGIN
        section.header_distance = section.footer_distance = Cm(1.5)
        head = section.header.paragraphs[0]
        head.text = legal(running)
        foot = section.footer.paragraphs[0]
        before, between, after = (
            Text(*words).said(self.language) for words in (("第", "Page "), ("页 共", " of "), ("页", ""))
        )
        foot.add_run(before)
        _add_field(foot, "PAGE")
        foot.add_run(between)
        _add_field(foot, "NUMPAGES")
        foot.add_run(after)


def chinese_numeral(number: int) -> str:
    """Return a number from 1 to 99 as headings count.

    Examples
    --------
    >>> [chinese_numeral(number) for number in (1, 10, 12, 20, 35)]
    ['一', '十', '十二', '二十', '三十五']
    """
    tens, units = divmod(number, 10)
    before = "" if tens == 0 else ("十" if tens == 1 else f"{_NUMERALS[tens]}十")
    return before + (_NUMERALS[units] if units or not tens else "")


def _style_id(name: str) -> str:
    return re.sub(r"\s", "", name)


def _set_fonts(properties: Any, east_asia: str, language: Language) -> None:
    """Name the fonts; a theme's fonts would win over them and are taken off."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.attrib.clear()
    for name in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(name), LATIN)
    fonts.set(qn("w:eastAsia"), east_asia)
    if language == "zh":
        # Quotes and dashes that both scripts have are Chinese here.
        fonts.set(qn("w:hint"), "eastAsia")


def _add_field(paragraph: Any, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    shown = OxmlElement("w:t")
    shown.text = "1"
    run.append(shown)
    field.append(run)
    paragraph._p.append(field)
