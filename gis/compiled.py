"""Loops over coordinates, compiled by Numba the first time they run and kept on disk after that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba.core.cpu import CPUTargetOptions

Function = TypeVar("Function", bound=Callable[..., object])

# Numba's own name for "no run-time", the part that counts references. A Numba that drops it is slower here.
_NO_COUNTING: dict[str, Any] = {"_nrt": False} if hasattr(CPUTargetOptions, "_nrt") else {}


def compiled(function: Function) -> Function:
    """Compile a function of numbers and arrays to machine code.

    The interpreter's lock is released while it runs. Arithmetic keeps the order in which it is written
    (no ``fastmath``): the same input gives the same bits on every run and any number of threads.
    Functions that call each other stand in one file, because the copy on disk is keyed by the file.
    """
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def compiled_in_place(function: Function) -> Function:
    """Compile, as :func:`compiled`, a function that only uses the arrays it is given and makes none.

    Numba counts the references to each array, with one atomic addition wherever a function takes an
    array out of a tuple: a third of the time of a short overlap, and threads that read the same layer
    wait for each other on it. An array that lives longer than the call needs no counting. Making
    one in such a function is an error of the compiler, not of the running program.
    """
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy", **_NO_COUNTING)(function))
