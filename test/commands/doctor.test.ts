import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ProduceAcks, Producer } from "@platformatic/kafka";
import { afterEach, expect, inject, onTestFinished, test, vi } from "vitest";
import { doctorCommand } from "../../commands/doctor.ts";
import type { Finding } from "../../commands/doctor/finding.ts";
import { portFinding } from "../../commands/doctor/port.ts";
import { connectBroker } from "../../engine/broker/connect.ts";
import { startBrokerWithoutTransactions } from "../fixtures/broker-without-transactions.ts";
import { run } from "../fixtures/command.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const { servers, reason } = inject("kafka");

afterEach(() => {
  vi.unstubAllEnvs();
});

async function examined(env: Record<string, string>, ...words: string[]) {
  for (const [name, value] of Object.entries({ KAFKA_BOOTSTRAP_SERVERS: "", FLASK_PORT: "0", ...env })) vi.stubEnv(name, value);
  const { code, stdout, stderr } = await run(doctorCommand, "--json", ...words);
  expect(stdout, stderr).not.toBe("");
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return { code, findings, about: (name: string) => findings.find(({ about }) => about === name) };
}

test("a machine without Kafka is well, and is told that Kafka was not looked at", async () => {
  await using folder = await temporaryFolder();
  const { code, about, findings } = await examined({ MANGROVE_HISTORY_DIR: folder.file("history"), MODEL_PATH: folder.file("model.json") });
  expect(code).toBe(0);
  expect(findings.filter(({ state }) => state === "fails")).toEqual([]);
  expect(about("kernel")).toEqual({ about: "kernel", state: "well", says: "loads", fix: null });
  expect(about("history")?.says).toMatch(/history: [\d.]+ GB are free$/);
  expect((await run(doctorCommand)).stdout).toMatch(/^ok {4}runtime +(Node|Bun|Deno) [\d.]+\n/);
  expect((await run(doctorCommand)).stdout).toContain("Kafka was not looked at: KAFKA_BOOTSTRAP_SERVERS names none.");
});

