"""Rules with numbers and the dates from which they hold. Pure: the files are read by whoever composes the program."""
