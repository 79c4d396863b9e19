import type { InferenceInput } from "../contract.ts";
import { refused } from "./refused.ts";
import type { Datatype } from "./tensor-bytes.ts";

/** Values that differ from what was sent as a number would be taken for another. */
const integers: Readonly<Partial<Record<Datatype, readonly [min: number, max: number]>>> = {
  UINT8: [0, 255],
  UINT16: [0, 65_535],
  UINT32: [0, 2 ** 32 - 1],
  UINT64: [0, 2 ** 64],
  INT8: [-128, 127],
  INT16: [-32_768, 32_767],
  INT32: [-(2 ** 31), 2 ** 31 - 1],
  INT64: [-(2 ** 63), 2 ** 63],
};

/** As many as the shape says, and of the type; those that are missing are null. */
export function checkedValues({ name, shape, datatype }: InferenceInput, input: number, values: readonly unknown[]): unknown[] {
  const count = shape.reduce((product, length) => product * length, 1);
  if (shape.length < 1 || shape.length > 2 || values.length !== count) throw refused(input, "shape", `Input ${name} has ${values.length} values, and its shape is [${shape.join(", ")}]: [n] and [n, 1] are for n values, [n, fields] for n rows of all fields.`);
  const range = integers[datatype];
  return values.map((value, i) => {
    if (typeof value !== "number") return value;
    if (Number.isNaN(value)) return null;
    if (range && !(Number.isInteger(value) && value >= range[0] && value <= range[1])) throw refused(input, `data/${i}`, `Input ${name} is of ${datatype}, which ${value} is not.`);
    return datatype === "FP32" ? Math.fround(value) : value;
  });
}
