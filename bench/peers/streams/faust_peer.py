"""Faust: predictions by `take`, up to 1,000 readings a call. No windows: it closes them by the machine's clock (`Table._del_old_keys`), so that those of a backlog are told while they fill."""

import os

import faust

import peer

counter = peer.Counter()
forest = peer.booster()
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
    web_enabled=False,
)
readings = app.topic(peer.INPUT, value_serializer="json")
out = app.topic(peer.OUTPUT, value_serializer="json")


@app.agent(readings)
async def predict(stream):
    async for batch in stream.take(1000, within=0.05):
        for prediction in peer.predicted(forest, batch):
            await out.send(key=prediction["sensor_id"], value=prediction)
        counter.add(len(batch))


app.main()
