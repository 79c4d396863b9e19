import { figureText } from "../figure-text.ts";
import { markdownTable } from "../report/markdown.ts";
import type { KafkaResult } from "./command.ts";
import { runtimeTitles } from "./engine-process.ts";
import type { Latency } from "./latency.ts";
import type { Restore } from "./restore.ts";
import { peerHosts, pipelines, type Rate } from "./throughput.ts";

const titles: Readonly<Record<Rate["pipeline"], string>> = {
  predictions: "a prediction record for each reading",
  alerts: "alerts and statistics to Kafka and the history, readings and predictions to the history",
  analytics: "statistics alone",
};

/** A result as Markdown: it is what people read, too. */
export function kafkaTable({ runs, readings, rates, latencies, restores }: KafkaResult): string {
  return [
    ...(rates.length > 0 ? [ratesTable(rates), `${readings.toLocaleString("en")} readings of 1,000 sensors in four partitions. Medians of ${runs} after a warm-up.`] : []),
    ...(latencies.length > 0 ? [`**From append to committed prediction**, ${latencies[0]!.rate.toLocaleString("en")} readings/s:`, latenciesTable(latencies)] : []),
    ...(restores.length > 0 ? ["**Restore**, from the first request to the last of four tasks at its place:", restoresTable(restores)] : []),
  ].join("\n\n");
}

/** Ratios are ours to the peer's, by medians. */
function ratesTable(rates: readonly Rate[]): string {
  const body = pipelines.flatMap((pipeline) => {
    const own = rates.filter((rate) => rate.pipeline === pipeline);
    const peers = peerHosts.map((host) => own.find((rate) => rate.host === host));
    return own.map((rate, i) => {
      const name = rate.host in runtimeTitles ? runtimeTitles[rate.host as keyof typeof runtimeTitles] : rate.host;
      const ratios = peers.map((peer) => (peer === undefined || peers.includes(rate) ? "" : (rate.median / peer.median).toFixed(2)));
      return [i === 0 ? `${titles[pipeline]}, ${name}` : name, figureText(rate.median), `${figureText(rate.min)} – ${figureText(rate.max)}`, rate.cpuSeconds?.toFixed(2) ?? "", ...ratios];
    });
  });
  return markdownTable(["", "readings/s", "min – max", "CPU s a million", ...peerHosts.map((host) => `× ${host}`)], body);
}

function latenciesTable(latencies: readonly Latency[]): string {
  return markdownTable(["commits every", "", "p50 ms", "p99 ms", "longest ms"], latencies.map(({ intervalMs, runtime, p50, p99, max }) => [`${intervalMs} ms`, runtimeTitles[runtime], ...[p50, p99, max].map(String)]));
}

function restoresTable(restores: readonly Restore[]): string {
  return markdownTable(["", "sensors", "readings each", "s"], restores.map(({ runtime, sensors, readingsEach, seconds }) => [runtimeTitles[runtime], sensors.toLocaleString("en"), String(readingsEach), seconds.toFixed(2)]));
}
