import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { Admin } from "@platformatic/kafka";
import { Kafka, logLevel } from "kafkajs";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import type { Broker } from "../../../engine/broker/broker.ts";
import { compressions, type Compression } from "../../../engine/broker/compression.ts";
import { connectBroker } from "../../../engine/broker/connect.ts";
import { Cluster } from "../../../engine/broker/wire/cluster.ts";
import { TransactionalProducer } from "../../../engine/broker/wire/transactional-producer.ts";
import { joinGroup } from "../../../engine/broker/membership/membership.ts";
import { readSecurity } from "../../../engine/broker/security.ts";
import { type SecureBroker, startSecureBroker, user, whyNotSecure } from "../../broker/secure.ts";
import { collect } from "../../conformance/records.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { batchOf, committedValues } from "../../fixtures/kafka-wire.ts";
import { start } from "../../fixtures/run.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const reason = inject("kafka").reason ?? (await whyNotSecure());
const kernel = await loadKernel();
const clients = ["platformatic", "kafkajs"] as const;
type Client = (typeof clients)[number];

describe.skipIf(reason !== null)(`a broker that asks who is there${reason === null ? "" : ` (${reason})`}`, () => {
  let secure: SecureBroker;
  beforeAll(async () => {
    secure = await startSecureBroker();
  });
  afterAll(() => secure?.[Symbol.asyncDispose]());

  const signingIn = (mechanism: string, password = user.password) => ({
    KAFKA_SECURITY_PROTOCOL: "SASL_SSL",
    KAFKA_SSL_CA: secure.ca,
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: user.name,
    KAFKA_SASL_PASSWORD: password,
  });

  async function connect(client: Client, server: string, environment: Record<string, string>, compression: Compression = "none"): Promise<Broker> {
    const broker = await connectBroker(client, { servers: [server], security: readSecurity(environment), compression });
    onTestFinished(() => broker[Symbol.asyncDispose]());
    return broker;
  }

  async function readAll(broker: Broker, topic: string, count: number): Promise<string[]> {
    await using subscription = await broker.subscribe({ topic, group: randomUUID(), from: "earliest" });
    return (await collect(subscription, count)).map(({ value }) => value);
  }

  async function writtenAndRead(broker: Broker): Promise<string[]> {
    const topic = `secure-${randomUUID()}`;
    await broker.ensureTopics([topic]);
    await broker.produce(["one", "two"].map((value) => ({ topic, key: "k", value })));
    return readAll(broker, topic, 2);
  }

  describe.each(clients)("through %s", (client) => {
    test.each(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])("writes and reads over TLS as a user by %s", async (mechanism) => {
      const broker = await connect(client, secure.saslSsl, signingIn(mechanism));
      expect(await writtenAndRead(broker)).toEqual(["one", "two"]);
    });

    test("writes and reads over TLS with a client certificate", async () => {
      const files = { KAFKA_SSL_CA: secure.ca, KAFKA_SSL_CERT: secure.clientCert, KAFKA_SSL_KEY: secure.clientKey };
      const broker = await connect(client, secure.ssl, { KAFKA_SECURITY_PROTOCOL: "SSL", ...files });
      expect(await writtenAndRead(broker)).toEqual(["one", "two"]);
    });

    test.each(["PLAIN", "SCRAM-SHA-512"])("names user and mechanism, not the password, when %s does not let it in", async (mechanism) => {
      const secret = "not-the-password";
      const thrown = await connect(client, secure.saslSsl, signingIn(mechanism, secret)).catch((error: unknown) => error);
      expect(thrown).toMatchObject({
        code: "MGV_BROKER",
        message: expect.stringMatching(new RegExp(`did not let the user ${user.name} in by ${mechanism}: .*Check KAFKA_SASL_USERNAME`)),
      });
      expect(inspect(thrown, { depth: Infinity, showHidden: true })).not.toContain(secret);
    });

    test.each([["another authority", () => secure.otherCa], ["no authority", () => ""]])("says with %s that the certificate is not trusted", async (_which, ca) => {
      await expect(connect(client, secure.saslSsl, { ...signingIn("PLAIN"), KAFKA_SSL_CA: ca() })).rejects.toMatchObject({
        code: "MGV_BROKER",
        message: expect.stringMatching(/certificate of the Kafka broker at localhost:\d+ is not trusted: .* Set KAFKA_SSL_CA/),
      });
    });

    test("says that the broker wants a client certificate", async () => {
      await expect(connect(client, secure.ssl, { KAFKA_SECURITY_PROTOCOL: "SSL", KAFKA_SSL_CA: secure.ca })).rejects.toMatchObject({
        code: "MGV_BROKER",
        message: expect.stringMatching(/[Ss]et KAFKA_SSL_CERT and KAFKA_SSL_KEY/),
      });
    });

    test("the command line tells no password, let in or not", async () => {
      await using folder = await temporaryFolder();
      for (const password of [user.password, "not-the-password"]) {
        const env = { ...signingIn("SCRAM-SHA-256", password), KAFKA_BOOTSTRAP_SERVERS: secure.saslSsl, MANGROVE_KAFKA_CLIENT: client, KAFKA_TOPIC_SMOKE: randomUUID() };
        await using simulate = start("node", ["mangrove.ts", "simulate", "--to", "kafka", "--duration", "5", "--speed", "max"], { cwd: folder.path, env });
        expect(await simulate.ended, simulate.stderr()).toBe(password === user.password ? 0 : 1);
        expect(simulate.stderr()).toMatch(password === user.password ? /readings produced/ : /did not let the user alice in/);
        expect(simulate.stdout() + simulate.stderr()).not.toContain(password);
      }
    });
  });

  test.each([
    ["a user by SCRAM-SHA-256", () => [secure.saslSsl, signingIn("SCRAM-SHA-256")] as const],
    ["a client certificate", () => [secure.ssl, { KAFKA_SECURITY_PROTOCOL: "SSL", KAFKA_SSL_CA: secure.ca, KAFKA_SSL_CERT: secure.clientCert, KAFKA_SSL_KEY: secure.clientKey }] as const],
  ])("a group is joined over TLS with %s", async (_which, reached) => {
    const topic = `secure-${randomUUID()}`;
    await (await connect("platformatic", secure.plaintext, {})).ensureTopics([topic]);
    const [server, environment] = reached();
    const { promise, resolve } = Promise.withResolvers<readonly number[]>();
    await using member = await joinGroup({
      broker: { servers: [server], security: readSecurity(environment) },
      group: randomUUID(),
      topic,
      onAssigned: resolve,
      onRevoked: () => Promise.resolve(),
    });
    expect(await promise).toEqual([0]);
    expect(member.held).toEqual([0]);
  });

  test.each([
    ["a user by PLAIN", () => [secure.saslSsl, signingIn("PLAIN")] as const],
    ["a user by SCRAM-SHA-512", () => [secure.saslSsl, signingIn("SCRAM-SHA-512")] as const],
    ["a client certificate", () => [secure.ssl, { KAFKA_SECURITY_PROTOCOL: "SSL", KAFKA_SSL_CA: secure.ca, KAFKA_SSL_CERT: secure.clientCert, KAFKA_SSL_KEY: secure.clientKey }] as const],
  ])("a transaction is committed over TLS with %s", async (_which, reached) => {
    const topic = `secure-${randomUUID()}`;
    await (await connect("platformatic", secure.plaintext, {})).ensureTopics([topic]);
    const [server, environment] = reached();
    await using cluster = await Cluster.connect({ servers: [server], security: readSecurity(environment) });
    const group = randomUUID();
    const producer = await TransactionalProducer.open(cluster, group, { reach: { topics: [topic], group, topic, partition: 0 } });
    await producer.send(batchOf(kernel, producer.stamp, { topic }, ["safe"]));
    await producer.commit({ group, topic, partition: 0, offset: 1, metadata: "" });
    await expect.poll(() => committedValues(cluster, kernel, { topic })).toEqual(["safe"]);
  });

  test("a group is not joined where the certificate is not trusted, and it is said", async () => {
    const security = readSecurity({ ...signingIn("PLAIN"), KAFKA_SSL_CA: secure.otherCa });
    const joining = joinGroup({ broker: { servers: [secure.saslSsl], security }, group: "g", topic: "t", onAssigned: () => {}, onRevoked: () => Promise.resolve() });
    await expect(joining).rejects.toMatchObject({ code: "MGV_BROKER", message: expect.stringMatching(/certificate of the Kafka broker at localhost:\d+ is not trusted/) });
  });

  /** Long enough for several blocks of every codec. */
  const values = Array.from({ length: 3000 }, (_, index) => `{"reading":${index},"of":"a room ${index % 7}, ${"warm ".repeat(index % 20)}"}`);
  const valueBytes = values.join("").length;

  test.each(compressions.flatMap((codec) => clients.map((client) => [codec, client] as const)))("what is produced with %s through %s is read through both", async (codec, client) => {
    const topic = `codec-${randomUUID()}`;
    const broker = await connect(client, secure.plaintext, {}, codec);
    await broker.ensureTopics([topic]);
    await broker.produce(values.map((value) => ({ topic, key: null, value })));
    const stored = await storedBytes(secure.plaintext, topic);
    if (codec === "none") expect(stored).toBeGreaterThan(valueBytes);
    else expect(stored).toBeLessThan(valueBytes / 2);
    for (const reader of clients) expect(await readAll(await connect(reader, secure.plaintext, {}), topic, values.length)).toEqual(values);
  });

  test.each(compressions.filter((codec) => codec !== "none"))("what the broker compressed itself with %s is read through both", async (codec) => {
    const topic = `recompressed-${randomUUID()}`;
    const admin = new Kafka({ brokers: [secure.plaintext], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, configEntries: [{ name: "compression.type", value: codec }] }], waitForLeaders: true });
    await admin.disconnect();
    const broker = await connect("platformatic", secure.plaintext, {});
    await broker.produce(values.map((value) => ({ topic, key: null, value })));
    for (const reader of clients) expect(await readAll(await connect(reader, secure.plaintext, {}), topic, values.length)).toEqual(values);
  });
});

/** What partition 0 takes on the broker's disk. */
async function storedBytes(server: string, topic: string): Promise<number> {
  const admin = new Admin({ clientId: "size", bootstrapBrokers: [server] });
  try {
    const [described] = await admin.describeLogDirs({ topics: [{ name: topic, partitions: [0] }] });
    return Number(described!.results[0]!.topics[0]!.partitions[0]!.partitionSize);
  } finally {
    await admin.close();
  }
}
