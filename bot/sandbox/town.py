"""The town: people, their chats with the bot, their groups, and what happens when one of them does something.

It stands in for Telegram's own servers. It knows no HTTP: bots reach it through ``bot.sandbox.methods``, the page
through ``bot.sandbox.page_api``, and a test calls it directly. Nothing here waits, except a test for what it expects.

  ground   who and what there is, and telling            deeds    what a person does
  links    addresses that lead to the bot
  files    what people send besides words                identities  names that change, accounts that end
  groups   membership, the bot's rights, channels        topics   of a forum
  looking  what a test sees, and waits for               privacy  which group messages the bot hears
"""

from typing import Final

from bot.sandbox.deeds import TEXT_MAX
from bot.sandbox.files import Files
from bot.sandbox.ground import Clock, Listener, Place, Who
from bot.sandbox.identities import Identities
from bot.sandbox.links import Links
from bot.sandbox.looking import Looking
from bot.sandbox.people import Json
from bot.sandbox.topics import Topics

__all__ = ["TAP_LIVES_S", "TEXT_MAX", "Clock", "Listener", "Place", "Town", "Who"]

TAP_LIVES_S: Final = 15.0  # a client waits about so long for answerCallbackQuery; Telegram publishes no figure


class Town(Links, Files, Topics, Identities, Looking):
    """Everything that Telegram would know. One event loop owns it; no call of it waits on another."""

    def commands_for(self, who: Who, chat: Place | None = None) -> list[Json]:
        """The command menu that a person sees in a chat: the narrowest scope wins, and in it the person's language.

        Source: core.telegram.org/bots/api#determining-list-of-commands.
        """
        person = self.person(who)
        for scope in self._scopes(person.id, chat):
            for language in (person.language_code, ""):
                if commands := self.commands.get((scope, language)):
                    return commands
        return []

    def description_for(self, who: Who) -> str:
        """What stands in the empty chat: in the language of the person's Telegram, or else the general one."""
        spoken = self.profile.get(("description", self.person(who).language_code), "")
        return spoken or self.profile.get(("description", ""), "")

    def _scopes(self, person_id: int, chat: Place | None) -> list[str]:
        place = self.chat(person_id if chat is None else chat)
        if place.kind == "private":
            return [f"chat:{person_id}", "all_private_chats", "default"]
        here, admin = place.chat_id, place.member(person_id).is_admin
        return [
            f"chat_member:{here}:{person_id}",
            *([f"chat_administrators:{here}"] if admin else []),
            f"chat:{here}",
            *(["all_chat_administrators"] if admin else []),
            "all_group_chats",
            "default",
        ]
