import { MangroveError } from "../../../kernel-as/errors.ts";

/** Where the chunks of a file begin on the topic of snapshots, and how many they are. */
export interface FilePlace {
  readonly offset: number;
  readonly chunks: number;
  /** Tells the chunks of one owner from those of another that had come as far. */
  readonly writer: string;
}

/** Where the rest of a task is kept: it stands beside the committed offset, so that it is committed with it. */
export interface Bookmark {
  /** Where the task's first life began, in its input. */
  readonly start: number;
  /** Where the last snapshot was taken, there. */
  readonly settled: number;
  /** Entries of the journal below this one are in it. */
  readonly settledEntry: number;
  /** By the owner with this fence; null: none was taken yet, or by nobody who fences others off. */
  readonly settledBy: string | null;
  /** Entries of the journal below this one are committed. */
  readonly nextEntry: number;
  /** In the journal: where that life's entries begin, and those that the snapshots do not hold. */
  readonly journalStart: number;
  readonly journal: number;
  /** The chain that the state is made of: its name, and its snapshots from the first on. */
  readonly chain: string;
  readonly snapshots: readonly FilePlace[];
  /** The files of the models that snapshots and journal name, by version. */
  readonly models: Readonly<Record<string, FilePlace>>;
}

/** Bookmarks of other versions are not read. */
const VERSION = 1;

/** What a broker stores beside an offset is at most 4,096 bytes by default. */
export function writeBookmark({ start, settled, settledEntry, settledBy, nextEntry, journalStart, journal, chain, snapshots, models }: Bookmark): string {
  const place = ({ offset, chunks, writer }: FilePlace) => [offset, chunks, writer];
  return JSON.stringify({ mangrove: VERSION, start, settled, settledBy, journal: [journalStart, journal, nextEntry, settledEntry], chain, snapshots: snapshots.map(place), models: Object.entries(models).map(([version, file]) => [version, ...place(file)]) });
}

/** Null for an offset that something else than an engine with this guarantee has stored. Throws `MGV_SNAPSHOT` for one of another version. */
export function readBookmark(text: string | null): Bookmark | null {
  let found: { mangrove?: number; start: number; settled: number; settledBy?: string | null; journal: [number, number, number, number?]; chain: string; snapshots: [number, number, string][]; models: [string, number, number, string][] };
  try {
    found = JSON.parse(text ?? "null") as typeof found;
  } catch {
    return null;
  }
  if (typeof found !== "object" || found === null || found.mangrove === undefined) return null;
  if (found.mangrove !== VERSION) {
    throw new MangroveError("MGV_SNAPSHOT", `What is stored beside the group's offset is of version ${found.mangrove}, and this is version ${VERSION}: go on with the program that wrote it, or begin anew with mangrove reset.`);
  }
  const { start, settled, settledBy = null, journal, chain, snapshots, models } = found;
  return {
    start,
    settled,
    settledEntry: journal[3] ?? 0,
    settledBy,
    journalStart: journal[0],
    journal: journal[1],
    nextEntry: journal[2],
    chain,
    snapshots: snapshots.map(([offset, chunks, writer]) => ({ offset, chunks, writer })),
    models: Object.fromEntries(models.map(([version, offset, chunks, writer]) => [version, { offset, chunks, writer }])),
  };
}
