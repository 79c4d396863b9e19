import { MangroveError } from "../../../kernel-as/errors.ts";
import { fetchBytes, fetchPartitionBytes, fetchWaitMs, orAborted, sleep } from "../patience.ts";
import type { Cluster } from "./cluster.ts";
import { check, CodeError, OFFSET_OUT_OF_RANGE } from "./codes.ts";
import type { FetchedPartition, FetchOptions } from "./record-messages.ts";
import type { Node } from "./cluster-messages.ts";

/** A fetch that leaves out a partition that has enough for now waits no longer than this, so that the partition can be asked for again. */
const SHORT_WAIT_MS = 5;

/** A node that is asked answers within {@link fetchWaitMs}, and a moment; one that has been silent for longer than this may be out of reach. */
const HEARD_MS = 5_000;

/** Batches of one partition as they came, from offset `from` on; the next fetch begins at `next`. */
export interface Fetched {
  readonly from: number;
  readonly next: number;
  readonly bytes: Uint8Array;
  readonly aborted: FetchedPartition["aborted"];
}

/** Reads partitions of one topic, each ahead of its reader by one fetch: those that one node leads with one request at a time. Only what was committed. */
export class Fetcher implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #topic: string;
  readonly #feeds = new Map<number, Feed>();
  readonly #closing = new AbortController();
  readonly #loops = new Map<number, Promise<void>>();
  #wake = Promise.withResolvers<void>();

  constructor(cluster: Cluster, topic: string) {
    this.#cluster = cluster;
    this.#topic = topic;
  }

  open(partition: number, from: number): Feed {
    const feed = new Feed(partition, from, { wanted: () => this.#wanted(), closed: () => this.#feeds.get(partition) === feed && this.#feeds.delete(partition) });
    this.#feeds.set(partition, feed);
    this.#wanted();
    return feed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#wake.resolve();
    for (const feed of this.#feeds.values()) feed.close();
    await Promise.allSettled(this.#loops.values());
  }

  /** Starts a loop for every node that leads a partition and has none, and wakes the others. */
  #wanted(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
    if (!this.#loops.has(-1)) this.#loops.set(-1, this.#findNodes().finally(() => this.#loops.delete(-1)));
  }

  /** Until every partition that waits for records has a loop that asks for them. */
  async #findNodes(): Promise<void> {
    for (let isLacking = true; isLacking && !this.#closing.signal.aborted; ) {
      isLacking = false;
      for (const feed of this.#feeds.values()) {
        const node = await this.#leader(feed);
        if (node === null) isLacking ||= feed.isHungry;
        else if (!this.#loops.has(node.id) && !this.#closing.signal.aborted) this.#loops.set(node.id, this.#serve(node).finally(() => this.#ended(node)));
      }
    }
  }

  #ended(node: Node): void {
    this.#loops.delete(node.id);
    // partitions may have come back to the node while its loop was about to end
    if (this.#feeds.size > 0 && !this.#closing.signal.aborted) this.#wanted();
  }

  async #leader(feed: Feed): Promise<Node | null> {
    try {
      return await this.#cluster.leader(this.#topic, feed.partition);
    } catch (thrown) {
      if (thrown instanceof CodeError && thrown.verdict !== "passing") feed.fail(thrown);
      else {
        feed.unheard();
        await this.#pause();
      }
      return null;
    }
  }

  async #pause(): Promise<void> {
    this.#cluster.forget();
    await orAborted(sleep(200), this.#closing.signal);
    this.#wanted();
  }

  /** Until no partition is led by this node. */
  async #serve(node: Node): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const wake = this.#wake.promise;
      const led: Feed[] = [];
      // it may have come back at another address
      let place = node;
      for (const feed of this.#feeds.values()) {
        const leader = await this.#leader(feed);
        if (leader?.id !== node.id) continue;
        led.push(feed);
        place = leader;
      }
      if (led.length === 0) return;
      const hungry = led.filter((feed) => feed.isHungry);
      if (hungry.length === 0) {
        await wake;
        continue;
      }
      try {
        await this.#fetch(place, hungry, led.length === hungry.length ? fetchWaitMs : SHORT_WAIT_MS);
      } catch (thrown) {
        if (this.#closing.signal.aborted) return;
        if (!this.#cluster.isUnreachable(thrown) && !(thrown instanceof CodeError && thrown.verdict === "passing")) {
          for (const feed of hungry) feed.fail(thrown);
        }
        await this.#pause();
      }
    }
  }

  async #fetch(node: Node, feeds: readonly Feed[], waitMs: number): Promise<void> {
    const partitions = new Map(feeds.map((feed) => [feed.partition, feed.next]));
    const request = { topic: this.#topic, partitions, waitMs, maxBytes: fetchBytes, partitionBytes: fetchPartitionBytes, isCommitted: true };
    const answer = await this.#ask(node, request).catch((thrown: unknown) => {
      for (const feed of feeds) feed.unheard();
      throw thrown;
    });
    let failure: CodeError | null = null;
    for (const fetched of answer.partitions) {
      const feed = feeds.find(({ partition }) => partition === fetched.partition)!;
      if (fetched.code === OFFSET_OUT_OF_RANGE) feed.fail(outOfRange(this.#topic, feed));
      else if (fetched.code !== 0) {
        feed.unheard();
        failure = new CodeError(`fetch from partition ${feed.partition} of ${this.#topic}`, fetched.code);
      } else feed.give(fetched);
    }
    if (failure) throw failure;
  }

  async #ask(node: Node, request: FetchOptions): Promise<{ readonly partitions: readonly FetchedPartition[] }> {
    const answer = await this.#cluster.call(node, "fetches", this.#cluster.messages.fetch, request);
    check(`fetch from ${this.#topic}`, answer.code);
    return answer;
  }
}

