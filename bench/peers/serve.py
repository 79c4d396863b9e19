"""The peers' side of bench/program.ts: JSON lines on stdout, first who is here, then a sample for every line on stdin."""
import json
import os
import platform
import sys
import time

import numpy

# libraries print where they like: stdout is ours alone
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def say(message):
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def read_task():
    """The task, its rows and its labels, from the folder that the program is started with."""
    folder = sys.argv[1]
    with open(os.path.join(folder, "task.json")) as file:
        task = json.load(file)
    rows = numpy.fromfile(os.path.join(folder, "features.f32"), "<f4").reshape(-1, task["width"])
    return task, rows, numpy.fromfile(os.path.join(folder, "labels.f32"), "<f4")


def logloss(labels, probabilities):
    sure = numpy.clip(numpy.where(labels == 1, probabilities, 1 - probabilities), 1e-7, 1)
    return float(-numpy.log(sure).mean())


def peak():
    """The most memory that this process has had, MiB."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


def serve(name, run, judge=lambda result: {}):
    """Times `run` on every line; what `judge` adds to the sample is not timed."""
    say({"host": "Python " + platform.python_version(), "contestants": [{"name": name, "peer": True}]})
    for _ in sys.stdin:
        start = time.perf_counter()
        result = run()
        ms = (time.perf_counter() - start) * 1000
        say({"ms": ms, **judge(result)})
