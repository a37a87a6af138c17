"""Budget, what-if, alarms, chart of accounts and reimbursement: services and pages."""

from __future__ import annotations

import html
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.payment.chart import BadChart
from brobygger.payment.ledger import Account, Book
from brobygger.payments.budget import forms, presenters, selectors, services
from brobygger.payments.budget.models import BudgetAlarm, BudgetRow, Dimension
from brobygger.payments.budget.presenters import Wanted
from brobygger.payments.ledger import selectors as ledger
from brobygger.payments.ledger.models import LedgerEntry
from brobygger.payments.ledger.opening import open_budgets
from brobygger.payments.ledger.services import following
from brobygger.rulebook import selectors as rulebook
from brobygger.rulebook import services as numbers
from brobygger.rulebook.services import Reference
from tests.cast import Cast
from tests.factories.mentorships import make_active

SignedIn = Callable[[User], Client]
Acting = Callable[[User | None], AbstractContextManager[None]]
ON = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
THOUGHT = {
    "count": "1",
    "weeks": "10",
    "minutes": "5",
    "rate": "250",
    "once": "2.950",
    "starts_on": "23.11.2026",
}
CHART = (
    "konto;målgruppe;fra;til\n5.68.90.012;*;2026-01-01;\n"
    "5.68.90.013;6.3;2026-01-01;2026-12-31\n5.68.90.014;6.3;2027-01-01;\n"
)


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def owner_is_here(cast: Cast) -> Iterator[None]:
    """The owner's connection reads through the test's own transaction, where nothing is committed."""
    own, owners = connections["default"], connections["owner"]
    connections["owner"] = own  # type: ignore[assignment]
    yield
    connections["owner"] = owners  # type: ignore[assignment]


def set_whole(cast: Cast, kroner: Decimal | int | None, year: int = 2026) -> int:
    amount = None if kroner is None else Decimal(kroner)
    return services.set_budget(
        year=year, dimension=Dimension.WHOLE, amounts={"": amount}, by=cast.finn, at=AT
    )


def page_of(cast: Cast, thought: dict[str, str] | None = None, **wanted: Any) -> presenters.BudgetPage:
    return presenters.budget_page(
        cast.finn, Wanted(**{"year": 2026, **wanted}), forms.ThoughtForm(thought or {}), ON
    )


# Setting


def test_the_newest_budget_counts_and_the_old_stays_in_history(cast: Cast) -> None:
    assert [set_whole(cast, 100_000), set_whole(cast, 100_000), set_whole(cast, 120_000)] == [1, 0, 1]
    assert selectors.budgets(cast.finn, [2026]) == {(2026, "WHOLE", ""): Decimal(120_000)}
    assert BudgetRow.objects.count() == 2
    set_whole(cast, None)
    assert selectors.budgets(cast.finn, [2026]) == {}


def test_a_budget_is_never_rewritten(cast: Cast) -> None:
    """The application's role may add to the history and nothing else."""
    from django.db import DatabaseError, transaction

    set_whole(cast, 100_000)
    with pytest.raises(DatabaseError), transaction.atomic():
        BudgetRow.objects.update(amount=1)


def test_who_sets_a_budget(cast: Cast) -> None:
    services.set_budget(year=2026, dimension=Dimension.WHOLE, amounts={"": Decimal(1)}, by=cast.eva, at=AT)
    for user in (cast.anna, cast.tove, cast.adam):
        with pytest.raises(NotAllowed):
            services.set_budget(
                year=2026, dimension=Dimension.WHOLE, amounts={"": Decimal(1)}, by=user, at=AT
            )


def test_figures_that_cannot_be_are_refused(cast: Cast) -> None:
    given: dict[str, Any] = {"year": 2026, "other_guidance": Decimal(0), "by": cast.finn, "at": AT}
    for persons, percent, field in ((Decimal(0), 90, "full_time_persons"), (None, 0, "close_at_percent")):
        with pytest.raises(Refused) as refusal:
            services.set_year_facts(**given, full_time_persons=persons, close_at_percent=Decimal(percent))
        assert refusal.value.field == field


# What it comes to


def test_one_mentorship_through_the_year(cast: Cast) -> None:
    """Carla's 13 weeks of 5 hours at 250 kroner from 2 November: 60 days and 2,571 minutes of it in 2026."""
    make_active(cast)
    set_whole(cast, 20_000)
    page = page_of(cast)
    assert page.whole.figures.committed == Decimal("10712.50")
    assert page.next_year.figures.committed == Decimal("5537.50")
    assert page.whole.figures.committed + page.next_year.figures.committed == Decimal("16250.00")
    assert page.whole.free == 20_000 - page.whole.figures.outcome
    assert [line.label for line in page.lines] == ["Team Ung"]


