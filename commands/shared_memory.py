"""Keeps what forks share of their parent's memory shared: the kernel copies a page once it is
written to, so whatever a fork would write there is done, or made unlikely, before (decision 60).
"""

from __future__ import annotations

import ctypes
import gc

_LARGEST = 1024
_STEP = 16
"""Bytes by which the C library's blocks differ in size."""
_MOST_HOLES = 20_000


def keep_shared() -> None:
    """Prepare for forks, once all is loaded that they need."""
    gc.collect()
    gc.freeze()  # what is there now is not looked through again
    _fill_holes()


def _fill_holes() -> None:
    """Take every free block between those in use, for good.

    Thousands of them lie scattered over what was loaded. A fork would put its own into them, and
    sort them, and so make nearly all of that memory its own.
    """
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "gnu_get_libc_version"):  # another library keeps its blocks otherwise
        return
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, (ctypes.c_size_t,)
    libc.free.restype, libc.free.argtypes = None, (ctypes.c_void_p,)
    # Larger than any hole, so it is the first of the untouched memory behind all of them.
    end = libc.malloc(64 * _LARGEST)
    left = _MOST_HOLES
    for size in range(_LARGEST, 0, -_STEP):
        while left and (block := libc.malloc(size)) < end:
            left -= 1
        libc.free(block)
    libc.free(end)
