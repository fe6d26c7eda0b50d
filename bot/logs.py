"""Logs: structured, and stripped of what must not be written."""
