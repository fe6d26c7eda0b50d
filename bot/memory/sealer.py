"""What memory asks of whoever seals its personal cells. Wiring hands in the vault's; memory holds no key."""

from typing import Protocol


class Sealer(Protocol):
    """Seals a cell for one place (table, column, row). ``open`` raises if the cell was changed or moved."""

    def seal(self, table: str, column: str, row_id: int | str, plain: bytes) -> bytes:
        """The cell as it is stored."""
        ...

    def open(self, table: str, column: str, row_id: int | str, sealed: bytes) -> bytes:
        """What was sealed for exactly this place."""
        ...

    def index(self, kind: str, value: str) -> bytes:
        """The same bytes for the same value, and nothing about it to who lacks the key."""
        ...
