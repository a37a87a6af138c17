"""Pay evidence: one paper, until it changes, for every citizen at the company."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit.models import Event
from brobygger.grants.known_prices import with_price
from brobygger.law.codes import MentorKind
from brobygger.mentorships.need import Need
from brobygger.payment.hour_plan import HourPlan, Phase
from brobygger.payment.pay_evidence import Holiday, PayBasis
from brobygger.payment.pay_items import PayItem, PayItemKind, Per
from brobygger.payment.price import FIXED, PriceLine, estimate
from brobygger.payments.evidence import presenters, selectors, services
from brobygger.payments.evidence.models import PayRecord
from brobygger.payments.evidence.reading import (
    NotAPaper,
    Paper,
    evidence_of,
    items_as_data,
    items_from_data,
    read_paper,
)
from brobygger.values.period import Period
from tests.cast import Cast
from tests.factories.economy import FROM, PAYSLIP_ITEMS, payslip, record
from tests.factories.mentorships import make_active
from tests.factories.people import make_mentor, make_organisation

SignedIn = Callable[[User], Client]
Acting = Callable[[User | None], AbstractContextManager[None]]
TODAY = date(2026, 11, 23)
PDF = b"%PDF-1.7 payslip"


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


# The arithmetic, through the service


def test_one_payslip_makes_an_hour_250_kroner_and_the_project_15450(cast: Cast) -> None:
    made = record(cast)
    cost = selectors.cost_of(made, TODAY)
    assert cost is not None and cost.rate == Decimal("250.00")
    (known,) = presenters.known_prices(cast.anna, Need(mentor=cast.mentor), TODAY)  # type: ignore[arg-type]
    course = PriceLine("TRAINING", "", Decimal(2950), FIXED)  # type: ignore[arg-type]
    project = estimate(HourPlan((Phase(10, 300),)), (*known.lines, course), on=TODAY)
    assert (project.hourly_rate, project.total) == (Decimal("250.00"), Decimal("15450.00"))


def test_the_lines_of_a_price_are_few_and_make_the_same_hour(cast: Cast) -> None:
    record(cast)
    (known,) = presenters.known_prices(cast.anna, Need(mentor=cast.mentor), TODAY)  # type: ignore[arg-type]
    kinds = [line.kind.value for line in known.lines]
    assert kinds == ["WAGE", "PENSION", "EMPLOYER_CONTRIBUTION", "HOLIDAY_PAY"]
    assert sum(line.amount for line in known.lines) == known.rate == Decimal("250.00")


def test_what_may_not_be_included_is_refused_with_its_paragraph(cast: Cast) -> None:
    made = record(cast)
    cost = selectors.cost_of(made, TODAY)
    assert cost is not None
    (refused,) = presenters.cost_page(cost).refused
    assert (refused.text, refused.rule_id, refused.source.paragraph) == ("Overhead", "D06", "§ 122, stk. 2")


def test_before_the_order_the_agreement_decides(cast: Cast) -> None:
    travel = PayItem(PayItemKind.TRAVEL_EXPENSES, Decimal(20), Per.HOUR)
    wage = PayItem(PayItemKind.WAGE, Decimal(200), Per.HOUR)
    old = Period(date(2018, 3, 1), date(2019, 1, 1))
    given = {"valid": old, "minutes": None, "holiday": Holiday.STATED}
    silent = record(cast, payslip(items=(wage, travel), **given), group="a")
    agreed = PayItem(PayItemKind.TRAVEL_EXPENSES, Decimal(20), Per.HOUR, agreed=True)
    covered = record(cast, payslip(items=(wage, agreed), **given), group="b")
    refused, paid = selectors.cost_of(silent, TODAY), selectors.cost_of(covered, TODAY)
    assert refused is not None and paid is not None
    assert (refused.rate, refused.refused[0].rule_id) == (Decimal("200.00"), "D07")
    assert (paid.rate, paid.refused) == (Decimal("220.00"), ())


@pytest.mark.parametrize(
    ("basis", "kind", "rate"),
    [
        (PayBasis.SELF_EMPLOYED, PayItemKind.WAGE, 310),
        (PayBasis.UNION_RATE, PayItemKind.WAGE, 187),
        (PayBasis.CONSULTANT_FEE, PayItemKind.FEE, 650),
        (PayBasis.PROVIDER_CONTRACT, PayItemKind.FEE, 512),
    ],
)
def test_every_basis_is_kept_and_read_back(cast: Cast, basis: PayBasis, kind: PayItemKind, rate: int) -> None:
    item = PayItem(kind, Decimal(rate), Per.HOUR)
    made = record(
        cast,
        payslip(
            basis=basis, items=(item,), minutes=None, holiday=Holiday.STATED, reason="Gennemsnit i faget."
        ),
    )
    again = PayRecord.objects.get(pk=made.pk)
    cost = selectors.cost_of(again, TODAY)
    assert cost is not None and cost.rate == Decimal(rate)
    assert evidence_of(again).basis is basis


def test_lines_survive_the_database(cast: Cast) -> None:
    assert items_from_data(items_as_data(PAYSLIP_ITEMS)) == PAYSLIP_ITEMS


# Valid until changed


def test_a_new_paper_takes_over_from_its_day(cast: Cast) -> None:
    first = record(cast)
    second = record(cast, payslip(date(2026, 10, 1), minutes=9000))
    first.refresh_from_db(fields=["valid_before"])
    assert (first.valid_before, second.valid_before) == (date(2026, 10, 1), None)
    counting = selectors.counting_on(cast.anna, [cast.company], TODAY, is_fee=False)  # type: ignore[list-item]
    assert counting == [second]


def test_a_paper_for_the_same_day_replaces_the_old(cast: Cast) -> None:
    first, second = record(cast), record(cast, payslip(minutes=9000))
    assert list(selectors.visible_to(cast.anna)) == [second]
    assert PayRecord.objects.get(pk=first.pk).replaced_at is not None


def test_nothing_is_written_behind_a_later_paper(cast: Cast) -> None:
    record(cast)
    with pytest.raises(Refused) as refusal:
        record(cast, payslip(date(2025, 6, 1)))
    assert refusal.value.field == "valid_from"


def test_groups_have_papers_of_their_own(cast: Cast) -> None:
    record(cast, group="Bagere")
    record(cast, payslip(minutes=9000), group="Butik")
    assert selectors.groups_of(cast.anna, cast.company) == ["Bagere", "Butik"]  # type: ignore[arg-type]
    record(cast, payslip(date(2026, 9, 1)), group=" bagere ")
    assert selectors.groups_of(cast.anna, cast.company) == ["Bagere", "Butik"]  # type: ignore[arg-type]


def test_the_database_refuses_two_open_papers_of_a_group(cast: Cast) -> None:
    """Planted fault: a row made past the service."""
    made = record(cast)
    made.pk, made.public_id, made.valid_from = None, uuid.uuid4(), date(2026, 5, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)


def test_a_paper_ends_on_its_last_day(cast: Cast, now: datetime) -> None:
    made = record(cast)
    services.end_pay(record=made, last_day=date(2026, 6, 30), by=cast.anna, at=now)
    assert selectors.counting_on(cast.anna, [cast.company], TODAY, is_fee=None) == []  # type: ignore[list-item]
    for day in (date(2026, 1, 1), date(2026, 7, 1)):
        with pytest.raises(Refused):
            services.end_pay(record=made, last_day=day, by=cast.anna, at=now)


# Who


def test_the_company_is_asked_only_while_it_lacks_a_paper(cast: Cast) -> None:
    make_active(cast)
    assert [(each.organisation, each.mentorships) for each in selectors.without_record(cast.anna, TODAY)] == [
        (cast.company, 1)
    ]
    record(cast)
    assert selectors.without_record(cast.anna, TODAY) == []


def test_a_fee_is_offered_to_externals_and_a_wage_to_employees(cast: Cast) -> None:
    fee = payslip(
        basis=PayBasis.CONSULTANT_FEE,
        items=(PayItem(PayItemKind.FEE, Decimal(650), Per.HOUR),),
        minutes=None,
        holiday=Holiday.STATED,
    )
    record(cast), record(cast, fee, group="Konsulenter")
    external = make_mentor(cast, kind=MentorKind.EXTERNAL_CONSULTANT, organisation=cast.company)
    unpaid = make_mentor(cast, kind=MentorKind.VOLUNTEER, organisation=cast.company)
    rates = [
        [known.rate for known in presenters.known_prices(cast.anna, Need(mentor=mentor), TODAY)]
        for mentor in (cast.mentor, external, unpaid)  # type: ignore[list-item]
    ]
    assert rates == [[Decimal("250.00")], [Decimal("650.00")], []]


def test_only_those_who_may_record(cast: Cast) -> None:
    owner = services.Owner(cast.company)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        services.record_pay(owner=owner, evidence=payslip(), paper=None, by=cast.tove, at=timezone.now())


def test_another_municipality_sees_nothing(cast: Cast, acting: Acting) -> None:
    record(cast)
    with acting(cast.bo):
        assert not PayRecord.objects.exists()


# Papers


@pytest.mark.parametrize("content", [PDF, b"\xff\xd8\xff\xe0 foto", b"\x89PNG\r\n\x1a\n foto"])
def test_a_paper_is_told_by_its_first_bytes(content: bytes) -> None:
    assert read_paper(content).content == content


@pytest.mark.parametrize("content", [b"<html>", b"MZ\x90", b"", b"%PDF-" + b"0" * 10 * 1024 * 1024])
def test_what_is_no_paper_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPaper):
        read_paper(content)


# The pages


def typed(cast: Cast, **changed: str) -> dict[str, Any]:
    return {
        "act": "save",
        "idempotency_key": str(uuid.uuid4()),
        "organisation": str(cast.company.public_id),
        "group": "",
        "basis": "PAYSLIP",
        "valid_from": "1.2.2026",
        "minutes": "160 t 20",
        "holiday": "ALLOWANCE",
        "line-0-kind": "WAGE",
        "line-0-amount": "33.734,13",
        "line-0-per": "PERIOD",
        "line-1-kind": "EMPLOYER_PENSION",
        "line-1-amount": "1836",
        "line-1-per": "PERIOD",
        "line-2-kind": "OVERHEAD",
        "line-2-amount": "1500",
        "line-2-per": "PERIOD",
        **changed,
    }


def test_a_paper_is_typed_uploaded_shown_and_fetched(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    client = signed_in(cast.anna)
    sent = {**typed(cast), "paper": SimpleUploadedFile("løn.pdf", PDF)}
    answer = client.post(reverse("payments:new_pay"), sent)
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    assert "248,15 kr." in page and "§ 122, stk. 2" in page and "Afvist" in page
    with acting(cast.anna):
        made = PayRecord.objects.get()
    paper = client.get(reverse("payments:pay_paper", args=[made.public_id]))
    assert (paper.content, paper["Content-Type"]) == (PDF, "application/pdf")
    assert paper["Content-Disposition"].startswith("attachment")
    with acting(cast.anna):
        assert Event.objects.filter(action="pay.paper_opened").count() == 1


def test_the_same_form_twice_is_one_record(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    client, sent = signed_in(cast.anna), typed(cast)
    for _ in range(2):
        assert client.post(reverse("payments:new_pay"), sent).status_code == 302
    with acting(cast.anna):
        assert PayRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"organisation": ""}, "Vælg, hvem lønoplysningen kommer fra."),
        ({"minutes": ""}, "Skriv, hvor mange timer lønnen dækker."),
        ({"valid_from": "31.2.2026"}, "dato"),
        ({"line-0-amount": "meget"}, "tal"),
        ({"line-0-kind": ""}, "Vælg, hvad beløbet er for."),
        ({"line-0-per": "PERCENT"}, "Skriv lønnen i kroner."),
        ({"basis": "SELF_EMPLOYED"}, "Skriv den fastsatte timesats som løn og uden tillæg."),
        ({"last_day": "1.1.2026"}, "Sidste dag ligger før den første."),
    ],
)
def test_bad_input_is_told_of_and_nothing_is_lost(
    cast: Cast, signed_in: SignedIn, changed: dict[str, str], told: str
) -> None:
    answer = signed_in(cast.anna).post(reverse("payments:new_pay"), typed(cast, **changed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page and ('value="1836"' in page)


def test_a_file_that_is_no_paper_is_told_of(cast: Cast, signed_in: SignedIn) -> None:
    sent = {**typed(cast), "paper": io.BytesIO(b"<script>")}
    answer = signed_in(cast.anna).post(reverse("payments:new_pay"), sent)
    assert answer.status_code == 422 and "Vælg en PDF eller et billede" in answer.content.decode()


def test_the_hour_is_shown_while_one_types(cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in(cast.anna).post(reverse("payments:pay_panel"), typed(cast)).content.decode()
    assert "248,15 kr." in page and "Overhead" in page


def test_rows_come_and_go_without_a_script(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.anna)
    grown = client.post(reverse("payments:new_pay"), typed(cast, act="more")).content.decode()
    shrunk = client.post(reverse("payments:new_pay"), typed(cast, act="less:1")).content.decode()
    assert "line-3-kind" in grown
    assert "line-2-kind" not in shrunk and 'value="1500"' in shrunk and 'value="1836"' not in shrunk


def test_the_next_paper_begins_from_the_last(cast: Cast, signed_in: SignedIn) -> None:
    made = record(cast)
    page = (
        signed_in(cast.anna).get(reverse("payments:new_pay"), {"fra": str(made.public_id)}).content.decode()
    )
    assert 'value="33734,13"' in page and f'value="{cast.company.public_id}" selected' in page


def test_a_new_mentorship_takes_the_price_over(cast: Cast, signed_in: SignedIn) -> None:
    made = record(cast)
    client = signed_in(cast.anna)
    data = {"mentor": str(cast.mentor.public_id), "price-0-kind": "TRAINING", "price-0-amount": "2950"}
    panel = client.post(reverse("grants:new_panel"), data).content.decode()
    assert "250,00 kr. i timen" in panel and "Brug den pris" in panel and "Overhead" in panel
    page = client.post(
        reverse("grants:new"), {**data, "act": f"known_price:{made.public_id}"}
    ).content.decode()
    for amount in ("210,40", "26,30", "11,45", "1,85", "2950"):
        assert f'value="{amount}"' in page


def test_a_price_of_nobodys_changes_nothing(cast: Cast, signed_in: SignedIn) -> None:
    data = {"mentor": str(cast.mentor.public_id), "price-0-kind": "WAGE", "price-0-amount": "111"}
    sent = {**data, "act": f"known_price:{uuid.uuid4()}"}
    assert 'value="111"' in signed_in(cast.anna).post(reverse("grants:new"), sent).content.decode()


def test_a_typed_course_stays_when_a_price_is_taken_over(cast: Cast) -> None:
    record(cast)
    (known,) = presenters.known_prices(cast.anna, Need(mentor=cast.mentor), TODAY)  # type: ignore[arg-type]
    data = with_price({"price-0-kind": "WAGE", "price-1-kind": "TRAINING", "price-1-amount": "2950"}, known)
    assert data["price-4-kind"] == "TRAINING" and "price-5-kind" not in data


def test_as_many_queries_for_one_company_as_for_many(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    client = signed_in(cast.anna)
    counts = []
    for more in (1, 8):
        with acting(cast.anna):
            for number in range(more):
                owner = services.Owner(make_organisation(cast, name=f"Firma {more}-{number}", cvr=""))
                paper = Paper(PDF, "application/pdf")
                services.record_pay(
                    owner=owner, evidence=payslip(FROM), paper=paper, by=cast.anna, at=timezone.now()
                )
        client.get(reverse("payments:pay_records"))
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("payments:pay_records"))
        assert b"250,00" in page.content
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert not any('"payments_payrecord"."paper",' in query["sql"] for query in queries.captured_queries)
