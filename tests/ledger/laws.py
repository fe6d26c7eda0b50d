"""How hard the laws are tried: a hundred examples each in every run, ten thousand at full size."""

import os
from typing import Final

from hypothesis import settings

FULL_SIZE: Final = os.environ.get("HUNDI_TEST_SIZE") == "full"

# No deadline: the machine is shared, and a slow example is no broken law.
LAW: Final = settings(max_examples=10_000 if FULL_SIZE else 100, deadline=None)
LIFE: Final = settings(max_examples=2_000 if FULL_SIZE else 60, stateful_step_count=50, deadline=None)
