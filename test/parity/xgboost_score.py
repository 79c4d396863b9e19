"""Margins and leaves by XGBoost of the models and rows of a folder.

usage: python xgboost_score.py FOLDER < cases.json

Each case is {"model": file, "rows": file of f64, "features": count}. Writes <model>.margins (f32) and <model>.leaves (i32). A DMatrix refuses rows with
an infinite value: for them margins are inplace_predict's, which of DART adds in another order and so are NaN here, and leaves are -1.
"""
import json
import os
import sys

import numpy
import xgboost

xgboost.set_config(verbosity=0)
folder = sys.argv[1]
for case in json.load(sys.stdin):
    path = os.path.join(folder, case["model"])
    booster = xgboost.Booster({"nthread": 1}, model_file=path)
    rows = numpy.fromfile(os.path.join(folder, case["rows"]), dtype="<f8").reshape(-1, case["features"])
    with numpy.errstate(over="ignore"):
        rows = rows.astype(numpy.float32)
    infinite = numpy.isinf(rows).any(axis=1)
    matrix = xgboost.DMatrix(numpy.where(infinite[:, None], numpy.float32(0), rows), missing=numpy.nan)
    margins = booster.predict(matrix, output_margin=True, validate_features=False)
    dart = json.loads(booster.save_config())["learner"]["gradient_booster"]["name"] == "dart"
    if infinite.any():
        margins[infinite] = numpy.nan if dart else booster.inplace_predict(rows[infinite], predict_type="margin", missing=numpy.nan, validate_features=False)
    margins.astype("<f4").tofile(path + ".margins")
    leaves = booster.predict(matrix, pred_leaf=True, validate_features=False).reshape(len(rows), -1) if booster.num_boosted_rounds() else numpy.zeros((len(rows), 0))
    leaves[infinite] = -1
    leaves.astype("<i4").tofile(path + ".leaves")
