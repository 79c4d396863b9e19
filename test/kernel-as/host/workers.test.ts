import { Worker } from "node:worker_threads";
import { afterAll, describe, expect, test, vi } from "vitest";
import { Forest } from "../../../kernel-as/host/forest.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { WorkerPool } from "../../../kernel-as/host/workers/pool.ts";
import { Control, makeBoard, takeChunks } from "../../../kernel-as/host/workers/board.ts";
import type { Floats } from "../../../kernel-as/model/forest.ts";
import { randomForest, randomRows } from "../../fixtures/forests.ts";
import { random } from "../../fixtures/random.ts";

const kernel = await loadKernel();
const model = randomForest(random(3), { family: "xgboost", features: 7, trees: 600, leaves: 20, outputs: 2, categorical: 0, special: "none" });
const rows = randomRows(random(4), model, 200_000);
const alone = new Forest(kernel, model);
afterAll(() => alone.close());
const expected = alone.margins(rows);
const score = (some: Floats, out: Floats) => void alone.margins(some, out);

describe("a board", () => {
  test.each([
    { featureCount: 1, outputs: 1 },
    { featureCount: 24, outputs: 3 },
    { featureCount: 5000, outputs: 1 },
    { featureCount: 2 ** 21, outputs: 1 },
    { featureCount: 3, outputs: 65_536 },
  ])("of $featureCount features and $outputs outputs takes little memory, and its chunks cover each row once", (shape) => {
    const board = makeBoard({ ...model, ...shape });
    expect(board.input.byteLength + board.output.byteLength).toBeLessThanOrEqual(16 * 2 ** 20);
    for (const count of [1, Math.min(3, board.rows), board.rows]) {
      board.control[Control.rows] = count;
      board.control[Control.next] = 0;
      board.output.fill(0);
      takeChunks(board, { ...model, ...shape }, (_, out) => out.forEach((value, i) => (out[i] = value + 1)));
      expect(board.output.subarray(0, count * shape.outputs).every((value) => value === 1)).toBe(true);
      expect(board.output.subarray(count * shape.outputs).every((value) => value === 0)).toBe(true);
    }
  });
});

describe("a pool of workers", () => {
  test("scores all rows of a batch of many jobs, some by each thread", async () => {
    using pool = new WorkerPool(model, 2);
    await pool.ready();
    const out = new Float32Array(expected.length);
    let own = 0;
    pool.margins(rows, out, (some, to) => {
      own += some.length / 7;
      score(some, to);
    });
    expect(out).toEqual(expected);
    expect(own).toBeLessThan(200_000);
  });

  test("whose caller fails waits for the others, tells it, and scores the next batch", async () => {
    using pool = new WorkerPool(model, 2);
    await pool.ready();
    const out = new Float32Array(expected.length);
    expect(() =>
      pool.margins(rows, out, () => {
        throw new Error("no more");
      }),
    ).toThrow("no more");
    pool.margins(rows, out, score);
    expect(out).toEqual(expected);
  });

  test("one of whose workers dies is a pool no more, and the forest scores on", async () => {
    const started: Worker[] = [];
    const post = vi.spyOn(Worker.prototype, "once").mockImplementation(function (this: Worker, ...given: Parameters<Worker["once"]>) {
      started.push(this);
      return this.on(...given);
    });
    using forest = new Forest(kernel, model, { workers: 3 });
    post.mockRestore();
    await forest.ready();
    expect(started.length).toBeGreaterThanOrEqual(2);
    await started[0]!.terminate();
    expect(forest.margins(rows)).toEqual(expected);
  });

  test("closed before it is ready does not leave anyone waiting, and closed while idle ends its threads", async () => {
    const early = new WorkerPool(model, 2);
    const ready = early.ready();
    early[Symbol.dispose]();
    await ready;
    expect(early.isFor(1e9)).toBe(false);
    for (let i = 0; i < 10; i++) {
      using pool = new WorkerPool(model, 1);
      await pool.ready();
    }
  });
});
