"""Business events, one file each: all refusals above the line, all writes below it. Pure; only the desk calls."""
