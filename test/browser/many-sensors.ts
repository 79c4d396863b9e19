import { emptySeen } from "../../engine/live/task-watch.ts";
import type { LiveService } from "./live-service.ts";

/** A reading a second of each sensor, all at once as engines commit them; a few rise above the threshold and fall again. */
export function tellOfMany(at: LiveService, sensors: number, second: number): void {
  const seen = emptySeen();
  for (let i = 0; i < sensors; i++) {
    const probability = i % 97 === second % 97 ? 0.5 + 0.45 * Math.abs(Math.sin(i)) : 0.02 + 0.02 * Math.abs(Math.sin(i + second));
    const prediction = Number(probability >= 0.4);
    const level = probability > 0.9 ? 3 : probability > 0.7 ? 2 : prediction;
    seen.predictions.set(`sensor-${String(i + 1).padStart(4, "0")}`, { count: 1, events: prediction, timeMs: 1_654_733_331_000 + second * 1000, probability, prediction, level, late: false, modelVersion: "9c0cd976384a" });
  }
  at.feed.tell(seen);
}
