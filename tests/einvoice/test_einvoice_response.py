"""The answer to the supplier, held against the official example of the same kind."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from lxml import etree

from brobygger.einvoice import Kind
from brobygger.einvoice.response import LineResponse, Response, ResponseCode, ResponseParty, write_response
from tests.einvoice.samples import FILES

EXAMPLE = FILES / "oioubl-2.1/schematron-1.17.2-eksempler/OIOUBL_ApplicationResponse_v2p2.xml"
BUYER = ResponseParty("Brøndsted Kommune", "12345674", "5790000000012")
SUPPLIER = ResponseParty("Mentorhuset ApS", "87654338")


def answer(*lines: LineResponse, code: ResponseCode = ResponseCode.ACCEPT) -> Response:
    return Response(
        "S-1",
        UUID(int=7),
        date(2026, 12, 1),
        BUYER,
        SUPPLIER,
        "F-1001",
        Kind.INVOICE,
        date(2026, 11, 30),
        code,
        "Linje 2 er afvist <delvist> & forklaret.",
        lines,
    )


def paths(root: etree._Element) -> list[str]:
    """The path of each element by full names, in document order, each once."""
    found: dict[str, None] = {}
    for each in root.iter():
        if isinstance(each.tag, str):
            up = [str(parent.tag) for parent in each.iterancestors()][::-1]
            found["/".join([*up, each.tag])] = None
    return list(found)


def test_its_structure_is_that_of_the_official_example() -> None:
    """Every element stands in the example too, and in the same order; the rest of the example is left out."""
    made = paths(etree.fromstring(write_response(answer())))
    example = paths(etree.parse(EXAMPLE).getroot())
    assert [each for each in example if each in made] == made


def test_a_planted_element_is_found() -> None:
    root = etree.fromstring(write_response(answer()).replace(b"cbc:UUID", b"cbc:Uuid"))
    example = paths(etree.parse(EXAMPLE).getroot())
    assert [each for each in example if each in paths(root)] != paths(root)


def test_codes_and_lists_are_those_of_the_example() -> None:
    made, example = etree.fromstring(write_response(answer())), etree.parse(EXAMPLE).getroot()
    for name in ("ResponseCode", "DocumentTypeCode", "ProfileID"):
        one, other = (next(tree.iter(f"{{*}}{name}")) for tree in (made, example))
        assert dict(one.attrib) == dict(other.attrib), name


def test_each_refused_line_has_its_code_and_sentence() -> None:
    lines = (LineResponse("2", ResponseCode.REJECT, "Timerne er ikke leveret."),)
    root = etree.fromstring(write_response(answer(*lines)))
    line = next(root.iter("{*}LineResponse"))
    assert line.findtext("{*}LineReference/{*}LineID") == "2"
    assert line.findtext("{*}Response/{*}ResponseCode") == "BusinessReject"
    assert line.findtext("{*}Response/{*}Description") == "Timerne er ikke leveret."
    code = line.find("{*}Response/{*}ResponseCode")
    assert code is not None
    assert code.get("listID") == "urn:oioubl:codelist:lineresponsecode-1.1"


def test_a_receiver_without_a_number_cannot_be_addressed() -> None:
    nobody = Response(**{**answer().__dict__, "receiver": ResponseParty("Ukendt")})
    with pytest.raises(ValueError, match="GLN or a CVR"):
        write_response(nobody)
