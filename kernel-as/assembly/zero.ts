/** 1e-35f: what LightGBM reads as zero are values of this magnitude and below. */
export const LIGHTGBM_ZERO: f64 = 1.0000000180025095e-35;
