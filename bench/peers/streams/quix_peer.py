"""Quix Streams, exactly once. Its way to batches is a window of so many readings of a key, and Collect. KIND says which of the two."""

import os
from datetime import timedelta

from quixstreams import Application
from quixstreams.dataframe.windows import Collect

import peer

BATCH = 100

counter = peer.Counter()
app = Application(
    broker_address=peer.SERVERS,
    consumer_group=peer.GROUP,
    auto_offset_reset="earliest",
    commit_interval=1.0,
    loglevel="WARNING",
    state_dir=peer.STATE,
    processing_guarantee=os.environ["GUARANTEE"],
)
readings = app.topic(peer.INPUT, value_deserializer="json", timestamp_extractor=lambda value, headers, time, kind: int(value["UTC"] * 1000))
out = app.topic(peer.OUTPUT, value_serializer="json")


def predictions(frame):
    forest = peer.booster()
    batches = frame.tumbling_count_window(count=BATCH).agg(items=Collect()).final()
    return batches.apply(lambda window: peer.predicted(forest, window["items"]), expand=True)


def windows(frame):
    folded = frame.hopping_window(timedelta(minutes=5), timedelta(minutes=1)).reduce(reducer=peer.add, initializer=lambda reading: peer.add(peer.empty(), reading)).final()
    return folded.apply(lambda window, key, time, headers: peer.summary(key.decode(), window["start"], window["value"]), metadata=True)


counted = app.dataframe(readings).update(lambda reading: counter.add())
(windows if os.environ["KIND"] == "windows" else predictions)(counted).to_topic(out)
app.run()
