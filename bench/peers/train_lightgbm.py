"""LightGBM trains on the same rows, with its nearest to our parameters."""
import lightgbm
from lightgbm_parameters import parameters
from serve import auc, read_task, serve

task, rows, labels = read_task()
train = slice(0, task["trainRows"])
test = slice(task["trainRows"], None)


def run():
    return lightgbm.train(parameters(task), lightgbm.Dataset(rows[train], labels[train]), task["parameters"]["rounds"])


serve("LightGBM " + lightgbm.__version__, run, lambda booster: {"auc": auc(labels[test], booster.predict(rows[test]))})
