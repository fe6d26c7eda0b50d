"""What goes on by itself: each ``async run_once(now)``; the loops that call them live in bot/wiring/house.py."""
