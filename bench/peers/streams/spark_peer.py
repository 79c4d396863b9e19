"""PySpark structured streaming on two local threads: predictions by mapInPandas, windows by its own. KIND says which; times are those of its micro-batches."""

import glob
import json
import os
import time
from datetime import datetime, timezone

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType, FloatType, StringType, StructField, StructType

import peer

# dots in names of columns break mapInPandas
columns = {field: field.replace(".", "_") for field in peer.FIELDS}
names = list(columns.values())
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.driver.memory", "2g")
    .config("spark.ui.enabled", "false")
    .config("spark.jars", ",".join(glob.glob(os.path.join(os.path.dirname(__file__), "target", "libs", "*.jar"))))
    .config("spark.sql.shuffle.partitions", "4")
    .config("spark.sql.session.timeZone", "UTC")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
schema = StructType([StructField("sensor_id", StringType()), StructField("UTC", DoubleType()), *(StructField(field, FloatType()) for field in peer.FIELDS)])
readings = (
    spark.readStream.format("kafka")
    .option("kafka.bootstrap.servers", peer.SERVERS)
    .option("subscribe", peer.INPUT)
    .option("startingOffsets", "earliest")
    .option("maxOffsetsPerTrigger", str(-(-peer.READINGS // 4)))
    .load()
    .select(F.from_json(F.col("value").cast("string"), schema).alias("r"))
    .select("r.sensor_id", "r.UTC", *(F.col("r").getField(field).alias(name) for field, name in columns.items()))
)


def predict(frames):
    forest = peer.booster()
    for frame in frames:
        probability = forest.inplace_predict(frame[names].to_numpy("float32"))
        yield frame[["sensor_id", "UTC"]].assign(probability=probability, alarm=probability > 0.5)


def windows():
    aggregates = [F.count("*").alias("count")]
    for name, field in peer.SUMMARIZED.items():
        column = F.col(f"`{columns[field]}`")
        aggregates += [F.avg(column).alias(name + "_mean"), F.stddev_pop(column).alias(name + "_stddev"), F.min(column).alias(name + "_min"), F.max(column).alias(name + "_max")]
    grouped = readings.withColumn("time", F.timestamp_seconds("UTC")).withWatermark("time", "10 seconds").groupBy("sensor_id", F.window("time", "5 minutes", "1 minute"))
    summaries = grouped.agg(*aggregates)
    return summaries.select("sensor_id", (F.unix_timestamp("window.start") * 1000).alias("start"), *(column for column in summaries.columns if column not in ("sensor_id", "window")))


out = windows() if os.environ["KIND"] == "windows" else readings.mapInPandas(predict, "sensor_id string, UTC double, probability float, alarm boolean")
peer.reached("first")
query = (
    out.select(F.col("sensor_id").alias("key"), F.to_json(F.struct("*")).alias("value"))
    .writeStream.format("kafka")
    .option("kafka.bootstrap.servers", peer.SERVERS)
    .option("topic", peer.OUTPUT)
    .option("checkpointLocation", os.path.join(peer.STATE, "checkpoint"))
    .trigger(availableNow=True)
    .start()
)
query.awaitTermination()

progress = [each if isinstance(each, dict) else json.loads(each.json) for each in query.recentProgress]
progress = [each for each in progress if each["numInputRows"] > 0]
began = [datetime.strptime(each["timestamp"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc).timestamp() for each in progress]
peer.reached("first", began[0])
if len(began) > 1:
    peer.reached("half", began[len(began) // 2])
peer.reached("end", began[-1] + progress[-1]["durationMs"]["triggerExecution"] / 1000)
time.sleep(600)
