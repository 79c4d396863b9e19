import { expect } from "vitest";
import { sharedKernel } from "../../kernel-as/host/kernel.ts";
import type { RuntimeName } from "../fixtures/runtimes.ts";
import { brokerOf, planOf, type GroupName } from "./groups.ts";
import { lengthOf, planned, type StepKind } from "./plan.ts";
import { runFaults, type Outcome } from "./run.ts";
import type { Guarantee } from "./verify.ts";

/** How long a test of these may take, ms, where the machine has much else to do. */
export const patienceMs = 1_800_000;

interface ShortRun {
  readonly group?: GroupName;
  /** Default: the group's own. */
  readonly deck?: readonly StepKind[];
  readonly guarantee?: Guarantee;
  /** Engines are killed. */
  readonly isCrash?: boolean;
  /** Of the members, one after the other. */
  readonly runtimes: readonly RuntimeName[];
}

/** Leads a group once through its deck, on a broker of its own, by another seed in each run; expects that all is as it must be. */
export async function expectSound({ group = "members", deck, guarantee = "exactly-once", isCrash = true, runtimes }: ShortRun): Promise<Outcome> {
  const seed = Date.now() % 1_000_000_000;
  const { steps, length, workers } = deck ? { steps: planned({ seed, deck, isCrash }), length: lengthOf(deck) } : planOf(group, { seed });
  await using own = await brokerOf(group);
  const outcome = await runFaults({
    ...own,
    kernel: await sharedKernel(),
    seed,
    guarantee,
    expected: isCrash ? guarantee : "exactly-once",
    steps: steps.take(length),
    runtimes,
    ...(workers && { workers }),
    commitIntervalMs: isCrash ? 5000 : 1000,
    pauseMs: 5000,
    signal: new AbortController().signal,
    tell: console.log,
  });
  const sentences = outcome.findings.map(({ what, sentence }) => `${what}: ${sentence}`);
  expect(sentences.slice(0, 20), `seed ${seed}, ${sentences.length} findings`).toEqual([]);
  expect(outcome.exits.filter(({ isAllowed }) => !isAllowed)).toEqual([]);
  expect(outcome.readings).toBeGreaterThan(10_000);
  return outcome;
}
