"""The port to a database, and SQLite behind it. Drivers live here and nowhere else."""
