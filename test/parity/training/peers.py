"""Trains XGBoost and LightGBM on the data sets of a folder, one thread each, and leaves their margins of the rows to be predicted there.

usage: python peers.py FOLDER < tasks.json

Each task is {"name", "width", "categorical": [feature], "weighted", "rounds", "xgboost": parameters, "lightgbm": parameters}. Reads f32 from NAME.rows,
NAME.labels, NAME.weights (of rows that are learned from) and NAME.others (rows to be predicted), writes f64 [rows][outputs] to NAME.xgboost and NAME.lightgbm.
"""
import json
import os
import sys

import lightgbm
import numpy
import xgboost

folder = sys.argv[1]


def read(task, what):
    return numpy.fromfile(os.path.join(folder, task["name"] + "." + what), dtype="<f4")


def by_xgboost(task, rows, labels, weights, others):
    kinds = ["c" if feature in task["categorical"] else "q" for feature in range(task["width"])]
    matrix = lambda values, **more: xgboost.DMatrix(values, feature_types=kinds, enable_categorical=True, nthread=1, **more)
    booster = xgboost.train({"tree_method": "hist", "nthread": 1, **task["xgboost"]}, matrix(rows, label=labels, weight=weights), task["rounds"])
    return booster.predict(matrix(others), output_margin=True)


def by_lightgbm(task, rows, labels, weights, others):
    parameters = {"num_threads": 1, "verbose": -1, **task["lightgbm"]}
    data = lightgbm.Dataset(rows, labels, weight=weights, categorical_feature=task["categorical"], params=parameters)
    return lightgbm.train(parameters, data, task["rounds"]).predict(others, raw_score=True, num_threads=1)


for task in json.load(sys.stdin):
    rows = read(task, "rows").reshape(-1, task["width"])
    others = read(task, "others").reshape(-1, task["width"])
    weights = read(task, "weights") if task["weighted"] else None
    for name, margins_of in (("xgboost", by_xgboost), ("lightgbm", by_lightgbm)):
        margins = margins_of(task, rows, read(task, "labels"), weights, others)
        margins.astype("<f8").tofile(os.path.join(folder, task["name"] + "." + name))
