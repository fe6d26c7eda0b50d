"""What leaves the books. Pure: rows in, lines out."""
