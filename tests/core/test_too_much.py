"""Numbers that no database column holds are answered in words, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Known
from tests.conftest import Person

HUGE = (2**31, 2**53, 2**64, 10**40)


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize(
    "path",
    [
        "/m/kd/opinions/{n}",
        "/m/kd/delegates/{n}",
        "/api/v1/meetings/kd/opinions/{n}",
        "/api/v1/meetings/kd/delegates/{n}/invitation",
    ],
)
def test_an_address_with_a_huge_number_leads_nowhere(
    meeting: Known, as_role: Callable[[str], Person], path: str, number: int
) -> None:
    answer = as_role("organiser").get(path.format(n=number))
    assert answer.status_code in {404, 405}


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/speakers", {"delegate": 0}),
        ("/scans", {"scan_id": "a" * 32, "via": "search", "delegate": 0}),
        ("/calls", {"reason": "unknown", "delegate": 0}),
        ("/opinions", {"matters": [{"text": "x"}], "authors": [{"delegate": 0}]}),
    ],
)
def test_a_huge_number_in_a_body_is_refused(
    meeting: Known,
    as_role: Callable[[str], Person],
    path: str,
    body: dict[str, object],
    number: int,
) -> None:
    sent = str(body).replace("'", '"').replace('"delegate": 0', f'"delegate": {number}')
    person = as_role("organiser")
    answer = person.client.post(
        f"/api/v1/meetings/kd{path}",
        data=sent,
        content_type="application/json",
        headers={"X-CSRF-Token": person.token},
    )
    assert 400 <= answer.status_code < 500
    assert answer.get_json()["code"]


def test_a_huge_page_number_or_filter_is_no_crash(
    meeting: Known, as_role: Callable[[str], Person]
) -> None:
    person = as_role("organiser")
    for query in ("page=99999999999999999999", "group=99999999999", "area=99999999999999999999"):
        assert person.get(f"/m/kd/delegates?{query}").status_code < 500
        assert person.get(f"/m/kd/invitations?{query}").status_code < 500
        assert person.get(f"/api/v1/meetings/kd/delegates?{query}").status_code < 500
