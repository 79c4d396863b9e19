import { figureText } from "../figure-text.ts";
import { runtimeTitles } from "../kafka/engine-process.ts";
import { markdownTable } from "../report/markdown.ts";
import type { HttpResult } from "./command.ts";

/** A result as Markdown: it is what people read, too. Ratios are ours to the peer's, of runs that followed each other. */
export function httpTable(result: HttpResult): string {
  const { predict, batch, steady, peers, soaks } = result;
  const [firstPeer] = peers;
  const tables = [
    predict.length > 0 && predictTable(predict),
    batch.length > 0 && batchTable(batch),
    firstPeer && peersTable(peers),
    steady.length > 0 && steadyTable(steady),
    soaks.length > 0 && soaksTable(soaks),
  ];
  return [...tables.filter((table) => typeof table === "string"), notesOf(result)].join("\n\n");
}

function predictTable(predict: HttpResult["predict"]): string {
  return markdownTable(
    ["`POST /predict`, 32 connections", "requests/s", "p99 ms", "bare Hono: requests/s", "p99 ms", "requests, × bare", "p99, × bare"],
    predict.map(({ runtime, ours, peer, rateRatio, p99Ratio }) => [runtimeTitles[runtime], figureText(ours.requestsPerSecond), ours.p99Ms.toFixed(1), figureText(peer.requestsPerSecond), peer.p99Ms.toFixed(1), rateRatio.toFixed(2), p99Ratio.toFixed(2)]),
  );
}

function batchTable(batch: HttpResult["batch"]): string {
  return markdownTable(["`POST /predict/batch` of 1,000", "readings/s", "min – max"], batch.map(({ runtime, readingsPerSecond, min, max }) => [runtimeTitles[runtime], figureText(readingsPerSecond), `${figureText(min)} – ${figureText(max)}`]));
}

function peersTable(peers: HttpResult["peers"]): string {
  return markdownTable(["peer, in pairs with ours", "requests/s", "p99 ms", "ours", "× requests"], peers.map(({ name, peer, runtime, rateRatio }) => [name, figureText(peer.requestsPerSecond), peer.p99Ms.toFixed(1), runtimeTitles[runtime], figureText(rateRatio)]));
}

function steadyTable(steady: HttpResult["steady"]): string {
  return markdownTable(["`POST /predict` at a fixed rate", "requests/s", "p50 ms", "p99 ms"], steady.map(({ runtime, requestsPerSecond, p50Ms, p99Ms }) => [runtimeTitles[runtime], figureText(requestsPerSecond), String(p50Ms), String(p99Ms)]));
}

function soaksTable(soaks: HttpResult["soaks"]): string {
  return markdownTable(
    ["soak", "s", "requests/s", "swaps", "models", "p99 ms", "memory in the second and the last quarter, MB"],
    soaks.map(({ runtime, seconds, requestsPerSecond, swaps, versions, p99Ms, residentMb }) => [runtimeTitles[runtime], ...[seconds, figureText(requestsPerSecond), swaps, versions, p99Ms].map(String), residentMb.map((mb) => mb.toFixed(0)).join(", ")]),
  );
}

function notesOf({ runs, seconds, predict, batch, steady, peers, soaks }: HttpResult): string {
  const loads = [...[...predict, ...peers].flatMap(({ ours, peer }) => [ours, peer]), ...steady, ...soaks];
  const failures = loads.reduce((sum, load) => sum + load.failures, 0);
  const [beside] = peers;
  return [
    ...(predict.length + batch.length > 0 ? [`Medians of ${runs} runs of ${seconds} s after a warm-up.`] : []),
    ...(beside ? [`Beside peers: of ${beside.samples.length}.`] : []),
    failures > 0 ? `**${failures.toLocaleString("en")} requests failed.**` : "No request failed.",
  ].join(" ");
}
