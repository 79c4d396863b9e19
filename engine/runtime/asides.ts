import { detached } from "../batch.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Sink } from "../sink/sink.ts";
import type { TaskAside } from "./task-log.ts";

/** A sink beside the logs of tasks, one aside for each task's run: all that is committed is in it, and more where a process was killed. What fails is told to the task whose output it was. Stays the caller's to dispose of. */
export function sinkAsides(sink: Sink): () => TaskAside {
  let turn: Promise<void> = Promise.resolve();
  return () => {
    let writing: Promise<void> = Promise.resolve();
    return {
      recover: () => Promise.resolve(),
      write(output) {
        const kept = { ...output, batch: detached(output.batch), encodePredictions: null };
        const write = async (before: Promise<void>, others: Promise<void>) => {
          await others;
          await before;
          await guarded(sink.write(kept));
        };
        writing = write(writing, turn);
        turn = writing.catch(() => {}); // told by room and settle
      },
      room: () => writing,
      async settle() {
        await writing;
        await guarded(sink.flush());
        return () => Promise.resolve();
      },
    };
  };
}

/** Several as one; null for none. */
export function allAsides(asides: readonly TaskAside[]): TaskAside | null {
  if (asides.length <= 1) return asides[0] ?? null;
  return {
    async recover(settled, fence) {
      for (const aside of asides) await aside.recover(settled, fence);
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

async function guarded(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    throw MangroveError.from(thrown, "MGV_FILE_WRITE");
  }
}
