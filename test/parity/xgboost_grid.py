"""Models that XGBoost grows, rows that come close to their thresholds, and what XGBoost makes of them.

usage: python xgboost_grid.py FOLDER SEED

Writes models, rows (f64), margins (f32), leaves (i32, -1 in rows with an infinite value) and contributions (f32, NaN in these rows; none for leaves that are
vectors, which XGBoost does not explain), and prints cases.json: a list of {name, model, rows, margins, leaves, contributions, importances}.
"""
import json
import os
import sys

import numpy as np
import xgboost as xgb

xgb.set_config(verbosity=0)
folder, seed = sys.argv[1], int(sys.argv[2])
random = np.random.RandomState(seed)
cases = []


def features_of(count, width, missing):
    """Values of many kinds: spread, rounded, tiny, huge, zeros of both signs; some missing."""
    x = random.randn(count, width)
    kinds = random.randint(0, 5, width)
    x[:, kinds == 1] = np.round(2 * x[:, kinds == 1])
    x[:, kinds == 2] *= 1e-42
    x[:, kinds == 3] *= 1e37
    x[(random.rand(count, width) < 0.05) & (kinds != 4)] = -0.0
    x = np.clip(x, -3e38, 3e38).astype(np.float32)
    x[random.rand(count, width) < missing] = np.nan
    return x


