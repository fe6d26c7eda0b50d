"""Event → load → step → save → perform, one person at a time. It knows every door and no rule and no word.

runner     arrivals opened and proved, in each person's own order
turns      one queue per person, so that two taps of one person never meet
scenes     one event carried to its end: steps, commits, effects
performer  one effect that asks a door, and the event that comes of it
apologies  what is said while nothing can be written down
pad_desk   taps on the PIN pad, beside everything that is stored
doors      what the runner was given
"""

from bot.runner.doors import Doors
from bot.runner.runner import Runner

__all__ = ["Doors", "Runner"]
