"""Models of LightGBM and XGBoost, rows that they have not seen, and how good they are, by numpy.

usage: python evaluate_peers.py FOLDER

Writes lightgbm.txt, xgboost.json, xgboost.ubj and held.csv; prints {"lightgbm": {"accuracy": …, "auc": …, "logloss": …}, "xgboost": …}.
"""
import json
import os
import sys

import lightgbm
import numpy
import xgboost

folder = sys.argv[1]
random = numpy.random.default_rng(7)


def rows(count):
    x = random.normal(size=(count, 5))
    y = (x[:, 0] + x[:, 1] * x[:, 2] + random.normal(size=count) > 0.4).astype(int)
    x[random.random(size=x.shape) < 0.05] = numpy.nan
    return x, y


def judged(labels, p):
    values, inverse, counts = numpy.unique(p, return_inverse=True, return_counts=True)
    rank = (numpy.cumsum(counts) - (counts - 1) / 2)[inverse]
    positives = labels.sum()
    negatives = len(labels) - positives
    auc = (rank[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives)
    loss = -numpy.where(labels == 1, numpy.log(p), numpy.log(1 - p)).mean()
    return {"accuracy": ((p >= 0.5) == (labels == 1)).mean(), "auc": auc, "logloss": loss}


names = [f"x{i}" for i in range(5)]
x, y = rows(2000)
held, labels = rows(1500)
# read back as the CSV holds it
with open(os.path.join(folder, "held.csv"), "w") as file:
    file.write(",".join(["y", *names[::-1], "comment"]) + "\n")
    for row, label in zip(held, labels):
        file.write(",".join([str(label), *("" if numpy.isnan(v) else repr(float(v)) for v in row[::-1]), "none"]) + "\n")

booster = lightgbm.train({"objective": "binary", "verbosity": -1, "num_threads": 1}, lightgbm.Dataset(x, y, feature_name=names), 30)
booster.save_model(os.path.join(folder, "lightgbm.txt"))
peer = xgboost.train({"objective": "binary:logistic", "max_depth": 4, "nthread": 1, "verbosity": 0}, xgboost.DMatrix(x, y, feature_names=names), 30)
for name in ("xgboost.json", "xgboost.ubj"):
    peer.save_model(os.path.join(folder, name))

print(json.dumps({
    "lightgbm": judged(labels, booster.predict(held)),
    "xgboost": judged(labels, peer.predict(xgboost.DMatrix(held, feature_names=names)).astype(float)),
}))
