/** What to do about an error code of Kafka's protocol. */
export type Verdict =
  /** The same request may succeed in a moment, here or at another node. */
  | "passing"
  /** Another producer of the transactional id has taken over. */
  | "fenced"
  /** It will never succeed. */
  | "refused";

const names: Readonly<Record<number, string>> = {
  1: "OFFSET_OUT_OF_RANGE",
  2: "CORRUPT_MESSAGE",
  3: "UNKNOWN_TOPIC_OR_PARTITION",
  5: "LEADER_NOT_AVAILABLE",
  6: "NOT_LEADER_OR_FOLLOWER",
  7: "REQUEST_TIMED_OUT",
  9: "REPLICA_NOT_AVAILABLE",
  10: "MESSAGE_TOO_LARGE",
  13: "NETWORK_EXCEPTION",
  14: "COORDINATOR_LOAD_IN_PROGRESS",
  15: "COORDINATOR_NOT_AVAILABLE",
  16: "NOT_COORDINATOR",
  18: "RECORD_LIST_TOO_LARGE",
  19: "NOT_ENOUGH_REPLICAS",
  20: "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
  22: "ILLEGAL_GENERATION",
  25: "UNKNOWN_MEMBER_ID",
  27: "REBALANCE_IN_PROGRESS",
  29: "TOPIC_AUTHORIZATION_FAILED",
  30: "GROUP_AUTHORIZATION_FAILED",
  35: "UNSUPPORTED_VERSION",
  45: "OUT_OF_ORDER_SEQUENCE_NUMBER",
  46: "DUPLICATE_SEQUENCE_NUMBER",
  47: "INVALID_PRODUCER_EPOCH",
  48: "INVALID_TXN_STATE",
  49: "INVALID_PRODUCER_ID_MAPPING",
  51: "CONCURRENT_TRANSACTIONS",
  52: "TRANSACTION_COORDINATOR_FENCED",
  53: "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
  56: "KAFKA_STORAGE_ERROR",
  59: "UNKNOWN_PRODUCER_ID",
  72: "LISTENER_NOT_FOUND",
  74: "FENCED_LEADER_EPOCH",
  75: "UNKNOWN_LEADER_EPOCH",
  78: "OFFSET_NOT_AVAILABLE",
  88: "UNSTABLE_OFFSET_COMMIT",
  89: "THROTTLING_QUOTA_EXCEEDED",
  90: "PRODUCER_FENCED",
  110: "FENCED_MEMBER_EPOCH",
  113: "STALE_MEMBER_EPOCH",
  120: "TRANSACTION_ABORTABLE",
};

/** The last five: a member whose group moves on, and who hears of it soon. */
const passing = new Set([3, 5, 6, 7, 9, 13, 14, 15, 16, 19, 20, 51, 56, 72, 74, 75, 78, 88, 89, 22, 25, 27, 110, 113]);
const fenced = new Set([47, 52, 90]);

export const OFFSET_OUT_OF_RANGE = 1;
export const UNKNOWN_TOPIC_OR_PARTITION = 3;
export const NETWORK_EXCEPTION = 13;
export const COORDINATOR_NOT_AVAILABLE = 15;
export const TOPIC_AUTHORIZATION_FAILED = 29;
export const CONCURRENT_TRANSACTIONS = 51;
export const UNSTABLE_OFFSET_COMMIT = 88;
export const TRANSACTIONAL_ID_NOT_FOUND = 105;

/** An answer that is an error. */
export class CodeError extends Error {
  readonly protocolCode: number;
  readonly verdict: Verdict;

  constructor(what: string, protocolCode: number) {
    super(`${what}: ${names[protocolCode] ?? `error ${protocolCode}`}`);
    this.name = "CodeError";
    this.protocolCode = protocolCode;
    this.verdict = passing.has(protocolCode) ? "passing" : fenced.has(protocolCode) ? "fenced" : "refused";
  }
}

/** Throws unless the code is 0. */
export function check(what: string, code: number): void {
  if (code !== 0) throw new CodeError(what, code);
}
