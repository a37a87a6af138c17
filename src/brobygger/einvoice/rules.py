"""Official rule packages: a ZIP with XSLT or Schematron, as the issuers of the standards publish them.

A package is opened within fixed limits and refused where a rule could read or write anything else. Its rules run in a
process of their own that knows no secret of the installation, and is ended when it takes too long. The engine is
saxonche (Saxon-HE 12), which is optional: ``pip install brobygger[einvoice]``.
"""

from __future__ import annotations

import atexit
import base64
import hashlib
import io
import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any

from lxml import etree

from brobygger.einvoice import safe_xml, schematron
from brobygger.einvoice.checks import Remark, Severity
from brobygger.einvoice.document import Document, Kind
from brobygger.einvoice.refusal import Refused
from brobygger.einvoice.texts import full_stop

MEGABYTE = 1024 * 1024
MAX_PACKED = 10 * MEGABYTE
MAX_UNPACKED = 60 * MEGABYTE
MAX_FILES = 500
SECONDS = 60.0
_MOST_REMARKS = 50
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_NAMESPACES = {Kind.INVOICE: f"{_UBL}Invoice-2", Kind.CREDIT_NOTE: f"{_UBL}CreditNote-2"}
_XSLT = (".xsl", ".xslt")
# What would reach beyond the invoice: other files, the network, the environment, programs.
_REACHES = re.compile(
    r"(?<![\w-])(?:doc|doc-available|document|collection|uri-collection|unparsed-text[\w-]*|environment-variable"
    r"|available-environment-variables|transform|load-xquery-module|json-doc)\s*\("
)
_FORBIDDEN = {
    "result-document",
    "evaluate",
    "source-document",
    "package",
    "use-package",
    "import-schema",
    "message",
}
_JAVA = re.compile(r"^(?:java:|http://saxon\.sf\.net/|http://exslt\.org/|http://expath\.org/)")
_LINE = re.compile(r"(?:Invoice|CreditNote)Line'?\]?(?:\[namespace-uri\(\)='[^']*'\])?\[(\d+)\]")
_CODE = re.compile(r"^\s*\[([A-Za-z0-9._-]{2,40})\]\s*-?\s*")
_WARNINGS = {"warning", "warn", "info", "information"}


def has_engine() -> bool:
    """Whether saxonche is installed."""
    return find_spec("saxonche") is not None


@dataclass(frozen=True)
class Stylesheet:
    """One set of rules, ready to run: its name in the package, and which kinds of document it is about."""

    name: str
    content: bytes
    kinds: frozenset[Kind]


@dataclass(frozen=True)
class RulePackage:
    """The stylesheets of a package. ``sha256`` names the package as it was uploaded."""

    sha256: str
    stylesheets: tuple[Stylesheet, ...]
    others: tuple[tuple[str, bytes], ...] = ()

    def for_kind(self, kind: Kind) -> list[Stylesheet]:
        return [each for each in self.stylesheets if kind in each.kinds]


def open_package(data: bytes) -> RulePackage:
    """The rules in a ZIP file. Raises Refused: not a ZIP, too large, no rules for invoices, or one that reaches out."""
    files = dict(_unpack(data))
    trees = {name: _tree(name, content) for name, content in files.items() if _is_rules(name)}
    included = {target for name, tree in trees.items() for target in _targets(name, tree)}
    for name, tree in trees.items():
        _require_harmless(name, tree, set(files))
    made = [each for name in sorted(trees) if name not in included for each in _ready(name, trees)]
    chosen = [each for each in made if each.kinds]
    if not chosen:
        raise Refused("RULES_EMPTY")
    others = tuple((name, files[name]) for name in sorted(included) if name.endswith(_XSLT))
    return RulePackage(hashlib.sha256(data).hexdigest(), tuple(chosen), others)


