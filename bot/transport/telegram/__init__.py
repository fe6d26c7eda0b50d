"""Telegram by python-telegram-bot: its Bot, types and requests, and a short loop of our own."""
