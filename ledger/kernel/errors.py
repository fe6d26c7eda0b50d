"""Faults, told apart by who must act. A refusal is not here: it is an answer (ledger.outcomes)."""


class LedgerError(Exception):
    """Something kept the ledger from answering."""


class ContractError(LedgerError):
    """The asker broke the contract (unknown account, id used twice). The programmer acts."""


class UnknownAccountError(ContractError):
    """No account has this id."""

    def __init__(self, account_id: str) -> None:
        super().__init__(f"no account {account_id}")
        self.account_id = account_id


class UnknownPaymentError(ContractError):
    """No payment has this id."""

    def __init__(self, payment_id: str) -> None:
        super().__init__(f"no payment {payment_id}")
        self.payment_id = payment_id


class IdempotencyConflictError(ContractError):
    """This id was used before with another body."""

    def __init__(self, request_id: str, field: str) -> None:
        super().__init__(f"{request_id} was asked before with another {field}")
        self.request_id = request_id
        self.field = field


class UnavailableError(LedgerError):
    """The store cannot answer now. Ask again later with the same id."""


class InvariantError(LedgerError):
    """The books would stop balancing. Nobody continues."""