/** One partition, as its reader sees it. */
export class Feed {
  readonly partition: number;
  readonly #fetcher: { wanted(): void; closed(): void };
  #next: number;
  #ahead: Fetched | null = null;
  #failure: { readonly thrown: unknown } | null = null;
  #lastStableOffset = Infinity;
  #heardMs = -Infinity;
  #isClosed = false;
  #news = Promise.withResolvers<void>();

  constructor(partition: number, from: number, fetcher: { wanted(): void; closed(): void }) {
    this.partition = partition;
    this.#next = from;
    this.#fetcher = fetcher;
  }

  /** Where the next fetch begins. */
  get next(): number {
    return this.#next;
  }

  get isHungry(): boolean {
    return this.#ahead === null && this.#failure === null && !this.#isClosed;
  }

  /** All that was committed when the broker last answered has been taken. */
  get isAtEnd(): boolean {
    return this.#ahead === null && this.#next >= this.#lastStableOffset;
  }

  /** Whether the broker is there to tell of an end that moves: it has answered lately, and failed at nothing since. */
  get isHeard(): boolean {
    return performance.now() - this.#heardMs < HEARD_MS;
  }

  /** What comes next; undefined when `signal` aborts first, or the feed is closed. Throws what went wrong for good. */
  async take(signal: AbortSignal): Promise<Fetched | undefined> {
    for (;;) {
      if (signal.aborted || this.#isClosed) return undefined;
      if (this.#ahead !== null) {
        const taken = this.#ahead;
        this.#ahead = null;
        this.#fetcher.wanted();
        return taken;
      }
      if (this.#failure !== null) throw this.#failure.thrown;
      await orAborted(this.#news.promise, signal);
    }
  }

  give({ records, aborted, lastStableOffset }: FetchedPartition): void {
    this.#lastStableOffset = lastStableOffset;
    this.#heardMs = performance.now();
    const next = endOf(records) ?? this.#next;
    if (next > this.#next) {
      this.#ahead = { from: this.#next, next, bytes: records, aborted };
      this.#next = next;
    }
    this.#tell();
  }

  /** The broker could not be asked. */
  unheard(): void {
    this.#heardMs = -Infinity;
  }

  fail(thrown: unknown): void {
    this.#failure = { thrown };
    this.#tell();
  }

  close(): void {
    this.#isClosed = true;
    this.#fetcher.closed();
    this.#tell();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}

/** Where batches have their length and, from the start of the batch, the number of their last record: Kafka's message format v2. */
const LENGTH_AT = 8;
const LAST_DELTA_AT = 23;
const HEADER_BYTES = 61;

/** The offset after the last whole batch; null where there is none. */
function endOf(batches: Uint8Array): number | null {
  const view = new DataView(batches.buffer, batches.byteOffset, batches.byteLength);
  let end: number | null = null;
  for (let at = 0; at + HEADER_BYTES <= batches.length; ) {
    const bytes = LENGTH_AT + 4 + view.getInt32(at + LENGTH_AT);
    if (bytes < HEADER_BYTES || at + bytes > batches.length) break;
    end = Number(view.getBigInt64(at)) + view.getInt32(at + LAST_DELTA_AT) + 1;
    at += bytes;
  }
  return end;
}

function outOfRange(topic: string, { partition, next }: Feed): MangroveError {
  const cause = new CodeError(`fetch from partition ${partition} of ${topic}`, OFFSET_OUT_OF_RANGE);
  return new MangroveError("MGV_BROKER", `Partition ${partition} of ${topic} has no record at offset ${next} any more: it was deleted before it was read, or the topic was made anew.`, { cause });
}
