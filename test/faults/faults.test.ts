import { afterAll, beforeAll, expect, test } from "vitest";
import { sharedKernel } from "../../kernel-as/host/kernel.ts";
import { whyNotStartable } from "../broker/availability.ts";
import { startBroker, type OwnBroker } from "../broker/start.ts";
import type { RuntimeName } from "../fixtures/runtimes.ts";
import { cleanDeck, crashDeck, lengthOf, planned } from "./plan.ts";
import { runFaults } from "./run.ts";
import type { Guarantee } from "./verify.ts";

/** The broker is stopped and killed, so it is no other test's. */
const reason = await whyNotStartable();
if (reason) console.log(`Fault tests SKIPPED: ${reason}`);
let broker: OwnBroker;

beforeAll(async () => {
  if (!reason) broker = await startBroker();
});
afterAll(() => broker?.[Symbol.asyncDispose]());

const cases: readonly [guarantee: Guarantee, how: "crash" | "clean", runtimes: readonly RuntimeName[]][] = [
  ["exactly-once", "crash", ["bun", "node", "deno"]],
  ["exactly-once", "clean", ["deno"]],
  ["at-least-once", "crash", ["node"]],
  ["at-least-once", "clean", ["bun"]],
];

test.skipIf(reason).each(cases)("%s with a %s end of engines, on %s", async (guarantee, how, runtimes) => {
  const isCrash = how === "crash";
  const seed = Date.now() % 1_000_000_000;
  const deck = isCrash ? crashDeck : cleanDeck;
  const steps = planned({ seed, deck, isCrash }).take(lengthOf(deck));
  const outcome = await runFaults({
    broker,
    kernel: await sharedKernel(),
    seed,
    guarantee,
    expected: isCrash ? guarantee : "exactly-once",
    steps,
    runtimes,
    commitIntervalMs: isCrash ? 5000 : 1000,
    pauseMs: 5000,
    signal: new AbortController().signal,
    tell: console.log,
  });
  const sentences = outcome.findings.map(({ what, sentence }) => `${what}: ${sentence}`);
  expect(sentences.slice(0, 20), `seed ${seed}, ${sentences.length} findings`).toEqual([]);
  expect(outcome.exits.filter(({ isAllowed }) => !isAllowed)).toEqual([]);
  expect(outcome.readings).toBeGreaterThan(10_000);
  expect(outcome.models).toBe(2);
  if (isCrash && guarantee === "exactly-once") expect(outcome.openAtKill, `of ${outcome.kills} kills`).toBeGreaterThan(outcome.kills / 2);
}, 240_000);
