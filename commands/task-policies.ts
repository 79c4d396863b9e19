import type { SnapshotPolicy } from "../engine/runtime/snapshot-plan.ts";
import type { CommitPolicy } from "../engine/runtime/task-runner.ts";
import type { Arguments, Flag } from "./command.ts";

const COMMIT_INTERVAL_MS = 1000;
/** Kafka's broker gives a transaction up after twice as long. */
const LONGEST_COMMIT_MS = 30_000;
const SNAPSHOT_INTERVAL_MS = 30_000;

/** Of an engine that keeps a state: on Kafka, or in a directory. */
export const policyFlags: readonly Flag[] = [
  { name: "commit-interval", value: "MS", help: `outputs are committed at least this often, on Kafka or with --state (${COMMIT_INTERVAL_MS})` },
  { name: "snapshot-interval", value: "MS", help: `how often the state is kept (${SNAPSHOT_INTERVAL_MS})` },
  { name: "rebuild", help: "make the state again from the readings, as after a change of the pipeline" },
];

/** `bytes` of outputs are the most that one commit should have. Throws `MGV_USAGE`. */
export function policiesOf(given: Arguments, bytes: number): { commit: CommitPolicy; snapshots: SnapshotPolicy } {
  const interval = (name: string, max: number, otherwise: number) => given.number(name, { min: 1, max }) ?? otherwise;
  return {
    commit: { intervalMs: interval("commit-interval", LONGEST_COMMIT_MS, COMMIT_INTERVAL_MS), bytes },
    snapshots: { intervalMs: interval("snapshot-interval", 3_600_000, SNAPSHOT_INTERVAL_MS) },
  };
}
