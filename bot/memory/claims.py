"""Claims about payments: kept from the first day, for the support desk to adopt."""

from dataclasses import dataclass

from ledger.database.port import Database, Reader, Row, Session, Value
from ledger.database.queries import Queries
from ledger.kernel.ids import DisputeId, PaymentId
from ledger.kernel.instants import Instant, from_micros, to_micros


@dataclass(frozen=True, slots=True)
class Claim:
    """What a person says is wrong with a payment. ``reference`` is the payment's, which they may quote."""

    claim_id: DisputeId
    payment_id: PaymentId
    person_id: int
    reference: str
    reason: str
    claimed_at: Instant


class Claims:
    """Every claim."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = Queries.load("bot.memory", "sql/notes.sql", database.dialect)

    async def store(self, session: Session, claim: Claim) -> bool:
        """Keep a claim; False if this person claimed about this payment before (the first one stays)."""
        values: dict[str, Value] = {
            "claim_id": claim.claim_id,
            "payment_id": claim.payment_id,
            "person_id": claim.person_id,
            "reference": claim.reference,
            "reason": claim.reason,
            "now": to_micros(claim.claimed_at),
        }
        return await session.execute(self._queries["insert_claim"], values) == 1

    async def find(self, payment_id: PaymentId, person_id: int, reader: Reader | None = None) -> Claim | None:
        """What a person said about a payment."""
        values: dict[str, Value] = {"payment_id": payment_id, "person_id": person_id}
        row = await (reader or self._database.at_once).one(self._queries["find_claim"], values)
        return None if row is None else _claim(row)

    async def all(self) -> list[Claim]:
        """Every claim, oldest first."""
        return [_claim(row) for row in await self._database.all(self._queries["list_claims"])]


def _claim(row: Row) -> Claim:
    return Claim(
        claim_id=DisputeId(row["claim_id"]),
        payment_id=PaymentId(row["payment_id"]),
        person_id=row["person_id"],
        reference=row["reference"],
        reason=row["reason"],
        claimed_at=from_micros(row["claimed_at"]),
    )
