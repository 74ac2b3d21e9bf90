"""An incident with one of everything, as events and folded."""

from __future__ import annotations

import pytest
from written_record import record_everything

from events import Recorder
from ircon.incident.fold import fold
from ircon.incident.state import Incident


@pytest.fixture
def recorder() -> Recorder:
    return record_everything()


@pytest.fixture
def incident(recorder: Recorder) -> Incident:
    folded = fold(recorder.events)
    assert folded is not None
    return folded
