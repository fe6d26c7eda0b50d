"""Who people are to others: names, usernames and languages that change, and accounts that end.

The bot is told of none of this: it learns it from the next message, as at Telegram.
"""

from dataclasses import replace

from bot.sandbox.ground import Ground, Who
from bot.sandbox.people import Person


class Identities(Ground):
    """Changes of people."""

    def rename(
        self,
        who: Who,
        first_name: str | None = None,
        last_name: str | None = None,
        *,
        username: str | None = None,
        language_code: str | None = None,
    ) -> Person:
        """Other names, another username ("" for none) or language; what is left out stays.

        ``ValueError`` when the username is somebody else's or there is no first name.
        """
        person = self.person(who)
        changed = replace(
            person,
            first_name=person.first_name if first_name is None else first_name,
            last_name=person.last_name if last_name is None else last_name,
            username=person.username if username is None else username,
            language_code=person.language_code if language_code is None else language_code,
        )
        if not changed.first_name.strip():
            raise ValueError("a person needs a first name")
        if self._is_taken(changed):
            raise ValueError(f"the username {changed.username} is taken")
        return self._become(changed)

    def swap_usernames(self, one: Who, other: Who) -> None:
        """Two people take each other's username."""
        first, second = self.person(one), self.person(other)
        self._become(replace(first, username=second.username))
        self._become(replace(second, username=first.username))

    def hide_forwards(self, who: Who, *, hidden: bool = True) -> None:
        """Whoever forwards this person's messages shows only a name, no account."""
        self._become(replace(self.person(who), hides_forwards=hidden))

    def delete_account(self, who: Who) -> None:
        """Somebody leaves Telegram: no name, no username, no number; writing to them is Forbidden."""
        gone = Person(self.person(who).id, "", language_code="", is_deleted=True)
        self._become(gone)

    def _is_taken(self, changed: Person) -> bool:
        wanted = changed.username.lower()
        return bool(wanted) and any(
            each.id != changed.id and each.username.lower() == wanted for each in self.people.values()
        )

    def _become(self, person: Person) -> Person:
        """Everything that stands in chats shows them as they are now, as apps do."""
        self.people[person.id] = person
        for chat in self.chats.values():
            for message in chat.messages.values():
                if message.sender.get("id") == person.id:
                    message.sender = person.as_user()
        self.tell({"kind": "people"})
        return person
