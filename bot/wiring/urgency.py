"""What asks for a freeze: the phrases of every language, and the buttons that we made for it."""

from collections.abc import Callable

from bot.dialogue.effects import Action
from bot.language.intents import Topic
from bot.transport.telegram.urgency import Urgency
from bot.vault.tokens import ButtonTokens
from bot.wiring.words import read_lexicons
from ledger.kernel.instants import Instant


def urgency_of(tokens: ButtonTokens, now: Callable[[], Instant]) -> Urgency:
    """Typed in any of our languages, or pressed."""

    def freezes(token: str, person_id: int) -> bool:
        opened = tokens.open(token, person_id, person_id, now())
        if opened is None:
            return False
        return opened.action is Action.FREEZE or (opened.action, opened.argument) == (Action.OPEN_TOPIC, b"freeze")

    phrases = [
        phrase
        for lexicon in read_lexicons().values()
        for phrase, topic in lexicon.topics.items()
        if topic is Topic.FREEZE
    ]
    return Urgency(phrases, freezes)
