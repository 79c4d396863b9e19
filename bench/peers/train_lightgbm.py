"""LightGBM trains on the same rows, with its nearest to our parameters.

usage: python train_lightgbm.py FOLDER row|column
"""
import sys

import lightgbm
from serve import logloss, peak, read_task, serve

task, rows, labels = read_task()
layout = sys.argv[2]
train = slice(0, task["trainRows"])
test = slice(task["trainRows"], None)
ours = task["parameters"]
parameters = {
    "objective": "binary",
    "num_leaves": ours["max_leaves"],
    "max_bin": 255,
    "learning_rate": ours["eta"],
    "lambda_l2": ours["lambda"],
    "min_gain_to_split": ours["gamma"],
    "min_sum_hessian_in_leaf": ours["min_child_weight"],
    "min_data_in_leaf": 0,
    "boost_from_average": False,
    "force_row_wise": layout == "row",
    "force_col_wise": layout == "column",
    "num_threads": 1,
    "verbose": -1,
}


def run():
    return lightgbm.train(parameters, lightgbm.Dataset(rows[train], labels[train]), ours["rounds"])


serve(f"LightGBM {lightgbm.__version__} {layout}-wise", run, lambda booster: {"peakMiB": peak(), "logloss": logloss(labels[test], booster.predict(rows[test]))})
