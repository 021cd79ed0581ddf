"""What one condition of the screening said of one mine, in words."""

from __future__ import annotations

from dataclasses import dataclass

from gis.errors import Text
from restoration import measured


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one condition said of one mine.

    Parameters
    ----------
    value
        NaN where it is not known.
    met
        None: one end of what the value may be meets the condition, the other does not.
    least, most
        What the value may be; infinite where nothing bounds it.
    """

    mode: str
    condition: str
    title: Text
    value: float
    threshold: float
    met: bool | None
    least: float
    most: float

    @property
    def text(self) -> Text:
        """One sentence."""
        answer = {
            True: Text("符合", "met"),
            False: Text("不符合", "not met"),
            None: Text("未知", "not known"),
        }[self.met]
        shown = measured.shown(self.value, self.least, self.most)
        return Text(
            f"{self.title.zh} {self.threshold:g}：实测 {shown}，{answer.zh}",
            f"{self.title.en} {self.threshold:g}: measured {shown}, {answer.en}",
        )

    @property
    def bounds(self) -> str:
        """What the value may be; empty where it is certain, or may be anything."""
        return measured.bounds(self.least, self.most)
