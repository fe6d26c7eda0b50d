"""Event, load, step, perform effects, save; one person at a time."""
