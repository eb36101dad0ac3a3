#!/usr/bin/env python3
"""Measures the figures of bench/README.md and prints them as its tables.

Usage: run_figures.py path/to/thaw [DIR] [--results FOLDER] [--quick]

DIR: where synthetic checkpoints are written (default: the system's temporary folder); 5 GB free, on
a disk. The machine should be idle: see the load that is printed first. As root, `chrt -f 10` in
front of the command keeps other programs away from the cores.

--results writes every document of `thaw bench` as it came to FOLDER/ROW.json, with the options and
the load of the machine before and after the row. --quick takes shapes of 64 MiB, without tiny, and
3 rounds: it shows that everything works, and its figures mean nothing.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WARM = [
    ("bert-base", ["--shape", "bert-base"]),
    ("one-huge, 2 GiB", ["--shape", "one-huge", "--size", "2GiB"]),
    ("partitioned", ["--shape", "partitioned"]),
    ("partitioned by columns", ["--shape", "partitioned-columns"]),
    ("llm, 2 GiB", ["--shape", "llm"]),
    ("bert-base, float32=bfloat16", ["--shape", "bert-base", "--dtype", "float32=bfloat16"]),
    ("bert-base, --no-verify", ["--shape", "bert-base", "--no-verify"]),
    ("tiny, 100,000 tensors", ["--shape", "tiny"]),
]
COLD = [
    ("bert-base, map", ["--shape", "bert-base", "--cold"]),
    ("bert-base, --io direct", ["--shape", "bert-base", "--cold", "--io", "direct"]),
]


class Bench:
    """Runs `thaw bench`, and keeps its documents where that was asked for."""

    def __init__(self, thaw, folder, results, quick):
        self.thaw = thaw
        self._folder = folder
        self._results = results
        self._quick = quick

    def rows(self, rows):
        """(name, document) of each row, measured when it is asked for."""
        for name, options in rows:
            if self._quick and "tiny" in options:
                continue
            before = os.getloadavg()[0]
            document = self.measure(options)
            if self._results:
                self._keep(name, {"row": name, "options": options, "quick": self._quick,
                                  "load": [before, os.getloadavg()[0]], "document": document})
            yield name, document

    def measure(self, options):
        """The document of one call; ends the program with its document of the error if it fails."""
        if self._quick:
            options = [option for option in options if option not in ("--size", "2GiB")]
            options += ["--size", "64MiB"]
            if "--rounds" not in options:
                options += ["--rounds", "3"]
        run = subprocess.run([self.thaw, "bench", *options, "--dir", self._folder,
                              "--threads", "1,2", "--json"], stdout=subprocess.PIPE)
        if run.returncode:
            sys.exit(f"thaw bench {' '.join(options)}: exit status {run.returncode}: "
                     f"{run.stdout.decode(errors='replace').strip()}")
        return json.loads(run.stdout)

    def _keep(self, name, kept):
        file = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-") + ".json"
        (self._results / file).write_text(json.dumps(kept, indent=1) + "\n")


def range_text(gbps):
    return f"{gbps['median']:.3g} ({gbps['min']:.3g}–{gbps['max']:.3g})"


def print_warm(bench):
    print("| warm | threads | restore GB/s, median (min–max) | copy limit | memory limit | memcpy "
          "| ratio | µs a tensor | open ms | memory MiB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, document in bench.rows(WARM):
        for run in document["runs"]:
            limits = run["limits"]
            seconds = document["bytes"] / run["gbps"]["median"] / 1e9
            print(f"| {name} | {run['threads']} | {range_text(run['gbps'])} "
                  f"| {limits['copy']['gbps']:.3g} ({limits['copy']['form']}) "
                  f"| {limits['memory']['gbps']:.3g} ({limits['memory']['form']}) "
                  f"| {limits['memcpy']['gbps']:.3g} | {run['ratio']:.2f} "
                  f"| {seconds / document['tensors'] * 1e6:.2f} | {run['open_seconds'] * 1e3:.1f} "
                  f"| {run['peak_rss_over_buffers'] / 2**20:.1f} |", flush=True)


def print_cold(bench):
    print("\n| cold | threads | restore GB/s | disk limit | ratio | memory MiB |")
    print("|---|---|---|---|---|---|")
    for name, document in bench.rows(COLD):
        for run in document["runs"]:
            print(f"| {name} | {run['threads']} | {range_text(run['gbps'])} "
                  f"| {run['limits']['disk']['gbps']:.3g} | {run['ratio']:.2f} "
                  f"| {run['peak_rss_over_buffers'] / 2**20:.1f} |", flush=True)


def median_seconds(command):
    times = []
    for _ in range(7):
        begin = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.monotonic() - begin)
    return statistics.median(times)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("thaw")
    parser.add_argument("directory", nargs="?", default=tempfile.gettempdir())
    parser.add_argument("--results", type=Path)
    parser.add_argument("--quick", action="store_true")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    if arguments.results:
        arguments.results.mkdir(parents=True, exist_ok=True)
    bench = Bench(arguments.thaw, arguments.directory, arguments.results, arguments.quick)
    print(f"load before: {os.getloadavg()[0]:.1f}")
    machine = bench.measure(["--shape", "bert-base", "--rounds", "1"])["machine"]
    print(", ".join(f"{key}: {value}" for key, value in machine.items()) + "\n")
    print_warm(bench)
    print_cold(bench)
    print(f"\n`thaw --version`: {median_seconds([bench.thaw, '--version']) * 1e3:.1f} ms")
    print(f"load after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
