"""Faust: predictions by `take`, up to 1,000 readings a call; windows by a hopping table, told of when they close. KIND says which of the two."""

import os

import faust

import peer

counter = peer.Counter()
app = faust.App(
    peer.GROUP,
    broker="kafka://" + peer.SERVERS,
    store="memory://",
    datadir=peer.STATE,
    processing_guarantee=os.environ["GUARANTEE"],
    topic_partitions=4,
    topic_replication_factor=1,
    consumer_auto_offset_reset="earliest",
    broker_commit_interval=1.0,
    broker_session_timeout=120.0,
    broker_request_timeout=180.0,
    stream_wait_empty=False,
    table_cleanup_interval=1.0,
    web_enabled=False,
)
readings = app.topic(peer.INPUT, value_serializer="json")
out = app.topic(peer.OUTPUT, value_serializer="json")


def predictions():
    forest = peer.booster()

    async def predict(stream):
        async for batch in stream.take(1000, within=0.05):
            for prediction in peer.predicted(forest, batch):
                await out.send(key=prediction["sensor_id"], value=prediction)
            counter.add(len(batch))

    app.agent(readings)(predict)


def windows():
    async def closed(key, sums):
        sensor, (start, _) = key
        await out.send(key=sensor, value=peer.summary(sensor, int(start * 1000), sums))

    table = app.Table("windows", default=peer.empty, on_window_close=closed, partitions=4).hopping(300, 60, expires=10).relative_to(lambda event: event.value["UTC"])

    async def fold(stream):
        async for reading in stream:
            table[reading["sensor_id"]].apply(peer.add, reading)
            counter.add()

    app.agent(readings)(fold)


(windows if os.environ["KIND"] == "windows" else predictions)()
app.main()
