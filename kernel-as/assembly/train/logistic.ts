import { exp } from "../math";

/** Gradient p - y and hessian p (1 - p) of the logistic loss, times `scale` and rounded half up, as pairs of whole f64; the hessian at least 1. */
export function gradients(labels: usize, margins: usize, rows: u32, scale: f64, pairs: usize): void {
  for (let row: usize = 0; row < <usize>rows; row++) {
    const p = 1.0 / (1.0 + exp(-<f64>load<f32>(margins + (row << 2))));
    const gradient = p - <f64>load<f32>(labels + (row << 2));
    const hessian = max(p * (1.0 - p), 1e-16);
    store<f64>(pairs + (row << 4), Math.floor(gradient * scale + 0.5));
    store<f64>(pairs + (row << 4), max(Math.floor(hessian * scale + 0.5), 1.0), 8);
  }
}
