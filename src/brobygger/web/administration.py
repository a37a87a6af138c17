"""Users, teams, looks at citizens, and the state of the audit trail."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brobygger.accounts import selectors, services
from brobygger.accounts.errors import Refused
from brobygger.accounts.forms import TeamForm, UserForm, initial_of_user
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission, Role, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.audit import selectors as audit
from brobygger.audit.models import Event
from brobygger.people import selectors as people
from brobygger.people.forms import FilterForm
from brobygger.people.models import Citizen
from brobygger.people.services import Relation
from brobygger.rulebook import selectors as rulebook
from brobygger.ui import toasts

PER_PAGE = 50
AREAS = (Permission.MANAGE_USERS, Permission.SET_FRAMES, Permission.SEE_CONTROLS)

LOOK_WORDS = {
    "citizen.seen": gettext_lazy("Så borgeren"),
    "citizens.listed": gettext_lazy("Så en liste"),
    "citizen.sought_by_cpr": gettext_lazy("Slog CPR-nummer op"),
    "citizen.cpr_shown": gettext_lazy("Fik vist CPR-nummer"),
    "search": gettext_lazy("Søgte"),
}


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What can be administered, each with its state in a line."""
    user, now, today = user_of(request), timezone.now(), timezone.localdate()
    if not any(user.may(permission) for permission in AREAS):
        raise NotAllowed(_("Din rolle giver ikke adgang til administration."))
    context: dict[str, Any] = {"areas": []}
    if user.may(Permission.MANAGE_USERS):
        context["areas"].append((_("Brugere og hold"), _users_line(user, now), reverse("web:users")))
        context["areas"].append(
            (
                _("Modtagelse af fakturaer"),
                _("Adgang for andre systemer, og de officielle regler, som fakturaer holdes op mod."),
                reverse("payments:intake"),
            )
        )
    if user.may(Permission.SET_FRAMES):
        frame = rulebook.frame_on(user, today).name
        context["areas"].append(
            (
                _("Rammer og arbejdsgang"),
                _("Gælder nu: %(frame)s.") % {"frame": frame},
                reverse("rulebook:frames"),
            )
        )
        context["areas"].append(
            (
                _("Lovens tal og satser"),
                _("Tallene med dato og kilde, og det, der ikke er bekræftet."),
                reverse("rulebook:parameters"),
            )
        )
        context["areas"].append(
            (
                _("Opfølgningsplaner"),
                _("Hvornår der følges op, og hvornår lederen får besked."),
                reverse("followups:plans"),
            )
        )
        context["areas"].append(
            (
                _("Borgernes sprog"),
                _("Sprog, som borgerne kan vælge på deres egen side."),
                reverse("citizens:languages"),
            )
        )
    if user.may(Permission.SEE_CONTROLS):
        context["areas"].append(
            (_("Opslag på borgere"), _("Hvem har set på hvem, hvornår og hvorfor."), reverse("web:looks"))
        )
        context["seal"] = audit.seal_state()
    if user.may(Permission.SEE_OUTBOX):
        context["areas"].append((_("Beskeder"), _("Alt, hvad systemet har sendt ud."), reverse("web:outbox")))
    return render(request, "web/administration.html", context)


def _users_line(user: User, now: Any) -> str:
    count = selectors.listed(user).count()
    line = ngettext("%(count)d medarbejder.", "%(count)d medarbejdere.", count) % {"count": count}
    if held := selectors.locked(user, now).count():
        line += " " + ngettext("%(held)d konto holder pause.", "%(held)d konti holder pause.", held) % {
            "held": held
        }
    return line


# Users and teams

GROUPS = (
    ("staff", gettext_lazy("Medarbejdere")),
    ("outside", gettext_lazy("Mentorer, borgere og virksomheder")),
    ("inactive", gettext_lazy("Kan ikke logge ind")),
    ("all", gettext_lazy("Alle")),
)


class UserFilter(FilterForm):
    q = forms.CharField(label=gettext_lazy("Navn eller brugernavn"), required=False, max_length=80)
    group = forms.ChoiceField(label=gettext_lazy("Vis"), required=False, choices=GROUPS)


@dataclass(frozen=True)
class UserLine:
    """One user as the list shows it."""

    user: User
    roles: str
    is_locked: bool


@login_required
@require_GET
def users(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    require(user, Permission.MANAGE_USERS)
    return _users_page(request, user, TeamForm())


def _users_page(request: HttpRequest, user: User, team_form: TeamForm) -> HttpResponse:
    now = timezone.now()
    wanted = UserFilter(request.GET)
    wanted.is_valid()
    data = wanted.cleaned_data
    found = selectors.listed(user, text=data.get("q", ""), group=data.get("group", "") or "staff")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("side"))
    context = {
        "page": page,
        "lines": [
            UserLine(each, _role_names(each.roles), bool(each.locked_until and each.locked_until > now))
            for each in page.object_list
        ],
        "filter": wanted,
        "teams": selectors.teams_of(user),
        "team_form": team_form,
    }
    return render(request, "web/users.html", context, status=422 if team_form.errors else 200)


def _role_names(roles: Iterable[str]) -> str:
    return ", ".join(str(Role(role).label) for role in roles if role in Role.values)


