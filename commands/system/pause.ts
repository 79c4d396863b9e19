const LONGEST_MS = 30_000;

/** How long a process waits until it is started again, after so many failures in a row: the first time hardly, then 1, 2, 4, … up to 30 seconds. */
export function pauseMs(failures: number): number {
  return failures <= 1 ? 200 : Math.min(1000 * 2 ** (failures - 2), LONGEST_MS);
}
