"""Checks installed headers: what they include is installed with them or belongs to C++ or C.

Usage: check_headers.py INCLUDE_FOLDER
"""

import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
STANDARD = re.compile(r"[a-z_0-9]+|std(int|def|bool|dlib)\.h")


def main():
    folder = Path(sys.argv[1])
    headers = [path for path in folder.rglob("*") if path.is_file()]
    findings = [f"{path}: is no header" for path in headers if path.suffix != ".h"]
    reached = {folder / "tensorthaw.h", folder / "thaw.h"}
    for path in headers:
        for quoted, angled in INCLUDE.findall(path.read_text(encoding="utf-8")):
            if angled and not STANDARD.fullmatch(angled):
                findings.append(f"{path}: <{angled}> is not of the standard library")
            if quoted:
                reached.add(folder / quoted)
    findings += [f"{path}: included, but not installed" for path in reached - set(headers)]
    findings += [f"{path}: installed, but no public header needs it"
                 for path in set(headers) - reached]
    print("\n".join(findings) or f"{len(headers)} headers in order")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
