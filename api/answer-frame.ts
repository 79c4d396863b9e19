import type { Model } from "../engine/model/model-store.ts";
import { briefOf } from "./model-brief.ts";
import { Timestamps } from "./timestamps.ts";

const timestamps = new Timestamps();

/** What an answer says beside what was asked for. */
export function frameOf(model: Model, { startedMs, endedMs }: { startedMs: number; endedMs: number }) {
  return { processing_time_seconds: Math.max(0, endedMs - startedMs) / 1000, timestamp: timestamps.of(endedMs), model_info: briefOf(model) };
}
