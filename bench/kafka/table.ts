import type { KafkaResult } from "./command.ts";

/** A result for people. */
export function kafkaTable({ machine, commit, readings, rates, latencies, restores }: KafkaResult): string {
  const whole = (figure: number) => Number(figure.toPrecision(3)).toLocaleString("en");
  return [
    `kafka: exactly once, broker and engine on the same ${machine.cores} cores`,
    `${machine.cpu}, load ${machine.load.toFixed(1)} at the start; commit ${commit?.slice(0, 12) ?? "unknown"}`,
    "",
    ...(rates.length > 0 ? [`${readings.toLocaleString("en")} readings of 1,000 sensors in 4 partitions`, ["", "readings/s", "min – max", "CPU s a million"].join(" | ")] : []),
    ...rates.map(({ pipeline, host, median, min, max, cpuSeconds }) => [`${pipeline}, ${host}`, whole(median), `${whole(min)} – ${whole(max)}`, Number.isNaN(cpuSeconds) ? "" : cpuSeconds.toFixed(2)].join(" | ")),
    "",
    ...(latencies.length > 0 ? ["reading appended to prediction readable, 20,000 readings/s", ["", "p50 ms", "p99 ms", "max ms"].join(" | ")] : []),
    ...latencies.map(({ runtime, intervalMs, p50, p99, max }) => [`commits every ${intervalMs} ms, ${runtime}`, p50, p99, max].join(" | ")),
    "",
    ...restores.map(({ runtime, sensors, readingsEach, seconds }) => `restore of ${sensors.toLocaleString("en")} sensors with ${readingsEach} readings each, ${runtime}: ${seconds.toFixed(2)} s`),
    "",
  ].join("\n");
}
