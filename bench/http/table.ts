import type { HttpResult } from "./command.ts";

/** A result for people. */
export function httpTable({ machine, commit, predict, batch, steady, peers, soaks }: HttpResult): string {
  const whole = (figure: number) => Number(figure.toPrecision(3)).toLocaleString("en");
  const ms = (figure: number) => figure.toFixed(2);
  return [
    `http: servers and load on the same ${machine.cores} cores`,
    `${machine.cpu}, load ${machine.load.toFixed(1)} at the start; commit ${commit?.slice(0, 12) ?? "unknown"}`,
    "",
    ...(predict.length > 0 ? ["POST /predict, 32 connections | requests/s | p99 ms | bare Hono: requests/s | p99 ms | requests, × bare | p99, × bare"] : []),
    ...predict.map(({ runtime, ours, bare, rateRatio, p99Ratio, failures }) => [runtime, whole(ours.requestsPerSecond), ms(ours.p99Ms), whole(bare.requestsPerSecond), ms(bare.p99Ms), rateRatio.toFixed(2), p99Ratio.toFixed(2) + (failures > 0 ? ` (${failures} FAILED)` : "")].join(" | ")),
    "",
    ...batch.map(({ runtime, readingsPerSecond, min, max }) => `POST /predict/batch of 1,000, ${runtime}: ${whole(readingsPerSecond)} readings/s (${whole(min)} – ${whole(max)})`),
    "",
    ...steady.map(({ runtime, requestsPerSecond, p50Ms, p99Ms, failures }) => `POST /predict at ${whole(requestsPerSecond)} requests/s, ${runtime}: p50 ${p50Ms} ms, p99 ${p99Ms} ms, ${failures} failed`),
    "",
    ...peers.map(({ name, requestsPerSecond, p99Ms, failures, ours, oursTimes }) => `${name}: ${whole(requestsPerSecond)} requests/s, p99 ${ms(p99Ms)} ms, ${failures} failed; ours on ${ours} × ${oursTimes.toFixed(1)}`),
    "",
    ...soaks.map(({ runtime, seconds, requestsPerSecond, failures, swaps, versions, p99Ms, residentMb }) => `soak of ${seconds} s, ${runtime}: ${whole(requestsPerSecond)} requests/s, ${failures} failed, ${swaps} swaps of ${versions} models, p99 ${p99Ms} ms, memory ${residentMb.map((mb) => mb.toFixed(0)).join(" → ")} MB`),
    "",
  ].join("\n");
}
