"""How the functions that follow light are compiled."""

from __future__ import annotations

from numba import njit

kernel = njit(cache=True, nogil=True, fastmath=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]
"""Compile a function that makes no arrays of its own.

Without numba's run time (`_nrt`) nobody counts the references to the arrays that it is given: the counting took more
time than the light, above all where two threads counted the same ones. Divisions by zero give inf (`error_model`).
"""

kernel_part = njit(  # type: ignore[call-overload]
    cache=True, nogil=True, fastmath=True, error_model="numpy", _nrt=False, forceinline=True
)
"""The same for a small function that is called so often that even handing it its arguments takes time."""
