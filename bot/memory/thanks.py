"""Who thanked for what: once a payment, so that nobody is thanked twice by an eager finger."""

from ledger.database.port import Database, Reader, Session, Value
from ledger.database.queries import Queries
from ledger.kernel.ids import PaymentId
from ledger.kernel.instants import Instant, to_micros


class Thanks:
    """Every thank-you."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = Queries.load("bot.memory", "sql/notes.sql", database.dialect)

    async def record(self, session: Session, payment_id: PaymentId, person_id: int, now: Instant) -> bool:
        """Note that they thanked; False if this payment was thanked for before."""
        values: dict[str, Value] = {"payment_id": payment_id, "person_id": person_id, "now": to_micros(now)}
        return await session.execute(self._queries["insert_thanks"], values) == 1

    async def thanked(self, payment_id: PaymentId, reader: Reader | None = None) -> bool:
        """Whether this payment was thanked for."""
        row = await (reader or self._database.at_once).one(self._queries["find_thanks"], {"payment_id": payment_id})
        return row is not None
