"""A journal of its own for each test, on a real file."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from ircon.journal.operation import Operation
from ircon.journal.store import Journal


class SetClock:
    """Says what it was told; its other hands stand still."""

    boot_id = "boot"

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self):
        return self.at

    def monotonic_ns(self):
        return 0

    def boot_ns(self):
        return 0


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def journal(folder, clock):
    journal = Journal.open(folder, clock)
    yield journal
    journal.close()


@pytest.fixture
def queued():
    """Makes operations as the desk queues them: ``queued(op="b" * 20, state="held")``."""

    def make(
        payload: bytes = b'{"incident":{"body":"We are on it."}}', **more: object
    ) -> Operation:
        operation = Operation(
            op="a" * 20,
            incident="k7f2",
            page="main",
            page_id="p1",
            kind="update",
            payload=payload,
            payload_sha=sha256(payload).hexdigest(),
            state="queued",
            event="01KJPWD6M00000000000000001",
            queued_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        )
        return operation._replace(**more)

    return make
