import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { sharedKernel } from "../../../kernel-as/host/kernel.ts";
import { Cluster } from "../cluster.ts";
import { Verifier } from "./verifier.ts";
import type { Verified, VerifierPlace, VerifierState } from "./verifying.ts";

/* The thread of a `Verifying`: follows until it is told that nothing comes any more. */

const FOLLOW_MS = 1000;

const place = workerData as VerifierPlace;
const port = parentPort!;
const ending = new AbortController();
port.once("message", () => ending.abort());

await using cluster = new Cluster(place.servers);
await using verifier = await Verifier.open({ ...place, cluster, kernel: await sharedKernel() });
let soundMs = performance.now();
const onRound = () => {
  soundMs = performance.now();
  const state: VerifierState = { compared: verifier.met, waiting: verifier.waiting, findings: verifier.findings.length };
  port.postMessage({ state }, []);
};
for (; !ending.signal.aborted; await delay(FOLLOW_MS, undefined, { signal: ending.signal }).catch(() => {})) {
  try {
    await verifier.follow(onRound);
  } catch (thrown) {
    // while a broker is away nothing can be read; what was missed is read then
    if (performance.now() - soundMs > place.patienceMs) throw thrown;
  }
}
const findings = await verifier.end();
const verified: Verified = { findings, readings: verifier.readings, outputs: verifier.outputs, compared: verifier.met };
port.postMessage({ verified }, []);
