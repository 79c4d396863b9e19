"""Small models of XGBoost of many versions, with what XGBoost itself predicts from them.

    python make_xgboost.py models OUT          models of the version that this Python has
    python make_xgboost.py expected OUT NAME…  what this Python's version predicts from them, as NAME.expected.json

Run with all versions, each installed in a throw-away environment, by:

    python make_xgboost.py all OUT 0.90=PYTHON 1.0=PYTHON 1.3=PYTHON 1.7=PYTHON 2.1=PYTHON 3.0=PYTHON 3.2=PYTHON

where PYTHON is an interpreter with that version: 0.90 and 1.0.2 (Python 3.7), 1.3.3 (3.8), 1.7.6 and 2.1.4 (3.10), 3.0.5 and 3.2.0 with pandas
(3.11). Versions before 1.3 sum from 0 and add the base last, so their models are judged by a later version that still reads them.

Files of one name and several endings are one model. An expected file holds base64 of little-endian arrays: `rows` f64 [rows][features], `margins` f32, `predictions` f32, `leaves` i32 [rows][trees].
"""
import base64
import json
import os
import subprocess
import sys

import numpy as np
import xgboost as xgb

SEED = 20250611
VERSION = tuple(int(part) for part in xgb.__version__.split(".")[:2])
SHORT = "%d.%d" % VERSION if VERSION >= (1, 0) else "0.90"
ROWS = 80
FEATURES = 4


class Data:
    """Rows with missing values, whose labels lean on the first three features."""

    def __init__(self, missing=0.2):
        self.random = np.random.RandomState(SEED)
        x = self.random.randn(ROWS, FEATURES)
        x[self.random.rand(ROWS, FEATURES) < missing] = np.nan
        x[:, 3] = np.round(x[:, 3])
        self.x = x.astype(np.float32)
        filled = np.nan_to_num(x)
        self.signal = filled[:, 0] + filled[:, 1] * filled[:, 2] - np.isnan(x[:, 1]) + 0.3 * self.random.randn(ROWS)
        self.binary = (self.signal > 0).astype(np.float32)
        self.classes = np.digitize(self.signal, [-0.6, 0.6]).astype(np.float32)
        self.positive = np.exp(self.signal / 2).astype(np.float32)
        self.counts = np.round(self.positive).astype(np.float32)
        self.targets = np.stack([self.signal, filled[:, 1] - self.signal, filled[:, 3]], axis=1)


def train(parameters, label, x=None, rounds=3, matrix=None, **more):
    given = {"max_depth": 2, "eta": 0.4, "seed": SEED, "verbosity": 0, "nthread": 1}
    given.update(parameters)
    return xgb.train(given, matrix or xgb.DMatrix(Data().x if x is None else x, label=label), rounds, **more)


