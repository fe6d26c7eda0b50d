"""A bot's threads share what the C library has freed."""

import platform
import re
import subprocess
import sys

import pytest

# Threads that allocate at the same time get arenas of their own; malloc_info(3) counts them as heaps.
COUNT = """
import ctypes, sys, threading
from bot.wiring.arenas import share_one_arena
if sys.argv[1] == "one":
    share_one_arena()
libc, ready = ctypes.CDLL(None), threading.Barrier(8)
libc.malloc.restype, libc.fdopen.restype = ctypes.c_void_p, ctypes.c_void_p
libc.malloc.argtypes, libc.malloc_info.argtypes = [ctypes.c_size_t], [ctypes.c_int, ctypes.c_void_p]

def take():
    ready.wait()
    for _ in range(1000):
        libc.malloc(5000)
    ready.wait()

threads = [threading.Thread(target=take) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
out = libc.fdopen(1, b"w")
libc.malloc_info(0, out)
libc.fflush(ctypes.c_void_p(out))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="arenas are glibc's")
def test_eight_threads_share_one_arena() -> None:
    def arenas(how: str) -> int:
        run = [sys.executable, "-c", COUNT, how]
        said = subprocess.run(run, capture_output=True, check=True, text=True).stdout  # noqa: S603 - our own words
        return len(re.findall(r"<heap nr=", said))

    assert arenas("many") > 1
    assert arenas("one") == 1
