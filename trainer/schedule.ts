import { schedule } from "node-cron";
import { nextRun, type Timetable } from "./next-run.ts";

export interface ScheduleOptions {
  readonly table: Timetable;
  readonly now: () => number;
  /** When the last run began, epoch ms; it outlives the process. Null: none is known. */
  readonly lastBegunMs: () => Promise<number | null>;
  readonly setLastBegunMs: (timeMs: number) => Promise<void>;
  /** Resolves when it is over, well or not. */
  readonly job: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** Looks every minute whether a job is due, until the signal aborts; {@link nextRun} says when. While it is running it does not begin again, and is not missed either. */
export function scheduleJob(options: ScheduleOptions): void {
  if (options.table.everyHours === 0) return;
  const task = schedule("* * * * *", () => runIfDue(options), { noOverlap: true });
  options.signal.addEventListener("abort", () => void task.destroy(), { once: true });
}

/** Whether one was due, and has run. A program that never was here before has missed nothing, nor has one whose clock was ahead when it ran last. */
export async function runIfDue({ table, now, lastBegunMs, setLastBegunMs, job }: Omit<ScheduleOptions, "signal">): Promise<boolean> {
  const nowMs = now();
  const begunMs = await lastBegunMs();
  const lastMs = begunMs === null || begunMs > nowMs ? nowMs : begunMs;
  if (lastMs !== begunMs) await setLastBegunMs(lastMs);
  const dueMs = nextRun(table, { lastMs, nowMs });
  if (dueMs === null || dueMs > nowMs) return false;
  await setLastBegunMs(nowMs);
  await job();
  return true;
}
