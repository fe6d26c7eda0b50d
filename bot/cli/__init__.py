"""``hundi …``: one file per group of commands."""
