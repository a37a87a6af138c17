"""A SAS data set (sas7bdat) of given columns. Only SAS itself writes the real thing; this one is ReadStat's.

ReadStat is the C library inside pyreadstat, which reads the format for us. It can write it too, but pyreadstat offers
that to nobody, because SAS does not always open the result. For a reader it is a data set like any other, and
pandas, whose reader is another program, reads the same in it.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pyreadstat import _readstat_writer

TEXT, NUMBER = 0, 5
ROWS_COMPRESSED = 1
_POINTER = ctypes.c_void_p
_WRITES = ctypes.CFUNCTYPE(ctypes.c_ssize_t, _POINTER, ctypes.c_size_t, _POINTER)


def _library() -> Any:
    found = ctypes.CDLL(_readstat_writer.__file__)
    signatures: dict[str, list[Any]] = {
        "writer_init": [],
        "set_data_writer": [_POINTER, _WRITES],
        "writer_set_compression": [_POINTER, ctypes.c_int],
        "add_variable": [_POINTER, ctypes.c_char_p, ctypes.c_int, ctypes.c_size_t],
        "begin_writing_sas7bdat": [_POINTER, _POINTER, ctypes.c_long],
        "begin_row": [_POINTER],
        "insert_string_value": [_POINTER, _POINTER, ctypes.c_char_p],
        "insert_double_value": [_POINTER, _POINTER, ctypes.c_double],
        "insert_missing_value": [_POINTER, _POINTER],
        "end_row": [_POINTER],
        "end_writing": [_POINTER],
        "writer_free": [_POINTER],
    }
    for name, takes in signatures.items():
        function = getattr(found, f"readstat_{name}")
        function.argtypes = takes
        function.restype = _POINTER if name in ("writer_init", "add_variable") else ctypes.c_int
    return found


def write_sas7bdat(path: Path, columns: Mapping[str, Sequence[Any]], *, compressed: bool = False) -> None:
    """Columns of texts, or of numbers with NaN for missing, as a SAS data set. Raises OSError with its number."""
    library, content = _library(), bytearray()

    def take(data: int, length: int, _context: Any) -> int:
        content.extend(ctypes.string_at(data, length))
        return length

    callback = _WRITES(take)

    def call(name: str, *arguments: Any) -> None:
        if error := getattr(library, f"readstat_{name}")(writer, *arguments):
            raise OSError(error, f"ReadStat cannot {name}")

    writer = library.readstat_writer_init()
    try:
        call("set_data_writer", callback)
        if compressed:
            call("writer_set_compression", ROWS_COMPRESSED)
        variables = [_variable(library, writer, name, values) for name, values in columns.items()]
        rows = list(zip(*columns.values(), strict=True))
        call("begin_writing_sas7bdat", None, len(rows))
        for row in rows:
            call("begin_row")
            for variable, value in zip(variables, row, strict=True):
                _insert(call, variable, value)
            call("end_row")
        call("end_writing")
    finally:
        library.readstat_writer_free(writer)
    path.write_bytes(content)


def _variable(library: Any, writer: int, name: str, values: Sequence[Any]) -> int:
    is_text = any(isinstance(value, str) for value in values)
    width = max((len(str(value).encode()) for value in values), default=1) if is_text else 8
    kind = TEXT if is_text else NUMBER
    variable: int = library.readstat_add_variable(writer, name.encode(), kind, max(width, 1))
    return variable


def _insert(call: Any, variable: int, value: Any) -> None:
    if isinstance(value, str):
        call("insert_string_value", variable, value.encode())
    elif math.isnan(value):
        call("insert_missing_value", variable)
    else:
        call("insert_double_value", variable, float(value))
