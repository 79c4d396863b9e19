"""XGBoost trains on the same rows with the same parameters."""
import xgboost
from serve import logloss, peak, read_task, serve

task, rows, labels = read_task()
train = slice(0, task["trainRows"])
test = slice(task["trainRows"], None)
ours = task["parameters"]
parameters = {
    "objective": "binary:logistic",
    "tree_method": "hist",
    "grow_policy": "lossguide",
    "max_bin": 255,
    "max_depth": 0,
    "max_leaves": ours["max_leaves"],
    "eta": ours["eta"],
    "lambda": ours["lambda"],
    "gamma": ours["gamma"],
    "min_child_weight": ours["min_child_weight"],
    "base_score": ours["base_score"],
    "nthread": 1,
}


def run():
    matrix = xgboost.QuantileDMatrix(rows[train], labels[train], max_bin=255, nthread=1)
    return xgboost.train(parameters, matrix, ours["rounds"])


serve("XGBoost " + xgboost.__version__, run, lambda booster: {"peakMiB": peak(), "logloss": logloss(labels[test], booster.inplace_predict(rows[test]))})
