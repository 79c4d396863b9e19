"""Trains LightGBM and XGBoost on the rows of each job, one thread, with their nearest to our parameters, and leaves the model files in the folder.

usage: python train_models.py FOLDER

Reads task.json, {"width", "parameters": ours by name, "jobs": [{"name", "columns": [feature]}]}, features.f32 (row-major), labels.f32 and, for each job,
the numbers of the rows that it learns from, u32 in NAME.rows. Writes NAME.lightgbm.txt and NAME.xgboost.json, and prints the versions as JSON.
"""
import json
import os
import sys

import lightgbm
import numpy
import xgboost

path = lambda name: os.path.join(sys.argv[1], name)
with open(path("task.json")) as file:
    task = json.load(file)
features = numpy.memmap(path("features.f32"), "<f4", "r").reshape(-1, task["width"])
labels = numpy.fromfile(path("labels.f32"), "<f4")
ours = task["parameters"]

by_lightgbm = {
    "objective": "binary",
    "learning_rate": ours["eta"],
    "num_leaves": ours["max_leaves"] or 2 ** ours["max_depth"],
    "max_depth": ours["max_depth"] or -1,
    "min_data_in_leaf": ours["min_data_in_leaf"],
    "min_sum_hessian_in_leaf": ours["min_child_weight"],
    "lambda_l1": ours["alpha"],
    "lambda_l2": ours["lambda"],
    "min_gain_to_split": ours["gamma"],
    "max_bin": ours["max_bin"],
    "bagging_fraction": ours["subsample"],
    "bagging_freq": 1 if ours["subsample"] < 1 else 0,
    "feature_fraction": ours["colsample_bytree"],
    "num_threads": 1,
    "verbose": -1,
}
# XGBoost has no least number of rows in a leaf
by_xgboost = {
    "objective": "binary:logistic",
    "tree_method": "hist",
    **{name: ours[name] for name in ("eta", "grow_policy", "max_leaves", "max_depth", "min_child_weight", "alpha", "lambda", "gamma", "max_bin", "subsample", "colsample_bytree")},
    "nthread": 1,
}

for job in task["jobs"]:
    rows = numpy.fromfile(path(job["name"] + ".rows"), "<u4")
    learned, answers = numpy.ascontiguousarray(features[rows][:, job["columns"]]), labels[rows]
    lightgbm.train(by_lightgbm, lightgbm.Dataset(learned, answers), ours["rounds"]).save_model(path(job["name"] + ".lightgbm.txt"))
    xgboost.train(by_xgboost, xgboost.DMatrix(learned, answers, nthread=1), ours["rounds"]).save_model(path(job["name"] + ".xgboost.json"))

print(json.dumps({"lightgbm": lightgbm.__version__, "xgboost": xgboost.__version__}))
