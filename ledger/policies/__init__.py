"""Rules with numbers: TOML files with the dates from which they hold, and their reader (pure).

``play.toml`` is a package resource; the caller reads the file and hands its text in.
"""
