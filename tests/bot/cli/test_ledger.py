"""The books from the command line: proved, read and taken along, or the first bad row named."""

import asyncio
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.vault.keys import Keys
from ledger.database.sqlite import SqliteDatabase
from ledger.desk import Ledger
from ledger.heads import HeadsFile, sign_head
from ledger.kernel.ids import AccountId
from ledger.policies.policy import PolicyBook
from tests.bot.cli.conftest import Hundi

PROMISED = tuple(
    "seq entry_id kind cause at debit_account credit_account amount_minor currency prev_hash hash".split()  # noqa: SIM905  # read as one line of PRODUCT.md
)


@pytest.fixture
def books(hundi: Hundi) -> Hundi:
    """Three fundings."""
    hundi("keys", "new")
    hundi("ledger", "migrate")
    for person_id, amount in (("1001", "500.00"), ("1002", "20.00"), ("1001", "0.01")):
        assert hundi("fund", person_id, amount).code == 0
    return hundi


def sign(home: Path) -> None:
    """Sign the head, as a running bot does every minute."""

    async def signing() -> None:
        database = await SqliteDatabase.open(home / "hundi.db")
        try:
            policy = PolicyBook.read((Path(__file__).parents[3] / "ledger/policies/play.toml").read_text("utf-8"))
            ledger = Ledger(database, policy=policy)
            key = Keys.load(home / "hundi.keys").signing_key
            await sign_head(ledger, HeadsFile(home / "hundi.heads"), key, datetime.now(UTC))
        finally:
            await database.close()

    asyncio.run(signing())


def tamper(home: Path, *statements: str) -> None:
    """What somebody with a shell and no conscience does: triggers and checks are switched off first."""
    connection = sqlite3.connect(home / "hundi.db")
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


# ── migrate ──────────────────────────────────────────────────────────────────


def test_migrate_makes_the_database_once(hundi: Hundi, home: Path) -> None:
    first = hundi("ledger", "migrate")
    again = hundi("ledger", "migrate")

    assert (first.code, again.code) == (0, 0)
    assert "ledger 0001" in first.out
    assert "Nothing to do" in again.out
    assert (home / "hundi.db").exists()


def test_rights_of_a_role_are_asked_of_a_server_alone(hundi: Hundi, home: Path) -> None:
    """Nothing is made before that is said: whoever meant a server must not find a file."""
    asked = hundi("ledger", "migrate", "--grant-to", "hundi_bot")

    assert asked.code == 1
    assert "a file has no roles" in asked.err
    assert not (home / "hundi.db").exists()


def test_a_database_newer_than_the_program_is_refused(books: Hundi, home: Path) -> None:
    tamper(home, "UPDATE schema_migrations SET number = 9999 WHERE room = 'ledger' AND number = 1")

    for command in (("ledger", "verify"), ("ledger", "migrate"), ("fund", "1001", "1.00")):
        done = books(*command)
        assert done.code == 1, command
        assert "Upgrade the program" in done.err


@pytest.mark.parametrize("command", ["verify", "balance", "trial-balance", "export"])
def test_without_a_database_nothing_is_made(hundi: Hundi, home: Path, command: str) -> None:
    done = hundi("ledger", command)

    assert done.code == 1
    assert "hundi ledger migrate" in done.err
    assert not (home / "hundi.db").exists()


# ── verify ───────────────────────────────────────────────────────────────────


def test_good_books_are_verified(books: Hundi, home: Path) -> None:
    sign(home)

    done = books("ledger", "verify")

    head = json.loads(books("ledger", "export").out.splitlines()[-1])["hash"]
    assert done.code == 0
    assert done.out == f"verified 3 entries, head {head}\n"
    assert done.err == ""


def test_empty_books_are_verified(hundi: Hundi) -> None:
    hundi("ledger", "migrate")

    done = hundi("ledger", "verify")

    assert done.code == 0
    assert done.out.startswith("verified 0 entries, head 000000")


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE transfers SET amount_minor = amount_minor + 1 WHERE seq = 2", 2),
        ("DELETE FROM transfers WHERE seq = 2", 2),
        ("UPDATE transfers SET hash = zeroblob(32) WHERE seq = 3", 3),
    ],
)
def test_the_first_bad_row_is_named(books: Hundi, home: Path, statement: str, seq: int) -> None:
    tamper(home, statement)

    done = books("ledger", "verify")
    plain = json.loads(books("ledger", "verify", "--json").out)

    assert done.code == 1
    assert done.out.startswith(f"bad seq {seq}: ")
    assert "runbook" in done.err
    assert (plain["verified"], plain["seq"]) == (False, seq)


def test_a_tail_that_was_cut_shows_because_the_head_was_signed(books: Hundi, home: Path) -> None:
    sign(home)
    tamper(home, "DELETE FROM transfers WHERE seq = 3")

    done = books("ledger", "verify")

    assert done.code == 1
    assert "tail" in done.out


