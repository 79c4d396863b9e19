"""Small models of LightGBM, and what LightGBM itself answers for chosen rows: test/goldens/lightgbm/NAME.txt and NAME.expected.json.

    python3 -m venv /tmp/goldens && /tmp/goldens/bin/pip install lightgbm==4.7.0 pandas==3.1.1
    /tmp/goldens/bin/python test/goldens/make_lightgbm.py

Models of old versions need a Python that their wheels know, 3.8 here, one environment for each of 3.3.5, 2.3.1, 2.1.2, 2.0.4:

    python3.8 -m venv /tmp/lgb-2.3.1
    /tmp/lgb-2.3.1/bin/pip install 'numpy<1.24' 'scipy<1.11' 'scikit-learn<1.3' && /tmp/lgb-2.3.1/bin/pip install --no-deps lightgbm==2.3.1
    /tmp/goldens/bin/python test/goldens/make_lightgbm.py --old 2.3.1=/tmp/lgb-2.3.1/bin/python

The arrays of the JSON are base64 of little-endian numbers: rows [rows][features] f64, margins [rows][outputs] f64 (raw_score=True),
predictions [rows][outputs] f64, leaves [rows][trees] i32 (pred_leaf=True). Models are as LightGBM wrote them, but for the section
`parameters`, which only some keep, and for two that say so below: names, oldest.
"""
import base64
import json
import os
import re
import subprocess
import sys

import lightgbm
import numpy

SEED = 20_240_229
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lightgbm")
TINY = 1.0000000180025095e-35  # what is not beyond it, LightGBM reads as 0
SPECIAL = [numpy.nan, 0.0, -0.0, numpy.inf, -numpy.inf, 5e-324, -5e-324, 2.2e-310, 1e-36, -1e-36, TINY, -TINY,
           numpy.nextafter(TINY, 1), numpy.nextafter(-TINY, -1), 1e-300, 1.7976931348623157e308, -1.7976931348623157e308]
CATEGORIES = [-1.0, -0.5, 2.9, 31.0, 32.0, 1e10, 2.0**31, 2.0**31 - 1, 2.0**32 + 1, -2.0**31, 1e300]


def encode(array, kind):
    return base64.b64encode(numpy.ascontiguousarray(array, dtype=kind).tobytes()).decode()


def without_parameters(text):
    return re.sub(r"\nparameters:\n.*?\nend of parameters\n", "", text, flags=re.S)


def thresholds(text, features):
    """Of each feature the thresholds of its numeric splits."""
    found = [[] for _ in range(features)]
    for block in text.split("\nTree=")[1:]:
        lines = dict(line.split("=", 1) for line in block.split("\n\n")[0].split("\n")[1:] if "=" in line)
        kinds = lines["decision_type"].split() if "decision_type" in lines else None
        for node, feature in enumerate(lines["split_feature"].split()):
            if kinds is None or int(kinds[node]) % 2 == 0:
                found[int(feature)].append(float(lines["threshold"].split()[node]))
    return found


def chosen_rows(text, data, categorical, rng, count):
    """Rows of the data with some values replaced: specials, category codes that are none, thresholds and their neighbours."""
    rows = data[rng.randint(0, len(data), count)].copy()
    cuts = thresholds(text, data.shape[1])
    for number, row in enumerate(rows[4:]):
        for _ in range(1 + number % 3):
            feature = rng.randint(data.shape[1])
            cut = rng.choice(cuts[feature]) if cuts[feature] else 0.0
            near = [cut, numpy.nextafter(cut, numpy.inf), numpy.nextafter(cut, -numpy.inf)]
            pool = [CATEGORIES, SPECIAL] if feature in categorical else [SPECIAL, near, near]
            row[feature] = rng.choice(pool[rng.randint(len(pool))])
    return rows


