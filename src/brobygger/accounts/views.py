"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from brobygger.accounts import services
from brobygger.accounts.errors import Refused
from brobygger.accounts.forms import PasswordForm, SignInForm
from brobygger.accounts.requests import page_asked_for, user_of
from brobygger.ui import toasts


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.user:
        login(request, form.user)
        services.note_sign_in(user=form.user)
        return redirect(page_asked_for(request) or "web:home")
    return render(request, "accounts/sign_in.html", {"form": form, "next": request.GET.get("next", "")})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("accounts:login")


@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """The own new password; other sessions of the user end. Who had to choose it goes on to where they were going."""
    user = user_of(request)
    form = PasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_password(user=user, old=form.cleaned_data["old"], new=form.cleaned_data["new"])
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            update_session_auth_hash(request, user)
            toasts.say(request, _("Adgangskoden er skiftet."))
            return redirect(page_asked_for(request) or "web:home")
    context = {
        "form": form,
        "next": request.POST.get("next", "") or request.GET.get("next", ""),
        "is_first": user.password_is_first,
    }
    return render(request, "accounts/password.html", context, status=422 if form.errors else 200)
