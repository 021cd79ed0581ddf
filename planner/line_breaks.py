"""Lines of Chinese at a terminal: broken between characters, never before a closing mark or within a number.

Rich breaks at blanks. Chinese has none, so a paragraph would break after the one blank it happens to hold.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, chop_cells
from rich.console import Console, Group
from rich.containers import Lines
from rich.measure import Measurement
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import ConsoleOptions, HighlighterType, JustifyMethod, OverflowMethod

_OPENING, _CLOSING = "（《“‘〔【", "，。；：、）》”’〕】？！…—–"
_UNIT = re.compile(rf"\s*[{_OPENING}]*(?:[!-~]+|[^\s{_OPENING}])?[{_CLOSING}]*\s*")
_LEAD = re.compile(r"\s+(?:[·□] )?")


def breaks(text: str, width: int, hang: int = 0) -> list[int]:
    """Return where a line ends and the next begins.

    Parameters
    ----------
    text
        One paragraph.
    width
        Of a line, in cells; a Chinese character takes two.
    hang
        How many cells every line but the first leaves empty at its beginning.

    Returns
    -------
    list of int
        Offsets into ``text``.

    Examples
    --------
    Ten cells hold five characters; the full stop stays with what it closes, the number is not broken:

    >>> [breaks(text, 10) for text in ("一二三四五六", "一二三四五。六", "一二三12.50公顷")]
    [[5], [4], [3]]
    """
    found: list[int] = []
    used = 0
    for match in _UNIT.finditer(text):
        at, unit = match.start(), match.group()
        wide = cell_len(unit.rstrip())
        if used + wide <= width:
            used += cell_len(unit)
            continue
        if used > hang:
            found.append(at)
            used = hang
        for part in chop_cells(unit, width - hang)[:-1] if wide > width - hang else []:
            at += len(part)
            found.append(at)
        used = hang + cell_len(unit[at - match.start() :])
    return found


class BrokenText(Text):
    """Text that wraps by :func:`breaks`; what follows a bullet hangs beneath its first word."""

    def wrap(
        self,
        console: Console,
        width: int,
        *,
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        tab_size: int = 8,
        no_wrap: bool | None = None,
    ) -> Lines:
        """Return the lines, as :meth:`rich.text.Text.wrap` does."""
        if no_wrap or self.no_wrap:
            return super().wrap(
                console, width, justify=justify, overflow=overflow, tab_size=tab_size, no_wrap=no_wrap
            )
        lines = Lines()
        for paragraph in self.split(allow_blank=True):
            lead = _LEAD.match(paragraph.plain)
            hang = cell_len(lead.group()) if lead else 0
            hang = hang if 2 * hang < width else 0
            first, *others = paragraph.divide(breaks(paragraph.plain, width, hang))
            lines.extend([first, *(Text(" " * hang).append_text(line) for line in others)])
        for line in lines:
            line.rstrip_end(width)
        placed = justify or self.justify
        if placed:
            lines.justify(console, width, justify=placed, overflow=overflow or self.overflow or "fold")
        return lines

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = max((cell_len(line) for line in self.plain.splitlines()), default=0)
        unit = max((cell_len(match.group().strip()) for match in _UNIT.finditer(self.plain)), default=0)
        return Measurement(unit, widest)


class BreakingConsole(Console):
    """A console whose text wraps by :func:`breaks`, in paragraphs and in tables."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print, as :meth:`rich.console.Console.print` does."""
        if len(objects) == 1 and isinstance(objects[0], str) and not options.get("soft_wrap"):
            # Rich joins texts before it wraps them, and only a group keeps them as they are.
            objects = (Group(self.render_str(objects[0], highlight=options.get("highlight"))),)
        super().print(*objects, **options)

    def render_str(  # noqa: D102
        self,
        text: str,
        *,
        style: object = "",
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        emoji: bool | None = None,
        markup: bool | None = None,
        highlight: bool | None = None,
        highlighter: HighlighterType | None = None,
    ) -> Text:
        made = super().render_str(
            text,
            style=style,  # type: ignore[arg-type]
            justify=justify,
            overflow=overflow,
            emoji=emoji,
            markup=markup,
            highlight=highlight,
            highlighter=highlighter,
        )
        return BrokenText("", justify=made.justify, overflow=made.overflow, end=made.end).append_text(made)
