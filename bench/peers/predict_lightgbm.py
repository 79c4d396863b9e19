"""LightGBM predicts with a forest of its own."""
import lightgbm
from lightgbm_parameters import parameters
from serve import read_task, serve

task, rows, labels = read_task()
train = slice(0, task["trainRows"])
booster = lightgbm.train(parameters(task), lightgbm.Dataset(rows[train], labels[train]), task["parameters"]["rounds"])
serve("LightGBM " + lightgbm.__version__, lambda: booster.predict(rows, num_threads=1))
