import { schedule } from "node-cron";

/**
 * Runs `job` at set times until the signal aborts: nightly at `hour` (local time) when `everyHours` is 24, at every
 * such hour counted from midnight when it divides the day, never when it is 0. A run that is still going skips the next.
 */
export function scheduleTraining(options: { everyHours: number; hour: number; signal: AbortSignal; job: () => Promise<void> }): void {
  const expression = cronExpression(options.everyHours, options.hour);
  if (expression === null) return;
  const task = schedule(expression, options.job, { noOverlap: true });
  options.signal.addEventListener("abort", () => void task.destroy(), { once: true });
}

/** `null` for never. Hours that do not divide the day are rounded down to ones that do. */
export function cronExpression(everyHours: number, hour: number): string | null {
  if (everyHours === 0) return null;
  if (everyHours >= 24) {
    const days = Math.floor(everyHours / 24);
    return `0 ${hour} ${days === 1 ? "*" : `*/${Math.min(days, 31)}`} * *`;
  }
  const step = [12, 8, 6, 4, 3, 2, 1].find((each) => each <= everyHours) ?? 1;
  const hours = Array.from({ length: 24 / step }, (_, i) => (hour + i * step) % 24).sort((a, b) => a - b);
  return `0 ${hours.join(",")} * * *`;
}
