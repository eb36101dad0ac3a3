"""A program that uses the package with types; mypy --strict checks it, nobody runs it."""

from __future__ import annotations

import pathlib
from typing import Any, Dict, Optional, Tuple

import numpy as np
import numpy.typing as npt
import tensorthaw as tt


def wish(name: str, dtype: str, shape: Tuple[int, ...]) -> Optional[str]:
    return "bfloat16" if dtype == "float32" and len(shape) > 1 else None


def tell(done: int, total: int) -> None:
    print(f"{done} of {total}")


def use(path: pathlib.Path) -> Dict[str, npt.NDArray[Any]]:
    version: str = tt.__version__
    with tt.open(path, io="pread", verify=False) as checkpoint:
        names: list[str] = list(checkpoint)
        tensor: tt.Tensor = checkpoint[names[0]]
        shape: Tuple[int, ...] = tensor.shape
        values: npt.NDArray[Any] = tensor.numpy()
        for name, other in checkpoint.items():
            print(name.upper(), other.nbytes, other.dtype.itemsize, version, shape, values.sum())
        found: Optional[tt.Tensor] = checkpoint.get("w")
        print(found, checkpoint.closed, checkpoint.prefix)
    try:
        report: tt.LoadReport = tt.load_into(path, {"w": np.zeros(3)}, cast=True, threads=2)
        print(report.done, report.bytes, report.complete)
    except tt.DataLossError as error:
        print(error.code, error.message, error.tensor)
    freed: int = tt.trim_pool()
    print(tt.pool_statistics()["kept_bytes"])
    arrays = tt.load(str(path), ["a/*"], dtype=wish, progress=tell, memory_budget=freed or None)
    tt.save(path.with_name("copy"), tt.load(path, dtype={"float32": "bfloat16"}))
    return arrays


def misuse(path: pathlib.Path) -> None:
    tt.load(path, threads="2")  # type: ignore[arg-type]
    tt.load_into(path, [])  # type: ignore[arg-type]
    tt.load(3)  # type: ignore[arg-type]
    tt.open(path, mode="r")  # type: ignore[call-arg]
