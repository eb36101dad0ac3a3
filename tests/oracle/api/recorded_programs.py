"""Programs with TensorFlow's traces, in a file: JSON lines, compressed by xz.

A line: {"program", "files", "trace"}; files: path -> base64 of what TensorFlow wrote before the
program ran.
Needs neither TensorFlow nor tensorthaw.
"""

import base64
import json
import lzma
import os


def read_files(folder: str) -> dict:
    """All files of a program's folder, before it runs."""
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            with open(path, "rb") as file:
                content = file.read().replace(folder.encode(), b"$W")
            found[os.path.relpath(path, folder)] = base64.b64encode(content).decode()
    return found


def write_files(files: dict, folder: str) -> None:
    """Only text holds the folder's name, so that putting it back is safe."""
    for path, content in files.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(content).replace(b"$W", folder.encode()))


def save(path: str, records: list) -> None:
    with lzma.open(path, "wt", encoding="utf-8", preset=6) as file:
        for record in records:
            file.write(json.dumps(record, separators=(",", ":")) + "\n")


def load(path: str):
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
