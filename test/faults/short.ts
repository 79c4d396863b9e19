import { expect } from "vitest";
import { sharedKernel } from "../../kernel-as/host/kernel.ts";
import type { RuntimeName } from "../fixtures/runtimes.ts";
import { brokerOf, type GroupName } from "./groups.ts";
import type { Step } from "./plan.ts";
import { runFaults, type Outcome } from "./run.ts";
import type { Guarantee } from "./verify.ts";

interface ShortRun {
  readonly group?: GroupName;
  readonly seed: number;
  readonly guarantee: Guarantee;
  /** Engines are killed. */
  readonly isCrash: boolean;
  readonly steps: Iterable<Step>;
  readonly workers?: readonly number[];
  readonly runtimes: readonly RuntimeName[];
}

/** Plays the steps on a broker of their own, and expects that all is as it must be. */
export async function expectSound({ group = "members", seed, guarantee, isCrash, ...options }: ShortRun): Promise<Outcome> {
  await using own = await brokerOf(group);
  const outcome = await runFaults({
    ...own,
    ...options,
    kernel: await sharedKernel(),
    seed,
    guarantee,
    expected: isCrash ? guarantee : "exactly-once",
    commitIntervalMs: isCrash ? 5000 : 1000,
    pauseMs: 5000,
    signal: new AbortController().signal,
    tell: console.log,
  });
  const sentences = outcome.findings.map(({ what, sentence }) => `${what}: ${sentence}`);
  expect(sentences.slice(0, 20), `seed ${seed}, ${sentences.length} findings`).toEqual([]);
  expect(outcome.exits.filter(({ isAllowed }) => !isAllowed)).toEqual([]);
  return outcome;
}

/** Another one in each run. */
export function newSeed(): number {
  return Date.now() % 1_000_000_000;
}
