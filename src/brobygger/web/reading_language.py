"""Pages that tell the law in Danish or English, as the reader chose in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy

from brobygger.law.fact_words import Language

PARAMETER = "sprog"
NAMES: dict[Language, Any] = {"da": gettext_lazy("Dansk"), "en": gettext_lazy("Engelsk")}
OWN_NAMES: dict[Language, str] = {"da": "Dansk", "en": "English"}


@dataclass(frozen=True)
class Choice:
    """A link to the same page in a language."""

    code: Language
    label: str
    url: str
    current: bool


def chosen(request: HttpRequest) -> Language:
    """The language in the address or the form, else that of the browser."""
    asked = request.POST.get(PARAMETER) or request.GET.get(PARAMETER)
    if asked in ("da", "en"):
        return "en" if asked == "en" else "da"
    return "en" if (translation.get_language() or "da").startswith("en") else "da"


def render_in(
    language: Language, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page in a language, with links to the same page in the other."""
    with translation.override(language):
        told = {**context, "language": language, "language_links": links(request, language)}
        response = render(request, template, told, status=status)
    response.headers["Content-Language"] = language
    return response


def links(request: HttpRequest, current: Language) -> list[Choice]:
    found = []
    for code, name in OWN_NAMES.items():
        query = request.GET.copy()
        query[PARAMETER] = code
        found.append(Choice(code, name, f"{request.path}?{query.urlencode()}", code == current))
    return found
