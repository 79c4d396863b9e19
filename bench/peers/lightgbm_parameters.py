def parameters(task):
    """LightGBM's nearest to a task's parameters: leaf-wise growth, but no deeper and with no more leaves."""
    ours = task["parameters"]
    return {
        "objective": "binary",
        "num_leaves": 2 ** ours["maxDepth"],
        "max_depth": ours["maxDepth"],
        "max_bin": 255,
        "learning_rate": ours["learningRate"],
        "lambda_l2": ours["lambda"],
        "min_gain_to_split": ours["gamma"],
        "min_sum_hessian_in_leaf": ours["minChildWeight"],
        "min_data_in_leaf": 0,
        "boost_from_average": False,
        "num_threads": 1,
        "verbose": -1,
    }
