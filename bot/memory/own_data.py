"""Everything kept about one person, opened for that person. It knows no PIN: its callers ask for it.

What belongs to somebody else stays sealed: of others only what this person sees anyway, and of who blocked them, or
is not here, only what they wrote themselves, so that one cannot be told from the other.
"""

import json
from collections.abc import Iterable
from typing import Final, TypeAlias

from bot.memory.sealer import Sealer
from ledger.database.port import Database, Row, Session, Value
from ledger.database.queries import Queries
from ledger.kernel.instants import Instant, from_micros, to_micros

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

# Tables with a person's id that no export shows, and why. A test asks for every new table.
NOT_SHOWN: Final = {
    "acquaintances": "who paid whom is in the payments",
    "conversations": "what is half typed now, and goes with the next message",
    "inbox": "numbers of messages that were handled; their words are gone",
    "leases": "which process of ours serves them at this moment",
    "outbox": "that messages were sent, for a month; their words are gone",
    "own_exports": "that this file was made",
    "group_links": "what was said to the bot in a group, for a quarter of an hour",
    "pins": "nobody can read a PIN, we neither",
    "former_pins": "the same",
}


class OwnData:
    """Reads what is kept about a person, and remembers when they took it out."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._queries = Queries.load("bot.memory", "sql/own_data.sql", database.dialect)
        self._sealer = sealer

    async def exported_at(self, person_id: int) -> Instant | None:
        """When they last took their data out."""
        row = await self._database.at_once.one(self._queries["find_export"], {"person_id": person_id})
        return None if row is None else from_micros(row["exported_at"])

    async def record(self, session: Session, person_id: int, now: Instant) -> None:
        """They take it out now."""
        await session.execute(self._queries["put_export"], {"person_id": person_id, "now": to_micros(now)})

    async def read(self, person_id: int) -> dict[str, Json]:
        """Everything but the payments."""
        return {
            "you": await self._person(person_id),
            "contacts": [self._contact(person_id, row) for row in await self._all("own_contacts", person_id)],
            "blocked": [
                self._named(row) | {"blocked_at": moment(row["blocked_at"])}
                for row in await self._all("own_blocks", person_id)
            ],
            "look_ups_of_strangers": [
                {"since": moment(row["window_at"]), "count": int(row["lookup_count"])}
                for row in await self._all("own_lookups", person_id)
            ],
            "seen_in_groups": [
                {"telegram_chat_id": int(row["chat_id"]), "last_seen_at": moment(row["seen_at"])}
                for row in await self._all("own_groups", person_id)
            ],
        }

    async def of_payments(self, person_id: int, payment_ids: Iterable[str]) -> dict[str, dict[str, Json]]:
        """What they did about these payments besides paying: by payment."""
        values: dict[str, Value] = {"person_id": person_id, "payment_ids": json.dumps(sorted(set(payment_ids)))}
        found: dict[str, dict[str, Json]] = {}
        for row in await self._database.all(self._queries["own_thanks"], values):
            found.setdefault(row["payment_id"], {})["you_thanked_at"] = moment(row["thanked_at"])
        for row in await self._database.all(self._queries["own_claims"], values):
            problem: Json = {"what": str(row["reason"]), "told_at": moment(row["claimed_at"])}
            found.setdefault(row["payment_id"], {})["you_told_of_a_problem"] = problem
        return found

    async def _all(self, name: str, person_id: int) -> list[Row]:
        return await self._database.all(self._queries[name], {"person_id": person_id})

    async def _person(self, person_id: int) -> dict[str, Json]:
        handles: list[Json] = [
            {"handle": str(row["handle"]), "given_at": moment(row["given_at"])}
            for row in await self._all("own_handles", person_id)
        ]
        former: list[Json] = [
            {
                "name": self._open("former_names", "sealed_name", f"{person_id}:{row['used_until']}", row),
                "used_until": moment(row["used_until"]),
            }
            for row in await self._all("own_former_names", person_id)
        ]
        facts: dict[str, Json] = {"telegram_id": person_id, "handles_ever": handles, "former_names": former}
        for row in await self._all("own_person", person_id):
            facts |= {
                "name": self._open("people", "sealed_name", person_id, row),
                "handle": row["handle"],
                "telegram_username": self._open("people", "sealed_username", person_id, row),
                "language": row["language"],
                "telegram_language": row["language_hint"],
                "first_seen_at": moment(row["created_at"]),
                "account_opened_at": moment(row["registered_at"]),
                "name_changed_at": moment(row["name_changed_at"]),
                "handle_changed_at": moment(row["handle_changed_at"]),
                "blocked_the_bot_at": moment(row["blocked_bot_at"]),
            }
        for row in await self._all("own_phone", person_id):
            facts |= {
                "phone": self._open("phones", "sealed_phone", person_id, row),
                "phone_shared_at": moment(row["bound_at"]),
            }
        return facts

    def _contact(self, owner_id: int, row: Row) -> dict[str, Json]:
        nickname = self._open("contacts", "sealed_nickname", f"{owner_id}:{row['contact_id']}", row)
        return self._named(row) | {"your_name_for_them": nickname, "added_at": moment(row["added_at"])}

    def _named(self, row: Row) -> dict[str, Json]:
        if row["person_id"] is None:
            return {"name": None, "handle": None}
        return {"name": self._open("people", "sealed_name", row["person_id"], row), "handle": row["handle"]}

    def _open(self, table: str, column: str, place: int | str, row: Row) -> str | None:
        return None if row[column] is None else self._sealer.open(table, column, place, row[column]).decode()


def moment(micros: int | None) -> str | None:
    """An instant as ISO 8601 in UTC, to the second."""
    return None if micros is None else f"{from_micros(micros):%Y-%m-%dT%H:%M:%SZ}"
