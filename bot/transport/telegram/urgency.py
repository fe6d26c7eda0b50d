"""Whether somebody asks to be frozen: it is read however much they wrote before, since it may not wait.

A thief who has somebody's Telegram open could otherwise write so much that the owner's own ``/freeze`` is left unread.
Raw updates are judged, and only of whoever used up their allowance. It knows no lexicon and no key: wiring gives it the
phrases, and says what a button's token means.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

_COMMAND: Final = "/freeze"
_MOST_CHARACTERS: Final = 64  # of a text that is looked at; the longest phrase is half of it


class Urgency:
    """``freezes`` says whether a token is a button of ours that freezes its presser's account."""

    def __init__(self, phrases: Collection[str], freezes: Callable[[str, int], bool]) -> None:
        self._phrases, self._freezes = frozenset(phrases), freezes

    def __call__(self, person_id: int, update: Mapping[str, Any]) -> bool:
        """Whether this update of theirs, in their own chat, asks for it."""
        query = update.get("callback_query")
        if isinstance(query, dict):
            token = query.get("data")
            return (
                isinstance(token, str) and _is_own(query.get("message"), person_id) and self._freezes(token, person_id)
            )
        message = update.get("message")
        if not isinstance(message, dict) or not _is_own(message, person_id):
            return False
        text = message.get("text")
        return isinstance(text, str) and len(text) <= _MOST_CHARACTERS and self._says_so(text)

    def _says_so(self, text: str) -> bool:
        words = text.casefold().rstrip(" .!").split()
        return " ".join(words) in self._phrases or (bool(words) and words[0].partition("@")[0] == _COMMAND)


def _is_own(message: object, person_id: int) -> bool:
    """Whether it stands in the person's own chat with us."""
    chat = message.get("chat") if isinstance(message, dict) else None
    return isinstance(chat, dict) and chat.get("id") == person_id
