"""The least bot there is, for the page to talk to: it echoes, and has one message with buttons and one with a pad."""

from html import escape

from telegram import Bot, CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update

PAD = ("482", "906", "137", "⌫5")
CODE_LENGTH = 4


def keys(*rows: tuple[str, ...]) -> InlineKeyboardMarkup:
    """Rows of buttons whose data is their label."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label) for label in row] for row in rows])


class EchoBot:
    """Answers until it is cancelled. What was entered on its pad stands in ``entered``."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.entered = ""

    async def run(self) -> None:
        """Poll, answer, confirm."""
        offset = 0
        while True:
            for update in await self.bot.get_updates(offset=offset, timeout=20):
                offset = update.update_id + 1
                await self._answer(update)

    async def _answer(self, update: Update) -> None:
        if update.callback_query:
            await self._on_tap(update.callback_query)
        elif update.message and update.message.text:
            await self._on_text(update.message, update.message.text)

    async def _on_text(self, message: Message, text: str) -> None:
        if text == "/start":
            await message.reply_text("Welcome, <b>friend</b>", "HTML", reply_markup=keys(("Pay ₹200.00", "Cancel")))
        elif text.startswith("forget"):
            await message.delete()
        else:
            await message.reply_text(f"You said <i>{escape(text)}</i>", "HTML", do_quote=False)

    async def _on_tap(self, query: CallbackQuery) -> None:
        await query.answer("Cancelled" if query.data == "Cancel" else "")
        if query.data == "Pay ₹200.00":
            await query.edit_message_text("Enter your PIN", reply_markup=keys(*map(tuple, PAD)))
        elif query.data and query.data.isdigit():
            self.entered += query.data
            left = CODE_LENGTH - len(self.entered)
            dots = "●" * len(self.entered) + "○" * left
            pad = keys(*map(tuple, PAD)) if left else None
            await query.edit_message_text(f"Enter your PIN {dots}" if left else "Paid ₹200.00", reply_markup=pad)
