"""The interface for other systems. No session and no cookie counts here, only the token."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from brobygger.accounts.errors import Refused
from brobygger.einvoice.refusal import SENTENCES
from brobygger.einvoice.safe_xml import MAX_BYTES, MEGABYTE
from brobygger.payments import selectors, services
from brobygger.payments.api.openapi import DESCRIPTION
from brobygger.payments.intake import answers
from brobygger.payments.intake.sender import Sender
from brobygger.payments.intake.services import enter_by_token
from brobygger.payments.models import Invoice, InvoiceLine

View = Callable[..., HttpResponse]


def by_token(view: View) -> View:
    """Gives the view the sender that the token speaks for, in the place of a user."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        sender = enter_by_token(token=token.strip(), on=timezone.localdate()) if scheme == "Bearer" else None
        if sender is None:
            answer = _problem(_("Der mangler en nøgle, eller den gælder ikke længere."), 401)
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        return view(request, sender, *args, **options)

    return guarded


@csrf_exempt
@require_POST
@by_token
def receive(request: HttpRequest, sender: Sender) -> HttpResponse:
    """One file in the body. The same file again answers with the invoice that it became."""
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > MAX_BYTES:
        return _problem(SENTENCES["TOO_LARGE"].format(limit=MAX_BYTES // MEGABYTE), 413)
    data = request.body
    if known := _same_file(sender, data):
        return JsonResponse(_invoice(known))
    try:
        with transaction.atomic():
            invoice = services.receive_from(data=data, sender=sender, at=timezone.now())
    except Refused as refusal:
        return _problem(f"{refusal.message} {refusal.remedy}".strip(), 422)
    return JsonResponse(_invoice(invoice), status=201)


@csrf_exempt
@require_GET
@by_token
def invoice(request: HttpRequest, sender: Sender, public_id: uuid.UUID) -> HttpResponse:
    found = _visible(sender, public_id)
    return JsonResponse(_invoice(found)) if found else _unknown()


@csrf_exempt
@require_GET
@by_token
def response(request: HttpRequest, sender: Sender, public_id: uuid.UUID) -> HttpResponse:
    """The ApplicationResponse, when nothing of the invoice waits any more."""
    found = _visible(sender, public_id)
    answer = answers.newest(found) if found else None
    if answer is None or not answer.content:
        return _unknown()
    return HttpResponse(bytes(answer.content), content_type="application/xml")


@require_GET
def description(request: HttpRequest) -> HttpResponse:
    """Open to anybody: it says how to ask, and nothing of anybody."""
    return JsonResponse(DESCRIPTION)


def _visible(sender: Sender, public_id: uuid.UUID) -> Invoice | None:
    """A supplier's token sees that supplier's, the municipality's own system all that came by a token."""
    rows = selectors.visible_to(sender.reader).filter(public_id=public_id)
    own = {"supplier_cvr": sender.supplier_cvr} if sender.supplier_cvr else {"channel": Invoice.Channel.API}
    return rows.filter(**own).first()


def _same_file(sender: Sender, data: bytes) -> Invoice | None:
    rows = selectors.visible_to(sender.reader).filter(
        sha256=hashlib.sha256(data).digest(), channel=Invoice.Channel.API
    )
    return (rows.filter(supplier_cvr=sender.supplier_cvr) if sender.supplier_cvr else rows).first()


def _invoice(found: Invoice) -> dict[str, Any]:
    answer = answers.newest(found)
    return {
        "id": str(found.public_id),
        "kind": found.kind,
        "number": found.number,
        "state": found.state,
        "answer": answer.text if answer else "",
        "lines": [_line(each) for each in selectors.lines_of(found)],
    }


def _line(line: InvoiceLine) -> dict[str, str]:
    refused = line.amount if line.state == InvoiceLine.State.REFUSED else line.refused_part
    return {
        "number": line.line_number,
        "amount": str(line.amount),
        "state": line.state,
        "code": line.part_code or line.reason_code,
        "reason": line.part_reason or line.reason,
        "refused_amount": f"{refused:.2f}",
    }


def _unknown() -> JsonResponse:
    return _problem(_("Der er ingen faktura med det nummer."), 404)


def _problem(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"sentence": sentence}, status=status)
