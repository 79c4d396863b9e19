"""Grows the forest of a bench, and leaves it in the folder with the library's own margins and predictions of the bench's rows; or, where these are to be explained,
with its contributions of those that are.

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
    explain = lambda some: booster.predict(xgboost.DMatrix(some), pred_contribs=True)
    predictions, margins = booster.inplace_predict(rows), booster.inplace_predict(rows, predict_type="margin").astype("<f4")
else:
    import lightgbm

    parameters = {"objective": "binary", "learning_rate": 0.1, "num_leaves": task["leaves"], "num_threads": 1, "verbose": -1}
    booster = lightgbm.train(parameters, lightgbm.Dataset(rows[train], labels[train]), task["trees"])
    booster.save_model(model)
    explain = lambda some: booster.predict(some, pred_contrib=True, num_threads=1)
    predictions, margins = booster.predict(rows, num_threads=1), booster.predict(rows, raw_score=True, num_threads=1).astype("<f8")

if task.get("explained"):
    explain(rows[: task["rowsACall"] * task["calls"]]).astype("<f8").tofile(os.path.join(folder, "contributions"))
else:
    predictions.astype("<f8").tofile(os.path.join(folder, "predictions"))
    margins.tofile(os.path.join(folder, "margins"))
