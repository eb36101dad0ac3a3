"""What the tests of the package share."""

from pathlib import Path

import numpy as np
import pytest
import tensorthaw as tt

GOLDEN = Path(__file__).resolve().parent.parent / "golden"


@pytest.fixture(scope="session")
def golden():
    """The folder of the checkpoints that real TensorFlow wrote."""
    return GOLDEN


@pytest.fixture
def arrays():
    """Arrays of several dtypes and shapes."""
    generator = np.random.default_rng(1)
    return {
        "a/w": generator.normal(size=(40, 30)).astype(np.float32),
        "a/b": np.arange(30, dtype=np.int64),
        "scalar": np.float64(1.5) * np.ones(()),
        "empty": np.zeros((0, 3), np.float32),
        "words": np.array([[b"one", b""], [b"three\0", "vier\u00e9".encode()]], object),
    }


@pytest.fixture
def prefix(tmp_path, arrays):
    """A checkpoint of `arrays`."""
    tt.save(tmp_path / "model-0", arrays)
    return tmp_path / "model-0"


def flip_byte(prefix, offset):
    """Damages one byte of the only data file."""
    path = Path(f"{prefix}.data-00000-of-00001")
    data = bytearray(path.read_bytes())
    data[offset] ^= 0x20
    path.write_bytes(data)


class OnlyDlpack:
    """A tensor of another library: it has DLPack and nothing else."""

    def __init__(self, values, device=(1, 0)):
        self.values = values
        self.device = device

    def __dlpack__(self, **options):
        return self.values.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.device
