"""The town: a Bot API server and a page that stand in for Telegram. Only wiring and the command line know it."""