def test_the_project_of_the_example_costs_15450_kroner_as_a_thought(cast: Cast) -> None:
    page = page_of(cast, THOUGHT)
    assert page.comparison is not None and page.comparison_next is not None
    assert page.comparison.difference + page.comparison_next.difference == Decimal("15450.00")
    assert page.comparison.before.outcome == 0


def test_ten_of_them_with_a_dearer_rest(cast: Cast) -> None:
    make_active(cast)
    page = page_of(cast, {**THOUGHT, "count": "10", "price_percent": "110", "hours_percent": "50"})
    whole, then = page.comparison, page.comparison_next
    assert whole is not None and then is not None
    before = page.whole.figures.expected + page.next_year.figures.expected
    added = whole.difference + then.difference
    assert added == 10 * Decimal("15450.00") - (before * Decimal("0.45")).quantize(Decimal("0.01"))
    assert BudgetRow.objects.count() == 0


def test_a_thought_lacking_a_figure_is_told_of(cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.finn).get(reverse("payments:budget"), {"count": "2", "weeks": "10"})
    assert answer.status_code == 422
    assert answer.content.decode().count("Udfyld feltet for de nye forløb.") >= 3


def test_mentorships_without_subsidy_cost_nothing_and_are_counted(cast: Cast) -> None:
    from brobygger.grants.models import Grant

    make_active(cast)
    Grant.objects.update(hourly_rate=0)
    figures = page_of(cast).whole.figures
    assert (figures.mentorships, figures.without_subsidy, figures.outcome) == (1, 1, Decimal(0))


def test_the_share_on_right_and_duty_mentors(cast: Cast) -> None:
    make_active(cast, context="ONLY_EFFORT")
    make_active(cast)
    share = page_of(cast).share
    assert share.percent == 50
    assert "27,2 procent af jobcentrene" in share.sentence_da


def test_the_ceiling_is_a_draft_until_somebody_records_it(cast: Cast) -> None:
    make_active(cast)
    services.set_year_facts(
        year=2026,
        full_time_persons=Decimal(2),
        other_guidance=Decimal(10_000),
        close_at_percent=Decimal(90),
        by=cast.finn,
        at=AT,
    )
    page = page_of(cast)
    assert page.ceiling is not None and page.ceiling.is_draft and page.ceiling.difference is None
    assert "ikke bekræftet" in page.ceiling.sentence_da
    assert page.ceiling.per_person == ((page.whole.figures.outcome + 10_000) / 2).quantize(Decimal("0.01"))
    numbers.add_parameter(
        parameter="P12",
        valid_from=date(2026, 1, 1),
        value=Decimal(9_000),
        source=Reference("Brev fra ministeriet"),
        note="",
        by=cast.eva,
        at=AT,
    )
    known = page_of(cast).ceiling
    assert known is not None and (known.figure, known.is_draft) == (Decimal(9_000), False)


# Alarms


def test_the_work_list_tells_before_the_money_is_gone(cast: Cast) -> None:
    make_active(cast)
    assert selectors.needs_attention(cast.finn, ON) == []
    set_whole(cast, 20_000)
    assert selectors.needs_attention(cast.finn, ON) == []
    outcome = page_of(cast).whole.figures.outcome
    set_whole(cast, (outcome / Decimal("0.95")).quantize(Decimal("0.01")))
    (close,) = selectors.needs_attention(cast.finn, ON)
    set_whole(cast, outcome - 1000)
    (over,) = selectors.needs_attention(cast.finn, ON)
    assert (close.heading, over.heading) == (
        "Budgettet for 2026 er snart brugt",
        "Budgettet for 2026 overskrides",
    )
    assert ON < over.when < date(2027, 1, 1) and over.urgency < close.urgency
    assert selectors.needs_attention(cast.anna, ON) == []


