import { expect, test } from "vitest";
import { whyNotStartable } from "../broker/availability.ts";
import { cleanDeck, crashDeck, lengthOf, planned } from "./plan.ts";
import { expectSound, newSeed } from "./short.ts";

const reason = await whyNotStartable();
if (reason) console.log(`Fault tests SKIPPED: ${reason}`);

test.skipIf(reason)("exactly once, engines on all three runtimes that crash leave what one leaves that is never disturbed", async () => {
  const seed = newSeed();
  const steps = planned({ seed, deck: crashDeck, isCrash: true }).take(lengthOf(crashDeck));
  const { readings, models, kills, openAtKill } = await expectSound({ seed, guarantee: "exactly-once", isCrash: true, steps, runtimes: ["bun", "node", "deno"] });
  expect(readings).toBeGreaterThan(10_000);
  expect(models).toBe(2);
  expect(openAtKill, `of ${kills} kills`).toBeGreaterThanOrEqual(kills / 2);
}, 240_000);

test.skipIf(reason)("exactly once, engines that are ended and started leave the same", async () => {
  const seed = newSeed();
  const deck = [...cleanDeck, "slow sink"] as const;
  const steps = planned({ seed, deck, isCrash: false }).take(lengthOf(deck));
  const { readings, models } = await expectSound({ seed, guarantee: "exactly-once", isCrash: false, steps, runtimes: ["deno"] });
  expect(readings).toBeGreaterThan(10_000);
  expect(models).toBe(2);
}, 240_000);
