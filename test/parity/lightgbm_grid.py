"""LightGBM trains models of many kinds, and answers for models and rows that it is given.

usage: python lightgbm_grid.py train FOLDER SEED    models NAME.txt, and rows NAME.rows for them
       python lightgbm_grid.py predict FOLDER       for every NAME.txt with NAME.rows: NAME.margins, .predictions, .leaves, .contributions, .importances, .again

rows, margins, predictions, contributions, importances (by splits, then by gain): f64, row-major, little-endian; leaves: i32. Contributions are empty for linear
leaves, which LightGBM does not explain. NAME.again is the model as LightGBM writes it after reading it.
"""
import glob
import os
import re
import sys

os.environ["OMP_NUM_THREADS"] = "1"  # threads that wait for one another are slow where other tests run beside

import lightgbm
import numpy

TINY = 1.0000000180025095e-35
SPECIAL = [numpy.nan, 0.0, -0.0, numpy.inf, -numpy.inf, 5e-324, -5e-324, 2.2e-310, 1e-36, -1e-36, TINY, -TINY,
           numpy.nextafter(TINY, 1), numpy.nextafter(-TINY, -1), 1e-300, 1.7976931348623157e308, -1.7976931348623157e308]
CODES = [-1.0, -0.5, 2.9, 31.0, 32.0, 499.0, 500.0, 511.0, 512.0, 1e10, 2.0**31, 2.0**31 - 1, 2.0**32 + 1, -2.0**31, 1e300]


def thresholds(text, features):
    found = [[] for _ in range(features)]
    for block in re.findall(r"\nsplit_feature=(.*)\n(?:.*\n)?threshold=(.*)\n", text):
        for feature, cut in zip(block[0].split(), block[1].split()):
            found[int(feature)].append(float(cut))
    return found


