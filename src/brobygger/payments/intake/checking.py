"""Holds a received document against the official rule packages that are in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from django.utils.translation import gettext as _

from brobygger import einvoice
from brobygger.accounts.models import User
from brobygger.einvoice import Document, rules
from brobygger.einvoice.checks import Remark, Severity
from brobygger.mentorships.selectors import municipality_of
from brobygger.payments.intake.models import RulePackage

Packages = Mapping[str, RulePackage]
"""The rule package in use for each standard."""


def packages_in_use(reader: User) -> Packages:
    """The municipality's, without their content."""
    rows = RulePackage.objects.filter(municipality_id=municipality_of(reader), withdrawn_at=None)
    return {each.standard: each for each in rows.defer("content")}


def official_remarks(document: Document, data: bytes, packages: Packages) -> list[Remark]:
    """What the package for the document's standard says. A package that cannot be run is told of, never skipped."""
    is_oioubl = document.standard.is_oioubl
    found = packages.get(RulePackage.Standard.OIOUBL if is_oioubl else RulePackage.Standard.PEPPOL)
    if found is None:
        return []
    if not rules.has_engine():
        sentence = _(
            "Regelpakken %(name)s er ikke brugt, for programmet, der kører den, er ikke installeret."
        )
        return [Remark("RULES_NO_ENGINE", Severity.WARNING, sentence % {"name": found.name})]
    try:
        remarks = rules.judge(_opened(bytes(found.sha256), found.pk), document, data)
    except einvoice.Refused:
        sentence = _("Regelpakken %(name)s kunne ikke køres på fakturaen. Se efter, om den er rigtig.")
        return [Remark("RULES_FAILED", Severity.WARNING, sentence % {"name": found.name})]
    if found.is_binding:
        return remarks
    return [replace(each, severity=Severity.WARNING) for each in remarks]


@lru_cache(maxsize=8)
def _opened(sha256: bytes, key: int) -> rules.RulePackage:
    """The package by what is in it; its content is read once in the life of the process."""
    return rules.open_package(bytes(RulePackage.objects.values_list("content", flat=True).get(pk=key)))
