"""Engines in processes of their own, watched: one that takes too much memory or time is ended."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from benchmarks.questions import Question

ROOT = Path(__file__).parent.parent
LOOK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class Limits:
    """What one engine may take for one question."""

    memory_bytes: int
    seconds: float


class EngineStoppedError(Exception):
    """An engine went over its limits, or failed; the message says how."""


@dataclass
class EngineProcess:
    """An engine that is served by :mod:`benchmarks.serve`.

    Parameters
    ----------
    engine
        Name of the engine.
    question, folder
        What it is asked, and where the layers lie.
    limits
        When to end it.
    server
        Process of a database server whose memory counts too.
    once
        Whether it answers from the files and ends.
    """

    engine: str
    question: Question
    folder: Path
    limits: Limits
    server: int | None = None
    once: bool = False
    peak_bytes: int = 0
    seconds: list[float] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Start the process."""
        self.begin = time.monotonic()
        self.errors = tempfile.TemporaryFile(mode="w+", encoding="utf-8")
        files = [str(path) for path in self.question.files(self.folder)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.serve", self.engine, *files, *(["--once"] * self.once)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            cwd=ROOT,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process, whatever it is at."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            if stream:
                stream.close()

    def ask(self, command: str) -> dict[str, Any]:
        """Send a command and wait for what comes back.

        Raises
        ------
        EngineStoppedError
            When the engine went over its limits or failed.
        """
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """Wait for a line of JSON, looking after the limits."""
        assert self.process.stdout is not None
        while not select.select([self.process.stdout], [], [], LOOK_EVERY_S)[0]:
            self._look()
        line = self.process.stdout.readline()
        if not line:
            self.errors.seek(0)
            said = self.errors.read().strip().splitlines()
            raise EngineStoppedError(f"failed: {said[-1] if said else 'without a word'}")
        answer: dict[str, Any] = json.loads(line)
        self.peak_bytes = max(self.peak_bytes, answer["peak_bytes"])
        if "seconds" in answer:
            self.seconds.append(answer["seconds"])
        return answer

    def cpu_seconds(self) -> float:
        """Wait for the end of the process, and return the processor time it took."""
        _, _, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = 0
        return usage.ru_utime + usage.ru_stime

    def _look(self) -> None:
        try:
            held = psutil.Process(self.process.pid).memory_info().rss
        except psutil.Error:
            return
        if self.server is not None:
            held += _server_bytes(self.server)
        self.peak_bytes = max(self.peak_bytes, held)
        if held > self.limits.memory_bytes:
            raise EngineStoppedError(f"ended at its limit of {self.limits.memory_bytes / 2**30:.0f} GiB")
        if time.monotonic() - self.begin > self.limits.seconds:
            done = ", ".join(f"{seconds:.1f}" for seconds in self.seconds) or "none"
            raise EngineStoppedError(f"ended after {self.limits.seconds:.0f} s (steps done, s: {done})")


def _server_bytes(server: int) -> int:
    """Return what a server's processes hold together; memory they share counts once."""
    total = 0
    try:
        parent = psutil.Process(server)
        for process in (parent, *parent.children()):
            total += process.memory_full_info().pss
    except psutil.Error:
        pass
    return total
