import type { Refusal } from "../problem.ts";

/** Thrown inside of the reading of a request, for what is refused. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/** For what stands under a key of an input. */
export function refused(input: number, key: string, detail: string): Refused {
  return new Refused({ code: "MGV_JSON", detail, errors: [{ pointer: `/inputs/${input}/${key}`, code: "MGV_JSON", detail }] });
}
