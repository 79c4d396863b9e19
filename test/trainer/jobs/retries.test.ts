import { expect, test } from "vitest";
import { withRetries } from "../../../trainer/jobs/retries.ts";

/** On a clock that only sleeping moves. */
function trial(failures: number) {
  let nowMs = 0;
  const attempts: [number, number][] = [];
  const told: unknown[] = [];
  const result = withRetries({
    attempt: async (number) => {
      attempts.push([number, nowMs / 60_000]);
      if (number <= failures) throw new Error(`failure ${number}`);
      return "done";
    },
    sleep: async (ms) => void (nowMs += ms),
    onRetry: ({ thrown, attempt, waitMs }) => told.push([(thrown as Error).message, attempt, waitMs]),
  });
  return { attempts, told, result };
}

test("what goes well is tried once", async () => {
  const { result, attempts, told } = trial(0);
  expect(await result).toBe("done");
  expect([attempts, told]).toEqual([[[1, 0]], []]);
});

test("what fails is tried again after one, five and fifteen minutes", async () => {
  const { result, attempts, told } = trial(3);
  expect(await result).toBe("done");
  expect(attempts).toEqual([[1, 0], [2, 1], [3, 6], [4, 21]]);
  expect(told).toEqual([["failure 1", 1, 60_000], ["failure 2", 2, 300_000], ["failure 3", 3, 900_000]]);
});

test("then it is given up with its last failure", async () => {
  const { result, attempts } = trial(9);
  await expect(result).rejects.toThrow("failure 4");
  expect(attempts).toHaveLength(4);
});
