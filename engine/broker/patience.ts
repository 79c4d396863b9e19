/** How long a broker may take to accept a connection, ms. */
export const connectMs = 2_000;
/** How long it may take to answer a question that a person waits for, ms. */
export const answerMs = 5_000;
/** How long a running subscription waits for a broker that has gone away, ms: a restart takes 5 to 15 s. */
export const stayAwayMs = 30_000;
/** How often a group member says that it lives, and after what silence its partitions go to others, ms. */
export const heartbeatMs = 1_000;
export const sessionMs = 15_000;
/** How long a fetch waits at the broker for the first record, ms; a rebalance is noticed no later than that. */
export const fetchWaitMs = 500;
/** The most that one fetch brings, and of one partition, bytes. A single larger record still comes. */
export const fetchBytes = 4 << 20;
export const fetchPartitionBytes = 1 << 20;

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Settles with `work`, or rejects with what `late` makes after `ms`. */
export function within<T>(ms: number, work: Promise<T>, late: () => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Settles with `work`, or with undefined as soon as `signal` aborts. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
