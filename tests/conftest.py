"""What every test shares. We replace the clock, chance and the far ends; never a room of our own."""

import os
from typing import Final

FULL_SIZE: Final = os.environ.get("HUNDI_TEST_SIZE") == "full"