class Models:
    def __init__(self, out):
        self.out = out
        self.data = Data()
        {"3.2": self.of_3_2, "3.0": self.of_3_0, "2.1": self.of_2_1, "1.7": self.of_1_7, "1.3": self.of_1_3, "1.0": self.of_1_0, "0.90": self.of_0_90}[SHORT]()

    def save(self, booster, name, *endings):
        for ending in endings:
            path = os.path.join(self.out, "%s.%s" % (name, ending))
            if ending == "model" and VERSION >= (1, 7):
                with open(path, "wb") as file:
                    file.write(bytes(booster.save_raw("deprecated")))
            else:
                booster.save_model(path)

    def edit(self, name, change):
        path = os.path.join(self.out, name)
        with open(path) as file:
            model = json.load(file)
        change(model["learner"]["gradient_booster"])
        with open(path, "w") as file:
            json.dump(model, file, separators=(",", ":"))

    def of_3_2(self):
        data = self.data
        self.save(train({"objective": "binary:logistic"}, data.binary), "logistic", "json")
        self.save(train({"objective": "reg:logistic"}, data.binary), "reglogistic", "ubj")
        self.save(train({"objective": "binary:logitraw"}, data.binary), "logitraw", "ubj")
        self.save(train({"objective": "binary:hinge"}, data.binary), "hinge", "ubj")
        self.save(train({"objective": "multi:softmax", "num_class": 3}, data.classes, rounds=2), "softmax", "ubj")
        self.save(train({"objective": "multi:softprob", "num_class": 3}, data.classes, rounds=2), "softprob", "json", "ubj")
        self.save(train({"objective": "reg:squarederror"}, data.signal), "squarederror", "json", "ubj")
        self.save(train({"objective": "reg:squarederror", "base_score": -2.25}, data.signal, rounds=1), "base-score", "json")
        self.save(train({"objective": "count:poisson"}, data.counts), "poisson", "ubj")
        self.save(train({"objective": "reg:gamma"}, data.positive), "gamma", "ubj")
        self.save(train({"objective": "reg:tweedie", "tweedie_variance_power": 1.3}, data.positive), "tweedie", "ubj")
        self.save(train({"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.9]}, data.signal, rounds=2), "quantile", "json")
        self.save(train({"objective": "reg:absoluteerror"}, data.signal), "absoluteerror", "ubj")
        self.save(train({"objective": "reg:pseudohubererror"}, data.signal), "pseudohuber", "ubj")
        self.save(train({"objective": "survival:cox"}, data.positive, rounds=2), "cox", "ubj")
        ranked = xgb.DMatrix(data.x, label=np.clip(data.counts, 0, 4), group=[ROWS // 2, ROWS // 2])
        self.save(train({"objective": "rank:ndcg"}, None, matrix=ranked, rounds=2), "ndcg", "ubj")
        survival = xgb.DMatrix(data.x)
        survival.set_float_info("label_lower_bound", data.positive)
        survival.set_float_info("label_upper_bound", data.positive + 1)
        self.save(train({"objective": "survival:aft"}, None, matrix=survival, rounds=2), "aft", "ubj")

        dart = {"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.5, "one_drop": 1}
        dropped = train(dart, data.binary, rounds=4)
        self.save(dropped, "dart", "ubj")
        self.save(dropped, "dart-last-whole", "json")

        def last_weight_is_one(booster):
            booster["weight_drop"][-1] = 1.0

        def as_in_3_4(booster):
            booster["model"] = booster["gbtree"]["model"]
            booster["model"]["weight_drop"] = booster["weight_drop"][:-1]
            booster["name"] = "gbtree"
            del booster["gbtree"], booster["weight_drop"]

        self.edit("dart-last-whole.json", last_weight_is_one)
        with open(os.path.join(self.out, "dart-last-whole.json")) as file, open(os.path.join(self.out, "dart-3.4.json"), "w") as copy:
            copy.write(file.read())
        self.edit("dart-3.4.json", as_in_3_4)
        self.save(train(dict(dart, objective="multi:softprob", num_class=3), data.classes, rounds=2), "dart-softprob", "ubj")

        codes = data.random.randint(0, 70, (ROWS, 3)).astype(np.float32)
        codes[data.random.rand(ROWS, 3) < 0.1] = np.nan
        kinds = xgb.DMatrix(np.column_stack([codes, data.x[:, 0]]), label=np.sin(np.nan_to_num(codes[:, 0])) + (codes[:, 1] == 7) + data.signal / 4, feature_types=["c", "c", "c", "q"], enable_categorical=True)
        self.save(train({"objective": "reg:squarederror", "max_cat_to_onehot": 1, "min_child_weight": 0}, None, matrix=kinds), "categorical", "json", "ubj")
        self.save(train({"objective": "reg:squarederror", "max_cat_to_onehot": 100}, None, matrix=kinds, rounds=2), "categorical-onehot", "ubj")
        self.cats()

        for side, sign in (("left", -1), ("right", 1)):
            target = np.nan_to_num(data.x[:, 0]) * 0.1 + sign * np.where(np.isnan(data.x[:, 0]), 2, np.sign(np.nan_to_num(data.x[:, 0])))
            self.save(train({"objective": "reg:squarederror", "max_depth": 1}, target, rounds=2), "missing-" + side, "ubj")
        several = xgb.DMatrix(data.x, label=data.targets)
        self.save(train({"objective": "reg:squarederror", "multi_strategy": "multi_output_tree"}, None, matrix=several), "vector", "json", "ubj")
        self.save(train({"objective": "multi:softprob", "num_class": 3, "multi_strategy": "multi_output_tree"}, data.classes, rounds=2), "vector-softprob", "ubj")
        self.save(train({"objective": "reg:squarederror", "max_depth": 1}, None, matrix=several, rounds=2), "targets", "json")
        self.save(train({"objective": "binary:logistic"}, None, matrix=xgb.DMatrix(data.x, label=(data.targets > 0).astype(np.float32)), rounds=1), "labels", "ubj")
        forest = {"num_parallel_tree": 3, "subsample": 0.6, "colsample_bynode": 0.8}
        self.save(train(dict(forest, objective="binary:logistic", eta=1), data.binary, rounds=1), "forest", "ubj")
        self.save(train(dict(forest, objective="multi:softprob", num_class=3, max_depth=1), data.classes, rounds=2), "forest-softprob", "ubj")
        watched = xgb.DMatrix(data.x, label=(data.signal + np.random.RandomState(SEED).randn(ROWS) > 0).astype(np.float32))
        stopped = train({"objective": "binary:logistic", "max_depth": 1, "eta": 0.9}, data.binary, rounds=9, evals=[(watched, "watched")], early_stopping_rounds=2, verbose_eval=False)
        self.save(stopped, "stopped", "json")
        self.save(train({"objective": "reg:squarederror", "tree_method": "exact", "gamma": 4, "max_depth": 4}, data.signal, rounds=2), "pruned", "json", "ubj")
        self.save(train({"objective": "reg:squarederror", "gamma": 1e6}, data.signal, rounds=2), "constant", "json")
        self.save(train({"objective": "reg:squarederror"}, data.signal, rounds=0), "empty", "json", "ubj")
        named = xgb.DMatrix(data.x, label=data.signal, feature_names=["plain", "sp ace \u00b5g/m\u00b3", 'quo"te', "\U0001f525"], feature_types=["float", "int", "q", "i"])
        self.save(train({"objective": "reg:squarederror", "max_depth": 1}, None, matrix=named, rounds=1), "names", "json", "ubj")

    def cats(self):
        import pandas as pd

        random = np.random.RandomState(SEED)
        colours = ["red", "green", "", "blue", "light blue"]
        frame = pd.DataFrame({
            "x": random.randn(ROWS).astype(np.float32),
            "colour": pd.Categorical(random.choice(colours, ROWS), categories=colours),
            "small": pd.Categorical(random.choice(np.array([7, -3, 100], dtype=np.int8), ROWS)),
            "large": pd.Categorical(random.choice([70000, -1, 2**40], ROWS)),
        })
        label = frame["x"] + 2 * frame["colour"].isin(["red", "blue"]) + (frame["small"] == 7) - (frame["large"] == -1)
        matrix = xgb.DMatrix(frame, label=label, enable_categorical=True)
        self.save(train({"objective": "reg:squarederror", "max_depth": 3, "max_cat_to_onehot": 1}, None, matrix=matrix), "cats", "json", "ubj")

    def of_3_0(self):
        data = self.data
        self.save(train({"objective": "binary:logistic"}, data.binary), "logistic-3.0", "json", "ubj")
        several = xgb.DMatrix(data.x, label=data.targets)
        self.save(train({"objective": "reg:squarederror", "multi_strategy": "multi_output_tree"}, None, matrix=several, rounds=2), "vector-3.0", "ubj")

    def of_2_1(self):
        data = self.data
        self.save(train({"objective": "binary:logistic"}, data.binary), "logistic-2.1", "json", "ubj", "model")
        self.save(train({"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.5, "one_drop": 1}, data.binary), "dart-2.1", "ubj", "model")
        several = xgb.DMatrix(data.x, label=data.targets)
        self.save(train({"objective": "reg:squarederror", "multi_strategy": "multi_output_tree"}, None, matrix=several, rounds=2), "vector-2.1", "json")
        self.save(train({"objective": "reg:squarederror", "num_parallel_tree": 3, "subsample": 0.6}, data.signal, rounds=2), "forest-2.1", "model")

    def of_1_7(self):
        data = self.data
        dart = {"booster": "dart", "rate_drop": 0.5, "one_drop": 1}
        self.save(train({"objective": "binary:logistic"}, data.binary), "logistic-1.7", "json", "ubj", "model")
        self.save(train(dict(dart, objective="binary:logistic"), data.binary), "dart-1.7", "json", "ubj", "model")
        self.save(train({"objective": "multi:softprob", "num_class": 3, "num_parallel_tree": 2, "subsample": 0.6, "max_depth": 1}, data.classes, rounds=2), "forest-1.7", "ubj", "model")
        codes = xgb.DMatrix(data.random.randint(0, 40, (ROWS, 2)).astype(np.float32), label=data.signal, feature_types=["c", "c"], enable_categorical=True)
        self.save(train({"objective": "reg:squarederror", "tree_method": "approx", "max_cat_to_onehot": 1, "min_child_weight": 0}, None, matrix=codes, rounds=2), "categorical-1.7", "json")
        self.save(train({"objective": "rank:pairwise", "max_depth": 1}, None, matrix=xgb.DMatrix(data.x, label=data.binary, group=[ROWS])), "pairwise-1.7", "json")

    def of_1_3(self):
        data = self.data
        self.save(train({"objective": "binary:logistic"}, data.binary), "logistic-1.3", "json", "model")
        self.save(train({"objective": "count:poisson", "booster": "dart", "rate_drop": 0.5, "one_drop": 1}, data.counts), "dart-1.3", "json")

    def of_1_0(self):
        data = self.data
        self.save(train({"objective": "binary:logistic"}, data.binary, rounds=2), "logistic-1.0", "json", "model")
        self.save(train({"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.5, "one_drop": 1}, data.binary, rounds=2), "dart-1.0", "json", "model")
        self.save(train({"objective": "multi:softprob", "num_class": 3, "num_parallel_tree": 2, "subsample": 0.6, "max_depth": 1}, data.classes, rounds=1), "forest-1.0", "json", "model")

    def of_0_90(self):
        data = self.data
        self.save(train({"objective": "binary:logistic", "base_score": 0.3}, data.binary), "logistic-0.90", "model")
        self.save(train({"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.5, "one_drop": 1}, data.binary), "dart-0.90", "model")
        self.save(train({"objective": "multi:softprob", "num_class": 3}, data.classes, rounds=1), "softprob-0.90", "model")
        self.save(train({"objective": "count:poisson", "base_score": 0.7}, data.counts, rounds=2), "poisson-0.90", "model")


def base64_of(values, kind):
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode()


def rows_for(model):
    """Random rows, and each threshold and category of the model, one step of f32 beside it, zeros of both signs and missing values."""
    random = np.random.RandomState(SEED)
    learner = model["learner"]
    features = int(learner["learner_model_param"]["num_feature"])
    booster = learner["gradient_booster"].get("gbtree", learner["gradient_booster"])
    special = [[np.nan, 0.0, -0.0, 1e-45, 0.1] for _ in range(features)]
    codes = [False] * features
    for tree in booster["model"]["trees"]:
        for node, child in enumerate(tree["left_children"]):
            if child == -1:
                continue
            feature = tree["split_indices"][node]
            if tree["split_type"][node] == 1:
                codes[feature] = True
            else:
                threshold = np.float32(tree["split_conditions"][node])
                special[feature] += [np.nextafter(threshold, np.float32(-np.inf)), threshold, np.nextafter(threshold, np.float32(np.inf))]
    rows = random.randn(40, features)
    for feature in range(features):
        picked = random.rand(len(rows)) < 0.7
        if codes[feature]:
            rows[:, feature] = random.randint(0, 72, len(rows))
            rows[picked & (random.rand(len(rows)) < 0.2), feature] = np.nan
        else:
            rows[picked, feature] = random.choice(special[feature], picked.sum())
    return rows


def file_of(out, name, *endings):
    paths = [os.path.join(out, "%s.%s" % (name, ending)) for ending in endings]
    return next(path for path in paths if os.path.exists(path))


def expect(out, name):
    if name == "dart-3.4":
        path = os.path.join(out, "dart-last-whole.json")
    elif VERSION >= (3, 1):
        path = file_of(out, name, "json", "ubj")
    else:
        path = file_of(out, name, "json", "ubj", "model")
    booster = xgb.Booster({"nthread": 1}, model_file=path)
    model = json.loads(bytes(booster.save_raw("json")).decode())
    rows = rows_for(model)
    types = booster.feature_types
    matrix = xgb.DMatrix(rows, feature_names=booster.feature_names, feature_types=types, **({"enable_categorical": True} if types and "c" in types else {}))
    expected = {
        "library": "xgboost " + xgb.__version__,
        "rows": base64_of(rows, "<f8"),
        "margins": base64_of(booster.predict(matrix, output_margin=True), "<f4"),
        "predictions": base64_of(booster.predict(matrix), "<f4"),
        "leaves": base64_of(booster.predict(matrix, pred_leaf=True) if booster.num_boosted_rounds() else [], "<i4"),
    }
    with open(os.path.join(out, name + ".expected.json"), "w") as file:
        json.dump(expected, file, indent=0)
        file.write("\n")


def judge_of(out, name):
    """The version that says what a model predicts: 3.2 of what it can read."""
    if name == "vector-2.1":
        return "2.1"  # later versions break down over it
    if name.endswith("-0.90"):
        return "1.7"
    return "3.0" if name == "vector-3.0" or not any(os.path.exists(os.path.join(out, "%s.%s" % (name, ending))) for ending in ("json", "ubj")) else "3.2"


def everything(out, pythons):
    for python in pythons.values():
        subprocess.check_call([python, __file__, "models", out])
    names = sorted({os.path.splitext(file)[0] for file in os.listdir(out) if not file.endswith(".expected.json")})
    for version, python in pythons.items():
        judged = [name for name in names if judge_of(out, name) == version]
        if judged:
            subprocess.check_call([python, __file__, "expected", out] + judged)


if __name__ == "__main__":
    command, out, rest = sys.argv[1], sys.argv[2], sys.argv[3:]
    print("%s: xgboost %s, numpy %s, Python %s, seed %d" % (command, xgb.__version__, np.__version__, sys.version.split()[0], SEED))
    if command == "models":
        Models(out)
    elif command == "expected":
        for each in rest:
            expect(out, each)
    else:
        everything(out, dict(pair.split("=") for pair in rest))
