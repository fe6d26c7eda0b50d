"""Where a fuzzer begins: what the stories say and do, the dialogue's examples, and updates as Telegram sends them."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bot.dialogue.effects import Action
from bot.dialogue.events import TextArrived
from tests.bot.dialogue import examples as ex
from tests.bot.transport.test_hostile_updates import ASHA, CARRIERS, MESSAGE, PRIVATE, TAINTS, TAP
from tests.stories.script import Story, read

_STORIES: Final = Path(__file__).parents[1] / "stories"
_IDLE: Final = "\x00\x00"  # the first state and the first person of the examples
_NOT_PEOPLE: Final = frozenset({"given", "books", "clock", "restart", "bot", "toast"})
WORDS: Final = (
    "send ", "pay ", "to ", "for ", "priya", "@priya", "ravi", "@meera", "₹", "rs ", "200", "1,50,000", "1.5k", "lakh",
    "priya ko ", "bhejo ", "dhai ", "hazaar ", "do ", "se ", "ke liye ", "mat ", "प्रिया ", "को ", "भेजो ", "दो ",
    "सौ ", "२०० ", "envoie ", "à ", "pour ", "quatre-vingt-dix", "1 500,50 ", "€", "demande ",
    "/send", "/history", "/contacts", "/pin", "/freeze", "cancel", "balance", "٢٠٠", "\u202e", "\u200b",
    "#a", "*a", "*b", "!a", "~", "\n",
)  # fmt: skip

SENTENCES: Final = (
    "priya ko dhai hazaar bhej do chai ke liye", "प्रिया को दो सौ रुपये भेजो", "envoie 1 500,50 à Priya pour le dîner",
    "Priya se 200 maango", "1200 Amit aur Neha ke saath split karo", "peux-tu envoyer vingt euros cinquante à Priya ?",
)  # fmt: skip


def conversations() -> Iterator[bytes]:
    """A line for each act, as ``tests.fuzz.conversations`` reads it."""
    for file in sorted(_STORIES.glob("*.story")):
        yield _acts(read(file)).encode()
    for number, _ in enumerate(ex.states()):
        yield f"{chr(number)}\x00\nsend 200 to Priya for tea\n#a\n*a\n~\ncancel".encode()
    for text in SENTENCES:
        yield f"{_IDLE}\n{text}\n#a\n*a".encode()
    for event in ex.events():
        if isinstance(event, TextArrived):
            yield f"{_IDLE}\n{event.text}".encode()


def _acts(story: Story) -> str:
    acts = [_IDLE]
    for step in story.steps:
        if step.who in _NOT_PEOPLE or step.verb:
            continue
        acts.append("*a" if "·" in step.text else "#\x00" if step.buttons else step.text)
    return "\n".join(acts)


def updates() -> Iterator[bytes]:
    """As JSON lists."""
    bodies: list[tuple[str, dict[str, Any]]] = [(carrier, MESSAGE) for carrier in CARRIERS]
    bodies += [("message", MESSAGE | taint) for taint in TAINTS]
    bodies += [("message", MESSAGE | {"text": text}) for text in ("482913", "/start pay", "1 2 3 4 5 6", "@priya 20")]
    bodies.append(("message", MESSAGE | {"reply_to_message": MESSAGE}))
    for user_id in (1001, 1002):
        card = {"phone_number": "+919876543210", "first_name": "A", "user_id": user_id}
        bodies.append(("message", MESSAGE | {"contact": card}))
    mention = {"type": "text_mention", "offset": 0, "length": 4, "user": ASHA}
    bodies.append(("message", MESSAGE | {"entities": [mention]}))
    bodies += [("callback_query", TAP | {"data": f"tap:{action.value}"}) for action in Action]
    bodies.append(("callback_query", TAP))
    for status in ("member", "kicked", "left"):
        member = {"user": {"id": 12345, "is_bot": True, "first_name": "Hundi"}, "status": status, "until_date": 0}
        change = {"chat": PRIVATE, "from": ASHA, "date": 1, "old_chat_member": member, "new_chat_member": member}
        bodies.append(("my_chat_member", change))
    for number, (kind, body) in enumerate(bodies, 1):
        yield json.dumps([{"update_id": number, kind: body}]).encode()


def write(seeds: Iterator[bytes], folder: Path) -> None:
    """One file for each, as a corpus is."""
    folder.mkdir(parents=True)
    for seed in seeds:
        (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
