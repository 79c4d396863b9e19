import { createHash } from "node:crypto";
import { PAGE_BYTES } from "../../kernel-as/host/arena.ts";
import { MangroveError } from "../../kernel-as/errors.ts";

/*
 *   0      4         8          12                                                            end - 32
 *   ├──────┼─────────┼──────────┼───────────────┼──────────────────────────────────────────┼─────────┤
 *   │ MGVS │ version │ bytes of │ header, JSON  │ pages: u32 number, 1,024 bytes, and again │ SHA-256 │
 *   │      │ u32     │ header   │               │                                           │ of all  │
 *   └──────┴─────────┴──────────┴───────────────┴──────────────────────────────────────────┴─────────┘
 *
 * Little-endian. The first snapshot of a task holds all pages, each later one those that were written since; put back one after
 * the other, in order, they are the state at the last one's offset.
 */

const MAGIC = 0x5356474d; // "MGVS"
const VERSION = 2;
const HASH_BYTES = 32;

export interface SnapshotHeader {
  readonly pipeline: string;
  /** Of each step by name: see `stepFingerprints`. */
  readonly steps: Readonly<Record<string, string>>;
  /** 0 for the first of a task, then one more for each. */
  readonly sequence: number;
  /** Records below this one are in the state. */
  readonly nextOffset: number;
  /** Journal entries below this one are in the state. */
  readonly nextEntry: number;
  readonly modelVersion: string | null;
  /** What steps keep outside of the pages: by step, changed sensors with their state. */
  readonly states: Readonly<Record<string, readonly (readonly [sensor: number, state: unknown])[]>>;
}

interface Page {
  readonly page: number;
  /** PAGE_BYTES of them. */
  readonly bytes: Uint8Array;
}

export function writeSnapshot(header: SnapshotHeader, changed: Iterable<Page>): Uint8Array<ArrayBuffer> {
  const pages = Array.from(changed, ({ page, bytes }) => ({ page, bytes: bytes.slice() }));
  const text = new TextEncoder().encode(JSON.stringify(header));
  const snapshot = new Uint8Array(12 + text.length + pages.length * (4 + PAGE_BYTES) + HASH_BYTES);
  const view = new DataView(snapshot.buffer);
  [MAGIC, VERSION, text.length].forEach((word, i) => view.setUint32(i * 4, word, true));
  snapshot.set(text, 12);
  let at = 12 + text.length;
  for (const { page, bytes } of pages) {
    view.setUint32(at, page, true);
    snapshot.set(bytes, at + 4);
    at += 4 + PAGE_BYTES;
  }
  snapshot.set(hashOf(snapshot.subarray(0, at)), at);
  return snapshot;
}

/** Throws `MGV_SNAPSHOT` with the reason for bytes that are no whole snapshot of this version. */
export function readSnapshot(snapshot: Uint8Array): { header: SnapshotHeader; pages: Page[] } {
  const view = new DataView(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength);
  const end = snapshot.length - HASH_BYTES;
  if (end < 12 || view.getUint32(0, true) !== MAGIC) refuse("it is no snapshot of a task");
  const version = view.getUint32(4, true);
  if (version !== VERSION) refuse(`its format is version ${version}, this is version ${VERSION}`);
  if (!hashOf(snapshot.subarray(0, end)).equals(snapshot.subarray(end))) refuse("it is cut short or was changed: its checksum is another");
  const from = 12 + view.getUint32(8, true);
  if ((end - from) % (4 + PAGE_BYTES) !== 0) refuse("its pages are not whole");
  const header = JSON.parse(new TextDecoder().decode(snapshot.subarray(12, from))) as SnapshotHeader;
  const pages: Page[] = [];
  for (let at = from; at < end; at += 4 + PAGE_BYTES) pages.push({ page: view.getUint32(at, true), bytes: snapshot.subarray(at + 4, at + 4 + PAGE_BYTES) });
  return { header, pages };
}

/** Throws `MGV_SNAPSHOT` unless the snapshots are one task's, from its first on, without a gap, and of this pipeline; the reason names the steps that changed. */
export function checkChain(headers: readonly SnapshotHeader[], own: { name: string; steps: Readonly<Record<string, string>> }): void {
  headers.forEach((header, place) => {
    if (header.sequence !== place) refuse(`it is number ${header.sequence} of its task where number ${place} should stand`);
    checkTopology(header, own);
  });
}

function checkTopology({ pipeline, steps }: SnapshotHeader, own: { name: string; steps: Readonly<Record<string, string>> }): void {
  if (pipeline !== own.name) refuse(`it is of the pipeline "${pipeline}", not of "${own.name}"`);
  const names = new Set([...Object.keys(steps), ...Object.keys(own.steps)]);
  const changed = [...names].filter((name) => steps[name] !== own.steps[name]).map((name) => `${name} ${name in own.steps ? (name in steps ? "has changed" : "is new") : "is gone"}`);
  if (changed.length > 0) refuse(`the pipeline is another: ${changed.join(", ")}. Make the state again from the readings (--rebuild), or go back to the pipeline that wrote it`);
}

function hashOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function refuse(why: string): never {
  throw new MangroveError("MGV_SNAPSHOT", `The snapshot cannot be used: ${why}.`);
}
