#!/usr/bin/env python3
"""Measures the figures of bench/README.md and prints them as its tables.

Usage: run_figures.py path/to/thaw [DIR]

DIR: where synthetic checkpoints are written (default: the system's temporary folder); 5 GB free, on
a disk. The machine should be idle: see the load that is printed first. As root, `chrt -f 10` in
front of the command keeps other programs away from the cores.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

WARM = [
    ("bert-base", ["--shape", "bert-base"]),
    ("one-huge, 2 GiB", ["--shape", "one-huge", "--size", "2GiB"]),
    ("partitioned", ["--shape", "partitioned"]),
    ("llm, 2 GiB", ["--shape", "llm"]),
    ("bert-base, float32=bfloat16", ["--shape", "bert-base", "--dtype", "float32=bfloat16"]),
    ("bert-base, --no-verify", ["--shape", "bert-base", "--no-verify"]),
    ("tiny, 100,000 tensors", ["--shape", "tiny"]),
]
COLD = [
    ("bert-base, map", ["--shape", "bert-base", "--cold"]),
    ("bert-base, --io direct", ["--shape", "bert-base", "--cold", "--io", "direct"]),
]


def measure(thaw, folder, options):
    command = [thaw, "bench", *options, "--dir", folder, "--threads", "1,2", "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def range_text(gbps):
    return f"{gbps['median']:.3g} ({gbps['min']:.3g}–{gbps['max']:.3g})"


def print_warm(thaw, folder):
    print("| warm | threads | restore GB/s, median (min–max) | copy limit | memory limit | memcpy "
          "| ratio | µs a tensor | open ms | memory MiB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, options in WARM:
        document = measure(thaw, folder, options)
        for run in document["runs"]:
            limits = run["limits"]
            seconds = document["bytes"] / run["gbps"]["median"] / 1e9
            print(f"| {name} | {run['threads']} | {range_text(run['gbps'])} "
                  f"| {limits['copy']['gbps']:.3g} ({limits['copy']['form']}) "
                  f"| {limits['memory']['gbps']:.3g} ({limits['memory']['form']}) "
                  f"| {limits['memcpy']['gbps']:.3g} | {run['ratio']:.2f} "
                  f"| {seconds / document['tensors'] * 1e6:.2f} | {run['open_seconds'] * 1e3:.1f} "
                  f"| {run['peak_rss_over_buffers'] / 2**20:.1f} |", flush=True)


def print_cold(thaw, folder):
    print("\n| cold | threads | restore GB/s | disk limit | ratio | memory MiB |")
    print("|---|---|---|---|---|---|")
    for name, options in COLD:
        for run in measure(thaw, folder, options)["runs"]:
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


def main():
    thaw = sys.argv[1]
    folder = sys.argv[2] if len(sys.argv) > 2 else tempfile.gettempdir()
    print(f"load before: {os.getloadavg()[0]:.1f}")
    machine = measure(thaw, folder, ["--shape", "bert-base", "--rounds", "1"])["machine"]
    print(", ".join(f"{key}: {value}" for key, value in machine.items()) + "\n")
    print_warm(thaw, folder)
    print_cold(thaw, folder)
    print(f"\n`thaw --version`: {median_seconds([thaw, '--version']) * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
