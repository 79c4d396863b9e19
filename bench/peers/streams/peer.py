"""What every peer is told, and how it says how far it is: a line of JSON at the first reading, at half of them, and at the last."""

import json
import os
import sys
import time

SERVERS, GROUP, INPUT, OUTPUT = (os.environ[name] for name in ("SERVERS", "GROUP", "INPUT", "OUTPUT"))
MODEL, STATE = os.environ["MODEL"], os.environ["STATE"]
READINGS = int(os.environ["READINGS"])
FIELDS = json.loads(os.environ["FIELDS"])
SUMMARIZED = {"temperature": "Temperature[C]", "humidity": "Humidity[%]", "pm25": "PM2.5"}


def reached(point, at=None):
    print(json.dumps({"reached": point, "at": time.time() if at is None else at}), file=sys.__stdout__, flush=True)


class Counter:
    def __init__(self):
        self.count = 0

    def add(self, more=1):
        before, self.count = self.count, self.count + more
        if before == 0:
            reached("first")
        if before < READINGS // 2 <= self.count:
            reached("half")
        if before < READINGS <= self.count:
            reached("end")


def booster():
    import xgboost

    found = xgboost.Booster({"nthread": 1})
    found.load_model(MODEL)
    return found


def predicted(forest, readings):
    """The predictions of many readings by one call."""
    import numpy

    rows = numpy.array([[reading[field] for field in FIELDS] for reading in readings], numpy.float32)
    return [
        {"sensor_id": reading["sensor_id"], "UTC": reading["UTC"], "probability": probability, "alarm": probability > 0.5}
        for reading, probability in zip(readings, forest.inplace_predict(rows).tolist())
    ]


def empty():
    """Count, and of each field sum, sum of squares, least and greatest."""
    return [0] + [0.0, 0.0, 1e300, -1e300] * len(SUMMARIZED)


def add(sums, reading):
    sums[0] += 1
    at = 1
    for field in SUMMARIZED.values():
        value = reading[field]
        sums[at] += value
        sums[at + 1] += value * value
        if value < sums[at + 2]:
            sums[at + 2] = value
        if value > sums[at + 3]:
            sums[at + 3] = value
        at += 4
    return sums


def summary(sensor, start_ms, sums):
    count = sums[0]
    out = {"sensor_id": sensor, "start": start_ms, "count": count}
    for i, name in enumerate(SUMMARIZED):
        total, squares, least, most = sums[1 + 4 * i : 5 + 4 * i]
        mean = total / count
        out |= {name + "_mean": mean, name + "_stddev": max(squares / count - mean * mean, 0) ** 0.5, name + "_min": least, name + "_max": most}
    return out
