"""Every number the bot shows to monitoring: its name, its unit, its labels. It knows no person and no amount.

A label has few values, all known beforehand: never an id, a name or a text. ``Metrics`` is made once, by wiring; rooms
that count are handed it. docs/runbook.md says which figure means trouble; a test keeps the two in step.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"  # the Prometheus text format, which everybody reads
# Seconds. From a lookup in memory up to what a person would call broken.
_STAGE_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)
_LAG_BUCKETS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)  # 50 ms is the goal at p99: GOALS.md S15
_WRITER_BUCKETS: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0)  # a batch takes 50 ms at most


class Stage(StrEnum):
    """Where the time of a message goes."""

    WAIT = "wait"  # handed over by the poller → its person's turn begins
    TURN = "turn"  # the whole turn: steps, commits, doors
    LEDGER = "ledger"  # a command asked of the ledger → its answer
    PIN = "pin"  # an entered or chosen PIN, counted and hashed
    DELIVERY = "delivery"  # a message written down → taken by the far side, waiting for its pace included


class Metrics:
    """The counters of one bot, in a registry of their own."""

    def __init__(self, steady_s: Callable[[], float]) -> None:
        self._steady_s = steady_s
        registry = self.registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._updates = Counter("hundi_updates", "Updates handed over, by kind.", ["kind"], registry=registry)
        self._unread = Counter(
            "hundi_updates_unread", "Updates of people who send more than can be answered.", registry=registry
        )
        self._faults = Counter("hundi_faults", "Turns that ended in a fault of ours.", registry=registry)
        self._payments = Counter(
            "hundi_payments", "Payments answered by the ledger, by outcome.", ["outcome"], registry=registry
        )
        self._refusals = Counter("hundi_refusals", "Refusals, quoted or final, by code.", ["code"], registry=registry)
        self._pins = Counter("hundi_pin_checks", "PINs judged, by verdict.", ["verdict"], registry=registry)
        self._deliveries = Counter(
            "hundi_deliveries", "Calls to the far side, by what came of them.", ["fate"], registry=registry
        )
        self._brought = Counter(
            "hundi_webhook_requests", "Requests at the webhook, by what was answered.", ["verdict"], registry=registry
        )
        self._stages = Histogram(
            "hundi_stage_seconds", "Time spent, by stage.", ["stage"], registry=registry, buckets=_STAGE_BUCKETS
        )
        self._lag = Histogram(
            "hundi_loop_lag_seconds", "How late the event loop wakes.", registry=registry, buckets=_LAG_BUCKETS
        )
        self._writer = Histogram(
            "hundi_writer_wait_seconds", "How long a transaction waited until it could write.", registry=registry,
            buckets=_WRITER_BUCKETS,
        )  # fmt: skip
        self._starved = Gauge(
            "hundi_writer_starved_seconds", "For how long a transaction has been waiting to write.", registry=registry
        )
        self._waiting = Gauge(
            "hundi_waiting", "Rows that could go now: updates in the inbox, messages in the outbox.", ["box"],
            registry=registry,
        )  # fmt: skip
        self._oldest = Gauge("hundi_oldest_seconds", "Age of the oldest such row.", ["box"], registry=registry)
        self._behind = Gauge("hundi_notices_behind", "Journal rows nobody was told of yet.", registry=registry)
        self._store = Gauge("hundi_store_answers", "0: the store could not say what waits.", registry=registry)
        self._stopped = Gauge(
            "hundi_posting_stopped", "1: the books rang the alarm; nothing is posted.", registry=registry
        )
        self._alive = Gauge("hundi_processes_alive", "Processes that serve this bot.", registry=registry)
        self._leases = Gauge("hundi_leases_held", "People who are this process's now.", registry=registry)
        self._roles = Gauge("hundi_roles_held", "1: this process does it for all.", ["role"], registry=registry)
        self._handovers = Counter(
            "hundi_handovers", "Updates of another process's people, by what it said.", ["fate"], registry=registry
        )
        self._takeovers = Counter(
            "hundi_takeovers", "Processes found dead, and people taken over.", ["what"], registry=registry
        )
        for stage in Stage:
            self._stages.labels(stage)  # shown from the start, so that "never" and "not measured" differ

    # ── counted as it happens ────────────────────────────────────────────────

    def update(self, kind: str) -> None:
        """An update was handed over."""
        self._updates.labels(kind).inc()

    def unread(self) -> None:
        """An update was left unread: its sender sends too many."""
        self._unread.inc()

    def fault(self) -> None:
        """A turn ended in a fault of ours."""
        self._faults.inc()

    def payment(self, outcome: str) -> None:
        """The ledger answered a payment: ``captured``, ``refused`` or ``silent``."""
        self._payments.labels(outcome).inc()

    def refusal(self, code: str) -> None:
        """Something was refused, when it was quoted or when it was to move."""
        self._refusals.labels(code).inc()

    def pin(self, verdict: str) -> None:
        """A PIN was judged."""
        self._pins.labels(verdict).inc()

    def delivery(self, fate: str) -> None:
        """A call to the far side ended."""
        self._deliveries.labels(fate).inc()

    def brought(self, verdict: str) -> None:
        """Somebody came to the webhook: ``taken``, ``busy``, ``forbidden`` or ``refused``."""
        self._brought.labels(verdict).inc()

    def spent(self, stage: Stage, seconds: float) -> None:
        """So long, somewhere."""
        self._stages.labels(stage).observe(max(seconds, 0.0))

    def lag(self, seconds: float) -> None:
        """The event loop woke so late."""
        self._lag.observe(max(seconds, 0.0))

    def handed_over(self, fate: str) -> None:
        """An update went to the process whose person it is: ``taken``, ``not_ours``, ``away`` or ``silent``."""
        self._handovers.labels(fate).inc()

    def taken_over(self, processes: int, people: int) -> None:
        """Others were found dead."""
        self._takeovers.labels("processes").inc(processes)
        self._takeovers.labels("people").inc(people)

    def writer_wait(self, seconds: float) -> None:
        """A transaction waited so long until it could write."""
        self._writer.observe(max(seconds, 0.0))

    def now_s(self) -> float:
        """The clock that ``spent`` is measured by."""
        return self._steady_s()

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Whatever the block takes, also when it fails."""
        began = self._steady_s()
        try:
            yield
        finally:
            self.spent(stage, self._steady_s() - began)

    # ── looked at when asked ─────────────────────────────────────────────────

    def box(self, name: str, waiting: int, oldest_s: float) -> None:
        """How much waits in the inbox or the outbox, and for how long the oldest of it."""
        self._waiting.labels(name).set(waiting)
        self._oldest.labels(name).set(oldest_s)

    def members(self, alive: int, people: int, roles: Mapping[str, bool]) -> None:
        """How many processes there are, how many people are ours, and what we do for all."""
        self._alive.set(alive)
        self._leases.set(people)
        for role, ours in roles.items():
            self._roles.labels(role).set(int(ours))

    def starved(self, seconds: float) -> None:
        """A transaction has been waiting for so long, and waits still."""
        self._starved.set(seconds)

    def books(self, *, stopped: bool, notices_behind: int) -> None:
        """Whether posting has stopped, and how many journal rows the notifier has not come to."""
        self._store.set(1)
        self._stopped.set(int(stopped))
        self._behind.set(notices_behind)

    def unseen(self) -> None:
        """The store could not say; what waits is as it was when last looked at."""
        self._store.set(0)

    def exposition(self) -> bytes:
        """Everything, as ``CONTENT_TYPE``."""
        return generate_latest(self.registry)
