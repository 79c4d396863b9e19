"""XGBoost predicts with our model file. Leaves its margins in the folder, for ours to be compared with."""
import os
import sys

import xgboost
from serve import read_task, serve

_, rows, _ = read_task()
booster = xgboost.Booster({"nthread": 1}, model_file=os.path.join(sys.argv[1], "model.json"))
margins = booster.inplace_predict(rows, predict_type="margin")
margins.astype("<f4").tofile(os.path.join(sys.argv[1], "xgboost-margins.f32"))
serve("XGBoost " + xgboost.__version__, lambda: booster.inplace_predict(rows))
