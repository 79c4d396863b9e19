/** What stands where there is no figure. */
export const NONE = "–";

/** `0.9858` */
export function figureText(value: number | null, digits = 4): string {
  return value === null || Number.isNaN(value) ? NONE : value.toFixed(digits);
}

/** Measured values of any size: five digits, `45,432`, `0.0031`. */
export function valueText(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NONE;
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return countText(value);
  const rounded = Number(value.toPrecision(5));
  return Math.abs(rounded) >= 1e6 || Math.abs(rounded) < 1e-4 ? rounded.toExponential() : rounded.toLocaleString("en", { maximumFractionDigits: 8 });
}

/** `62,630` */
export function countText(value: number): string {
  return value.toLocaleString("en");
}

/** `71.5 %`; what would be rounded to nothing or to all is `< 0.1 %`, `> 99.9 %`. */
export function percentText(share: number | null): string {
  if (share !== null && share > 0 && share < 0.0005) return "< 0.1 %";
  if (share !== null && share >= 0.9995 && share < 1) return "> 99.9 %";
  return share === null || Number.isNaN(share) ? NONE : `${(share * 100).toFixed(1)} %`;
}

/** In the unit that fits: `840 ms`, `12.5 s`, `3.2 min`, `5.0 h`, `2.1 d`. */
export function durationText(ms: number | null): string {
  if (ms === null || Number.isNaN(ms)) return NONE;
  if (ms === 0) return "0 s";
  const [unit, inMs] = unitOf(ms);
  return unit === "ms" ? `${Math.round(ms)} ms` : `${(ms / inMs).toFixed(1)} ${unit}`;
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

/** The largest unit of which a span has at least two, else seconds or less. */
export function unitOf(ms: number): (typeof UNITS)[number] {
  return UNITS.find(([unit, inMs]) => ms >= inMs * (unit === "s" || unit === "ms" ? 1 : 2)) ?? UNITS[4];
}

/** `2022-06-09 00:08:51`, UTC. */
export function timeText(epochMs: number | null): string {
  if (epochMs === null) return NONE;
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? NONE : date.toISOString().slice(0, 19).replace("T", " ");
}

/** `1 fire`, `2 fires` */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${countText(number)} ${number === 1 ? one : many}`;
}

/** With a capital letter, as a sentence begins. */
export function sentenceCase(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** A parameter's value, of a training or a trial. */
export function parameterText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
