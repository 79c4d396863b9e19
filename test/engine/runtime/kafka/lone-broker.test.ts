import { writeFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { doctorCommand } from "../../../../commands/doctor.ts";
import { connectBroker } from "../../../../engine/broker/connect.ts";
import { runKafkaEngine } from "../../../../engine/runtime/kafka/engine.ts";
import { ensureInternalTopics } from "../../../../engine/runtime/kafka/topics.ts";
import { whyNotStartable } from "../../../broker/availability.ts";
import { startBroker, type OwnBroker } from "../../../broker/start.ts";
import { RecordedGroup } from "../../broker/membership/recorded-group.ts";
import { run } from "../../../fixtures/command.ts";
import { engineOptions, joinAlone, PARTITIONS, smallPipeline } from "../../../fixtures/kafka-engine.ts";
import { openCluster } from "../../../fixtures/kafka-wire.ts";
import { temporaryFolder } from "../../../fixtures/temporary.ts";

const reason = await whyNotStartable();

/** As Kafka's own defaults have it, which are for three brokers. */
const properties = "offsets.topic.replication.factor=3\ntransaction.state.log.replication.factor=3\n";

describe.skipIf(reason !== null)(`a broker that is alone and is set as one of three${reason === null ? "" : ` (${reason})`}`, () => {
  let kafka: OwnBroker;

  beforeAll(async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file("properties"), properties);
    kafka = await startBroker({ properties: folder.file("properties") });
  });
  afterAll(() => kafka?.[Symbol.asyncDispose]());
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test.concurrent("who joins a group is told the settings", async () => {
    await using broker = await connectBroker("platformatic", { servers: [kafka.servers] });
    await broker.ensureTopics(["grouped"]);
    await expect(new RecordedGroup({ broker: { servers: [kafka.servers] }, topic: "grouped" }).join("member")).rejects.toMatchObject({
      code: "MGV_BROKER",
      message: expect.stringMatching(/has no coordinator for the group .*offsets\.topic\.replication\.factor.* of 1/) as string,
    });
  });

  test.concurrent("a task whose transactions have no coordinator says which setting it may be, and tries again until it is stopped", async () => {
    await using cluster = await openCluster(kafka.servers);
    await using broker = await connectBroker("platformatic", { servers: [kafka.servers] });
    const small = smallPipeline();
    await broker.ensureTopics([small.readings], { partitions: PARTITIONS });
    await ensureInternalTopics(broker, cluster, { pipeline: small, appId: "alone" });
    const stop = new AbortController();
    const told: string[] = [];
    const options = engineOptions({ cluster, small, appId: "alone", models: null, dies: Infinity, commitMs: 10, snapshotMs: 1e9 });
    const ended = runKafkaEngine({ ...options, untilEnd: false, tell: (line) => told.push(line) }, joinAlone, stop.signal);
    await expect.poll(() => told.find((line) => line.includes("begins again"))).toMatch(/^partition \d begins again .*transaction\.state\.log\.replication\.factor.*COORDINATOR_NOT_AVAILABLE$/);
    stop.abort();
    expect(await ended).toMatchObject({ readings: 0 });
  });

  test.concurrent("the doctor names the settings", async () => {
    for (const [name, value] of Object.entries({ KAFKA_BOOTSTRAP_SERVERS: kafka.servers, FLASK_PORT: "0" })) vi.stubEnv(name, value);
    const { code, stdout } = await run(doctorCommand, "--json", "--app-id", "alone");
    expect(code).toBe(1);
    const { findings } = JSON.parse(stdout) as { findings: { about: string }[] };
    expect(findings.find(({ about }) => about === "transactional id")).toMatchObject({ state: "fails", fix: expect.stringContaining("to no more than there are of them") as string });
  });
});
