import type { Alert } from "../engine/task/alerts.ts";
import { timeText } from "../engine/time-text.ts";
import { tell } from "./terminal.ts";

const WINDOW_MS = 1000;
/** More than anybody reads; a flood that is written out holds up the engine and fills disks. */
const LINES = 100;

/** A line of the log for each alert, and one that counts the others where there are more than a hundred in a second. `now`: ms of a clock that never goes back. */
export function alertLines(now: () => number): (alerts: readonly Pick<Alert, "severity" | "message" | "timeMs">[]) => void {
  let [startMs, lines, untold] = [-Infinity, 0, 0];
  return (alerts) => {
    if (now() - startMs >= WINDOW_MS) {
      if (untold > 0) tell(`ALERT   and ${untold.toLocaleString("en")} more in that second`, { fields: { alerts: untold } });
      [startMs, lines, untold] = [now(), 0, 0];
    }
    for (const { severity, message, timeMs } of alerts) {
      if (++lines > LINES) {
        untold++;
        continue;
      }
      const time = timeText(timeMs);
      tell(`ALERT   ${severity}${time === null ? "" : ` at ${time}`}: ${message}`, { fields: { severity, event_time: time } });
    }
  };
}
