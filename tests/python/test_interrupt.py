"""Ctrl-C and progress while a load runs; the interpreter stays free meanwhile."""

import os
import signal
import threading
import time

import numpy as np
import pytest
import tensorthaw as tt


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A checkpoint of 64 tensors of 2 MiB."""
    prefix = tmp_path_factory.mktemp("large") / "m"
    tt.save(prefix, {f"w{i:02}": np.full(1 << 19, i, np.float32) for i in range(64)})
    return prefix


def test_an_interruption_stops_the_load(large):
    buffers = {f"w{i:02}": np.full(1 << 19, -1, np.float32) for i in range(64)}

    def interrupt(done, total):
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt) as raised:
        tt.load_into(large, buffers, threads=1, io="pread", progress=interrupt)
    report = raised.value.report
    for name in report.done:
        assert (buffers[name] == int(name[1:])).all()
    for name in report.untouched:
        assert (buffers[name] == -1).all()
    for name in report.failed:
        assert (buffers[name] == 0).all()
    assert sorted([*report.done, *report.failed, *report.untouched]) == sorted(buffers)

    # The work has ended: what is written now stays.
    for number, buffer in enumerate(buffers.values()):
        assert np.isin(buffer, (-1, 0, number)).all()
        buffer[:] = 7
    time.sleep(0.05)
    assert all((buffer == 7).all() for buffer in buffers.values())


def test_a_signal_handler_that_raises_stops_a_load(large):
    class Alarm(Exception):
        pass

    def ring(*_):
        raise Alarm

    before = signal.signal(signal.SIGALRM, ring)
    try:
        with pytest.raises(Alarm):
            signal.setitimer(signal.ITIMER_REAL, 0.02)
            while True:
                tt.load(large, threads=1, io="pread")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_signal_handler_that_returns_changes_nothing(large):
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        loaded = tt.load(large, threads=1)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    assert len(loaded) == 64 and (loaded["w63"] == 63).all()


def test_progress_that_raises_stops_the_load(large):
    buffers = {f"w{i:02}": np.zeros(1 << 19, np.float32) for i in range(64)}

    def stop(done, total):
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        tt.load_into(large, buffers, progress=stop)


def test_other_threads_run_while_a_load_does(large):
    counted = 0
    done = threading.Event()

    def load():
        for _ in range(3):
            tt.load(large, threads=1, io="pread")
        done.set()

    loader = threading.Thread(target=load)
    loader.start()
    while not done.is_set():
        counted += 1
        time.sleep(0.001)
    loader.join()

    assert counted > 3


def test_a_load_outside_the_main_thread_works(large):
    loaded = {}
    thread = threading.Thread(target=lambda: loaded.update(tt.load(large, ["w0*"])))
    thread.start()
    thread.join()

    assert len(loaded) == 10