@login_required
@require_POST
def new_team(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    require(user, Permission.MANAGE_USERS)
    form = TeamForm(request.POST)
    if form.is_valid():
        try:
            if comes_first(request, timezone.now()):
                services.add_team(name=form.cleaned_data["team_name"], by=user)
            toasts.say(request, _("Holdet er oprettet."))
            return redirect("web:users")
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.message)
    return _users_page(request, user, form)


@login_required
@require_http_methods(["GET", "POST"])
def new_user(request: HttpRequest) -> HttpResponse:
    """A new member of staff; the first password is shown once, on the page that answers."""
    by = user_of(request)
    require(by, Permission.MANAGE_USERS)
    form = UserForm(request.POST or None, teams=selectors.teams_of(by), changed=None)
    if request.method == "POST" and form.is_valid():
        try:
            if not comes_first(request, timezone.now()):
                return redirect("web:users")
            made, password = services.create_user(**form.cleaned_data, by=by)
            return render(
                request, "web/user.html", {"shown": made, "password": password, **_user_words(made)}
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return render(request, "web/new_user.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def user(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One user: title, team, roles, and whether they can sign in. ``adgangskode`` asks for a new first password."""
    by = user_of(request)
    require(by, Permission.MANAGE_USERS)
    shown = get_object_or_404(selectors.visible_to(by), public_id=public_id)
    if "renew_password" in request.POST:
        password = services.renew_password(user=shown, by=by)
        return render(request, "web/user.html", {"shown": shown, "password": password, **_user_words(shown)})
    form = UserForm(
        request.POST or None, initial=initial_of_user(shown), teams=selectors.teams_of(by), changed=shown
    )
    if request.method == "POST" and form.is_valid():
        try:
            if comes_first(request, timezone.now()):
                services.change_user(user=shown, **_changes(shown, form), by=by)
            toasts.say(request, _("Brugeren er gemt."))
            return redirect("web:users")
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    context = {"shown": shown, "form": form, **_user_words(shown)}
    return render(request, "web/user.html", context, status=422 if form.errors else 200)


def _changes(shown: User, form: UserForm) -> dict[str, Any]:
    """What the form lacks, for people outside the municipality, stays as it is."""
    before = {"title": shown.title, "team": shown.team, "roles": list(shown.roles)}
    return {**before, **form.cleaned_data}


def _user_words(shown: User) -> dict[str, Any]:
    return {"role_names": _role_names(shown.roles), "login_name": shown.username}


# Looks at citizens

PERIODS = (
    ("1", gettext_lazy("I dag og i går")),
    ("7", gettext_lazy("En uge")),
    ("30", gettext_lazy("En måned")),
    ("", gettext_lazy("Altid")),
)


class LookFilter(FilterForm):
    who: forms.ModelChoiceField[User] = forms.ModelChoiceField(
        label=gettext_lazy("Medarbejder"),
        queryset=None,
        required=False,
        to_field_name="public_id",
        empty_label=gettext_lazy("Alle"),
    )
    relation = forms.ChoiceField(
        label=gettext_lazy("Tilknytning"),
        required=False,
        choices=[("", gettext_lazy("Alle")), *Relation.choices],
    )
    days = forms.ChoiceField(label=gettext_lazy("Periode"), required=False, choices=PERIODS)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        who: forms.ModelChoiceField[User] = self.fields["who"]  # type: ignore[assignment]
        who.queryset = selectors.staff_of(user)


@dataclass(frozen=True)
class LookLine:
    """One look as the list shows it."""

    event: Event
    what: str
    citizen: Citizen | None
    several: int
    relation: str
    roles: str


@login_required
@require_GET
def looks(request: HttpRequest) -> HttpResponse:
    """Looks at citizens, newest first; older ones by the id of the last."""
    user, now = user_of(request), timezone.now()
    require(user, Permission.SEE_CONTROLS)
    wanted = LookFilter(request.GET, user=user)
    wanted.is_valid()
    data = wanted.cleaned_data
    days = data.get("days", "")
    found = audit.looks(
        selectors.municipality_of(user),
        actor_id=data["who"].pk if data.get("who") else None,
        relation=data.get("relation", ""),
        since=now - timedelta(days=int(days)) if days else None,
    )
    before = request.GET.get("foer", "")
    if before.isdigit():
        found = found.filter(pk__lt=int(before))
    events = list(found[: PER_PAGE + 1])
    context = {
        "lines": _look_lines(user, events[:PER_PAGE]),
        "older": _older_address(request, events),
        "filter": wanted,
    }
    return render(request, "web/looks.html", context)


def _look_lines(user: User, events: list[Event]) -> list[LookLine]:
    subjects = {event.subject for event in events if event.subject}
    citizens = {
        str(each.public_id): each for each in people.citizens_visible_to(user).filter(public_id__in=subjects)
    }
    return [
        LookLine(
            event=event,
            what=str(LOOK_WORDS.get(event.action, event.action)),
            citizen=citizens.get(event.subject),
            several=len(event.detail.get("citizens", [])),
            relation=str(Relation(event.relation).label) if event.relation in Relation.values else "",
            roles=_role_names(event.acting_role.split(",")),
        )
        for event in events
    ]


def _older_address(request: HttpRequest, events: list[Event]) -> str:
    if len(events) <= PER_PAGE:
        return ""
    query = request.GET.copy()
    query["foer"] = str(events[PER_PAGE - 1].pk)
    return f"?{query.urlencode()}"
