import { expect, test } from "vitest";
import { MemoryAlerts } from "../../../engine/notify/memory-alerts.ts";
import type { Alert } from "../../../engine/task/alerts.ts";
import type { TaskOutput } from "../../../engine/task/output.ts";

function output(...ids: string[]): TaskOutput {
  const alerts = ids.map((id): Alert => ({ id, topic: "alerts", kind: "fire", timeMs: 0, sensor: "room", cause: null, value: 1, threshold: 0.5, severity: "HIGH", message: "It burns.", modelVersion: null }));
  return { alerts } as unknown as TaskOutput;
}

test("readers have what is committed, each all of it, and nothing that is not", async () => {
  await using log = new MemoryAlerts({ now: () => 7, onDropped: () => {} });
  await using one = await log.follow();
  await using other = await log.tail();
  const watch = log.watch();
  watch.write(output("a", "b"));
  const committed = watch.cut();
  watch.write(output("c"));
  expect(one.isAtEnd).toBe(true);
  committed();
  const signal = new AbortController().signal;
  expect((await one.next(signal))!).toMatchObject({ alert: { id: "a" }, loggedMs: 7 });
  expect((await one.next(signal))!.alert.id).toBe("b");
  expect(one.isAtEnd).toBe(true);
  expect((await other.next(signal))!.alert.id).toBe("a");
});

test("alerts that nobody takes are dropped beyond a bound, the oldest first, and that is told", async () => {
  let dropped = 0;
  await using log = new MemoryAlerts({ now: () => 0, onDropped: (count) => (dropped += count) });
  await using reader = await log.follow();
  const watch = log.watch();
  watch.write(output(...Array.from({ length: 10_003 }, (_, i) => String(i))));
  watch.cut()();
  expect(dropped).toBe(3);
  expect((await reader.next(new AbortController().signal))!.alert.id).toBe("3");
});
