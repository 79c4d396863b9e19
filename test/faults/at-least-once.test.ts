import { expect, test } from "vitest";
import { whyNotStartable } from "../broker/availability.ts";
import { leastOnceDeck } from "./plan.ts";
import { expectSound, patienceMs } from "./short.ts";

const reason = await whyNotStartable();

test.skipIf(reason)("at least once, engines that crash lose nothing", async () => {
  const { models } = await expectSound({ deck: leastOnceDeck, guarantee: "at-least-once", runtimes: ["node"] });
  expect(models).toBe(2);
}, patienceMs);
