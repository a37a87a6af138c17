"""Runs rules in a process of its own: a line of JSON in, a line of JSON out, until the input ends.

It may not make files, has none of the installation's environment, and is ended by its parent when it takes too long.
"""

from __future__ import annotations

import base64
import importlib
import json
import resource
import sys
from typing import Any

_MOST_KEPT = 6


class Runner:
    """Compiled stylesheets by their path, the oldest forgotten first."""

    def __init__(self) -> None:
        self.processor: Any = importlib.import_module("saxonche").PySaxonProcessor(license=False)
        self.compiler: Any = self.processor.new_xslt30_processor()
        self.compiled: dict[str, Any] = {}

    def answer(self, question: dict[str, str]) -> dict[str, str]:
        try:
            text = base64.b64decode(question["document"]).decode("utf-8-sig")
            node = self.processor.parse_xml(xml_text=text)
            svrl = self._stylesheet(question["stylesheet"]).transform_to_string(xdm_node=node)
        except Exception as error:  # whatever the rules did: the parent is told and goes on
            return {"error": f"{type(error).__name__}: {error}"[:500]}
        return {"svrl": svrl} if svrl else {"error": "no answer"}

    def _stylesheet(self, path: str) -> Any:
        if path not in self.compiled:
            if len(self.compiled) >= _MOST_KEPT:
                self.compiled.pop(next(iter(self.compiled)))
            self.compiled[path] = self.compiler.compile_stylesheet(stylesheet_file=path)
        return self.compiled[path]


def main() -> int:
    runner = Runner()
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    for line in sys.stdin:
        sys.stdout.write(json.dumps(runner.answer(json.loads(line))) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
