import { MangroveError } from "../../kernel-as/errors.ts";
import { durationMs, durationText, type Duration } from "./duration.ts";

/** How the event time of a sensor is cut. Windows start at multiples of the hop since 1970 and hold their start, not their end. */
export type WindowKind =
  | { readonly kind: "hopping"; readonly sizeMs: number; readonly hopMs: number }
  /** One for each reading: the readings in (t - size, t]. */
  | { readonly kind: "sliding"; readonly sizeMs: number }
  /** Readings that follow each other within the gap. */
  | { readonly kind: "session"; readonly gapMs: number };

/** Windows side by side. */
export function tumbling(size: Duration): WindowKind {
  const sizeMs = durationMs(size, "The size of a tumbling window");
  return { kind: "hopping", sizeMs, hopMs: sizeMs };
}

/** A window of this size begins every hop. Throws `MGV_USAGE` for a hop that would leave gaps. */
export function hopping(size: Duration, hop: Duration): WindowKind {
  const sizeMs = durationMs(size, "The size of a hopping window");
  const hopMs = durationMs(hop, "The hop of a hopping window");
  if (hopMs > sizeMs) throw new MangroveError("MGV_USAGE", `A window of ${size} that begins every ${hop} misses the readings between: the hop must not be longer than the window.`);
  return { kind: "hopping", sizeMs, hopMs };
}

export function sliding(size: Duration): WindowKind {
  return { kind: "sliding", sizeMs: durationMs(size, "The size of a sliding window") };
}

export function session(gap: Duration): WindowKind {
  return { kind: "session", gapMs: durationMs(gap, "The gap of a session window") };
}

/** For people: `5m/1m`, `5m`, `sliding 5m`, `session 10m`. */
export function windowText(window: WindowKind): string {
  if (window.kind === "session") return `session ${durationText(window.gapMs)}`;
  if (window.kind === "sliding") return `sliding ${durationText(window.sizeMs)}`;
  return window.hopMs === window.sizeMs ? durationText(window.sizeMs) : `${durationText(window.sizeMs)}/${durationText(window.hopMs)}`;
}
