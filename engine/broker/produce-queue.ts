import type { ProducedRecord } from "./broker.ts";

/** A record as its bytes. */
export interface EncodedRecord {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer;
}

interface Job {
  readonly records: readonly EncodedRecord[];
  readonly bytes: number;
  done(): void;
  failed(thrown: unknown): void;
}

/** A broker's default limit for a batch of one partition is 1 MiB; this leaves room for headers. */
const requestBytes = 900_000;

/**
 * Sends one request at a time, so that no retry overtakes a later record of the same key. What arrives while a request
 * is under way goes out together in the next.
 */
export class ProduceQueue {
  readonly #send: (records: readonly EncodedRecord[]) => Promise<void>;
  readonly #jobs: Job[] = [];
  #draining: Promise<void> | null = null;

  constructor(send: (records: readonly EncodedRecord[]) => Promise<void>) {
    this.#send = send;
  }

  add(records: readonly ProducedRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    return new Promise((done, failed) => {
      const encoded = records.map(encode);
      this.#jobs.push({ records: encoded, bytes: encoded.reduce((sum, record) => sum + size(record), 0), done, failed });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#jobs.length > 0) {
      const jobs = this.#takeJobs();
      try {
        for (const request of requests(jobs.flatMap((job) => job.records))) await this.#send(request);
        for (const job of jobs) job.done();
      } catch (thrown) {
        for (const job of jobs) job.failed(thrown);
      }
    }
    // in the same turn as the look at the length: what is added later starts anew
    this.#draining = null;
  }

  /** As many of the waiting jobs as fit into one request, and at least one. */
  #takeJobs(): Job[] {
    let count = 0;
    for (let bytes = 0; count < this.#jobs.length; count++) {
      bytes += this.#jobs[count]!.bytes;
      if (count > 0 && bytes > requestBytes) break;
    }
    return this.#jobs.splice(0, count);
  }
}

function* requests(records: readonly EncodedRecord[]): Generator<readonly EncodedRecord[]> {
  let from = 0;
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    if (index > from && bytes + size(record) > requestBytes) {
      yield records.slice(from, index);
      from = index;
      bytes = 0;
    }
    bytes += size(record);
  }
  yield records.slice(from);
}

function encode({ topic, key, value }: ProducedRecord): EncodedRecord {
  return { topic, key: key === null ? null : Buffer.from(key), value: Buffer.from(value) };
}

/** With the most that a record's own header takes. */
function size({ key, value }: EncodedRecord): number {
  return value.length + (key?.length ?? 0) + 32;
}