def _unpack(data: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, content) of each file; sizes are counted while unpacking, since what a ZIP says of itself may be false."""
    if len(data) > MAX_PACKED:
        raise Refused("RULES_TOO_LARGE", limit=MAX_UNPACKED // MEGABYTE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if len(infos) > MAX_FILES:
                raise Refused("RULES_TOO_LARGE", limit=MAX_UNPACKED // MEGABYTE)
            left = MAX_UNPACKED
            for info in infos:
                with archive.open(info) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise Refused("RULES_TOO_LARGE", limit=MAX_UNPACKED // MEGABYTE)
                yield _safe_name(info.filename), content
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("RULES_NOT_ZIP", type(error).__name__) from None


def _safe_name(name: str) -> str:
    """A name below the package's own folder. Raises Refused for one that leads out of it."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise Refused("RULES_BROKEN", name=name[:80])
    return str(path)


def _is_rules(name: str) -> bool:
    return name.lower().endswith((*_XSLT, ".sch")) and not PurePosixPath(name).name.startswith(("._", "."))


def _tree(name: str, content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Refused("RULES_BROKEN", str(error.msg), name=name) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("RULES_REACH_OUT", "DTD", name=name)
    return root


def _targets(name: str, tree: etree._Element) -> Iterator[str]:
    """The files of the package that this one takes in."""
    tags = (f"{{{schematron.XSL}}}include", f"{{{schematron.XSL}}}import", f"{{{schematron.SCH}}}include")
    for each in tree.iter(*tags):
        yield _beside(name, each.get("href", ""))


def _beside(name: str, href: str) -> str:
    """What ``href`` means in a file. Raises Refused for what leads out of the package."""
    parts = list(PurePosixPath(name).parent.parts)
    for part in PurePosixPath(href).parts:
        if part == "..":
            if not parts:
                raise Refused("RULES_REACH_OUT", href, name=name)
            parts.pop()
        else:
            parts.append(part)
    return str(PurePosixPath(*parts)) if parts else ""


def _require_harmless(name: str, tree: etree._Element, files: set[str]) -> None:
    if any(target not in files for target in _targets(name, tree)):
        raise Refused("RULES_REACH_OUT", "include", name=name)
    for each in tree.iter("*"):
        qualified = etree.QName(each)
        if qualified.namespace == schematron.XSL and qualified.localname in _FORBIDDEN:
            raise Refused("RULES_REACH_OUT", qualified.localname, name=name)
        if any(_JAVA.match(uri or "") for uri in each.nsmap.values()):
            raise Refused("RULES_REACH_OUT", "extension", name=name)
        if any(_REACHES.search(str(text)) for text in each.attrib.values()):
            raise Refused("RULES_REACH_OUT", "function", name=name)


def _ready(name: str, trees: dict[str, etree._Element]) -> Iterator[Stylesheet]:
    """The rules as XSLT. A schema that lies beside its own stylesheet is left to that."""
    tree = trees[name]
    if not name.lower().endswith(".sch"):
        yield Stylesheet(name, etree.tostring(tree), _kinds(tree))
        return
    stem = PurePosixPath(name).stem
    if any(PurePosixPath(other).stem == stem for other in trees if other.lower().endswith(_XSLT)):
        return
    if tree.tag != f"{{{schematron.SCH}}}schema":
        return
    try:
        turned = schematron.to_xslt(tree, lambda href: trees[_beside(name, href)])
    except (schematron.BadSchema, KeyError, ValueError) as error:
        raise Refused("RULES_BROKEN", str(error), name=name) from None
    yield Stylesheet(f"{name}.xslt", etree.tostring(turned), _kinds(tree))


def _kinds(tree: etree._Element) -> frozenset[Kind]:
    """The kinds of document whose namespace the rules name."""
    content = etree.tostring(tree, encoding="unicode")
    return frozenset(kind for kind, uri in _NAMESPACES.items() if uri in content)


# Running


def judge(package: RulePackage, document: Document, data: bytes) -> list[Remark]:
    """What the package's rules say about a document, errors first, at most 50. Raises Refused when they cannot run."""
    plain = etree.tostring(safe_xml.parse(data))  # in ASCII, whatever the file's own character set
    found: dict[tuple[str, str, str], Remark] = {}
    for stylesheet in package.for_kind(document.kind):
        svrl = _engine().run(package, stylesheet, plain)
        for remark in _remarks(svrl, document):
            found.setdefault((remark.code, remark.sentence_da, remark.line), remark)
    return sorted(found.values(), key=lambda each: each.severity)[:_MOST_REMARKS]


def _remarks(svrl: bytes, document: Document) -> Iterator[Remark]:
    tags = (f"{{{schematron.SVRL}}}failed-assert", f"{{{schematron.SVRL}}}successful-report")
    for each in _tree("svrl", svrl).iter(*tags):
        text = " ".join("".join(map(str, each.itertext())).split())
        bracketed = _CODE.match(text)
        code = each.get("id") or (bracketed[1] if bracketed else "RULE")
        told = text[bracketed.end() :] if bracketed else text
        sentence = full_stop(f"Regel {code}: {told}")[:600]
        yield Remark(code[:40], _severity(each, code), sentence, _line_of(each.get("location", ""), document))


def _severity(each: etree._Element, code: str) -> Severity:
    flag = (each.get("flag") or each.get("role") or "").lower()
    if flag in _WARNINGS or (not flag and code.upper().startswith("W-")):
        return Severity.WARNING
    return Severity.ERROR


def _line_of(location: str, document: Document) -> str:
    found = _LINE.search(location)
    place = int(found[1]) - 1 if found else -1
    return document.lines[place].number if 0 <= place < len(document.lines) else ""


class _Engine:
    """A process with Saxon in it, started when first needed and again when it was ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="brobygger-rules-"))

    def run(self, package: RulePackage, stylesheet: Stylesheet, data: bytes) -> bytes:
        """The SVRL that a stylesheet makes of a document. Raises Refused."""
        if not has_engine():
            raise Refused("RULES_NO_ENGINE")
        with self._lock:
            path = self._kept(package, stylesheet)
            answer = self._ask({"stylesheet": str(path), "document": base64.b64encode(data).decode()})
        if "svrl" not in answer:
            raise Refused("RULES_FAILED", str(answer.get("error", "")))
        return str(answer["svrl"]).encode()

    def _kept(self, package: RulePackage, stylesheet: Stylesheet) -> Path:
        folder = self._folder / package.sha256
        path = folder / stylesheet.name
        if not path.exists():
            for name, content in (
                *package.others,
                *((each.name, each.content) for each in package.stylesheets),
            ):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(content)
        return path

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(question).encode() + b"\n")
            process.stdin.flush()
            if not select.select([process.stdout], [], [], SECONDS)[0]:
                raise TimeoutError
            answer: dict[str, Any] = json.loads(process.stdout.readline() or b"{}")
        except (OSError, ValueError) as error:  # a time-out is an OSError too
            self.stop()
            raise Refused("RULES_FAILED", type(error).__name__) from None
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            environment = {
                "PATH": os.environ.get("PATH", ""),
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            }
            self._process = subprocess.Popen(
                [sys.executable, "-m", "brobygger.einvoice.saxon_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder,
                env=environment,
            )
        return self._process

    def stop(self) -> None:
        """Ends the process; the next question starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


_engines: list[_Engine] = []
_engines_lock = threading.Lock()


def _engine() -> _Engine:
    """The one of this process; a process that was forked off makes its own."""
    with _engines_lock:
        if not _engines:
            engine = _Engine()
            _engines.append(engine)
            atexit.register(engine.close)
            os.register_at_fork(after_in_child=_engines.clear)
        return _engines[0]


def stop_engine() -> None:
    """Ends the process that runs rules, if there is one."""
    with _engines_lock:
        for each in _engines:
            each.stop()
