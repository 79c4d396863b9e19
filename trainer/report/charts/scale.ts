/** From values to places in a picture. */
export interface Scale {
  at(value: number): number;
  readonly ticks: readonly Tick[];
}

interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Where least and most of a scale lie in the picture. */
export type Range = readonly [from: number, to: number];

/** About so many steps; at most half as many again. */
const STEPS = 5;

/** Reaches from the round number at or below `least` to that at or above `most`. */
export function linearScale(least: number, most: number, [from, to]: Range): Scale {
  const span = most > least ? most - least : Math.abs(least) || 1;
  const step = roundStep(span / STEPS);
  const first = Math.floor(least / step + 1e-9);
  const last = Math.max(Math.ceil((most > least ? most : least + span) / step - 1e-9), first + 1);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => tick((first + i) * step, digits));
  return { at: (value) => from + ((value / step - first) / (last - first)) * (to - from), ticks };
}

/** 1, 2 or 5 times a power of ten, at or above. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return ([1, 2, 5].find((each) => each * power >= step * 0.999_999) ?? 10) * power;
}

function tick(value: number, digits: number): Tick {
  const rounded = Number(value.toFixed(Math.min(digits, 12)));
  const isLong = Math.abs(rounded) >= 1e6 || digits > 5;
  return { value: rounded, label: rounded === 0 ? "0" : isLong ? rounded.toExponential() : rounded.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }) };
}

/** What zero takes of a logarithmic range, apart from all that is above it. */
const ZERO_PART = 0.14;

/** Whole powers of ten around values of 0 and above; where there are zeros, they have a place of their own at the beginning. */
export function logScale(values: readonly number[], [from, to]: Range): Scale {
  const positive = values.filter((value) => value > 0);
  const hasZero = positive.length < values.length;
  const logs = positive.map((value) => Math.log10(value));
  const first = Math.floor(logs.reduce((least, each) => Math.min(least, each), positive.length === 0 ? 0 : Infinity));
  const last = Math.max(Math.ceil(logs.reduce((most, each) => Math.max(most, each), first)), first + 1);
  const start = hasZero ? from + (to - from) * ZERO_PART : from;
  const every = Math.ceil((last - first) / STEPS);
  const powers = Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => first + i * every);
  return {
    at: (value) => (value > 0 ? start + ((Math.log10(value) - first) / (last - first)) * (to - start) : from),
    ticks: [...(hasZero ? [{ value: 0, label: "0" }] : []), ...powers.map((power) => tick(10 ** power, Math.max(0, -power)))],
  };
}
