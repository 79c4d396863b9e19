"""POST /predict of one reading by FastAPI and XGBoost: the model is the XGBoost file that MODEL names, the fields are those that FIELDS names, in its order."""

import json
import os

import numpy
import xgboost
from fastapi import FastAPI
from pydantic import Field, create_model

fields = json.loads(os.environ["FIELDS"])
booster = xgboost.Booster({"nthread": 1})
booster.load_model(os.environ["MODEL"])
Reading = create_model("Reading", **{f"f{i}": (float, Field(alias=name)) for i, name in enumerate(fields)})
names = [f"f{i}" for i in range(len(fields))]
app = FastAPI()


@app.get("/")
async def ready():
    return {}


@app.post("/predict")
async def predict(reading: Reading):
    row = numpy.array([[getattr(reading, name) for name in names]], numpy.float32)
    probability = float(booster.inplace_predict(row)[0])
    return {"prediction": int(probability >= 0.5), "probability": probability}
