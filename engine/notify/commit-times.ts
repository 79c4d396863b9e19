/** So many commits are told apart, at most. */
const MOST = 10_000;

interface Commit {
  readonly bytes: number;
  readonly atMs: number;
}

/** When the bytes of a file that grows were committed. Of very many that nobody reads, those close together have the time of the last of them. */
export class CommitTimes {
  #commits: Commit[] = [];
  /** Commits within a span of time that is a multiple of this are one. */
  #grainMs = 0;

  get count(): number {
    return this.#commits.length;
  }

  /** There are so many bytes now. */
  committed(bytes: number, nowMs: number): void {
    if (bytes <= (this.#commits.at(-1)?.bytes ?? 0)) return;
    this.#add({ bytes, atMs: nowMs });
    while (this.#commits.length > MOST) {
      this.#grainMs = this.#grainMs * 2 || 1; // each span is two of those before, so that no time is put off beyond the end of its own
      for (const commit of this.#commits.splice(0)) this.#add(commit);
    }
  }

  /** When what ends at byte `end` was committed; what ends before is forgotten. NaN where it is not. */
  of(end: number): number {
    while (this.#commits.length > 0 && this.#commits[0]!.bytes < end) this.#commits.shift();
    if (this.#commits.length <= 1) this.#grainMs = 0;
    return this.#commits[0]?.atMs ?? NaN;
  }

  #add(commit: Commit): void {
    const last = this.#commits.at(-1);
    if (last && this.#grainMs > 0 && Math.floor(last.atMs / this.#grainMs) === Math.floor(commit.atMs / this.#grainMs)) this.#commits.pop();
    this.#commits.push(commit);
  }
}
