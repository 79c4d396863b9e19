import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Broker } from "../../engine/broker/broker.ts";
import { connectBroker } from "../../engine/broker/connect.ts";
import { Cluster } from "../../engine/broker/wire/cluster.ts";
import { startBroker } from "../../test/broker/start.ts";

/** Outputs of the runs are not kept: a gigabyte each. */
const properties = "log.retention.check.interval.ms=5000\nlog.segment.delete.delay.ms=1000\n";
const outputs = { "retention.bytes": "134217728", "segment.bytes": "67108864" };

export const READINGS = "bench_readings";
/** Of many sensors. */
export const MANY = "bench_many";
export const PARTITIONS = 4;
const OUTPUTS = ["bench_predictions", "bench_alerts", "smoke_analytics", "peer_predictions", "peer_analytics"];

/** A broker of this bench's own, on these same cores, and connections to it. */
export interface BenchCluster extends AsyncDisposable {
  readonly servers: string;
  readonly broker: Broker;
  readonly cluster: Cluster;
}

export async function openCluster(folder: string): Promise<BenchCluster> {
  await using opened = new AsyncDisposableStack();
  const path = join(folder, "broker.properties");
  await writeFile(path, properties);
  const { servers } = opened.use(await startBroker({ properties: path, carriesLoad: true }));
  const broker = opened.use(await connectBroker("platformatic", { servers: [servers] }));
  await broker.ensureTopics([READINGS, MANY], { partitions: PARTITIONS });
  await broker.ensureTopics(OUTPUTS, { partitions: PARTITIONS, settings: outputs });
  const cluster = opened.use(await Cluster.connect({ servers: [servers] }));
  const held = opened.move();
  return { servers, broker, cluster, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
