"""Programs with TensorFlow's traces, in a file: JSON lines, compressed by xz.

A line: {"program", "files", "trace"}; files: path -> base64 of what TensorFlow wrote before the
program ran.
Needs neither TensorFlow nor tensorthaw.
"""

import base64
import json
import lzma
import os


def with_folder(content: bytes, old: str, new: str) -> bytes:
    """Only text holds the folder's name; a binary file may hold the same bytes by chance."""
    try:
        return content.decode("utf-8").replace(old, new).encode()
    except UnicodeDecodeError:
        return content


def read_files(folder: str) -> dict:
    """All files of a program's folder, before it runs."""
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            with open(path, "rb") as file:
                content = with_folder(file.read(), folder, "$W")
            found[os.path.relpath(path, folder)] = base64.b64encode(content).decode()
    return found


def write_files(files: dict, folder: str) -> None:
    """Into the folder, whose name takes the place of $W."""
    for path, content in files.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(with_folder(base64.b64decode(content), "$W", folder))


def save(path: str, records: list) -> None:
    with lzma.open(path, "wt", encoding="utf-8", preset=6) as file:
        for record in records:
            file.write(json.dumps(record, separators=(",", ":")) + "\n")


def load(path: str):
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
