import { detached } from "../batch.ts";
import type { Sink } from "../sink/sink.ts";
import type { TaskAside } from "./task-log.ts";

/** A sink beside the log: all that is committed is in it, and more where a process was killed. Stays the caller's to dispose of. */
export function sinkAside(sink: Sink): TaskAside {
  let writing: Promise<void> = Promise.resolve();
  return {
    recover: () => Promise.resolve(),
    write(output) {
      const kept = { ...output, batch: detached(output.batch), encodePredictions: null };
      writing = writing.then(() => sink.write(kept));
      writing.catch(() => {}); // told by room and settle
    },
    room: () => writing,
    async settle() {
      await writing;
      await sink.flush();
      return () => Promise.resolve();
    },
  };
}

/** Several as one; null for none. */
export function allAsides(asides: readonly TaskAside[]): TaskAside | null {
  if (asides.length <= 1) return asides[0] ?? null;
  return {
    async recover(settledOffset) {
      for (const aside of asides) await aside.recover(settledOffset);
    },
    write(output) {
      for (const aside of asides) aside.write(output);
    },
    async room() {
      for (const aside of asides) await aside.room();
    },
    async settle() {
      const shows = await Promise.all(asides.map((aside) => aside.settle()));
      return async () => {
        for (const show of shows) await show();
      };
    },
  };
}