def rows_near(text, data, categorical, rng, count):
    """Rows of the data; of each, up to half of the values replaced: a threshold or the number beside it, a special, a code."""
    rows = data[rng.randint(0, len(data), count)].astype(float)
    cuts = thresholds(text, data.shape[1])
    used = [feature for feature, some in enumerate(cuts) if some] or list(range(data.shape[1]))
    for row in rows:
        for feature in rng.choice(used, max(1, rng.randint(0, min(len(used), 20) // 2 + 1))):
            cut = rng.choice(cuts[feature]) if cuts[feature] else 0.0
            near = [cut, numpy.nextafter(cut, numpy.inf), numpy.nextafter(cut, -numpy.inf)]
            pool = [CODES, SPECIAL] if feature in categorical else [SPECIAL, near, near]
            row[feature] = rng.choice(pool[rng.randint(len(pool))])
    return rows


def table(rng, rows, features, missing):
    data = rng.randn(rows, features) * 10.0 ** rng.randint(-3, 4, features)
    whole = rng.rand(features) < 0.3
    data[:, whole] = rng.randint(-3, 4, (rows, whole.sum()))
    if missing:
        data[rng.rand(rows, features) < 0.15] = numpy.nan
        data[rng.rand(rows, features) < 0.15] = 0
    weights = rng.randn(features)
    score = numpy.nan_to_num(data / (numpy.nanstd(data, axis=0) + 1e-9), nan=-1.0) @ weights
    return data, score / score.std() + numpy.sin(3 * score) + rng.randn(rows) * 0.1


def cases(rng):
    """(name, data, labels, parameters, rounds, categorical features)"""
    base = {"min_data_in_leaf": 1, "min_sum_hessian_in_leaf": 0, "learning_rate": 0.2}
    for leaves, rows in [(2, 300), (3, 300), (31, 1000), (255, 3000), (1000, 6000)]:
        data, score = table(rng, rows, 6, True)
        yield "leaves-%d" % leaves, data, score, {**base, "num_leaves": leaves}, 4, ()
    for features in [1, 40, 500]:
        data, score = table(rng, 1500, features, True)
        yield "features-%d" % features, data, score > 0, {**base, "objective": "binary", "num_leaves": 60}, 4, ()
    for name, more in [("nan", {}), ("zero", {"zero_as_missing": True}), ("none", {"use_missing": False})]:
        data, score = table(rng, 1500, 5, True)
        yield "missing-" + name, data, score + numpy.isnan(data[:, 0]) - (data[:, 1] == 0), {**base, **more, "num_leaves": 50}, 5, ()
    data, score = table(rng, 1500, 5, False)
    data[:, 2] = numpy.where(rng.rand(1500) < 0.5, numpy.nan, 3)
    yield "infinite-threshold", data, score + 3 * numpy.isnan(data[:, 2]), {**base, "num_leaves": 20}, 3, ()
    grow = numpy.sort(rng.rand(4000))
    yield "deep", grow[:, None], 2.0 ** (-40 * grow), {**base, "num_leaves": 200, "max_depth": -1, "lambda_l2": 0, "max_bin": 1000}, 2, ()
    many = rng.rand(9000)
    yield "thresholds-3000", many[:, None], rng.randn(9000), {**base, "num_leaves": 900, "max_bin": 8000, "min_data_in_bin": 1}, 6, ()
    for count in [3, 40, 500]:
        data, score = table(rng, 4000, 3, True)
        codes = rng.randint(0, count, 4000).astype(float)
        data = numpy.column_stack([data, codes, rng.randint(0, 4, 4000)])
        data[rng.rand(4000) < 0.05, 3] = numpy.nan
        effect = rng.randn(count)[codes.astype(int)]
        more = {"num_leaves": 40, "cat_smooth": 1, "min_data_per_group": 1, "cat_l2": 0, "max_cat_threshold": 256}
        yield "categories-%d" % count, data, score + 2 * effect, {**base, **more}, 5, (3, 4)
    data, score = table(rng, 1500, 6, True)
    classes = numpy.digitize(score, [-1, 0, 1])
    yield "multiclass", data, classes, {**base, "objective": "multiclass", "num_class": 4, "num_leaves": 20}, 4, ()
    yield "multiclassova", data, classes, {**base, "objective": "multiclassova", "num_class": 4, "sigmoid": 0.7, "num_leaves": 20}, 4, ()
    rare = (numpy.arange(1500) < 3).astype(int)
    yield "rare-class", data, rare, {"objective": "multiclass", "num_class": 3, "min_data_in_leaf": 200}, 4, ()
    yield "dart", data, score > 0, {**base, "objective": "binary", "boosting": "dart", "drop_rate": 0.5, "num_leaves": 20}, 12, ()
    yield "dart-xgboost", data, score, {**base, "boosting": "dart", "xgboost_dart_mode": True, "num_leaves": 20}, 12, ()
    forest = {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5, "feature_fraction": 0.7, "num_leaves": 40}
    yield "forest", data, score, {**forest}, 7, ()
    yield "forest-binary", data, score > 0, {**forest, "objective": "binary", "sigmoid": 1.7}, 7, ()
    yield "forest-multiclass", data, classes, {**forest, "objective": "multiclass", "num_class": 4}, 5, ()
    yield "linear", data, score, {**base, "linear_tree": True, "num_leaves": 15, "min_data_in_leaf": 20}, 5, ()
    codes = numpy.column_stack([data, rng.randint(0, 9, 1500)])
    more = {"linear_tree": True, "num_leaves": 15, "min_data_in_leaf": 20, "cat_smooth": 1, "min_data_per_group": 5}
    yield "linear-categories", codes, score + codes[:, -1], {**base, **more}, 5, (6,)
    yield "constant", data, numpy.full(1500, -0.75), {"objective": "regression"}, 3, ()
    yield "constant-poisson", data, numpy.full(1500, 3.0), {"objective": "poisson"}, 3, ()
    for objective in ["poisson", "gamma", "tweedie", "quantile", "mape", "huber", "fair", "regression_l1", "cross_entropy", "cross_entropy_lambda"]:
        labels = 1 / (1 + numpy.exp(-score)) if objective.startswith("cross") else numpy.exp(score / 2) + 0.01
        yield "objective-" + objective, data, labels, {**base, "objective": objective, "num_leaves": 12}, 4, ()
    yield "regression-sqrt", data, score, {**base, "objective": "regression", "reg_sqrt": True, "num_leaves": 12}, 4, ()
    yield "lambdarank", data, classes, {**base, "objective": "lambdarank", "num_leaves": 12}, 4, ()
    yield "goss", data, score, {**base, "data_sample_strategy": "goss", "num_leaves": 12}, 8, ()
    yield "monotone", data, score, {**base, "monotone_constraints": [1, -1, 0, 0, 1, 0], "num_leaves": 25}, 4, ()


def train(folder, seed):
    rng = numpy.random.RandomState(seed)
    for name, data, labels, parameters, rounds, categorical in cases(rng):
        settings = {"verbose": -1, "num_threads": 1, "seed": seed, "objective": "regression", **parameters}
        group = [len(data) // 50] * 50 if settings["objective"] == "lambdarank" else None
        made = lightgbm.Dataset(data, numpy.asarray(labels, float), group=group, categorical_feature=list(categorical), params=settings)
        text = lightgbm.train(settings, made, rounds).model_to_string()
        with open(os.path.join(folder, name + ".txt"), "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        count = 150 if data.shape[1] > 100 else 600
        rows_near(text, data, categorical, rng, count).astype("<f8").tofile(os.path.join(folder, name + ".rows"))


def predict(folder):
    for path in sorted(glob.glob(os.path.join(glob.escape(folder), "*.txt"))):
        name = path[:-len(".txt")]
        booster = lightgbm.Booster(model_file=path)
        with open(name + ".again", "w", encoding="utf-8", newline="\n") as file:
            file.write(booster.model_to_string())
        rows = numpy.fromfile(name + ".rows", "<f8").reshape(-1, booster.num_feature())
        booster.predict(rows, raw_score=True, num_threads=1).astype("<f8").tofile(name + ".margins")
        booster.predict(rows, num_threads=1).astype("<f8").tofile(name + ".predictions")
        booster.predict(rows, pred_leaf=True, num_threads=1).astype("<i4").tofile(name + ".leaves")
        linear = "\nis_linear=1" in booster.model_to_string()
        contributions = numpy.zeros(0) if linear else booster.predict(rows, pred_contrib=True, num_threads=1)
        contributions.astype("<f8").tofile(name + ".contributions")
        numpy.concatenate([booster.feature_importance(kind) for kind in ("split", "gain")]).astype("<f8").tofile(name + ".importances")


if sys.argv[1] == "train":
    train(sys.argv[2], int(sys.argv[3]))
else:
    predict(sys.argv[2])
