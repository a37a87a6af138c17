"""Turns a Schematron schema into an XSLT 3.0 stylesheet that answers in SVRL.

Source: ISO/IEC 19757-3. Covers what rule packages for invoices use: includes, lets, patterns, abstract patterns and
rules, asserts and reports, ``value-of`` and ``name``, namespaces, and XSLT functions and keys. Phases, diagnostics and
properties say nothing about whether an invoice is right, and are left out.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable

from lxml import etree

SCH = "http://purl.oclc.org/dsdl/schematron"
XSL = "http://www.w3.org/1999/XSL/Transform"
SVRL = "http://purl.oclc.org/dsdl/svrl"
_S, _X, _V = f"{{{SCH}}}", f"{{{XSL}}}", f"{{{SVRL}}}"
_DEEPEST = 8

Element = etree._Element
Include = Callable[[str], Element]
"""The root of another file of the package by its ``href``."""


class BadSchema(ValueError):
    """A schema that cannot be turned: a rule without context, a pattern that is an instance of none, or too deep."""


def to_xslt(schema: Element, include: Include) -> Element:
    """The stylesheet. Raises BadSchema; what ``include`` raises goes through."""
    schema = copy.deepcopy(schema)
    _include(schema, include, 0)
    return _Turner(schema).stylesheet()


def _include(parent: Element, include: Include, depth: int) -> None:
    if depth > _DEEPEST:
        raise BadSchema("includes go too deep")
    for each in list(parent.iter(f"{_S}include")):
        found = copy.deepcopy(include(each.get("href", "")))
        above = each.getparent()
        if above is None:
            raise BadSchema("include outside a schema")
        _include(found, include, depth + 1)
        # A whole schema that is included gives its content.
        parts = list(found) if found.tag == f"{_S}schema" else [found]
        place = above.index(each)
        above[place : place + 1] = parts


class _Turner:
    def __init__(self, schema: Element) -> None:
        self.schema = schema
        names = {ns.get("prefix", ""): ns.get("uri", "") for ns in schema.iter(f"{_S}ns")}
        self.names = {prefix: uri for prefix, uri in names.items() if prefix and uri}
        every = list(schema.iter(f"{_S}pattern"))
        self.abstract = {each.get("id", ""): each for each in every if each.get("abstract") == "true"}
        self.patterns = [self._instance(each) for each in every if each.get("abstract") != "true"]
        self.root = etree.Element(f"{_X}stylesheet", nsmap={**self.names, "xsl": XSL, "svrl": SVRL})
        self.root.set("version", "3.0")

    def stylesheet(self) -> Element:
        for each in self.schema.iterchildren(f"{_X}*"):
            self.root.append(copy.deepcopy(each))
        self._lets(self.schema, self.root)
        for pattern in self.patterns:
            self._lets(pattern, self.root)
        self._start()
        for place, pattern in enumerate(self.patterns):
            self._pattern(place, pattern)
        return self.root

    def _start(self) -> None:
        template = etree.SubElement(self.root, f"{_X}template", match="/")
        output = etree.SubElement(template, f"{_V}schematron-output")
        for place in range(len(self.patterns)):
            etree.SubElement(output, f"{_X}apply-templates", select="/", mode=f"M{place}")

    def _instance(self, pattern: Element) -> Element:
        """A pattern that ``is-a`` abstract one: its text with the parameters put in, the longest names first."""
        name = pattern.get("is-a")
        if not name:
            return pattern
        if name not in self.abstract:
            raise BadSchema(f"no abstract pattern {name}")
        found = copy.deepcopy(self.abstract[name])
        given = {each.get("name", ""): each.get("value", "") for each in pattern.iterchildren(f"{_S}param")}
        for each in found.iter("*"):
            for key, text in each.attrib.items():
                each.set(key, _put_in(str(text), given))
            each.text = _put_in(each.text, given) if each.text else each.text
            each.tail = _put_in(each.tail, given) if each.tail else each.tail
        return found

    def _lets(self, parent: Element, into: Element) -> None:
        for each in parent.iterchildren(f"{_S}let"):
            variable = etree.SubElement(into, f"{_X}variable", name=each.get("name", ""))
            if each.get("value") is not None:
                variable.set("select", each.get("value", ""))
            else:
                variable.text = each.text
                variable.extend(copy.deepcopy(inside) for inside in each)

    def _pattern(self, place: int, pattern: Element) -> None:
        mode = f"M{place}"
        rules = [each for each in pattern.iterchildren(f"{_S}rule") if each.get("abstract") != "true"]
        for back, rule in enumerate(rules):
            self._rule(rule, mode, priority=1000 + len(rules) - back)
        through = etree.SubElement(self.root, f"{_X}template", match="@*|node()|/", mode=mode, priority="-2")
        etree.SubElement(through, f"{_X}apply-templates", select="@*|node()", mode=mode)
        etree.SubElement(self.root, f"{_X}template", match="text()", mode=mode, priority="-1")

    def _rule(self, rule: Element, mode: str, *, priority: int) -> None:
        context = rule.get("context")
        if not context:
            raise BadSchema("a rule without context")
        template = etree.SubElement(
            self.root, f"{_X}template", match=context, mode=mode, priority=str(priority)
        )
        self._content(rule, template, 0)
        etree.SubElement(template, f"{_X}apply-templates", select="@*|node()", mode=mode)

    def _content(self, rule: Element, into: Element, depth: int) -> None:
        self._lets(rule, into)
        for each in rule:
            if each.tag == f"{_S}extends":
                self._content(self._abstract_rule(each.get("rule", ""), depth), into, depth + 1)
            elif each.tag in (f"{_S}assert", f"{_S}report"):
                self._assert(each, into)

    def _abstract_rule(self, name: str, depth: int) -> Element:
        found = next((rule for rule in self.schema.iter(f"{_S}rule") if rule.get("id") == name), None)
        if found is None or depth > _DEEPEST:
            raise BadSchema(f"no abstract rule {name}")
        return found

    def _assert(self, each: Element, into: Element) -> None:
        is_assert = each.tag == f"{_S}assert"
        test = each.get("test", "")
        condition = etree.SubElement(into, f"{_X}if", test=f"not({test})" if is_assert else test)
        name = "failed-assert" if is_assert else "successful-report"
        told = etree.SubElement(condition, f"{_V}{name}")
        told.set("location", "{path()}")
        for key in ("id", "flag", "role"):
            if value := each.get(key):
                told.set(key, value.replace("{", "{{").replace("}", "}}"))
        self._text(each, etree.SubElement(told, f"{_V}text"))

    def _text(self, each: Element, into: Element) -> None:
        _say(into, each.text)
        for part in each:
            if part.tag == f"{_S}value-of":
                etree.SubElement(into, f"{_X}value-of", select=part.get("select", "."))
            elif part.tag == f"{_S}name":
                etree.SubElement(into, f"{_X}value-of", select=f"name({part.get('path', '.')})")
            elif isinstance(part.tag, str):
                self._text(part, into)
            _say(into, part.tail)


def _say(into: Element, text: str | None) -> None:
    if text and text.strip():
        etree.SubElement(into, f"{_X}text").text = re.sub(r"\s+", " ", text)


def _put_in(text: str, given: dict[str, str]) -> str:
    for name in sorted(given, key=len, reverse=True):
        text = text.replace(f"${name}", given[name])
    return text
