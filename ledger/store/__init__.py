"""Named queries over the port: the books of a batch, and the proof of all of them. SQL lives in sql/, never in code."""
