import { expect, test } from "vitest";
import { whyNotStartable } from "../broker/availability.ts";
import { cleanDeck } from "./plan.ts";
import { expectSound, patienceMs } from "./short.ts";

const reason = await whyNotStartable();

test.skipIf(reason)("exactly once, engines that are ended and started, and wait for a slow broker, leave what one leaves that is never disturbed", async () => {
  const { models } = await expectSound({ deck: [...cleanDeck, "slow sink"], isCrash: false, runtimes: ["deno"] });
  expect(models).toBe(2);
}, patienceMs);

test.skipIf(reason)("at least once, engines that are ended and started leave the same", async () => {
  const { models } = await expectSound({ deck: cleanDeck, guarantee: "at-least-once", isCrash: false, runtimes: ["bun"] });
  expect(models).toBe(2);
}, patienceMs);
