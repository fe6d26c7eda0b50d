"""Whatever is done to the books behind the ledger's back is found, and the first bad row is named."""

import asyncio
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ledger.database.sqlite import SqliteDatabase
from ledger.kernel.audit_chain import BadRow, Verdict, Verified
from ledger.store.verify import new_account_windows, verify
from tests.conftest import FULL_SIZE
from tests.ledger.store.conftest import BOOK, NOW, attack
from tests.ledger.store.staff import InThisProcess

MUTATIONS = 1_000 if FULL_SIZE else 300
COLUMNS = (
    "entry_first_seq", "kind", "cause", "at", "debit_account_no", "credit_account_no", "amount_minor", "currency",
    "note_digest", "reference", "related", "debit_previous", "credit_previous", "prev_hash", "hash",
)  # fmt: skip


async def judge(path: Path, heads: dict[int, bytes] | None = None) -> Verdict:
    """What is said with helpers, who know of the journal no more than their stretch, is what is said without."""
    database = await SqliteDatabase.open(path, readers=1)
    windows = new_account_windows(BOOK)
    try:
        alone = await verify(database, heads, windows=windows)
        assert await verify(database, heads, windows=windows, helpers=InThisProcess(str(path))) == alone
    finally:
        await database.close()
    return alone


def head_of(path: Path) -> tuple[int, bytes]:
    with closing(sqlite3.connect(path)) as raw:
        seq, hash_ = raw.execute("SELECT seq, hash FROM transfers ORDER BY seq DESC LIMIT 1").fetchone()
    return int(seq), bytes(hash_)


async def test_books_that_nobody_touched_verify(books_path: Path) -> None:
    seq, head_hash = head_of(books_path)
    progress: list[tuple[int, int]] = []

    database = await SqliteDatabase.open(books_path)
    verdict = await verify(database, {seq: head_hash}, lambda done, of: progress.append((done, of)))
    await database.close()

    assert verdict == Verified(seq, seq, head_hash)
    assert progress[-1] == (seq, seq)


async def test_books_that_are_empty_verify(database: SqliteDatabase) -> None:
    assert await verify(database) == Verified(0, 0, bytes(32))


def mutated(value: object, chance: random.Random) -> object:
    """The value with one bit flipped, as near as its type allows."""
    match value:
        case int():
            return value ^ (1 << chance.randrange(20))
        case str():
            place = chance.randrange(len(value))
            return value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
        case bytes():
            place = chance.randrange(len(value))
            return value[:place] + bytes([value[place] ^ (1 << chance.randrange(8))]) + value[place + 1 :]
        case _:
            return bytes(32)


def spoil_one_value(path: Path, chance: random.Random) -> tuple[int, str]:
    """Flip a bit of one column of one row; the row's number and the column."""
    last, _ = head_of(path)
    seq, column = chance.randrange(1, last + 1), chance.choice(COLUMNS)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP TRIGGER transfers_are_never_changed")
        raw.execute("PRAGMA ignore_check_constraints = ON")
        (value,) = raw.execute(f"SELECT {column} FROM transfers WHERE seq = ?", (seq,)).fetchone()
        new = "pay_" + "0" * 32 if column == "related" and value is None else mutated(value, chance)
        raw.execute(f"UPDATE transfers SET {column} = ? WHERE seq = ?", (new, seq))
        raw.commit()
    return seq, column


