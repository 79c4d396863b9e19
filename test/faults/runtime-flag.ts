import type { Arguments, Flag } from "../../commands/command.ts";
import { runtimes, type RuntimeName } from "../fixtures/runtimes.ts";

const names = Object.keys(runtimes) as RuntimeName[];

export const runtimeFlag: Flag = { name: "runtime", value: "NAME", help: "node, bun, deno or mixed: what the engines run on (mixed: one group of all three)" };

/** What the engines run on, in turn. */
export function runtimesIn(given: Arguments): readonly RuntimeName[] {
  const runtime = given.oneOf("runtime", [...names, "mixed"]) ?? "mixed";
  return runtime === "mixed" ? names : [runtime];
}
