import { connect } from "node:net";
import type { BrokerOptions } from "../../engine/broker/broker.ts";
import { check, CodeError, COORDINATOR_NOT_AVAILABLE } from "../../engine/broker/wire/codes.ts";
import { Cluster } from "../../engine/broker/wire/cluster.ts";
import { stableOffset } from "../../engine/broker/wire/offsets.ts";
import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { internalTopics } from "../../engine/runtime/kafka/topics.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { appendTimesFinding, clockFinding } from "./clock.ts";
import { fails, weak, well, type Finding } from "./finding.ts";
import { topicFindings } from "./topics.ts";

const REACH_MS = 3_000;

/** A transaction that is begun and left goes by itself after this time; none is begun here. */
const TRANSACTION_MS = 10_000;

const FEW_BROKERS = "See that all brokers run. Where there are fewer than three, set offsets.topic.replication.factor, transaction.state.log.replication.factor and transaction.state.log.min.isr of the brokers to no more than there are of them, and start them again.";

/** What stands between this machine and the cluster. Writes nothing into any topic; the cluster remembers the transactional id that the right is tried with. */
export async function kafkaFindings(options: BrokerOptions, { pipeline, appId, nowMs }: { readonly pipeline: Pipeline; readonly appId: string; readonly nowMs: number }): Promise<Finding[]> {
  let cluster: Cluster;
  try {
    cluster = await Cluster.connect({ ...options, clientId: `${appId}-doctor` });
  } catch (thrown) {
    return [fails("broker", MangroveError.from(thrown).message, "Start one, or name it: KAFKA_BOOTSTRAP_SERVERS=host:9092.")];
  }
  await using open = cluster;
  const findings = [well("broker", `${options.servers.join(", ")} answers`), ...(await nodeFindings(open))];
  // who cannot be reached can be asked for nothing else
  if (findings.some(({ state }) => state === "fails")) return findings;
  findings.push(transactionsFinding(open));
  const { journal, snapshots } = internalTopics(appId);
  findings.push(...(await topicFindings(open, { readings: pipeline.readings, outputs: pipeline.outputTopics, journal, snapshots })));
  const isThere = findings.some(({ about, state }) => about === `topic ${pipeline.readings}` && state !== "fails");
  const appendTimes = isThere && (await appendTimesFinding(open, pipeline.readings));
  if (appendTimes) findings.push(appendTimes);
  if (isThere) findings.push(await clockFinding(open, pipeline.readings, nowMs));
  if (isThere) findings.push(await right("group", `${appId} may store offsets`, `Grant Read on the group ${appId}: kafka-acls.sh --add.`, () => stableOffset(open, appId, { topic: pipeline.readings, partition: 0 })));
  if (open.transacts) findings.push(await right("transactional id", `${appId}-… may begin transactions`, `Grant Write and Describe on the transactional ids that begin with ${appId}: kafka-acls.sh --add. Or do without transactions: --guarantee at-least-once.`, () => beginAs(open, `${appId}-doctor`)));
  return findings;
}

/** The brokers by the names that they tell: an engine goes there, whatever it was given. */
async function nodeFindings(cluster: Cluster): Promise<Finding[]> {
  return Promise.all(
    (await cluster.nodes()).map(async ({ id, host, port }) => {
      const problem = await unreachable(host, port);
      if (problem === null) return well(`node ${id}`, `calls itself ${host}:${port}, and is reached there`);
      return fails(`node ${id}`, `calls itself ${host}:${port}, where this machine does not reach it: ${problem}`, `Set advertised.listeners of that broker to a name that clients reach, or make ${host} known here.`);
    }),
  );
}

/** Why there is no connection; null where there is one. */
function unreachable(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (problem: string | null) => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(REACH_MS, () => end(`nothing within ${REACH_MS / 1000} s`));
    socket.once("connect", () => end(null));
    socket.once("error", (error) => end(error.message));
  });
}

function transactionsFinding({ transacts, joins }: Cluster): Finding {
  if (!transacts) return fails("transactions", "this broker has none, and exactly once needs them", "Use a broker that has them, or begin engines with --guarantee at-least-once: nothing is lost, and some results may come twice.");
  if (joins) return well("transactions", "an epoch for each, by the broker (KIP-890)");
  return weak("transactions", "of the older kind: a batch of a producer that died may come into the next one's transaction", "Kafka 4 with the feature transaction.version=2: kafka-features.sh upgrade --feature transaction.version=2.");
}

function beginAs(cluster: Cluster, transactionalId: string): Promise<void> {
  return cluster.persist(async () => {
    const node = await cluster.coordinator(1, transactionalId);
    const { code } = await cluster.call(node, "requests", cluster.messages.initProducerId, transactionalId, TRANSACTION_MS);
    check(`begin as ${transactionalId}`, code);
  });
}

async function right(about: string, says: string, fix: string, attempt: () => Promise<unknown>): Promise<Finding> {
  try {
    await attempt();
    return well(about, says);
  } catch (thrown) {
    const isAway = thrown instanceof CodeError && thrown.protocolCode === COORDINATOR_NOT_AVAILABLE;
    return fails(about, MangroveError.from(thrown).message, isAway ? FEW_BROKERS : fix);
  }
}