def test_heads_signed_by_another_key_are_no_witness(books: Hundi, home: Path) -> None:
    sign(home)
    (home / "hundi.keys").unlink()
    books("keys", "new")

    done = books("ledger", "verify")

    assert done.code == 1
    assert "was not signed by this key" in done.err


def test_without_keys_the_chain_is_proved_and_the_gap_is_said(books: Hundi, home: Path) -> None:
    (home / "hundi.keys").unlink()

    done = books("ledger", "verify")

    assert done.code == 0
    assert "a tail that was cut would not show" in done.err


# ── balance and trial balance ────────────────────────────────────────────────


def test_balance_has_the_promised_keys(books: Hundi) -> None:
    done = books("ledger", "balance", "1001", "--json")

    balance = json.loads(done.out)
    assert AccountId.parse(balance.pop("account"))
    assert balance == {"posted_minor": 50_001, "held_minor": 0, "available_minor": 50_001, "currency": "INR"}


def test_balance_takes_an_account_id_as_well(books: Hundi) -> None:
    account = json.loads(books("ledger", "balance", "1002", "--json").out)["account"]

    assert json.loads(books("ledger", "balance", account, "--json").out)["posted_minor"] == 2_000


def test_balance_of_nobody_is_told(books: Hundi) -> None:
    done = books("ledger", "balance", "4711")

    assert done.code == 1
    assert "has no account" in done.err


def test_without_a_user_it_is_what_is_owed_to_everybody(books: Hundi) -> None:
    assert json.loads(books("ledger", "balance", "--json").out)["posted_minor"] == 52_001


def test_the_trial_balance_balances(books: Hundi) -> None:
    done = books("ledger", "trial-balance")
    plain = json.loads(books("ledger", "trial-balance", "--json").out)

    assert done.code == 0
    assert done.out.count("₹520.01") == 4
    assert plain["balanced"] is True
    assert plain["differences_minor"] == {"INR": 0}


def test_a_trial_balance_that_is_off_fails(books: Hundi, home: Path) -> None:
    tamper(home, "UPDATE accounts SET posted_credits = posted_credits + 1 WHERE account_no = 2")

    done = books("ledger", "trial-balance")

    assert done.code == 1
    assert "INR by -1" in done.err


# ── export ───────────────────────────────────────────────────────────────────


def test_the_export_has_one_line_a_transfer_in_order(books: Hundi) -> None:
    done = books("ledger", "export")

    rows = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0
    assert [row["seq"] for row in rows] == [1, 2, 3]
    assert [row["amount_minor"] for row in rows] == [50_000, 2_000, 1]
    assert all(tuple(row)[: len(PROMISED)] == PROMISED for row in rows)
    assert [row["prev_hash"] for row in rows[1:]] == [row["hash"] for row in rows[:-1]]


def test_an_export_to_a_file_is_whole_and_private(books: Hundi, home: Path) -> None:
    done = books("ledger", "export", "--out", "journal.jsonl")

    assert done.code == 0
    assert (home / "journal.jsonl").read_text("utf-8") == books("ledger", "export").out
    assert (home / "journal.jsonl").stat().st_mode & 0o077 == 0
    assert [file.name for file in home.iterdir() if file.name.endswith(".part")] == []


def test_an_export_that_cannot_be_written_leaves_nothing(books: Hundi, home: Path) -> None:
    done = books("ledger", "export", "--out", "nowhere/journal.jsonl")

    assert done.code == 1
    assert "cannot be written" in done.err
    assert not (home / "nowhere").exists()


def test_a_copy_made_as_the_runbook_says_is_proved_by_its_own_heads(
    books: Hundi, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(home)
    (home / "copy.heads").write_bytes((home / "hundi.heads").read_bytes())
    connection = sqlite3.connect(home / "hundi.db")
    connection.execute("VACUUM INTO 'copy.db'")
    connection.close()
    books("fund", "1003", "7.00")
    sign(home)
    monkeypatch.setenv("HUNDI_DATABASE_URL", "sqlite:///copy.db")

    with_its_own = books("ledger", "verify", "--heads", "copy.heads")
    with_newer = books("ledger", "verify")

    assert with_its_own.out.startswith("verified 3 entries")
    assert with_newer.code == 1
    assert "tail" in with_newer.out


def test_everything_works_while_another_process_writes(books: Hundi, home: Path) -> None:
    """The bot holds an open transaction; a reader does not wait for it."""
    writer = sqlite3.connect(home / "hundi.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        codes = [books("ledger", command).code for command in ("verify", "balance", "trial-balance", "export")]
    finally:
        writer.execute("ROLLBACK")
        writer.close()

    assert codes == [0, 0, 0, 0]
