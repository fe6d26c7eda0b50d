"""The least a bot on python-telegram-bot can do: its own Application polls, and each text is sent back."""

import logging
import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Say it back."""
    if update.message is not None and update.message.text is not None:
        await update.message.reply_text(update.message.text)


def main(token: str, api_url: str) -> None:
    """Poll until ended by a signal."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log each address, token included
    application = Application.builder().token(token).base_url(f"{api_url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling(allowed_updates=["message"])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
