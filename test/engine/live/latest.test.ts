import { expect, test } from "vitest";
import { Latest } from "../../../engine/live/latest.ts";

test("the newest 200 alerts and 100 dead letters are held, and the latest of 10,000 sensors", () => {
  const latest = new Latest();
  for (let i = 0; i < 12_000; i++) {
    latest.prediction(`sensor-${i}`, `p${i}`);
    latest.alert(`a${i}`);
    latest.letter(`l${i}`);
  }
  latest.prediction("sensor-3", "newer");
  const { predictions, alerts, deadLetters, last, stats } = latest.snapshot("id");
  expect([predictions.length, predictions[3], alerts.length, alerts.at(-1), deadLetters.length, deadLetters.at(-1), last, stats]).toEqual([10_000, "newer", 200, "a11999", 100, "l11999", "id", null]);
  latest.forgetPredictions();
  expect(latest.snapshot("id")).toMatchObject({ predictions: [], alerts: { length: 200 } });
});
