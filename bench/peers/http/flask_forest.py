"""POST /predict of one reading by Flask and a random forest of scikit-learn, as the original system serves it. The forest learns what the XGBoost file that MODEL names says of random readings."""

import json
import os

import numpy
import xgboost
from flask import Flask, jsonify, request
from sklearn.ensemble import RandomForestClassifier

fields = json.loads(os.environ["FIELDS"])
ranges = json.loads(os.environ["RANGES"])
booster = xgboost.Booster({"nthread": 1})
booster.load_model(os.environ["MODEL"])
random = numpy.random.default_rng(1)
rows = numpy.column_stack([random.uniform(low, high, 20_000) for low, high in ranges]).astype(numpy.float32)
margins = booster.inplace_predict(rows, predict_type="margin")
forest = RandomForestClassifier(100, random_state=1).fit(rows, margins > numpy.median(margins))
app = Flask(__name__)


@app.get("/")
def ready():
    return {}


@app.post("/predict")
def predict():
    reading = request.get_json()
    probability = float(forest.predict_proba(numpy.array([[reading[name] for name in fields]]))[0, 1])
    return jsonify(prediction=int(probability >= 0.5), probability=probability)


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
