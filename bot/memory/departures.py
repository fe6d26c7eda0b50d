"""Messages that leave as soon as the commit that promises them stands, without being looked for. It sends none."""

from collections.abc import Callable
from dataclasses import replace

from bot.memory.outgoing import LIGHT_BYTES, Delivery, Fate, Kind
from ledger.database.port import Row


class Departures:
    """What one commit writes as under way, for whoever ``takes`` messages for a chat as soon as they stand."""

    def __init__(self, takes: Callable[[int], bool]) -> None:
        self._takes = takes
        self._asked: list[tuple[Delivery, list[Row]]] = []
        self._waits = False

    @property
    def all(self) -> list[Delivery]:
        """Whatever was asked for."""
        return [delivery for delivery, _ in self._asked]

    def wants(self, chat_id: int, weight: int) -> bool:
        """Whether to ask for it. What is too heavy to wait in memory is not."""
        wanted = weight <= LIGHT_BYTES and self._takes(chat_id)
        self._waits = self._waits or not wanted
        return wanted

    def ask(self, delivery: Delivery) -> list[Row]:
        """Where the database puts its answer, by the commit at the latest."""
        answer: list[Row] = []
        self._asked.append((delivery, answer))
        return answer

    def leave(self) -> None:
        """Something was written that waits for its turn."""
        self._waits = True

    def granted(self) -> list[Delivery]:
        """Once it stands: what may leave."""
        return [
            replace(delivery, target=row["stands"] if delivery.kind is Kind.EDIT else delivery.target)
            for delivery, answer in self._asked
            for row in answer
            if row["state"] == Fate.SENDING
        ]

    def is_all(self) -> bool:
        """Whether nothing that was written with these waits for somebody to look."""
        return not self._waits and len(self.granted()) == len(self._asked)
