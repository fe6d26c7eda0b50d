"""Money on the command line: the same words as in the chat, by the same room."""

from ledger.kernel.money import Money, exponent


def written(money: Money) -> str:
    """``INR 5,000.00``."""
    digits = exponent(money.currency)
    whole, part = divmod(money.minor_units, 10**digits)
    return f"{money.currency} {whole:,}" + (f".{part:0{digits}}" if digits else "")
