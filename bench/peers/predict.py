"""A library scores the bench's forest, on one thread: calls of so many rows each, one after the other.

usage: python predict.py FOLDER LIBRARY       xgboost, lightgbm, onnxruntime or tl2cgen
"""
import os
import platform
import statistics
import sys
import time

import numpy
from serve import read_task, say

folder, library = sys.argv[1], sys.argv[2]
task, rows, _ = read_task()
model = os.path.join(folder, task["model"])
from_xgboost = task["family"] == "xgboost"


def with_xgboost():
    import xgboost

    booster = xgboost.Booster({"nthread": 1}, model_file=model)
    return "XGBoost " + xgboost.__version__, booster.inplace_predict


def with_lightgbm():
    import lightgbm

    booster = lightgbm.Booster(model_file=model)
    return "LightGBM " + lightgbm.__version__, lambda some: booster.predict(some, num_threads=1)


def with_onnxruntime():
    import onnxruntime
    from onnxmltools import convert_lightgbm, convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    inputs = [("x", FloatTensorType([None, rows.shape[1]]))]
    if from_xgboost:
        import xgboost

        converted = convert_xgboost(xgboost.Booster(model_file=model), initial_types=inputs)
    else:
        import lightgbm

        converted = convert_lightgbm(lightgbm.Booster(model_file=model), initial_types=inputs, zipmap=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(converted.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return "ONNX Runtime " + onnxruntime.__version__, lambda some: session.run(None, {"x": some})


def with_tl2cgen():
    import tl2cgen
    import treelite

    load = treelite.frontend.load_xgboost_model if from_xgboost else treelite.frontend.load_lightgbm_model
    compiled = os.path.join(folder, "tl2cgen.so")
    tl2cgen.export_lib(load(model), toolchain="gcc", libpath=compiled, params={"parallel_comp": 2, "quantize": 1})
    predictor = tl2cgen.Predictor(compiled, nthread=1)
    return "tl2cgen " + tl2cgen.__version__, lambda some: predictor.predict(tl2cgen.DMatrix(some))


opened = {"xgboost": with_xgboost, "lightgbm": with_lightgbm, "onnxruntime": with_onnxruntime, "tl2cgen": with_tl2cgen}[library]
name, predict = opened()
parts = [rows[first : first + task["rowsACall"]] for first in range(0, task["rowsACall"] * task["calls"], task["rowsACall"])]


def run():
    """Median milliseconds of a call where calls are small, else all of them."""
    took = []
    for part in parts:
        start = time.perf_counter()
        predict(part)
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def open_and_run():
    start = time.perf_counter()
    _, predict = opened()
    predict(parts[0])
    return (time.perf_counter() - start) * 1000


def must_agree():
    """A peer that computes something else is no peer. Libraries that round rows or thresholds to f32 send a row in some thousands another way."""
    answer = predict(parts[0])
    answer = answer[-1] if isinstance(answer, list) else answer
    probability = numpy.asarray(answer).reshape(len(parts[0]), -1)[:, -1]
    expected = numpy.fromfile(os.path.join(folder, "predictions"), "<f8")[: len(parts[0])]
    odd = (numpy.abs(probability - expected) > 1e-3).mean()
    if odd > 0.002:
        sys.exit(f"{name} answers otherwise on {odd:.1%} of the rows")


must_agree()
say({"host": "Python " + platform.python_version(), "contestants": [{"name": name, "peer": True}]})
for _ in sys.stdin:
    say({"ms": open_and_run() if task["opening"] else run()})
