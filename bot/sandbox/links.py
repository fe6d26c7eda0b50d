"""Addresses that lead to the bot, as its buttons and messages show them: what a person's app does with one.

Source: core.telegram.org/bots/features#deep-linking.
"""

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.chats import Message
from bot.sandbox.deeds import Deeds
from bot.sandbox.ground import Place, Who
from bot.sandbox.groups import Groups

_HOSTS: Final = frozenset({"t.me", "telegram.me", "telegram.dog"})
_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Links(Deeds, Groups):
    """People's verbs for addresses."""

    def press_link(self, who: Who, message_id: int, label: str, *, chat: Place | None = None) -> Message | None:
        """Press a button that opens an address. ``LookupError`` when there is no such button."""
        for button in self.chat(who if chat is None else chat).messages[message_id].buttons():
            if button["text"] == label and "url" in button:
                return self.open_link(who, str(button["url"]))
        raise LookupError(f"no button {label!r} opens an address")

    def open_link(self, who: Who, url: str, *, group: Place | None = None) -> Message | None:
        """Open an address: ``t.me/<bot>?start=…`` presses Start, ``?startgroup=…`` adds the bot to ``group``.

        What the person sent by it, or ``None``: any other address opens nothing in the town.
        """
        parts = urlsplit(url if "://" in url else f"https://{url}")
        ours = parts.hostname in _HOSTS and parts.path.strip("/").lower() == self.bot.username.lower()
        given = parse_qs(parts.query, keep_blank_values=True) if ours else {}
        if "startgroup" in given and group is not None:
            return self._bring(who, group, _payload(given["startgroup"][0]))
        payload = _payload(given.get("start", [""])[0])
        if not ours or (not payload and self.chat(who).started):
            return None  # the chat with the bot opens, and nothing is sent
        return self.start(who, payload)

    def _bring(self, who: Who, group: Place, payload: str) -> Message:
        if not self.chat(group).member(self.bot.id).is_present:
            self.add_bot(group, by=who)
        return self.say(who, f"/start@{self.bot.username} {payload}".strip(), chat=group)


def _payload(given: str) -> str:
    """What follows "/start"; Telegram's apps drop anything else than these 64 characters."""
    return given if _PAYLOAD.fullmatch(given) else ""