def write(name, text, booster, data, categorical=(), count=40, keep_parameters=False):
    rng = numpy.random.RandomState(SEED)
    rows = chosen_rows(text, data, categorical, rng, count)
    if lightgbm.__version__ < "2.1":
        rows[numpy.abs(rows) < 1.1e-15] = 0  # as 2.0 reads them, and later versions do not
    answers = {
        "lightgbm": lightgbm.__version__,
        "features": data.shape[1],
        "rows": encode(rows, "<f8"),
        "margins": encode(booster.predict(rows, raw_score=True), "<f8"),
        "predictions": encode(booster.predict(rows), "<f8"),
        "leaves": encode(booster.predict(rows, pred_leaf=True), "<i4"),
    }
    text = text if keep_parameters else without_parameters(text)
    with open(os.path.join(FOLDER, name + ".txt"), "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    with open(os.path.join(FOLDER, name + ".expected.json"), "w", newline="\n") as file:
        json.dump(answers, file, indent=1)
        file.write("\n")
    print("%-22s %6d bytes, %d rows" % (name, len(text), len(rows)))


def table(rng, rows=300, missing=0.1):
    """Four columns: uniform, small whole numbers with zeros, normal, and one with missing values."""
    data = numpy.column_stack([rng.rand(rows), rng.randint(-2, 4, rows), rng.randn(rows) * 100, rng.rand(rows)]).astype(float)
    data[rng.rand(rows) < missing, 3] = numpy.nan
    return data


def train(data, labels, rounds=3, dataset=None, **parameters):
    settings = {"num_leaves": 6, "min_data_in_leaf": 5, "learning_rate": 0.3, "verbose": -1, "num_threads": 1, "seed": 7}
    settings.update(parameters)
    return lightgbm.train(settings, lightgbm.Dataset(data, labels, params={"verbose": -1}, free_raw_data=False, **(dataset or {})), rounds)


def plain(rng):
    data = table(rng)
    score = data[:, 0] + 0.3 * data[:, 1] + numpy.nan_to_num(data[:, 3], nan=0.7) + rng.rand(len(data)) * 0.4
    return data, score


def objectives():
    rng = numpy.random.RandomState(SEED)
    data, score = plain(rng)
    classes = numpy.digitize(score, [0.8, 1.4])
    share = 1 / (1 + numpy.exp(-(score - 1.2) * 3))
    yes = (score > 1.2).astype(float)
    groups = {"group": [30] * 10}
    for name, labels, parameters, more in [
        ("binary", yes, {"objective": "binary"}, {"keep": True}),
        ("binary-sigmoid", yes, {"objective": "binary", "sigmoid": 2.0}, {}),
        ("multiclass", classes, {"objective": "multiclass", "num_class": 3}, {}),
        ("multiclassova", classes, {"objective": "multiclassova", "num_class": 3, "sigmoid": 1.5}, {}),
        ("cross-entropy", share, {"objective": "cross_entropy"}, {}),
        ("cross-entropy-lambda", share, {"objective": "cross_entropy_lambda"}, {}),
        ("regression", score * 10, {"objective": "regression"}, {}),
        ("regression-sqrt", score * 10 - 9, {"objective": "regression", "reg_sqrt": True}, {}),
        ("regression-l1", score, {"objective": "regression_l1"}, {}),
        ("quantile", score, {"objective": "quantile", "alpha": 0.8}, {}),
        ("poisson", numpy.floor(numpy.maximum(score, 0) * 4), {"objective": "poisson"}, {}),
        ("gamma", numpy.maximum(score, 0) + 0.1, {"objective": "gamma"}, {}),
        ("tweedie", numpy.maximum(score - 1, 0), {"objective": "tweedie"}, {}),
        ("lambdarank", classes, {"objective": "lambdarank"}, {"dataset": groups}),
        ("dart", yes, {"objective": "binary", "boosting": "dart", "drop_rate": 0.5}, {"rounds": 6}),
        ("goss", yes, {"objective": "binary", "data_sample_strategy": "goss"}, {"rounds": 5}),
        ("forest", yes, {"objective": "binary", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}, {"rounds": 5}),
        ("forest-multiclass", classes, {"objective": "multiclass", "num_class": 3, "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}, {}),
        ("monotone", score, {"objective": "regression", "monotone_constraints": [1, 0, -1, 0]}, {}),
        ("single-leaf", numpy.full(len(data), 2.5), {"objective": "regression"}, {}),
        ("linear", score, {"objective": "regression", "linear_tree": True, "num_leaves": 4}, {"keep": True}),
    ]:
        booster = train(data, labels, rounds=more.get("rounds", 3), dataset=more.get("dataset"), **parameters)
        write(name, booster.model_to_string(), booster, data, keep_parameters="keep" in more)
    booster = train(data, score, objective=lambda predicted, set_: (predicted - set_.get_label(), numpy.ones(len(predicted))))
    write("custom", booster.model_to_string(), booster, data)


def missing():
    rng = numpy.random.RandomState(SEED + 1)
    data, score = plain(rng)
    data[rng.rand(len(data)) < 0.3, 0] = 0
    data[rng.rand(len(data)) < 0.2, 2] = numpy.nan
    score = score - 2 * (data[:, 0] == 0) + numpy.isnan(data[:, 2])
    for name, parameters in [("missing-nan", {}), ("missing-zero", {"zero_as_missing": True}), ("missing-none", {"use_missing": False})]:
        booster = train(data, score, objective="regression", num_leaves=10, **parameters)
        write(name, booster.model_to_string(), booster, data, count=64)
    # a column of one value beside NaN: the split between the two has a threshold at the end of its range
    data[:, 3] = numpy.where(rng.rand(len(data)) < 0.5, numpy.nan, 3.0)
    booster = train(data, score + 5 * numpy.isnan(data[:, 3]), objective="regression")
    text = booster.model_to_string()
    assert any(cut == numpy.inf for some in thresholds(text, 4) for cut in some)
    write("infinite", text, booster, data, count=64)


def categories():
    rng = numpy.random.RandomState(SEED + 2)
    data = numpy.column_stack([rng.randint(0, 120, 600), rng.rand(600), rng.randint(0, 3, 600)]).astype(float)
    score = numpy.sin(data[:, 0]) + data[:, 1] + (data[:, 2] == 1)
    data[rng.rand(600) < 0.1, 0] = numpy.nan
    parameters = {"min_data_per_group": 5, "cat_smooth": 1.0, "objective": "regression"}
    booster = train(data, score, dataset={"categorical_feature": [0, 2]}, **parameters)
    write("categorical", booster.model_to_string(), booster, data, categorical=(0, 2), count=64, keep_parameters=True)
    try:
        import pandas
    except ImportError:
        print("pandas-categories SKIPPED: no pandas")
        return
    names = ["dry", "wet", "a, \"b\"", "\u6e7f \u00e9"]
    frame = pandas.DataFrame({
        "amount": data[:, 1],
        "weather": pandas.Categorical.from_codes((numpy.nan_to_num(data[:, 0]) % 4).astype(int), names),
        "size": pandas.Categorical(data[:, 2] * 0.5),
        "same": pandas.Categorical(["one"] * 600),
    })
    booster = train(frame, score + numpy.asarray(frame["weather"].cat.codes), **parameters)
    codes = numpy.column_stack([frame["amount"], frame["weather"].cat.codes, frame["size"].cat.codes, frame["same"].cat.codes]).astype(float)
    print("pandas-categories: pandas", pandas.__version__)
    write("pandas-categories", booster.model_to_string(), booster, codes, categorical=(1, 2, 3), keep_parameters=True)


def names():
    """By hand: LightGBM refuses to train with JSON's characters in names, but opens and keeps them."""
    rng = numpy.random.RandomState(SEED + 3)
    data, score = plain(rng)
    text = train(data, score, objective="regression").model_to_string()
    for i, name in enumerate(["Temperature[C]", "a=\"b\",{c}:", "\u6e29\u5ea6", "__proto__"]):
        text = text.replace("Column_%d" % i, name)
    booster = lightgbm.Booster(model_str=text)
    assert booster.feature_name()[0] == "Temperature[C]"
    write("names", text, booster, data)


def old():
    """Run by an old version: one model of its own, and what it answers itself."""
    version = lightgbm.__version__ if lightgbm.__version__ != "2.0.1" else "2.0.4"  # the wheel of 2.0.4 calls itself 2.0.1
    rng = numpy.random.RandomState(SEED + 4)
    data, score = plain(rng)
    data = data if version >= "2.1" else numpy.nan_to_num(data, nan=0.7)
    booster = train(data, (score > 1.2) * 1.0, objective="binary")
    path = os.path.join(FOLDER, "scratch")
    booster.save_model(path)
    with open(path) as file:
        text = file.read()
    os.remove(path)
    write("v" + version, text, booster, data)
    if version >= "2.1":
        return
    # by hand: older still, without lines that say what is so anyhow
    text = re.sub(r"(?m)^(decision_type|num_tree_per_iteration)=.*\n", "", text)
    write("oldest", text, booster, data)


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    if sys.argv[1:] == ["--as-old"]:
        print("lightgbm", lightgbm.__version__, "numpy", numpy.__version__, "seed", SEED)
        old()
    elif sys.argv[1:2] == ["--old"]:
        for version in sys.argv[2:]:
            subprocess.run([version.split("=", 1)[1], os.path.abspath(__file__), "--as-old"], check=True)
    else:
        print("lightgbm", lightgbm.__version__, "numpy", numpy.__version__, "seed", SEED)
        objectives()
        missing()
        categories()
        names()
