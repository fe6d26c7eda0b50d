"""The desk: everybody who waits goes into one commit. ``Ledger`` is the door; the rest is behind it."""

from ledger.desk.ledger import Ledger
from ledger.desk.statements import Statement, StatementLine, TooLongWalkError
from ledger.desk.views import AccountBalance, HistoryPage, PaymentRecord, Posting, TrialBalance, TrialLine

__all__ = [
    "AccountBalance",
    "HistoryPage",
    "Ledger",
    "PaymentRecord",
    "Posting",
    "Statement",
    "StatementLine",
    "TooLongWalkError",
    "TrialBalance",
    "TrialLine",
]
