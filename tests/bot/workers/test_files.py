"""Files on their way out: large ones do no harm, one in doubt is said again, one that is not taken is answered."""

from typing import Final

import pytest

from bot.memory.outgoing import LIGHT_BYTES, OutboxId
from bot.port import Attachment, Outgoing, RejectedError, UncertainError, dump_outgoing
from ledger.database.port import Query
from tests.bot.workers.conftest import Office

ASHA, PRIYA = 1001, 1002
LARGE: Final = bytes(range(256)) * 12_288  # 3 MiB, every byte that there is
NOT_TAKEN: Final = "Statement. The file itself could not be sent."


async def send(office: Office, content: bytes, person_id: int = ASHA) -> OutboxId:
    file = Attachment("hundi-2026-11.csv", "text/csv", content, NOT_TAKEN)
    async with office.database.transaction() as session:
        body = dump_outgoing(Outgoing("Statement", attachment=file))
        return await office.outbox.tell(session, person_id, body, office.clock.now())


async def kept(office: Office) -> list[int | None]:
    rows = await office.database.all(Query("SELECT length(sealed_body) AS size FROM outbox ORDER BY position"))
    return [row["size"] for row in rows]


async def claimed(office: Office) -> list[bool]:
    async with office.database.transaction() as session:
        return [delivery.heavy for delivery in await office.outbox.claim_due(session, office.clock.now())]


@pytest.mark.parametrize("content", [b"", b"a,b\r\n", LARGE], ids=["empty", "small", "large"])
async def test_a_file_goes_out_as_it_is_and_its_bytes_go_with_it(office: Office, content: bytes) -> None:
    await send(office, content)

    await office.settle()

    (said,) = office.phones.chats[ASHA]
    assert said.file == content
    assert await kept(office) == [None]


@pytest.mark.parametrize(("size", "heavy"), [(LIGHT_BYTES // 2, False), (LIGHT_BYTES, True)])
async def test_a_large_file_is_not_carried_about_while_it_waits(office: Office, size: int, *, heavy: bool) -> None:
    """Two hundred chats are claimed at once; their files are read one by one, when it is their turn."""
    await send(office, b"x" * size)

    assert await claimed(office) == [heavy]


async def test_a_file_whose_process_was_killed_is_sent_by_the_next_one(office: Office) -> None:
    await send(office, LARGE)
    assert await claimed(office) == [True]  # taken up, and killed

    again = office.open_again()
    await again.recover()
    await office.settle(delivery=again)

    assert [said.file for said in office.phones.chats[ASHA]] == [LARGE]


async def test_a_file_in_doubt_is_sent_once_more_and_no_oftener(office: Office) -> None:
    """Twice the same statement is a nuisance; none at all is asked for again. A question in doubt is not repeated."""
    office.phones.lost[ASHA] = [UncertainError("silence")] * 5
    await send(office, b"a,b\r\n")

    await office.settle()

    assert len(office.phones.chats[ASHA]) == 2
    assert await kept(office) == [None]


async def test_a_file_that_is_not_taken_is_answered_in_words(office: Office) -> None:
    office.phones.trouble[ASHA] = [RejectedError("request entity too large")]
    await send(office, LARGE)

    await office.settle()

    assert office.phones.texts(ASHA) == [NOT_TAKEN]
    assert await kept(office) == [None]


async def test_a_large_file_of_one_person_holds_up_nobody_else(office: Office) -> None:
    await send(office, LARGE)
    await office.tell(PRIYA, "₹200.00 from Asha Rao", about="pay_00000000000000000000000000000001")

    await office.settle(for_s=1)

    assert office.phones.texts(PRIYA) == ["₹200.00 from Asha Rao"]
    assert len(office.phones.chats[ASHA]) == 1
