"""Budget with forecast and what-if, setting it, the chart of accounts, and what the state repays."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.law.parameters import MissingParameter
from brobygger.payment.chart import COLUMNS, BadChart
from brobygger.payments import presenters as money
from brobygger.payments.budget import forms, presenters, selectors, services
from brobygger.payments.budget.models import Dimension
from brobygger.payments.budget.presenters import Wanted
from brobygger.people import services as people
from brobygger.ui import toasts

INVALID = 422
PER_PAGE = 50


@login_required
@require_GET
def budget(request: HttpRequest) -> HttpResponse:
    """Committed, spent, expected and free; a thought stands in the address and is not saved."""
    user, today = _reader(request), timezone.localdate()
    wanted = Wanted.of(request.GET, today)
    is_thought = "count" in request.GET
    thought = forms.ThoughtForm(request.GET if is_thought else {})
    page = presenters.budget_page(user, wanted, thought, today)
    context = {
        "area_tabs": money.area_tabs("budget"),
        "page": page,
        "thought": thought if is_thought else forms.ThoughtForm(initial={"starts_on": today}),
        "is_thought": is_thought,
        "year_links": presenters.year_links(wanted, today),
        "dimension_tabs": presenters.dimension_tabs(wanted),
        "method_links": presenters.method_links(wanted),
        "may_set": presenters.may_set(user),
        "wanted_word": presenters.FIRST_KEYS[wanted.dimension],
    }
    status = INVALID if is_thought and thought.errors else 200
    return render(request, "payments/budget/budget.html", context, status=status)


@login_required
@require_GET
def budget_cases(request: HttpRequest) -> HttpResponse:
    """The mentorships behind a row of the budget, with what each of them comes to."""
    user, today = _reader(request), timezone.localdate()
    page = presenters.cases_page(user, Wanted.of(request.GET, today), request.GET, today)
    shown = Paginator(page.figures_by_case, PER_PAGE).get_page(request.GET.get("side"))
    lines = page.lines(user, list(shown.object_list))
    people.note_looks(citizens=[each.mentorship.citizen for each in lines], by=user, page=_("Budget"))
    context = {"area_tabs": money.area_tabs("budget"), "cases": page, "page": shown, "lines": lines}
    return render(request, "payments/budget/cases.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def set_budget(request: HttpRequest) -> HttpResponse:
    """The whole budget, the split the address names, and what the year is held against."""
    user, now, today = user_of(request), timezone.now(), timezone.localdate()
    require(user, Permission.SET_BUDGET)
    wanted = Wanted.of(request.GET, today)
    data = request.POST if request.method == "POST" else None
    whole, split, facts = _budget_forms(user, wanted, today, data)
    if data is not None and all([whole.is_valid(), split.is_valid(), facts.is_valid()]):
        try:
            with transaction.atomic():
                if comes_first(request, now):
                    _set(user, wanted.year, whole, split, facts, now)
        except Refused as refusal:
            known = refusal.field in facts.fields
            (facts if known else whole).add_error(refusal.field if known else None, refusal.message)
        else:
            toasts.say(request, _("Budgettet for %(year)s er gemt.") % {"year": wanted.year})
            return redirect(wanted.url())
    context = {
        "area_tabs": money.area_tabs("budget"),
        "wanted": wanted,
        "whole": whole,
        "split": split,
        "facts": facts,
        "back": wanted.url(),
    }
    return render(request, "payments/budget/set.html", context, status=200 if data is None else INVALID)


def _budget_forms(
    user: User, wanted: Wanted, today: date, data: QueryDict | None
) -> tuple[forms.BudgetForm, forms.BudgetForm, forms.YearFactsForm]:
    known = selectors.budgets(user, [wanted.year])
    words = {
        Dimension.WHOLE: presenters.words_of(user, Dimension.WHOLE),
        wanted.dimension: presenters.keys_to_set(user, wanted, today),
    }
    whole, split = (
        forms.BudgetForm(
            data,
            dimension=dimension,
            words=words[dimension],
            known={key: amount for (_y, kind, key), amount in known.items() if kind == dimension.value},
            prefix=dimension.value.lower(),
        )
        for dimension in (Dimension.WHOLE, wanted.dimension)
    )
    return whole, split, forms.YearFactsForm.of(selectors.facts_of(user, wanted.year), data)


def _set(
    user: User,
    year: int,
    whole: forms.BudgetForm,
    split: forms.BudgetForm,
    facts: forms.YearFactsForm,
    now: datetime,
) -> None:
    for form in (whole, split):
        services.set_budget(year=year, dimension=form.dimension, amounts=form.amounts, by=user, at=now)
    if facts.has_changed():
        services.set_year_facts(year=year, **facts.facts, by=user, at=now)


@login_required
@require_http_methods(["GET", "POST"])
def chart(request: HttpRequest) -> HttpResponse:
    """The account of each target group today; a post takes a new chart over."""
    user, now, today = _reader(request), timezone.now(), timezone.localdate()
    problems: list[str] = []
    form = forms.ChartForm(request.POST, request.FILES) if request.method == "POST" else forms.ChartForm()
    if request.method == "POST":
        require(user, Permission.SET_BUDGET)
        if form.is_valid():
            problems = _import(form, user, now)
            if not problems and not form.errors:
                toasts.say(request, _("Kontoplanen er læst ind."))
                return redirect("payments:chart")
    context = {
        "area_tabs": money.area_tabs("chart"),
        "form": form,
        "problems": problems,
        "rows": presenters.accounts_on(user, today),
        "may_set": presenters.may_set(user),
    }
    is_wrong = bool(problems or form.errors)
    return render(request, "payments/budget/chart.html", context, status=INVALID if is_wrong else 200)


def _import(form: forms.ChartForm, user: User, now: datetime) -> list[str]:
    """What is wrong with the file, row by row."""
    given = form.cleaned_data
    try:
        services.import_chart(text=given["file"], name=given["name"], by=user, at=now)
    except BadChart as bad:
        return list(bad.problems)
    except Refused as refusal:
        form.add_error("file", refusal.message)
    return []


@login_required
@require_GET
def chart_template(request: HttpRequest) -> HttpResponse:
    """A file to begin from: today's groups with the accounts that are known."""
    user, today = _reader(request), timezone.localdate()
    own = [row for row in presenters.accounts_on(user, today) if not row.is_of_the_law]
    first = date(today.year, 1, 1)
    lines = [";".join(COLUMNS), *(f"{row.account};{row.code};{first};" for row in own)]
    content = "\ufeff" + "\r\n".join(lines) + "\r\n"
    headers = {
        "Content-Disposition": 'attachment; filename="kontoplan.csv"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@login_required
@require_GET
def reimbursement(request: HttpRequest) -> HttpResponse:
    """What the state repaid of a mentor's cost, by date, and apart from it the ladder of the benefit."""
    _reader(request)
    today = timezone.localdate()
    share = forms.ShareForm(request.GET) if "cost" in request.GET else forms.ShareForm(initial={"on": today})
    steps = (
        forms.LadderForm(request.GET)
        if "weeks" in request.GET
        else forms.LadderForm(initial={"first_day": today})
    )
    context: dict[str, Any] = {
        "area_tabs": money.area_tabs("reimbursement"),
        "share": share,
        "steps": steps,
        "rows": presenters.share_rows(today),
        "repaid": presenters.share_of(share.cleaned_data) if share.is_bound and share.is_valid() else None,
        "ladder": _ladder(steps),
    }
    status = INVALID if share.errors or steps.errors else 200
    return render(request, "payments/budget/reimbursement.html", context, status=status)


def _ladder(form: forms.LadderForm) -> presenters.LadderPage | None:
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        return presenters.ladder_of(form.cleaned_data)
    except MissingParameter:
        form.add_error("first_day", _("Refusionstrappen er læst fra den 4. januar 2016. Vælg en senere uge."))
        return None


def _reader(request: HttpRequest) -> User:
    user = user_of(request)
    require(user, Permission.SEE_MONEY)
    return user
