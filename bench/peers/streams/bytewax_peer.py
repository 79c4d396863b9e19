"""Bytewax with its recovery store: `predictions` by flat_map_batch, `windows` by fold_window on event time. KIND says which."""

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import bytewax.operators as op
import bytewax.operators.windowing as windowing
import orjson
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main

import peer

counter = peer.Counter()
flow = Dataflow("peer")
messages = op.input("in", flow, KafkaSource([peer.SERVERS], [peer.INPUT], batch_size=1000))


def predictions():
    forest = peer.booster()

    def predict(batch):
        out = peer.predicted(forest, [orjson.loads(message.value) for message in batch])
        counter.add(len(batch))
        return [KafkaSinkMessage(message.key, orjson.dumps(each)) for message, each in zip(batch, out)]

    return op.flat_map_batch("predict", messages, predict)


def windows():
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)

    def parse(batch):
        out = [(reading["sensor_id"], reading) for reading in (orjson.loads(message.value) for message in batch)]
        counter.add(len(batch))
        return out

    def merge(a, b):
        for i in range(len(a)):
            place = (i - 1) % 4
            a[i] = a[i] + b[i] if i == 0 or place < 2 else min(a[i], b[i]) if place == 2 else max(a[i], b[i])
        return a

    def told(item):
        sensor, (window, sums) = item
        return KafkaSinkMessage(sensor.encode(), orjson.dumps(peer.summary(sensor, window * 60_000, sums)))

    # its clock goes on by itself between readings, so that none must wait longer than this
    clock = windowing.EventClock(lambda reading: datetime.fromtimestamp(reading["UTC"], timezone.utc), wait_for_system_duration=timedelta(seconds=30))
    windower = windowing.SlidingWindower(length=timedelta(minutes=5), offset=timedelta(minutes=1), align_to=epoch)
    folded = windowing.fold_window("fold", op.flat_map_batch("parse", messages, parse), clock, windower, peer.empty, peer.add, merge)
    return op.map("tell", folded.down, told)


out = windows() if os.environ["KIND"] == "windows" else predictions()
op.output("out", out, KafkaSink([peer.SERVERS], peer.OUTPUT, add_config={"linger.ms": "5"}))
init_db_dir(Path(peer.STATE), 1)
cli_main(flow, recovery_config=RecoveryConfig(peer.STATE, backup_interval=timedelta(0)), epoch_interval=timedelta(seconds=10))
