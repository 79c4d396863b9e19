/** Attributes that are sections behind the trees; all others are lines of the header. */
export const sectionKeys: ReadonlySet<string> = new Set(["feature_importances", "parameters", "parser", "pandas_categorical"]);

/** Lines of the header that say what is in the model itself. */
export const modelKeys: ReadonlySet<string> = new Set([
  "tree",
  "version",
  "num_class",
  "num_tree_per_iteration",
  "max_feature_idx",
  "objective",
  "average_output",
  "feature_names",
  "tree_sizes",
]);

/** Lines of the header that have a place of their own among the lines. */
export const placedKeys: ReadonlySet<string> = new Set(["label_index", "monotone_constraints", "feature_infos"]);
