"""Lists written by hand, as offices send them: who is in them and nobody else."""

from __future__ import annotations

from random import Random

import pytest

from kiosk.plugins.delegates.importer import report
from tests.delegates import by_hand
from tests.delegates import lists


@pytest.mark.parametrize("what", by_hand.LISTS)
def test_a_list_written_by_hand_is_understood(what: str) -> None:
    written = by_hand.LISTS[what]
    kind = written.filename.rpartition(".")[2]
    make = {"xlsx": lists.as_xlsx, "xls": lists.as_xls}.get(kind)
    data = make(written.sheets) if make else lists.as_csv(Random(1), written.sheets)
    reading = report.read(data, written.filename, lists.KNOWN, lists.YEAR)
    found = [(p.name, p.phone, p.area, p.birth_year) for p in reading.people]
    assert sorted(found, key=str) == sorted(written.people, key=str)
    if written.groups:
        assert tuple(p.group for p in reading.people) == written.groups