async def test_any_bit_of_any_row_that_is_flipped_is_found_and_the_row_is_named(
    lived_books: Path, tmp_path: Path
) -> None:
    """R16: an auditor hears which row was changed, whichever column it was."""
    chance = random.Random(16)
    path = tmp_path / "spoilt.db"

    for _ in range(MUTATIONS // 2):
        shutil.copy(lived_books, path)
        seq, column = spoil_one_value(path, chance)

        verdict = await judge(path)

        assert isinstance(verdict, BadRow), (seq, column)
        assert verdict.seq == seq, (seq, column, verdict)


@pytest.mark.parametrize(
    ("statements", "bad"),
    [
        pytest.param(["DELETE FROM transfers WHERE seq = 100"], 100, id="a row is dropped"),
        pytest.param(["DELETE FROM transfers WHERE seq = 1"], 1, id="the first row is dropped"),
        pytest.param(
            [
                "UPDATE transfers SET seq = -1 WHERE seq = 100",
                "UPDATE transfers SET seq = 100 WHERE seq = 101",
                "UPDATE transfers SET seq = 101 WHERE seq = -1",
            ],
            100,
            id="a pair is swapped",
        ),
        pytest.param(
            [
                "UPDATE transfers SET seq = seq + 100000 WHERE seq >= 100",
                "UPDATE transfers SET seq = seq - 99999 WHERE seq >= 100000",
                (
                    "INSERT INTO transfers SELECT 100, 100, kind, 'pay_x', at, debit_account_no, credit_account_no, 1, "
                    "currency, NULL, reference, NULL, 98, 98, prev_hash, hash FROM transfers WHERE seq = 99"
                ),
            ],
            100,
            id="a row is inserted",
        ),
        pytest.param(["UPDATE transfers SET hash = zeroblob(32) WHERE seq = 50"], 50, id="a hash is changed"),
        pytest.param(["UPDATE transfers SET amount_minor = 9e18 WHERE seq = 50"], 50, id="an amount is enormous"),
        pytest.param(["UPDATE transfers SET debit_account_no = 99 WHERE seq = 50"], 50, id="an account is invented"),
    ],
)
async def test_a_journal_that_was_cut_up_is_found(books_path: Path, statements: list[str], bad: int) -> None:
    attack(books_path, *statements)

    verdict = await judge(books_path)

    assert isinstance(verdict, BadRow)
    assert verdict.seq == bad


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts SET posted_credits = posted_credits + 100 WHERE account_no = 2",
        "UPDATE accounts SET posted_debits = posted_debits - 1 WHERE account_no = 3",
        "UPDATE accounts SET held = 99999999 WHERE account_no = 2",
        "UPDATE accounts SET last_seq = 1 WHERE account_no = 4",
        "UPDATE accounts SET kind = 'cash', normal_sign = -1 WHERE account_no = 1",
        "UPDATE accounts SET currency = 'USD' WHERE account_no = 2",
        "UPDATE accounts SET account_id = 'acc_0' WHERE account_no = 2",
        "DELETE FROM accounts WHERE account_no = 3",
        (
            "INSERT INTO accounts (account_no, account_id, kind, normal_sign, currency, opened_at, posted_credits)"
            " VALUES (77, 'acc_1', 'wallet', 1, 'INR', 0, 500)"
        ),
        (
            "INSERT INTO accounts (account_id, kind, normal_sign, currency, opened_at, posted_credits)"
            " VALUES ('acc_1', 'wallet', 1, 'INR', 0, 500)"
        ),
        "UPDATE refund_totals SET refunded_minor = refunded_minor + 1",
        "DELETE FROM refund_totals",
    ],
)
async def test_a_balance_that_its_rows_do_not_add_up_to_is_found(books_path: Path, statement: str) -> None:
    """Somebody with a shell gives an account a hundred rupees and puts the triggers back."""
    attack(books_path, statement)

    assert isinstance(await judge(books_path), BadRow)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        pytest.param("UPDATE day_counters SET spent = 1 WHERE account_no = 3", "is said to have paid on", id="spent"),
        pytest.param("UPDATE day_counters SET count = 1 WHERE account_no = 3", "is said to have paid on", id="count"),
        pytest.param("DELETE FROM day_counters WHERE account_no = 3", "no counter is stored", id="no counter"),
        pytest.param(
            "UPDATE day_counters SET day_number = day_number - 1 WHERE account_no = 3",
            "is said to have",
            id="yesterday",
        ),
        pytest.param(
            "INSERT INTO day_counters VALUES (1, 99999, 1, 1)", "account number 99999", id="a counter of nobody"
        ),
        pytest.param(
            "DELETE FROM known_payees WHERE payer_no = 3 AND payee_no = 4", "said never to have", id="an unknown payee"
        ),
        pytest.param("INSERT INTO known_payees VALUES (3, 3, 0)", "did not first pay", id="an invented payee"),
        pytest.param("INSERT INTO known_payees VALUES (-3, 3, 0)", "an account that cannot be", id="an invented payer"),
        pytest.param(
            "UPDATE known_payees SET payee_no = payee_no + 4294967296 WHERE payer_no = 3",
            "an account that cannot be",
            id="payees whose number looks the same in a key",
        ),
        pytest.param(
            "UPDATE known_payees SET first_paid_at = 0 WHERE payer_no = 3", "did not first pay", id="known for long"
        ),
        pytest.param("UPDATE accounts SET first_payment_at = 1 WHERE account_no = 3", "did not pay first", id="old"),
        pytest.param(
            "UPDATE accounts SET first_payment_at = NULL WHERE account_no = 3", "did not pay first", id="never paid"
        ),
        pytest.param(
            "UPDATE accounts SET first_day_spent = 0 WHERE account_no = 3", "while it was new", id="nothing while new"
        ),
        pytest.param(
            "UPDATE accounts SET has_own_limits = 1 WHERE account_no = 3",
            "limits of its own",
            id="no limits",
        ),
        pytest.param("INSERT INTO own_limits VALUES (3, 'per_day', 100, 0)", "limits of its own", id="an idle limit"),
        pytest.param("DELETE FROM milestones", "at its milestones", id="no milestones"),
        pytest.param(
            "INSERT INTO milestones VALUES (3, 99999, 1, 1)", "account number 3 is said", id="a milestone more"
        ),
        pytest.param(
            "INSERT INTO milestones VALUES (-3, 9, 1, 1)", "account number -3 is said", id="a milestone of nobody"
        ),
        pytest.param(
            "UPDATE milestones SET posted_credits = posted_credits + 1", "at its milestones", id="richer then"
        ),
    ],
)
async def test_a_limit_reset_by_hand_is_found_and_named(books_path: Path, statement: str, why: str) -> None:
    """No money is missing then, so no balance shows it; the figures that limits are judged by do."""
    assert isinstance(await judge(books_path), Verified)

    attack(books_path, statement)
    verdict = await judge(books_path)

    assert isinstance(verdict, BadRow)
    assert why in verdict.why