test("the API's port is looked at: free, taken by another, by a service that is well, or none that can be had", async () => {
  let status = 403;
  const server = createServer((_, response) => void response.writeHead(status).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { code, about } = await examined({ FLASK_PORT: String(port) });
  expect(code).toBe(1);
  expect(about("port")).toEqual({ about: "port", state: "fails", says: `${port} on 127.0.0.1 is taken by another program`, fix: "End it, or choose another port with --port or FLASK_PORT." });
  expect((await portFinding({ host: "127.0.0.1", port }, "darwin")).fix).toMatch(/--port or FLASK_PORT\. On a Mac 5000 is often AirPlay Receiver's/);
  status = 200;
  expect(await portFinding({ host: "127.0.0.1", port })).toMatchObject({ state: "well", says: `${port} on 127.0.0.1 has a service that answers /livez, as a Mangrove that runs does` });
  await new Promise((resolve) => (server.close(resolve), server.closeAllConnections()));
  expect(await portFinding({ host: "127.0.0.1", port })).toMatchObject({ state: "well", says: `${port} on 127.0.0.1 is free` });
  expect(await portFinding({ host: "192.0.2.1", port })).toMatchObject({ state: "fails", says: expect.stringContaining(`Cannot listen on port ${port} of 192.0.2.1`) as string, fix: expect.stringContaining("FLASK_HOST") as string });
});

test("a broker that is not there is a finding with what to do, and nothing else of it is asked", async () => {
  const { code, about, findings } = await examined({ KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1" });
  expect(code).toBe(1);
  expect(about("broker")).toMatchObject({ state: "fails", says: expect.stringContaining("No Kafka broker answers at 127.0.0.1:1") as string, fix: expect.stringContaining("KAFKA_BOOTSTRAP_SERVERS=host:9092") as string });
  expect(findings.at(-1)!.about).toBe("broker");
});

test.skipIf(reason)("topics that are not there, would lose readings or lose state are told, with the command that mends them", async () => {
  const name = `doctor-${randomUUID()}`;
  const env = { KAFKA_BOOTSTRAP_SERVERS: servers!, KAFKA_TOPIC_SMOKE: name };
  const app = ["--app-id", name];
  const absent = await examined(env, ...app);
  expect(absent.code).toBe(1);
  expect(absent.about(`topic ${name}`)).toMatchObject({ state: "fails", says: "is not there", fix: expect.stringContaining(`kafka-topics.sh --create --topic ${name}`) as string });
  expect(absent.about(`topic ${name}-journal`)).toMatchObject({ state: "well", says: "is made by the engine" });
  expect(absent.about("node 1")?.says).toBe(`calls itself ${servers!}, and is reached there`);
  expect(absent.about("transactional id")?.state).toBe("well");
  expect(absent.about("group")).toBeUndefined();

  await using broker = await connectBroker("platformatic", { servers: servers!.split(",") });
  await broker.ensureTopics([name], { partitions: 3, settings: { "cleanup.policy": "compact" } });
  await broker.ensureTopics([`${name}-journal`], { partitions: 2 });
  await broker.ensureTopics([`${name}-snapshots`], { partitions: 3, settings: { "cleanup.policy": "delete" } });
  const wrong = await examined(env, ...app);
  expect(wrong.code).toBe(1);
  expect(wrong.about(`topic ${name}`)).toMatchObject({ state: "fails", says: "3 partitions, 1 copy of each; it is compacted, so that all but the last record of a key goes", fix: `kafka-configs.sh --alter --entity-type topics --entity-name ${name} --add-config cleanup.policy=delete` });
  expect(wrong.about(`topic ${name}-journal`)).toMatchObject({ state: "fails", fix: `kafka-topics.sh --alter --topic ${name}-journal --partitions 3` });
  expect(wrong.about(`topic ${name}-snapshots`)).toMatchObject({ state: "fails", fix: expect.stringContaining("cleanup.policy=compact") as string });

  const sound = { ...env, KAFKA_TOPIC_SMOKE: `${name}-sound` };
  await broker.ensureTopics([`${name}-sound`], { partitions: 2 });
  const well = await examined(sound, "--app-id", `${name}-sound`);
  expect(well.code, JSON.stringify(well.findings)).toBe(0);
  expect(well.about(`topic ${name}-sound`)).toMatchObject({ state: "weak", says: "2 partitions, 1 copy of each: it goes with its broker's disk" });
  expect(well.about("append times")).toMatchObject({ state: "well", says: `the broker dates what is appended to ${name}-sound` });
  expect(well.about("group")?.state).toBe("well");
});

test.skipIf(reason)("a broker without transactions is told, and no right to them is asked for", async () => {
  await using other = await startBrokerWithoutTransactions(servers!);
  const { code, about } = await examined({ KAFKA_BOOTSTRAP_SERVERS: other.servers }, "--app-id", `doctor-${randomUUID()}`);
  expect(code).toBe(1);
  expect(about("transactions")).toMatchObject({ state: "fails", fix: expect.stringContaining("--guarantee at-least-once") as string });
  expect(about("transactional id")).toBeUndefined();
});

test.skipIf(reason)("readings that are dated ahead of this machine's clock are told, and those of now are not", async () => {
  const name = `doctor-${randomUUID()}`;
  const env = { KAFKA_BOOTSTRAP_SERVERS: servers!, KAFKA_TOPIC_SMOKE: name };
  await using broker = await connectBroker("platformatic", { servers: servers!.split(",") });
  await broker.ensureTopics([name], { partitions: 2, settings: { "message.timestamp.type": "CreateTime" } });
  const producer = new Producer({ clientId: "doctor", bootstrapBrokers: servers!.split(",") });
  onTestFinished(() => producer.close(true));
  const send = (partition: number, timestamp: number) => producer.send({ messages: [{ topic: name, partition, key: Buffer.from("s"), value: Buffer.from("{}"), timestamp: BigInt(timestamp) }], acks: ProduceAcks.ALL });
  await send(0, Date.now());
  const dated = await examined(env, "--app-id", name);
  expect(dated.about("append times")).toMatchObject({ state: "weak", says: expect.stringContaining(`${name} has message.timestamp.type=CreateTime`) as string, fix: `kafka-configs.sh --alter --entity-type topics --entity-name ${name} --add-config message.timestamp.type=LogAppendTime` });
  expect(dated.about("clock")).toEqual({ about: "clock", state: "well", says: `no record of ${name} is dated ahead of this machine's`, fix: null });
  await send(1, Date.now() + 600_000);
  const { about, code } = await examined(env, "--app-id", name);
  expect(about("clock")).toMatchObject({ state: "weak", says: `${name} has records dated more than a minute ahead of this machine's clock`, fix: expect.stringContaining("chronyc tracking") as string });
  expect(code).toBe(0);
});
