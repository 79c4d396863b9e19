import process from "node:process";
import { tell } from "../terminal.ts";

/** On a terminal the line changes this often, elsewhere a new one comes this often; nothing is shown of what is done sooner. */
const TERMINAL_MS = 250;
const LINE_MS = 10_000;

export interface RowProgress extends Disposable {
  /** `done` is a share, 0…1, or NaN. */
  show(rows: number, done: number): void;
}

/** Says on stderr how far a long run has come. Disposing of it clears the line on the terminal. */
export function rowProgress({ onTerminal }: { onTerminal: boolean }): RowProgress {
  let toldMs = performance.now();
  let isShown = false;
  return {
    show(rows, done) {
      const nowMs = performance.now();
      if (nowMs - toldMs < (onTerminal ? TERMINAL_MS : LINE_MS)) return;
      toldMs = nowMs;
      const text = `${rows} rows${Number.isNaN(done) ? "" : `, ${Math.floor(done * 100)} %`}`;
      if (onTerminal) process.stderr.write(`\r${text}\x1b[K`);
      else tell(text);
      isShown = onTerminal;
    },
    [Symbol.dispose]() {
      if (isShown) process.stderr.write("\r\x1b[K");
    },
  };
}
