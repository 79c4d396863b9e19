"""Margins and probabilities of an XGBoost JSON model for raw f32 rows, as raw f32 on stdout: margins, then probabilities.

usage: python xgboost_margins.py MODEL.json FEATURES < rows.f32
"""
import sys

import numpy
import xgboost

booster = xgboost.Booster(model_file=sys.argv[1])
rows = numpy.frombuffer(sys.stdin.buffer.read(), dtype="<f4").reshape(-1, int(sys.argv[2]))
matrix = xgboost.DMatrix(rows, missing=numpy.nan)
margins = booster.predict(matrix, output_margin=True)
sys.stdout.buffer.write(margins.astype("<f4").tobytes())
sys.stdout.buffer.write(booster.predict(matrix).astype("<f4").tobytes())
