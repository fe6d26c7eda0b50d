"""Who lives in the town: the people a newcomer may be, and the bot they write to. Knows no chat."""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]  # an object of the Bot API, as it goes over the wire

# Accounts of Telegram itself, in whose name several people or a chat may write; "is_bot" says nothing about them.
# See core.telegram.org/bots/api#message under "from" and "sender_chat"; the numbers are as seen.
GROUP_ANONYMOUS: Final[Json] = {
    "id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot",
}  # fmt: skip
CHANNEL_SENDER: Final[Json] = {"id": 136_817_688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM: Final[Json] = {"id": 777_000, "is_bot": False, "first_name": "Telegram"}
SHARED_IDENTITIES: Final = frozenset({1_087_968_824, 136_817_688, 777_000})

FIRST_ID = 1001  # people without a number of their own are counted from here: `hundi fund 1001 500.00`
_SURNAMES = {"Asha": "Rao", "Priya": "Sharma", "Ravi": "Kumar", "Meera": "Iyer", "Arjun": "Singh", "Fatima": "Khan"}


@dataclass(frozen=True, slots=True)
class Person:
    """A Telegram user as a bot sees one. An empty string is a field the person has not filled in."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"
    phone_number: str = ""
    hides_forwards: bool = False  # forwards of their words name no account
    is_deleted: bool = False  # left Telegram: nothing but the number is left of them

    @property
    def name(self) -> str:
        """First and last name, as a phone shows them."""
        return f"{self.first_name} {self.last_name}".strip()

    def as_user(self) -> Json:
        """The ``User`` of the Bot API; fields that are not filled in are absent."""
        spoken = {"language_code": self.language_code} if self.language_code else {}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name, **self._names(), **spoken}

    def as_chat(self) -> Json:
        """The private ``Chat`` with this person."""
        return {"id": self.id, **self._names(), "type": "private"}

    def as_contact(self) -> Json:
        """The ``Contact`` that sharing this person sends."""
        names = {key: value for key, value in self._names().items() if key != "username"}
        return {"phone_number": self.phone_number, **names, "user_id": self.id}

    def _names(self) -> Json:
        filled = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {key: value for key, value in filled.items() if value}


@dataclass(frozen=True, slots=True)
class BotUser:
    """The bot's own account."""

    id: int = 7_000_000_001
    first_name: str = "Hundi"
    username: str = "hundi_bot"
    can_read_all_group_messages: bool = False  # privacy mode, as BotFather sets it at first

    def as_user(self) -> Json:
        """The ``User`` of the Bot API."""
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}

    def as_me(self) -> Json:
        """What getMe answers: the ``User`` and what only its owner learns."""
        return self.as_user() | {
            "can_join_groups": True,
            "can_read_all_group_messages": self.can_read_all_group_messages,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }


def person_named(first_name: str, person_id: int) -> Person:
    """Somebody with this first name; a familiar one gets its surname, and all get a username and a phone number."""
    # +91 90000 0xxxx is a made-up series: nobody is called or texted from the town.
    return Person(
        id=person_id,
        first_name=first_name,
        last_name=_SURNAMES.get(first_name, ""),
        username=first_name.lower() if first_name.isascii() and first_name.isalnum() else "",
        phone_number=f"+919000{person_id % 1_000_000:06d}",
    )


def people_named(first_names: str) -> tuple[Person, ...]:
    """The people of ``--people Asha,Priya,Ravi``, numbered in that order."""
    names = [name.strip() for name in first_names.split(",") if name.strip()]
    return tuple(person_named(name, FIRST_ID + place) for place, name in enumerate(names))


PEOPLE = people_named("Asha,Priya,Ravi")
ASHA, PRIYA, RAVI = PEOPLE
