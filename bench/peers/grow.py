"""Grows the forest that a kernel bench scores, and leaves it in the folder with the library's own margins and predictions of the bench's rows.

usage: python grow.py FOLDER
"""
import os
import sys

from serve import read_task

folder = sys.argv[1]
task, rows, labels = read_task()
train = slice(0, task["trainRows"])
model = os.path.join(folder, task["model"])

if task["family"] == "xgboost":
    import xgboost

    growth = {"max_depth": task["depth"]} if task["depth"] else {"max_depth": 0, "max_leaves": task["leaves"], "grow_policy": "lossguide"}
    parameters = {"objective": "binary:logistic", "eta": 0.1, "min_child_weight": 0.01, "tree_method": "hist", "nthread": 1, **growth}
    booster = xgboost.train(parameters, xgboost.DMatrix(rows[train], labels[train]), task["trees"])
    booster.save_model(model)
    booster.inplace_predict(rows).astype("<f8").tofile(os.path.join(folder, "predictions"))
    booster.inplace_predict(rows, predict_type="margin").astype("<f4").tofile(os.path.join(folder, "margins"))
else:
    import lightgbm

    parameters = {"objective": "binary", "learning_rate": 0.1, "num_leaves": task["leaves"], "num_threads": 1, "verbose": -1}
    booster = lightgbm.train(parameters, lightgbm.Dataset(rows[train], labels[train]), task["trees"])
    booster.save_model(model)
    booster.predict(rows, num_threads=1).astype("<f8").tofile(os.path.join(folder, "predictions"))
    booster.predict(rows, raw_score=True, num_threads=1).astype("<f8").tofile(os.path.join(folder, "margins"))
