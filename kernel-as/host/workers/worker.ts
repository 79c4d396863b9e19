import { parentPort, workerData } from "node:worker_threads";
import { Forest } from "../forest.ts";
import { loadKernel } from "../kernel.ts";
import { Control, takeChunks, type WorkerInput } from "./board.ts";

/* A thread of a pool: a kernel and a copy of the forest of its own, which waits for jobs on the shared board. */

const { board, model } = workerData as WorkerInput;
const { control } = board;
using forest = new Forest(await loadKernel(), model);
await forest.ready();
let job = Atomics.load(control, Control.job);
parentPort!.postMessage("ready", []);
for (;;) {
  Atomics.wait(control, Control.job, job);
  if (Atomics.load(control, Control.closed) === 1) break;
  if (Atomics.load(control, Control.job) === job) continue;
  job = Atomics.load(control, Control.job);
  try {
    takeChunks(
      board,
      model,
      (rows, out) => forest.margins(rows, out),
      () => Atomics.add(control, Control.scored, 1),
    );
  } catch {
    Atomics.store(control, Control.failed, 1);
  }
  if (Atomics.sub(control, Control.atWork, 1) === 1) Atomics.notify(control, Control.atWork);
}
