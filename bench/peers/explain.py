"""A library explains the first rows of the bench by its own forest, on one thread: calls of so many rows each, one after the other.

usage: python explain.py FOLDER LIBRARY       xgboost or lightgbm
"""
import os
import sys

from serve import read_task, serve

folder, library = sys.argv[1], sys.argv[2]
task, rows, _ = read_task()
model = os.path.join(folder, task["model"])
parts = [rows[first : first + task["rowsACall"]] for first in range(0, task["rowsACall"] * task["calls"], task["rowsACall"])]

if library == "xgboost":
    import xgboost

    booster = xgboost.Booster({"nthread": 1}, model_file=model)
    serve("XGBoost " + xgboost.__version__, lambda: [booster.predict(xgboost.DMatrix(some, nthread=1), pred_contribs=True) for some in parts])
else:
    import lightgbm

    booster = lightgbm.Booster(model_file=model)
    serve("LightGBM " + lightgbm.__version__, lambda: [booster.predict(some, pred_contrib=True, num_threads=1) for some in parts])
