"""The answer to a supplier as an OIOUBL 2.1 ApplicationResponse: what is accepted and what is refused, line by line.

Source: OIOUBL 2.1 ApplicationResponse (class descriptions and the rules of release 1.17.2): one DocumentResponse, a
ReferenceID and a code from the list in each Response, and a LineResponse for each line that is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from lxml import etree

from brobygger.einvoice.document import Kind

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC = f"{_UBL}CommonAggregateComponents-2"
_CBC = f"{_UBL}CommonBasicComponents-2"
_AGENCY = "320"
_PROFILE = "Procurement-BilSim-1.0"
_LONGEST_DESCRIPTION = 2_000

Element = etree._Element


class ResponseCode(StrEnum):
    """What the buyer answers. The codes of OIOUBL."""

    ACCEPT = "BusinessAccept"
    REJECT = "BusinessReject"


@dataclass(frozen=True)
class ResponseParty:
    """Who answers, or is answered. Addressed by GLN where there is one, else by CVR number."""

    name: str
    cvr: str = ""
    gln: str = ""


@dataclass(frozen=True)
class LineResponse:
    """A line of the invoice by its number, and why it is refused in whole or in part."""

    line_number: str
    code: ResponseCode
    description: str


@dataclass(frozen=True)
class Response:
    """The answer about one invoice or credit note; ``description`` is the plain sentence for people."""

    number: str
    uuid: UUID
    issued_on: date
    sender: ResponseParty
    receiver: ResponseParty
    document_number: str
    document_kind: Kind
    document_issued_on: date
    code: ResponseCode
    description: str
    lines: tuple[LineResponse, ...] = ()


def write_response(response: Response) -> bytes:
    """The ApplicationResponse as UTF-8 XML. Raises ValueError for a party without a number to address it by."""
    return _Writer(response).document()


class _Writer:
    def __init__(self, response: Response) -> None:
        self.response = response
        namespace = f"{_UBL}ApplicationResponse-2"
        names: dict[Any, str] = {None: namespace, "cac": _CAC, "cbc": _CBC}
        self.root = etree.Element(f"{{{namespace}}}ApplicationResponse", nsmap=names)

    def document(self) -> bytes:
        response, root = self.response, self.root
        self._text(root, "UBLVersionID", "2.1")
        self._text(root, "CustomizationID", "OIOUBL-2.1")
        profile = {"schemeAgencyID": _AGENCY, "schemeID": "urn:oioubl:id:profileid-1.3"}
        self._text(root, "ProfileID", _PROFILE, profile)
        self._text(root, "ID", response.number)
        self._text(root, "UUID", str(response.uuid))
        self._text(root, "IssueDate", response.issued_on.isoformat())
        self._party("SenderParty", response.sender)
        self._party("ReceiverParty", response.receiver)
        self._document_response()
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)

    def _party(self, name: str, party: ResponseParty) -> None:
        if not (party.gln or party.cvr):
            raise ValueError("A party needs a GLN or a CVR number.")
        group = self._group(self.root, name)
        cvr = {"schemeID": "DK:CVR"}
        gln = {"schemeAgencyID": "9", "schemeID": "GLN"}
        address, scheme = (party.gln, gln) if party.gln else (f"DK{party.cvr}", cvr)
        self._text(group, "EndpointID", address, scheme)
        self._text(self._group(group, "PartyIdentification"), "ID", address, scheme)
        self._text(self._group(group, "PartyName"), "Name", party.name or address)
        if name == "ReceiverParty":
            return
        legal = self._group(group, "PartyLegalEntity")
        self._text(legal, "RegistrationName", party.name or address)
        if party.cvr:
            self._text(legal, "CompanyID", f"DK{party.cvr}", cvr)

    def _document_response(self) -> None:
        response = self.response
        group = self._group(self.root, "DocumentResponse")
        self._response(group, "1", response.code, response.description, "responsecode-1.1")
        reference = self._group(group, "DocumentReference")
        self._text(reference, "ID", response.document_number)
        self._text(reference, "IssueDate", response.document_issued_on.isoformat())
        listed = {"listAgencyID": _AGENCY, "listID": "urn:oioubl:codelist:responsedocumenttypecode-1.2"}
        kind = "CreditNote" if response.document_kind is Kind.CREDIT_NOTE else "Invoice"
        self._text(reference, "DocumentTypeCode", kind, listed)
        for place, line in enumerate(response.lines, start=1):
            about = self._group(group, "LineResponse")
            self._text(self._group(about, "LineReference"), "LineID", line.line_number)
            self._response(about, str(place), line.code, line.description, "lineresponsecode-1.1")

    def _response(
        self, parent: Element, reference: str, code: ResponseCode, description: str, codes: str
    ) -> None:
        group = self._group(parent, "Response")
        self._text(group, "ReferenceID", reference)
        listed = {"listAgencyID": _AGENCY, "listID": f"urn:oioubl:codelist:{codes}"}
        self._text(group, "ResponseCode", code.value, listed)
        self._text(group, "Description", description[:_LONGEST_DESCRIPTION])

    def _group(self, parent: Element, name: str) -> Element:
        return etree.SubElement(parent, f"{{{_CAC}}}{name}")

    def _text(self, parent: Element, name: str, text: str, given: Mapping[str, str] | None = None) -> None:
        etree.SubElement(parent, f"{{{_CBC}}}{name}", dict(given or {})).text = text
