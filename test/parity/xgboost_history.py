"""Trains by XGBoost on Parquet that this project wrote, as somebody would who has more rows than one machine holds.

usage: python xgboost_history.py TABLE.parquet MODEL.json MARGINS

The table has sensor, event_time, label, then the features in the model's order. Writes the model without names of features, which XGBoost does not let
hold brackets, and its margins of all rows (f32).
"""
import sys

import duckdb
import numpy
import xgboost

table, model, margins = sys.argv[1:]
columns = duckdb.sql("SELECT * FROM read_parquet('" + table.replace("'", "''") + "')").fetchnumpy()
names = [name for name in columns if name not in ("sensor", "event_time", "label")]
rows = numpy.column_stack([numpy.ma.filled(columns[name].astype("<f4"), numpy.nan) for name in names])
matrix = xgboost.DMatrix(rows, label=columns["label"], missing=numpy.nan)
booster = xgboost.train({"objective": "binary:logistic", "max_depth": 5, "eta": 0.3, "nthread": 2, "verbosity": 0}, matrix, num_boost_round=30)
booster.save_model(model)
booster.predict(matrix, output_margin=True).astype("<f4").tofile(margins)
