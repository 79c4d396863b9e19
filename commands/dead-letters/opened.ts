import { Cluster } from "../../engine/broker/wire/cluster.ts";
import { LetterTopic, type LetterFilter } from "../../engine/dead-letters/letter-topic.ts";
import { errorCodes, MangroveError } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import { epochMsOf } from "../beginning.ts";
import { brokerOptions } from "../broker.ts";
import type { Arguments, Flag } from "../command.ts";
import { openRuntime, type Runtime } from "../runtime.ts";
import { APP_ID, groupOf } from "../source.ts";

export const CLIENT_ID: Flag = { ...APP_ID, help: "as whom Kafka sees this client (MANGROVE_APP_ID, else the pipeline's name)" };

export const filterFlags: readonly Flag[] = [
  { name: "code", value: "CODE", help: "only those with this code, such as MGV_JSON" },
  { name: "topic", value: "TOPIC", help: "only those of messages that came by this topic" },
  { name: "since", value: "TIME", help: "only those written then or later: 2026-02-28T06:30:00Z, epoch seconds, or ms from 100000000000 on" },
];

interface OpenedLetters {
  readonly runtime: Runtime;
  readonly cluster: Cluster;
  readonly letters: LetterTopic;
}

/** Works with the dead letters of the pipeline that the arguments name. Throws `MGV_BROKER`, and `MGV_BROKER_TOPIC` where there never were any. */
export async function withLetters<Result>(given: Arguments, work: (opened: OpenedLetters) => Promise<Result>): Promise<Result> {
  const runtime = await openRuntime(given);
  const { config, kernel, pipeline } = runtime;
  await using cluster = await Cluster.connect({ ...brokerOptions(config), clientId: groupOf(given, config, pipeline) });
  return await cluster.failures.guard("hand over dead letters", async () => work({ runtime, cluster, letters: await LetterTopic.open(cluster, kernel, pipeline.deadLetters) }));
}

/** Throws `MGV_USAGE`. */
export function filterOf(given: Arguments): LetterFilter {
  const [code, topic, since] = ["code", "topic", "since"].map((name) => given.text(name));
  if (code !== undefined && !errorCodes.some((each) => each === code)) {
    throw new MangroveError("MGV_USAGE", `There is no code ${code}.${didYouMean(code, errorCodes)} mangrove dead-letters list shows those that came.`);
  }
  return { ...(code !== undefined && { code }), ...(topic !== undefined && { topic }), ...(since !== undefined && { sinceMs: timeOf(since) }) };
}

function timeOf(text: string): number {
  const atMs = epochMsOf(text);
  if (!Number.isNaN(atMs)) return atMs;
  throw new MangroveError("MGV_USAGE", `--since must be a time since 1970, not "${text}": for example --since 2026-02-28T06:30:00Z or --since 1772260200 (epoch seconds).`);
}