def test_the_alarm_stands_on_min_dag_and_on_the_page(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    with acting(cast.finn):
        make_active(cast)
        set_whole(cast, 5_000)
    client = signed_in(cast.finn)
    assert "Budgettet for 2026 overskrides" in client.get(reverse("web:home")).content.decode()
    page = client.get(reverse("payments:budget")).content.decode()
    assert "Budgettet overskrides med" in page and "Det slår ikke til fra den" in page


def test_the_work_list_reads_what_was_kept_however_many_mentorships(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert len(selectors.needs_attention(cast.finn, ON)) == 1
        return len(asked)

    make_active(cast)
    set_whole(cast, 5_000)
    set_whole(cast, 900_000, year=2027)
    with_one = queries()
    for _ in range(3):
        make_active(cast)
    assert with_one == queries() == 1


def test_the_worker_looks_once_a_day(cast: Cast, owner_is_here: None) -> None:
    """A mentorship granted after the budget was set is in what the worker keeps the next day, and only once."""
    set_whole(cast, 5_000)
    assert selectors.needs_attention(cast.finn, ON) == []
    make_active(cast)
    assert services.watch_next(at=AT) == 0, "Setting the budget has looked already today."
    next_day = AT + timedelta(days=1)
    assert [services.watch_next(at=next_day), services.watch_next(at=next_day)] == [1, 0]
    (row,) = selectors.needs_attention(cast.finn, next_day.date())
    assert row.heading == "Budgettet for 2026 overskrides"
    assert BudgetAlarm.objects.filter(year=2026).count() == 2


def test_a_budget_taken_away_takes_its_alarm_along(cast: Cast) -> None:
    make_active(cast)
    set_whole(cast, 5_000)
    set_whole(cast, None)
    assert selectors.needs_attention(cast.finn, ON) == []


def test_the_page_takes_the_day_from_what_was_kept_only_while_it_fits(cast: Cast) -> None:
    make_active(cast)
    set_whole(cast, 5_000)
    kept = page_of(cast)
    BudgetAlarm.objects.bulk_create(
        [
            BudgetAlarm(
                municipality_id=cast.finn.municipality_id, year=2026, level="OVER", outcome=1, seen_on=ON
            )
        ]
    )
    live = page_of(cast)
    assert kept.alarm == live.alarm and live.alarm is not None and live.alarm.passed_on is not None


def test_old_work_is_asked_about_only_when_somebody_asks(cast: Cast, signed_in: SignedIn) -> None:
    assert page_of(cast).never_asked_for is None
    assert page_of(cast, with_old=True).never_asked_for == 0
    page = signed_in(cast.finn).get(reverse("payments:budget"), {"gamle": "ja"}).content.decode()
    assert "Ingen bekræftede timer er mere end et år gamle" in page


# Behind the numbers


def test_a_row_opens_the_mentorships_it_is_made_of(cast: Cast, signed_in: SignedIn) -> None:
    inside, outside = make_active(cast), make_active(cast, team=None)
    client = signed_in(cast.finn)
    page = client.get(reverse("payments:budget")).content.decode()
    row = next(each for each in page_of(cast).lines if each.label == cast.team.name)
    assert html.escape(row.cases_url) in page
    behind = client.get(row.cases_url)
    told = behind.content.decode()
    assert behind.status_code == 200 and inside.code in told and outside.code not in told
    assert reverse("web:case", args=[inside.public_id]) in told
    assert f"Budget 2026: {cast.team.name}" in told
    everything = client.get(page_of(cast).wanted.all_cases_url).content.decode()
    assert inside.code in everything and outside.code in everything
    assert "Ingen forløb her" in client.get(row.cases_url, {"noegle": "findes ikke"}).content.decode()


def test_the_questions_behind_a_row_do_not_grow_with_it(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.finn)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(cast).wanted.all_cases_url).status_code == 200
        return len(queries)

    make_active(cast)
    asked()
    few = asked()
    for _ in range(3):
        make_active(cast)
    assert asked() == few


# The books


def test_what_is_set_aside_is_booked_and_the_rest_is_free(cast: Cast) -> None:
    mentorship = make_active(cast)
    following.grants_changed(mentorship, ON, AT, cast.anna)
    for kroner in (100_000, 80_000, 120_000):
        set_whole(cast, kroner)
    set_whole(cast, 50_000, year=2027)
    books = {each.account: each.amount for each in ledger.trial_balance(cast.finn)[Book.BUDGET]}
    assert (books[Account.BUDGET], books[Account.COMMITTED]) == (-170_000, 16_250)
    assert books[Account.FREE] == 170_000 - 16_250
    set_whole(cast, None)
    set_whole(cast, None, year=2027)
    books = {each.account: each.amount for each in ledger.trial_balance(cast.finn)[Book.BUDGET]}
    assert (books[Account.BUDGET], books[Account.FREE]) == (0, -16_250)


def test_budgets_from_before_the_books_are_opened_once(cast: Cast, owner_is_here: None) -> None:
    BudgetRow.objects.create(
        municipality_id=cast.finn.municipality_id, year=2026, dimension="WHOLE", amount=70_000, set_at=AT
    )
    for _ in range(2):
        with connection.cursor() as cursor:
            open_budgets(cursor, day=ON, at=AT)
    set_whole(cast, 100_000)
    found = (
        LedgerEntry.objects.filter(account="FREE").order_by("pk").values_list("transaction__key", "amount")
    )
    assert list(found) == [("opening:budget:2026", 70_000), ("budget:2026:2", 30_000)]


# Pages


def test_a_budget_is_typed_and_shown(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    client, address = signed_in(cast.finn), reverse("payments:set_budget") + "?aar=2026&efter=hold"
    sent = {
        "whole-amount_0": "1.250.000",
        "team-amount_0": "400.000,50",
        "full_time_persons": "120,5",
        "other_guidance": "",
        "close_at_percent": "80",
        "idempotency_key": str(uuid.uuid4()),
    }
    assert client.post(address, sent).status_code == 302
    with acting(cast.finn):
        assert selectors.budgets(cast.finn, [2026]) == {
            (2026, "WHOLE", ""): Decimal(1_250_000),
            (2026, "TEAM", str(cast.team.pk)): Decimal("400000.50"),
        }
        assert selectors.facts_of(cast.finn, 2026).close_at_percent == 80
    assert "1.250.000,00 kr." in client.get(reverse("payments:budget")).content.decode()
    assert 'value="1.250.000"' in client.get(address).content.decode()


def test_bad_amounts_are_told_of_and_nothing_is_lost(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    sent = {"whole-amount_0": "-5", "close_at_percent": "halvdelen", "full_time_persons": "7"}
    answer = signed_in(cast.finn).post(reverse("payments:set_budget"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and 'value="-5"' in page and 'value="halvdelen"' in page
    with acting(cast.finn):
        assert not BudgetRow.objects.exists()


@pytest.mark.parametrize("split", ["konto", "hold", "maalgruppe", "sammenhaeng"])
def test_the_page_is_drawn_for_every_split(
    cast: Cast, signed_in: SignedIn, acting: Acting, split: str
) -> None:
    with acting(cast.finn):
        make_active(cast)
    page = signed_in(cast.anna).get(
        reverse("payments:budget"), {"efter": split, "metode": "forbrug", **THOUGHT}
    )
    words = {
        "konto": "Ingen konto kendt",
        "hold": "Team Ung",
        "maalgruppe": "§ 6, nr. 3",
        "sammenhaeng": "Virksomhedspraktik",
    }
    assert page.status_code == 200 and words[split] in page.content.decode()


def test_what_the_address_says_wrongly_is_the_usual(cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in(cast.finn).get(reverse("payments:budget"), {"aar": "²026", "efter": "x", "metode": "y"})
    assert page.status_code == 200 and "Budget 2026" in page.content.decode()


def test_as_many_queries_for_one_mentorship_as_for_many(
    cast: Cast, signed_in: SignedIn, acting: Acting
) -> None:
    client = signed_in(cast.finn)
    counts = []
    for more in (1, 6):
        with acting(cast.finn):
            for _ in range(more):
                make_active(cast)
        client.get(reverse("payments:budget"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("payments:budget"), THOUGHT).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# The chart of accounts


def test_a_chart_gives_each_group_its_account_by_date(cast: Cast) -> None:
    services.import_chart(text=CHART, name="Kontoplan 2026", by=cast.finn, at=AT)
    known = rulebook.numbers_of(cast.finn)

    def account(group: str, day: date) -> str:
        return selectors.account_for(group, day, numbers=known)

    assert account("6.3", date(2026, 12, 31)) == "5.68.90.013"
    assert account("6.3", date(2027, 1, 1)) == "5.68.90.014"
    assert account("6.4", ON) == "5.68.90.012"
    assert account("6.1", ON) == "5.68.90.018"  # the insured have the law's own
    assert account("6.3", date(2025, 12, 31)) == ""


def test_a_new_chart_takes_over_whole(cast: Cast) -> None:
    services.import_chart(text=CHART, name="", by=cast.finn, at=AT)
    newer = "konto;målgruppe;fra;til\n5.68.90.099;*;2026-07-01;\n"
    services.import_chart(text=newer, name="", by=cast.finn, at=AT)
    known = rulebook.numbers_of(cast.finn)
    days = (date(2026, 6, 30), date(2026, 7, 1), date(2027, 1, 1))
    accounts = [selectors.account_for("6.3", day, numbers=known) for day in days]
    assert accounts == ["5.68.90.013", "5.68.90.099", "5.68.90.099"]


def test_a_chart_of_every_group_is_kept_whole(cast: Cast) -> None:
    rows = [f"5.68.90.{100 + number};6.{number};2026-01-01;" for number in range(2, 14)]
    text = "\n".join(["konto;målgruppe;fra;til", *rows, "5.68.90.100;*;2026-01-01;"])
    services.import_chart(text=text, name="", by=cast.finn, at=AT)
    known = rulebook.numbers_of(cast.finn)
    assert [selectors.account_for(f"6.{n}", ON, numbers=known) for n in (2, 13)] == [
        "5.68.90.102",
        "5.68.90.113",
    ]
    assert selectors.account_for("9.9", ON, numbers=known) == "5.68.90.100"


def test_the_account_of_a_posting_needs_numbers_or_somebody() -> None:
    with pytest.raises(ValueError, match="numbers"):
        selectors.account_for("6.3", ON)


def test_bad_rows_are_named_and_nothing_is_taken(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    text = "konto;målgruppe;fra;til\n5.68.90.012;*;2026-01-01;\n6.45.51;6.3;2026-01-01;\n5.1;6.4;i går;\n"
    client, file = signed_in(cast.finn), SimpleUploadedFile("k.csv", text.encode("cp1252"))
    answer = client.post(reverse("payments:chart"), {"file": file, "name": ""})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Række 3:" in page and "Række 4:" in page
    with acting(cast.finn):
        assert selectors.chart_days(cast.finn) == []


def test_a_chart_before_2014_is_refused(cast: Cast) -> None:
    with pytest.raises(BadChart):
        services.import_chart(
            text="konto;målgruppe;fra;til\n5.1.2;*;2013-01-01;\n", name="", by=cast.finn, at=AT
        )


def test_a_chart_is_uploaded_and_the_accounts_are_shown(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.finn)
    template = client.get(reverse("payments:chart_template")).content.decode()
    assert template.startswith("\ufeffkonto;målgruppe;fra;til\r\n;6.2;2026-01-01;")
    sent = {"file": SimpleUploadedFile("k.csv", CHART.encode()), "name": "Kontoplan 2026"}
    assert client.post(reverse("payments:chart"), sent).status_code == 302
    page = client.get(reverse("payments:chart")).content.decode()
    assert "5.68.90.013" in page and "5.68.90.018" in page and "Ingen konto kendt" not in page


def test_only_those_who_set_the_budget_import_a_chart(cast: Cast) -> None:
    for user in (cast.anna, cast.tove):
        with pytest.raises(NotAllowed):
            services.import_chart(text=CHART, name="", by=user, at=AT)


# Reimbursement


@pytest.mark.parametrize(
    ("day", "group", "told"),
    [
        ("30.6.2019", "2.3", "7.725,00 kr."),
        ("30.6.2019", "2.1", "15.450,00 kr."),
        ("30.6.2019", "2.11", "kendes ikke"),
        ("1.7.2019", "2.1", "(ikke bekræftet)"),
        ("1.1.2026", "6.3", "Staten refunderer ikke længere"),
    ],
)
def test_what_the_state_repays_by_date(
    cast: Cast, signed_in: SignedIn, day: str, group: str, told: str
) -> None:
    asked = {"cost": "15.450", "on": day, "status": group, "act": "LAB"}
    page = signed_in(cast.finn).get(reverse("payments:reimbursement"), asked)
    answer = page.content.decode().split("Svar</h2>")[1].split("Af 10.000")[0]
    assert page.status_code == 200 and told in answer


def test_the_integration_area_stands_apart(cast: Cast, signed_in: SignedIn) -> None:
    asked = {"cost": "100", "on": "1.6.2023", "status": "", "act": "INL"}
    page = signed_in(cast.finn).get(reverse("payments:reimbursement"), asked).content.decode()
    assert "rådighedsloft" in page and "(ikke bekræftet)" in page


def test_the_ladder_of_the_benefit(cast: Cast, signed_in: SignedIn) -> None:
    asked = {"weeks": "26", "benefit": "3.000", "first_day": "7.1.2026"}
    page = signed_in(cast.finn).get(reverse("payments:reimbursement"), asked).content.decode()
    assert "36.000,00 kr." in page and "42.000,00 kr." in page
    early = signed_in(cast.finn).get(reverse("payments:reimbursement"), {**asked, "first_day": "1.6.2015"})
    assert early.status_code == 422 and "4. januar 2016" in early.content.decode()