async def test_what_an_old_account_paid_while_it_was_new_is_nobodys_business_any_more(books_path: Path) -> None:
    """A policy with another window that replaced the one of then must not make old books look wrong."""
    database = await SqliteDatabase.open(books_path, readers=1)
    try:
        assert isinstance(await verify(database, windows=[(0, 0)]), Verified)
    finally:
        await database.close()


@pytest.mark.parametrize("cut", [1, 2, 50])
async def test_a_tail_that_was_cut_shows_against_the_signed_head(books_path: Path, cut: int) -> None:
    """Removed with every trace in the balances, the chain alone cannot tell; the signed head can."""
    seq, head_hash = head_of(books_path)
    attack(
        books_path,
        f"DELETE FROM transfers WHERE seq > {seq - cut}",
        "UPDATE accounts SET"
        " posted_debits = (SELECT coalesce(sum(amount_minor), 0) FROM transfers WHERE debit_account_no = account_no),"
        " posted_credits = (SELECT coalesce(sum(amount_minor), 0) FROM transfers WHERE credit_account_no = account_no),"
        " last_seq = (SELECT max(seq) FROM transfers WHERE account_no IN (debit_account_no, credit_account_no)),"
        " first_day_spent = (SELECT coalesce(sum(amount_minor), 0) FROM transfers"
        " WHERE kind = 'payment' AND debit_account_no = account_no)",
        "DELETE FROM refund_totals",
        "INSERT INTO refund_totals SELECT p.seq, sum(r.amount_minor) FROM transfers r JOIN transfers p"
        " ON p.cause = r.related WHERE r.kind = 'refund' GROUP BY p.seq",
        "DELETE FROM day_counters",
        f"INSERT INTO day_counters SELECT {NOW.toordinal()}, debit_account_no, count(*), sum(amount_minor)"
        " FROM transfers WHERE kind = 'payment' GROUP BY debit_account_no",
        f"DELETE FROM milestones WHERE seq > {seq - cut}",
        "DELETE FROM known_payees",
        "INSERT INTO known_payees SELECT debit_account_no, credit_account_no, min(at)"
        " FROM transfers WHERE kind = 'payment' GROUP BY 1, 2",
    )

    assert isinstance(await judge(books_path), Verified)
    verdict = await judge(books_path, {seq: head_hash})

    assert verdict == BadRow(seq - cut + 1, f"the tail is cut: the head at seq {seq} was signed and is gone")


async def test_a_file_with_damaged_bytes_is_never_called_whole(lived_books: Path, tmp_path: Path) -> None:
    """Bits flip on the disk itself, in a hash or in a text."""
    chance = random.Random(61)
    path = tmp_path / "damaged.db"
    whole = lived_books.read_bytes()  # noqa: ASYNC240 - nobody else waits in this test
    with closing(sqlite3.connect(lived_books)) as raw:
        hashes = [bytes(row[0]) for row in raw.execute("SELECT hash FROM transfers")]
        causes = [str(row[0]).encode() for row in raw.execute("SELECT cause FROM transfers")]

    for number in range(MUTATIONS // 2):
        content = (hashes if number % 2 else causes)[chance.randrange(len(hashes))]
        damaged = content[:8] + bytes([content[8] ^ 0x80]) + content[9:]  # in a text, no longer UTF-8
        path.write_bytes(whole.replace(content, damaged))

        verdict = await judge(path)

        assert isinstance(verdict, BadRow)


async def test_books_are_verified_while_somebody_posts(books_path: Path) -> None:
    """The auditor does not stop the shop, and the shop does not confuse the auditor."""
    from tests.ledger.store.conftest import live

    database = await SqliteDatabase.open(books_path)
    posting = asyncio.create_task(live(books_path, payments=60))

    verdicts = [await verify(database)]
    while not posting.done():
        verdicts.append(await verify(database))
        await asyncio.sleep(0)
    await posting
    verdicts.append(await verify(database))
    await database.close()

    assert all(isinstance(verdict, Verified) for verdict in verdicts), verdicts
    assert len({verdict.head_seq for verdict in verdicts if isinstance(verdict, Verified)}) > 1
