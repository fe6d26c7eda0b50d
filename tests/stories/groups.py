"""What a story does in a group: it is opened, people speak there, and the button under an answer is opened.

given                        Flat 4B is a group with Asha and Priya, where the bot may delete
asha in Flat 4B              /send 200 @priya
asha in Flat 4B to priya     /send 200                    a reply to what Priya said there last
asha in Flat 4B on Rent      /send 200 @priya             in a topic of a forum
asha hidden in Flat 4B       /send 200 @priya             an admin who writes as the group
group sees                   Let us go on …               [Continue in private]
topic sees                   Let us go on …               in the topic where somebody spoke last
group hears nothing of       ₹200.00                      from the bot, so far (or ``hears once``)
asha opens the link                                       under the last answer in the group
Flat 4B becomes a supergroup
Flat 4B puts the bot out
"""

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.chats import Chat
from bot.sandbox.people import Person
from tests.stories.script import StoryError
from tests.stories.stage import PATIENCE_S, Stage

PLACE: Final = re.compile(
    r"(?P<hidden>hidden )?in (?P<title>[A-Z][\w ]*?)(?: to (?P<replied>[a-z]\w*))?(?: on (?P<topic>\w+))?"
)


async def opened(stage: Stage, title: str, kind: str, names: str, rights: str | None) -> None:
    """A group, with its first member as the creator, and the bot in it."""
    members = [stage.people[name.lower()] for name in re.split(r", | and ", names)]
    may = ["can_delete_messages"] if rights else None
    chat = stage.town.open_group(title, members, forum=kind == "forum", basic=kind == "basic group", rights=may)
    stage.groups[title] = chat
    stage.group = chat
    await stage.town.wait_for_text(chat, "Hello!", timeout_s=PATIENCE_S)


def speaks(stage: Stage, person: Person, verb: str, text: str) -> bool:
    """Somebody says something in a group; False if the verb is about no group."""
    found = PLACE.fullmatch(verb)
    if found is None:
        return False
    chat = stage.group = stage.groups[found["title"]]
    reply_to = None if found["replied"] is None else _last_of(stage, chat, found["replied"])
    topic = None if found["topic"] is None else _topic(stage, chat, person, found["topic"])
    stage.topic = topic or stage.topic
    stage.town.say(
        person, text, chat=chat, reply_to=reply_to, topic=topic, in_name_of=chat if found["hidden"] else None
    )
    return True


def happens(stage: Stage, words: str) -> bool:
    """Something happens to a group; False if the words say nothing of that."""
    title, _, what = words.partition(" becomes " if " becomes " in words else " puts ")
    if title not in stage.groups:
        return False
    if what == "a supergroup":
        stage.group = stage.groups[title] = stage.town.upgrade(stage.groups[title])
    elif what == "the bot out":
        stage.town.remove_bot(stage.groups[title])
    else:
        raise StoryError(f"no group does that: {words}")
    return True


def hears(stage: Stage, verb: str, text: str) -> None:
    """How often the bot has said this in the group so far: once, or never."""
    said = [message.text for message in stage.town.messages(stage.the_group) if message.from_bot]
    assert said
    wanted = {"hears nothing of": 0, "hears once": 1}[verb]
    assert sum(text in words for words in said) == wanted, stage.town.transcript(stage.the_group)


def _last_of(stage: Stage, chat: Chat, name: str) -> int:
    """The last message of somebody in the group; of the bot or of the nameless admin too."""
    for message in stage.town.chat(chat).newest_first():
        said_by_bot = name == "bot" and message.from_bot and message.sender["id"] == stage.town.bot.id
        nameless = name == "nobody" and message.sender.get("username") == "GroupAnonymousBot"
        person = stage.people.get(name)
        if said_by_bot or nameless or (person is not None and message.sender["id"] == person.id and message.text):
            return message.message_id
    raise StoryError(f"{name} has said nothing in {chat.title}")


def _topic(stage: Stage, chat: Chat, person: Person, name: str) -> int:
    for topic in chat.topics.values():
        if topic.name == name:
            return topic.thread_id
    return stage.town.open_topic(person, chat, name).thread_id


def opens_link(stage: Stage, person: Person) -> None:
    """Press the button under the bot's last answer in the group: it leads into the private chat and presses Start."""
    for message in stage.town.chat(stage.the_group).newest_first():
        urls = [button["url"] for button in message.buttons() if "url" in button]
        if urls:
            address = urlsplit(urls[-1])
            assert (address.scheme, address.netloc, address.path) == ("https", "t.me", f"/{stage.town.bot.username}")
            (payload,) = parse_qs(address.query)["start"]
            assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload), "Telegram passes nothing else on"
            stage.town.start(person, payload)
            return
    raise StoryError("there is no link in the group")
