"""The pictures of a page for paper: the very drawings of the screen, each as an SVG that stands alone."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from lxml import etree

from brobygger.effects.presenters.blocks import Block

SVG = "http://www.w3.org/2000/svg"
BAR_WIDTH = "600"
"""Bars are drawn in per cent of a width that paper must be told."""
_RULE = re.compile(r"^\.effects-[^{@]*\{[^}]*\}$", re.MULTILINE)
_VARIABLE = re.compile(r"--(bb-[\w-]+):\s*(#[0-9a-fA-F]+)")


def on_paper(block: Block) -> dict[str, Any] | None:
    """Caption, text alternative, drawings with their labels, and the legend; None for a part without a picture."""
    if not block.picture:
        return None
    figure = etree.fromstring(render_to_string(block.template, {"picture": block.picture}))
    legend = figure.find("ul")
    if legend is not None:
        figure.remove(legend)
    title = figure.findtext("figcaption") or ""
    labels = [_words(each) for each in figure.iter("span")]
    drawings = [_alone(each) for each in figure.iter("svg")]
    return {
        "caption": title,
        "alternative": f"{title}. Tallene står i tabellen.",
        "drawings": [
            [label, drawn] for label, drawn in zip(labels or [""] * len(drawings), drawings, strict=True)
        ],
        "legend": [
            [_alone(each.find("svg")), _words(each)] for each in (legend if legend is not None else ())
        ],
    }


def _words(element: Any) -> str:
    """What the element says outside its drawing."""
    return " ".join("".join([element.text or "", *(child.tail or "" for child in element)]).split())


def _alone(svg: Any) -> str:
    """The drawing with its name space and its colours in it."""
    text = etree.tostring(svg, encoding="unicode", with_tail=False)
    text = text.replace("<svg", f'<svg xmlns="{SVG}"', 1).replace('width="100%"', f'width="{BAR_WIDTH}"', 1)
    start = text.index(">") + 1
    return f"{text[:start]}<style>{_style()}</style>{text[start:]}"


@cache
def _style() -> str:
    """The rules of the screen that colour a drawing, with the colours themselves for their names."""
    colours = dict(_VARIABLE.findall(_static("ui/brobygger.css")))
    rules = "".join(_RULE.findall(_static("effects/effects.css")))
    return 'text{font-family:"IBM Plex Sans"}' + re.sub(
        r"var\(--([\w-]+)\)", lambda found: colours.get(found[1], "#000"), rules
    )


def _static(name: str) -> str:
    found = finders.find(name)
    assert isinstance(found, str), f"The style {name} is part of the application."
    return Path(found).read_text(encoding="utf-8")
