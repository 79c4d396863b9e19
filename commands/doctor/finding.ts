/** What was looked at, and what is to be done about it. */
export interface Finding {
  readonly about: string;
  /** `fails`: the pipeline does not run, or loses something, until it is mended. `weak`: it runs. */
  readonly state: "well" | "weak" | "fails";
  readonly says: string;
  /** What mends it; null where nothing is to be mended. */
  readonly fix: string | null;
}

export function well(about: string, says: string): Finding {
  return { about, state: "well", says, fix: null };
}

export function weak(about: string, says: string, fix: string): Finding {
  return { about, state: "weak", says, fix };
}

export function fails(about: string, says: string, fix: string): Finding {
  return { about, state: "fails", says, fix };
}
