"""What a user reads when something is wrong: texts in two languages, and one tree of errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in Chinese and in English, written side by side so that neither is forgotten.

    Examples
    --------
    >>> Text("文件是空的", "The file is empty").said("en")
    'The file is empty'
    """

    zh: str
    en: str

    def said(self, language: Language) -> str:
        """Return the sentence in one language."""
        return self.zh if language == "zh" else self.en

    def __str__(self) -> str:
        return self.zh


class PlannerError(Exception):
    """Root of all errors this software raises on purpose."""


class CrsMixUpError(PlannerError):
    """Two frames in different (or unknown) coordinate systems were about to be overlaid.

    Overlaying them would give zero rows, which reads "no conflict"; it is a fault of the calling
    code and stays loud.
    """


class InputError(PlannerError):
    """Something a user can mend: says what is wrong and how to mend it.

    Parameters
    ----------
    code
        Stable short name of the fault for programs (``crs_unknown``).
    what
        What is wrong, one sentence.
    mend
        What to do about it, one sentence.

    Examples
    --------
    >>> error = InputError("empty", Text("文件是空的。", "The file is empty."),
    ...                    Text("请重新导出。", "Export it again."))
    >>> error.said("en")
    ('The file is empty.', 'Export it again.')
    """

    def __init__(self, code: str, what: Text, mend: Text) -> None:
        super().__init__(code, what, mend)
        self.code = code
        self.what = what
        self.mend = mend

    def said(self, language: Language) -> tuple[str, str]:
        """Return the two sentences in one language."""
        return self.what.said(language), self.mend.said(language)

    def __str__(self) -> str:
        return f"{self.what.zh} {self.mend.zh} / {self.what.en} {self.mend.en}"
