import { expect, test } from "vitest";
import { whyNotStartable } from "../broker/availability.ts";
import { cleanDeck, leastOnceDeck, lengthOf, planned } from "./plan.ts";
import { expectSound, newSeed } from "./short.ts";

const reason = await whyNotStartable();

test.skipIf(reason).each([
  ["engines that crash lose nothing", true, "node"],
  ["engines that are ended and started leave what one leaves that is never disturbed", false, "bun"],
] as const)("at least once, %s", async (_, isCrash, runtime) => {
  const seed = newSeed();
  const deck = isCrash ? leastOnceDeck : cleanDeck;
  const steps = planned({ seed, deck, isCrash }).take(lengthOf(deck));
  const { readings, models } = await expectSound({ seed, guarantee: "at-least-once", isCrash, steps, runtimes: [runtime] });
  expect(readings).toBeGreaterThan(10_000);
  expect(models).toBe(2);
}, 240_000);
