/*
 * What a training is given at its start: a list of f64, in the order of kernel-as/host/training-settings.ts.
 *
 *    0 rows            8 eta                 16 seed                    24 bins
 *    1 features        9 lambda              17 subsample               25 labels
 *    2 outputs        10 alpha               18 top_rate, 0: no GOSS    26 weights, or 0
 *    3 objective      11 gamma               19 other_rate              27 feature table
 *    4 quantized      12 min_child_weight    20 colsample_bytree        28 interaction sets, or 0
 *    5 leaf-wise      13 min_data_in_leaf    21 colsample_bynode        29 number of interaction sets
 *    6 max_depth      14 max_delta_step      22 max_cat_to_onehot       30 cat_smooth
 *    7 max_leaves     15 scale_pos_weight    23 max_cat_threshold       31 cat_l2
 *   32 monotone: 1 if any feature is constrained   33 share of the features' groups that this thread looks at   34 shares
 */
// @ts-ignore: decorator
@inline
export function setting(settings: usize, place: u32): f64 {
  return load<f64>(settings + (<usize>place << 3));
}

/** Entries of the feature table: u32 number of bins in use, i8 monotone direction, u8 1 for categories, 2 bytes unused. */
export const FEATURE_BYTES: usize = 8;

export const SQUARED: u32 = 0;
export const LOGISTIC: u32 = 1;
export const SOFTMAX: u32 = 2;
