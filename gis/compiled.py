"""Loops over coordinates, compiled by Numba the first time they run and kept on disk after that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a function of numbers and arrays to machine code.

    The interpreter's lock is released while it runs. Arithmetic keeps the order in which it is written
    (no ``fastmath``): the same input gives the same bits on every run and any number of threads.
    Functions that call each other stand in one file, because the copy on disk is keyed by the file.
    """
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
