import { MangroveError } from "../../../kernel-as/errors.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../../kernel-as/host/record-batch-reader.ts";
import { RecordBatchWriter } from "../../../kernel-as/host/record-batch-writer.ts";
import { unstamped } from "../../broker/wire/output-producer.ts";
import { uncompressed } from "../../log/batch-file.ts";
import type { Kept } from "../task-log.ts";

/** Records of other versions are not read. */
const VERSION = 1;

/** What a commit says: the last one tells, with the journal of all that are in its file, of what a task is made again. */
export interface CommitRecord extends Omit<Kept, "settledEntry" | "settledBy" | "snapshots" | "models"> {
  /** Absent where an earlier version wrote it: 0. */
  readonly settledEntry?: number;
  /** Names of files: of one chain, from its first on; and of the models, the one in use last. */
  readonly snapshots: readonly string[];
  readonly models: readonly string[];
  /** Bytes of the output files, by topic and the folder that they are in. */
  readonly outputs: { readonly directory: string; readonly bytes: Readonly<Record<string, number>> };
}

/** As one batch of one record: its sum makes a commit whole or nothing. */
export function writeCommit(kernel: Kernel, commit: CommitRecord): Uint8Array {
  using writer = new RecordBatchWriter(kernel, { partitions: 1 });
  writer.add(0, null, new TextEncoder().encode(JSON.stringify({ mangrove: VERSION, ...commit })));
  return writer.take({ ...unstamped, timestampMs: 0 })[0]!.bytes;
}

/** Throws `MGV_SNAPSHOT` for one of another version. */
export function readCommit(kernel: Kernel, batch: Uint8Array): CommitRecord {
  using reader = new RecordBatchReader(kernel, uncompressed);
  const { values, bounds } = reader.read(batch, { from: 0, aborted: [] }).records!;
  const { mangrove: version, ...commit } = JSON.parse(new TextDecoder().decode(values.subarray(0, bounds[1]))) as CommitRecord & { mangrove: number };
  if (version !== VERSION) throw new MangroveError("MGV_SNAPSHOT", `What is committed is of version ${version}, and this is version ${VERSION}: go on with the program that wrote it, or begin anew with another --state.`);
  return commit;
}
