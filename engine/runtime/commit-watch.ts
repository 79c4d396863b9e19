import type { TaskOutput } from "../task/output.ts";

/** Sees what one life of a task gives, and when it is committed. What a life leaves uncommitted the next one gives again. */
export interface CommitWatch {
  /** Holds on to nothing of the output. */
  write(output: TaskOutput): void;
  /** Of what was written until the call: the function that it gives is called when that is committed. */
  cut(): () => void;
}

/** Several as one. */
export function allWatches(watches: readonly CommitWatch[]): CommitWatch {
  return {
    write(output) {
      for (const watch of watches) watch.write(output);
    },
    cut() {
      const cuts = watches.map((watch) => watch.cut());
      return () => cuts.forEach((committed) => committed());
    },
  };
}
