import { readdir } from "node:fs/promises";
import process from "node:process";
import type { Registry } from "prom-client";
import { addComputed, type ComputedValue } from "./computed-metric.ts";

/** What a process costs, under the names that Prometheus' own libraries give it. Open files are those that /proc tells of, and absent elsewhere. */
export function addProcessMetrics(registry: Registry): void {
  const add = (name: string, type: "counter" | "gauge", help: string, value: () => number) => addComputed(registry, { name, type, help, values: () => [{ labels: {}, value: value() }] });
  add("process_cpu_seconds_total", "counter", "Time that all processors spent on the process.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  add("process_resident_memory_bytes", "gauge", "Memory that the process holds.", () => process.memoryUsage().rss);
  add("process_start_time_seconds", "gauge", "When the process began.", () => performance.timeOrigin / 1000);
  addComputed(registry, { name: "process_open_fds", type: "gauge", help: "Open files, sockets among them.", values: openFiles });
}

async function openFiles(): Promise<ComputedValue[]> {
  const open = await readdir("/proc/self/fd").catch(() => null);
  return open ? [{ labels: {}, value: open.length }] : [];
}
