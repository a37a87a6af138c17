"""Turning bytes from strangers into an XML tree, or refusing them, within fixed time and memory.

The order matters: size, then what kind of file it is, then the character set (decoded here and nowhere else,
so that no two programs read it differently), then the refusal of any document type, and only then the parser.
The parser gets a file without declarations; levels and elements are counted while it reads.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from stat import S_ISREG

from lxml import etree

from brobygger.einvoice.refusal import Refused

MEGABYTE = 1024 * 1024
MAX_BYTES = 5 * MEGABYTE
MAX_DEPTH = 64
MAX_ELEMENTS = 100_000
MAX_ATTRIBUTES = 200
MAX_ATTRIBUTES_IN_ALL = 200_000
MAX_INSTRUCTIONS = 10
_CHUNK = 64 * 1024

_SIGNATURES = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ARCHIVE"),
    (b"PK\x05\x06", "ARCHIVE"),
    (b"\x1f\x8b", "ARCHIVE"),
    (b"BZh", "ARCHIVE"),
    (b"\xfd7zXZ\x00", "ARCHIVE"),
    (b"7z\xbc\xaf\x27\x1c", "ARCHIVE"),
    (b"Rar!", "ARCHIVE"),
    (b"\x28\xb5\x2f\xfd", "ARCHIVE"),
    (b"\xd0\xcf\x11\xe0", "NOT_XML"),
)
# UTF-32 before UTF-16: their marks begin alike.
_MARKS = (
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED_UTF16 = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_READABLE = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
}
_UTF16_NAMES = {"utf-16", "utf16", "utf-16le", "utf-16be"}
_DECLARATION = re.compile(r"<\?xml(?=\s)[^<>]*?\?>")
_DECLARED_ENCODING = re.compile(r"""encoding\s*=\s*["']([A-Za-z0-9._\-]+)["']""")
_DTD = re.compile(r"<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_HTML = re.compile(r"\s*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)
# A tag lies between two "<", since attribute values cannot hold one; a short stretch holds few attributes.
_LONG_STRETCH = re.compile(rf"<[^<]{{{MAX_ATTRIBUTES * 5},}}")
_ATTRIBUTE = re.compile(r"""=\s*["']""")
_FOREIGN = {
    "http://www.w3.org/2001/XInclude",
    "http://www.w3.org/2003/XInclude",
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/XSL/Transform",
}


def read_bytes(path: Path, *, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes of an ordinary file; its size is looked at before anything is read. Raises Refused."""
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            raise Refused("NOT_A_FILE")
        if status.st_size > max_bytes:
            raise Refused("TOO_LARGE", limit=max_bytes // MEGABYTE)
        with path.open("rb") as file:
            # One byte more than allowed, in case the file grows meanwhile.
            return file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("NOT_A_FILE", type(error).__name__) from None


def parse(data: bytes, *, max_bytes: int = MAX_BYTES) -> etree._Element:
    """The root element of a well-formed, harmless document. Raises Refused, and nothing else."""
    text = _decode(_of_the_right_kind(data, max_bytes))
    if "\x00" in text:
        raise Refused("NOT_XML", "NUL")
    if _HTML.match(text):
        raise Refused("HTML")
    if _DTD.search(text):
        raise Refused("DTD")
    if text.count("<") > 2 * MAX_ELEMENTS:
        raise Refused("TOO_MANY_ELEMENTS")
    if any(_count_above(_ATTRIBUTE, part[0], MAX_ATTRIBUTES) for part in _LONG_STRETCH.finditer(text)):
        raise Refused("TOO_MANY_ATTRIBUTES")
    return _tree(_DECLARATION.sub("", text, count=1) if _DECLARATION.match(text) else text)


def _of_the_right_kind(data: bytes, max_bytes: int) -> bytes:
    if len(data) > max_bytes:
        raise Refused("TOO_LARGE", limit=max_bytes // MEGABYTE)
    if not data.strip():
        raise Refused("EMPTY")
    for signature, code in _SIGNATURES:
        if data.startswith(signature):
            raise Refused(code)
    # A file can be an invoice to one program and a PDF to another; readers of PDF search the first kilobyte.
    if b"%PDF-" in data[:1024]:
        raise Refused("PDF", "polyglot")
    return data


def _decode(data: bytes) -> str:
    encoding, content = _encoding_of(data)
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise Refused("ENCODING", encoding) from None


def _encoding_of(data: bytes) -> tuple[str, bytes]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _agreed(encoding, data[len(mark) :])
    for start, encoding in _UNMARKED_UTF16:
        if data.startswith(start):
            return _agreed(encoding, data)
    if not data.lstrip().startswith(b"<"):
        raise Refused("NOT_XML")
    declared = _declared(data[:200].decode("ascii", errors="replace"))
    if declared not in _READABLE:
        raise Refused("ENCODING", declared)
    return _READABLE[declared], data


def _agreed(encoding: str, content: bytes) -> tuple[str, bytes]:
    """The marked encoding, if the declaration says the same. Raises Refused."""
    if not encoding:
        raise Refused("ENCODING", "utf-32")
    declared = _declared(content[:400].decode(encoding, errors="replace"))
    accepted = _UTF16_NAMES | {"utf-8"} if encoding.startswith("utf-16") else {"utf-8", "utf8"}
    if declared not in accepted:
        raise Refused("ENCODING", f"{encoding}, declared {declared}")
    return encoding, content


def _declared(head: str) -> str:
    declaration = _DECLARATION.match(head)
    found = _DECLARED_ENCODING.search(declaration[0]) if declaration else None
    return found[1].lower() if found else "utf-8"


def _count_above(pattern: re.Pattern[str], text: str, limit: int) -> bool:
    return any(count > limit for count, _ in enumerate(pattern.finditer(text), start=1))


def _tree(text: str) -> etree._Element:
    parser: etree.XMLPullParser = etree.XMLPullParser(
        events=("start", "end", "pi"),
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
    )
    guard = _Guard()
    content = text.encode("utf-8", errors="surrogatepass")
    try:
        for start in range(0, len(content), _CHUNK):
            parser.feed(content[start : start + _CHUNK])
            guard.look(parser)
        root = parser.close()
        guard.look(parser)
    except etree.XMLSyntaxError as error:
        # What was read before the parser's own limits stepped in tells people more than its message.
        guard.look(parser)
        raise Refused("BROKEN_XML", str(error.msg)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("DTD")
    return root


class _Guard:
    """Counts what the parser has read so far and stops it early."""

    def __init__(self) -> None:
        self.depth = self.elements = self.attributes = self.instructions = 0

    def look(self, parser: etree.XMLPullParser) -> None:
        for event, element in parser.read_events():
            if not isinstance(element, etree._Element):
                continue
            if event == "start":
                self._start(element)
            elif event == "end":
                self.depth -= 1
            else:
                self._instruction(element)

    def _start(self, element: etree._Element) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH:
            raise Refused("TOO_DEEP")
        if self.elements > MAX_ELEMENTS:
            raise Refused("TOO_MANY_ELEMENTS")
        self.attributes += len(element.attrib)
        if len(element.attrib) > MAX_ATTRIBUTES or self.attributes > MAX_ATTRIBUTES_IN_ALL:
            raise Refused("TOO_MANY_ATTRIBUTES")
        namespace, _, name = str(element.tag).rpartition("}")
        if ":" in name:
            raise Refused("BROKEN_XML", "undeclared prefix")
        if namespace.removeprefix("{") in _FOREIGN:
            raise Refused("HTML" if self.depth == 1 and name == "html" else "ACTIVE_CONTENT")

    def _instruction(self, element: etree._Element) -> None:
        """Instructions around an invoice (style sheet, test mark) are common and ignored; others are refused.

        Deeper down one could cut a value in two without being seen.
        """
        self.instructions += 1
        target = str(getattr(element, "target", "")).lower()
        if self.depth > 1 or self.instructions > MAX_INSTRUCTIONS or target.startswith(("php", "asp", "=")):
            raise Refused("INSTRUCTIONS", target)
