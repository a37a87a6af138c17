"""Array types and the few numerical helpers the estimators share."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse, stats

from brobygger.analysis.errors import DesignError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Any1 = npt.NDArray[Any]

_FEW_VALUES = 30_000
"""Up to here a column at a time is faster than a sparse matrix."""
CHUNK_ROWS = 16_384
"""Rows handled at a time, so that what is being multiplied stays in the processor's cache."""


def floats(values: npt.ArrayLike, name: str, *, dimensions: int = 1) -> Floats:
    """``values`` as float64 with the given number of dimensions. Raises DesignError otherwise, or for NaN."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != dimensions:
        raise DesignError(f"»{name}« skal have {dimensions} dimension(er), men har {array.ndim}.")
    if not np.isfinite(array).all():
        raise DesignError(f"»{name}« har en værdi, som mangler eller er uendelig.")
    return array


def flags(values: npt.ArrayLike, name: str) -> Flags:
    """``values`` as booleans; only 0 and 1 are accepted. Raises DesignError for anything else."""
    array = np.asarray(values)
    if array.dtype != np.bool_ and not np.isin(array, (0, 1)).all():
        raise DesignError(f"»{name}« må kun indeholde 0 og 1.")
    return array.astype(np.bool_)


def numbered(labels: npt.ArrayLike | None, size: int, name: str) -> tuple[Integers, int]:
    """Labels (n,) as 0 … G-1, and G; one common group when None. Raises DesignError for a wrong length."""
    if labels is None:
        return np.zeros(size, dtype=np.int64), 1
    array = np.asarray(labels)
    if array.shape != (size,):
        raise DesignError(f"»{name}« skal have én værdi for hver af de {size} rækker.")
    if array.dtype.kind in "iu" and size and array.min() >= 0 and array.max() <= 4 * size:
        return _renumbered(array.astype(np.int64, copy=False))
    found, index = np.unique(array, return_inverse=True)
    return index.astype(np.int64), len(found)


def _renumbered(labels: Integers) -> tuple[Integers, int]:
    """Small whole numbers need no sorting to be numbered anew."""
    used = np.bincount(labels) > 0
    if used.all():
        return labels, len(used)
    return (np.cumsum(used) - 1)[labels], int(used.sum())


def indicator(groups: Integers, count: int) -> sparse.csr_array:
    """The (count, n) matrix that sums rows by group when multiplied with (n, k)."""
    size = len(groups)
    return sparse.csr_array((np.ones(size), (groups, np.arange(size))), shape=(count, size))


def group_sums(values: Floats, groups: Integers, count: int) -> Floats:
    """Sums (count, k) of the rows of ``values`` (n, k) by group."""
    if count == 1:
        return np.asarray(values.sum(axis=0, keepdims=True))
    if not len(values):
        return np.zeros((count, values.shape[1]))
    if 0 < values.size <= _FEW_VALUES:
        return np.stack([np.bincount(groups, column, minlength=count) for column in values.T], axis=1)
    return np.asarray(indicator(groups, count) @ values)


def solve(matrix: Floats, right: Floats) -> Floats:
    """matrix⁻¹ right for a symmetric matrix that may be short of rank: what cannot be told apart gets 0."""
    if not matrix.size:
        return np.zeros(right.shape)
    scale = np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    values, vectors = np.linalg.eigh(matrix / np.outer(scale, scale))
    keep = values > 1e-11 * max(values.max(initial=0.0), 1e-300)
    inverse = (vectors[:, keep] / values[keep]) @ vectors[:, keep].T
    scaled = right / (scale[:, None] if right.ndim == 2 else scale)
    found = inverse @ scaled
    return np.asarray(found / (scale[:, None] if right.ndim == 2 else scale))


def critical(level: float, freedom: float = np.inf) -> float:
    """How many standard errors an interval reaches to each side. Raises DesignError when level is not in (0, 1)."""
    if not 0 < level < 1:
        raise DesignError("Sikkerheden skal ligge mellem 0 og 1, for eksempel 0,95.")
    tail = (1 + level) / 2
    return float(stats.norm.ppf(tail) if np.isinf(freedom) else stats.t.ppf(tail, freedom))
