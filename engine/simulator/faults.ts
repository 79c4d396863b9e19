import { MangroveError } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";

/** What goes wrong on the way from a sensor to the topic, each with its rate, 0 to 1. */
export interface Faults {
  /** Share of measured values that are `null`. */
  readonly missing: number;
  /** Share of messages that are sent twice. */
  readonly repeat: number;
  /** Share of messages that come up to ten seconds (at least one reading) late. */
  readonly disorder: number;
  /** Share of sensors whose clock is off, by 5 s to 5 min to either side, for good. */
  readonly skew: number;
  /** Share of readings after which the sensor says nothing for one to five minutes. */
  readonly silence: number;
}

export const noFaults: Faults = { missing: 0, repeat: 0, disorder: 0, skew: 0, silence: 0 };

/** What `all`, and a name without a rate, stand for. */
export const usualFaults: Faults = { missing: 0.05, repeat: 0.01, disorder: 0.02, skew: 0.1, silence: 0.001 };

const names = Object.keys(noFaults) as (keyof Faults)[];

/** Reads `missing=0.05,repeat`, `all`, `all,skew=0`; later entries win. Throws `MGV_USAGE`. */
export function parseFaults(text: string): Faults {
  let faults = noFaults;
  for (const entry of text.split(",").map((each) => each.trim())) {
    if (entry === "") continue;
    const [name = "", rate] = entry.split("=").map((each) => each.trim());
    if (name === "all" && rate === undefined) {
      faults = usualFaults;
      continue;
    }
    const known = names.find((each) => each === name);
    if (known === undefined) {
      throw new MangroveError("MGV_USAGE", `There is no fault ${quoted(name)}.${didYouMean(name, [...names, "all"])} The faults: ${names.join(", ")}; or all.`);
    }
    faults = { ...faults, [known]: rate === undefined ? usualFaults[known] : rate === "" ? NaN : Number(rate) };
  }
  return checkedFaults(faults);
}

/** What is left out does not happen. Throws `MGV_USAGE`. */
export function checkedFaults(faults: Partial<Faults>): Faults {
  const all = { ...noFaults, ...faults };
  for (const name of names) {
    if (!(all[name] >= 0 && all[name] <= 1)) {
      throw new MangroveError("MGV_USAGE", `The rate of the fault ${quoted(name)} must be from 0 to 1, as in ${name}=${usualFaults[name]}.`);
    }
  }
  return all;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