def label_of(x):
    shares = np.nan_to_num(np.argsort(np.argsort(x, axis=0), axis=0) / len(x))
    return shares[:, 0] + shares[:, -1] * shares[:, len(shares[0]) // 2] + 0.5 * np.isnan(x[:, 0]) + 0.2 * random.randn(len(x))


def rows_for(model, width, categories, count=50):
    """Rows of thresholds and their neighbours in f32, and of values that are special to anyone."""
    near = [[np.nan, 0.0, -0.0, 1e-45, -1e-45, 1e-40, 3e38, -3e38, 0.1] for _ in range(width)]
    booster = model["learner"]["gradient_booster"]
    for tree in booster.get("gbtree", booster)["model"]["trees"]:
        left, feature, split = tree["left_children"], tree["split_indices"], np.float32(tree["split_conditions"])
        for node in range(len(left)):
            if left[node] != -1 and tree["split_type"][node] == 0:
                for value in (np.nextafter(split[node], np.float32(-np.inf)), split[node], np.nextafter(split[node], np.float32(np.inf))):
                    near[feature[node]].append(value)
    rows = np.column_stack([random.choice(np.array(values), count) for values in near])
    rows[random.rand(count, width) < 0.1] = 0.5
    for feature in categories:
        rows[:, feature] = np.where(random.rand(count) < 0.2, np.nan, random.randint(0, 300, count))
    rows[-8:, random.randint(0, width)] = random.choice([np.inf, -np.inf], 8)
    return rows


def add(name, parameters, x, label, rounds=3, categories=(), **matrix):
    given = {"max_depth": 3, "eta": 0.3, "seed": seed, "nthread": 1, "min_child_weight": 0}
    given.update(parameters)
    if categories:
        matrix.update(feature_types=["c" if i in categories else "q" for i in range(x.shape[1])], enable_categorical=True)
    booster = xgb.train(given, xgb.DMatrix(x, label=label, **matrix), rounds)
    number = len(cases)
    model = os.path.join(folder, "%d.%s" % (number, ("json", "ubj")[number % 2]))
    booster.save_model(model)
    rows = rows_for(json.loads(bytes(booster.save_raw("json"))), x.shape[1], categories)
    infinite = np.isinf(rows).any(axis=1)
    if given.get("booster") == "dart":  # whose inplace_predict adds in another order
        rows, infinite = rows[~infinite], infinite[~infinite]
    finite = xgb.DMatrix(np.where(infinite[:, None], 0, rows))
    margins = booster.predict(finite, output_margin=True, validate_features=False)
    if infinite.any():
        margins[infinite] = booster.inplace_predict(rows[infinite].astype(np.float32), predict_type="margin", validate_features=False)
    leaves = booster.predict(finite, pred_leaf=True, validate_features=False).reshape(len(rows), -1)
    leaves[infinite] = -1
    contributions = np.zeros(0)
    if given.get("multi_strategy") != "multi_output_tree":
        contributions = booster.predict(finite, pred_contribs=True, validate_features=False).reshape(len(rows), -1)
        contributions[infinite] = np.nan
    kinds = ("weight", "gain", "cover", "total_gain", "total_cover")
    case = {"name": name, "model": model, "importances": {kind: booster.get_score(importance_type=kind) for kind in kinds}}
    for part, values, kind in (("rows", rows, "<f8"), ("margins", margins, "<f4"), ("leaves", leaves, "<i4"), ("contributions", contributions, "<f4")):
        case[part] = os.path.join(folder, "%d.%s" % (number, part))
        values.astype(kind).tofile(case[part])
    cases.append(case)


logistic = {"objective": "binary:logistic"}
squared = {"objective": "reg:squarederror"}
x = features_of(600, 5, 0.2)
y = label_of(x)
binary = (y > np.median(y)).astype(np.float32)
for depth in range(1, 13):
    add("depth %d" % depth, dict(logistic, max_depth=depth), x, binary)
for leaves in (2, 3, 10, 100, 255, 1000):
    many = features_of(4000, 3, 0.1)
    add("%d leaves" % leaves, dict(squared, max_depth=0, max_leaves=leaves, grow_policy="lossguide", tree_method="hist", max_bin=1024), many, label_of(many), rounds=2)
for width in (1, 2, 16, 100, 500):
    wide = features_of(300, width, 0.2)
    add("%d features" % width, dict(squared, colsample_bytree=0.7 if width > 2 else 1), wide, label_of(wide))
for missing in (0.0, 0.05, 0.3, 0.5, 0.95):
    some = features_of(400, 4, missing)
    label = label_of(some)
    for sign in (-1, 1):
        add("missing %.2f, %d" % (missing, sign), squared, some, label + sign * 5 * np.isnan(some[:, 1]))
for method in ("exact", "approx", "hist"):
    add("by " + method, dict(logistic, tree_method=method, max_depth=5), x, binary)
for onehot in (1, 300):
    for levels in (2, 31, 32, 33, 64, 250):
        codes = x.copy()
        codes[:, 0] = random.randint(0, levels, len(x))
        codes[:, 3] = np.where(random.rand(len(x)) < 0.1, np.nan, random.randint(0, levels, len(x)))
        add("%d categories, one-hot below %d" % (levels, onehot), dict(squared, max_cat_to_onehot=onehot, max_depth=4, tree_method="hist"), codes, np.sin(3 * codes[:, 0]) + y + (codes[:, 3] == 1), categories=(0, 3))
add("3,000 thresholds on one feature", dict(squared, max_depth=0, max_leaves=1001, grow_policy="lossguide", tree_method="hist", max_bin=5000, eta=1), many[:, :1] * 0 + random.randn(4000, 1).astype(np.float32), random.randn(4000), rounds=3)
add("constant trees", dict(squared, gamma=1e9), x, y)
add("one leaf", dict(logistic, gamma=1e9, base_score=0.9), x, binary, rounds=1)
add("deleted nodes", dict(squared, tree_method="exact", gamma=0.5, max_depth=6), x, y)
add("a label of one value", squared, x, np.full(len(x), 3.0))
for base in (1e-6, 0.1, 0.3, 0.999):
    add("base score %g" % base, dict(logistic, base_score=base), x, binary, rounds=20)
for classes in (2, 3, 10):
    for objective in ("multi:softprob", "multi:softmax"):
        add("%d classes, %s" % (classes, objective), {"objective": objective, "num_class": classes}, x, np.digitize(y, np.quantile(y, np.arange(1, classes) / classes)))
dart = {"booster": "dart", "rate_drop": 0.4, "one_drop": 1}
for normalize in ("tree", "forest"):
    add("DART, %s" % normalize, dict(dart, objective="binary:logistic", normalize_type=normalize), x, binary, rounds=15)
add("DART, 3 classes", dict(dart, objective="multi:softprob", num_class=3), x, np.digitize(y, np.quantile(y, [0.3, 0.6])), rounds=6)
forest = {"num_parallel_tree": 20, "subsample": 0.6, "colsample_bynode": 0.6, "max_depth": 5}
add("a random forest", dict(logistic, eta=1, **forest), x, binary, rounds=1)
add("a boosted random forest of 3 classes", dict(forest, objective="multi:softprob", num_class=3, num_parallel_tree=4), x, np.digitize(y, np.quantile(y, [0.3, 0.6])), rounds=3)
targets = np.column_stack([y, -y, np.nan_to_num(y**2)])
for strategy in ("one_output_per_tree", "multi_output_tree"):
    add("targets, " + strategy, dict(squared, multi_strategy=strategy, tree_method="hist", max_depth=5), x, targets, rounds=6)
add("labels, multi_output_tree", dict(logistic, multi_strategy="multi_output_tree", tree_method="hist"), x, (targets > 0.5).astype(np.float32))
add("quantiles", {"objective": "reg:quantileerror", "quantile_alpha": [0.05, 0.5, 0.95]}, x, y, rounds=5)
positive = np.exp(np.clip(y, -3, 3))
for objective in ("count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "reg:absoluteerror", "reg:pseudohubererror", "reg:squaredlogerror", "binary:hinge", "binary:logitraw", "reg:logistic"):
    label = binary if objective in ("binary:hinge", "binary:logitraw", "reg:logistic") else positive
    add(objective, {"objective": objective}, x, label, rounds=8)
add("300 rounds", dict(logistic, max_depth=4), x, binary, rounds=300)
print(json.dumps(cases))
