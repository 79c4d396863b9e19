import { parentPort } from "node:worker_threads";
import { MangroveError } from "../../kernel-as/errors.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { fitRows, type RowsToFit } from "./fit-rows.ts";
import type { Said } from "./threads.ts";

/* A thread of FitThreads: trains on the rows that it is given, one forest after the other. */

const kernel = await loadKernel();
const say = (said: Said) => parentPort!.postMessage(said, []);
parentPort!.on("message", (rows: RowsToFit) => {
  fitRows(kernel, rows, { onRound: (report) => say({ kind: "round", report }) }).then(
    (trained) => say({ kind: "trained", trained }),
    (thrown: unknown) => {
      const { code, message } = MangroveError.from(thrown);
      say({ kind: "failed", code, message });
    },
  );
});
say({ kind: "ready" });
