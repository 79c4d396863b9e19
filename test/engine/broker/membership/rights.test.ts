import { writeFile } from "node:fs/promises";
import { inspect } from "node:util";
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BrokerOptions } from "../../../../engine/broker/broker.ts";
import { connectBroker } from "../../../../engine/broker/connect.ts";
import { whyNotStartable } from "../../../broker/availability.ts";
import { freePorts, type OwnBroker, startBroker } from "../../../broker/start.ts";
import { temporaryFolder } from "../../../fixtures/temporary.ts";
import { RecordedGroup } from "./recorded-group.ts";

const reason = await whyNotStartable();

/** Two users by password: one may do everything, one nothing. The consumer protocol is known, and switched off. */
function properties(listeners: string, controller: number): string {
  return `
listeners=${listeners},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=${listeners}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_root="r" user_guest="g";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:root
group.coordinator.rebalance.protocols=classic
`;
}

describe.skipIf(reason !== null)(`membership of a group on a broker that asks for rights${reason === null ? "" : ` (${reason})`}`, () => {
  let kafka: OwnBroker;
  let signedIn: string;
  const topic = "t";
  const seen = "seen";

  beforeAll(async () => {
    await using folder = await temporaryFolder();
    const [port, controller, other] = (await freePorts(3)) as [number, number, number];
    signedIn = `127.0.0.1:${other}`;
    await writeFile(folder.file("properties"), properties(`PLAINTEXT://127.0.0.1:${port},SASL_PLAINTEXT://${signedIn}`, controller));
    kafka = await startBroker({ ports: [port, controller], properties: folder.file("properties") });
    await using broker = await connectBroker("platformatic", { servers: [kafka.servers] });
    await broker.ensureTopics([topic, seen]);
    await letSee(kafka.servers, "User:guest", seen);
  });
  afterAll(() => kafka?.[Symbol.asyncDispose]());

  const as = (username: string, password: string): BrokerOptions => ({
    servers: [signedIn],
    security: { tls: null, sasl: { mechanism: "PLAIN", username, password: () => password } },
  });

  const joining = (broker: BrokerOptions) => new RecordedGroup({ broker, topic }).join("member");

  test("a user with rights is a member, by the protocol that there is", async () => {
    const member = await joining(as("root", "r"));
    await expect.poll(() => member.held).toEqual([0]);
    expect(member.protocol).toBe("classic");
  });

  test("a user without rights is told so", async () => {
    await expect(joining(as("guest", "g"))).rejects.toMatchObject({
      code: "MGV_BROKER",
      message: expect.stringMatching(/refused to let group-\S+ read t: .*authori[sz]/i),
      cause: expect.any(Error),
    });
  });

  test.each(["platformatic", "kafkajs"] as const)("%s tells the settings of a topic, and nothing to a user who may only see that it is there", async (client) => {
    await using root = await connectBroker(client, as("root", "r"));
    expect((await root.settingsOf(seen))!.get("message.timestamp.type")).toBe("LogAppendTime");
    await using guest = await connectBroker(client, as("guest", "g"));
    expect(await guest.topics()).toEqual([seen]);
    expect(await guest.settingsOf(seen)).toBeNull();
  });

  test("a wrong password is told as what it is, and not repeated", async () => {
    const failure: unknown = await joining(as("root", "not-the-password")).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: "MGV_BROKER", message: expect.stringMatching(/did not let the user root in by PLAIN/) });
    expect(inspect(failure, { depth: Infinity, showHidden: true })).not.toContain("not-the-password");
  });
});

async function letSee(servers: string, principal: string, topic: string): Promise<void> {
  const admin = new Kafka({ brokers: [servers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const [resourceType, resourcePatternType, operation, permissionType] = [AclResourceTypes.TOPIC, ResourcePatternTypes.LITERAL, AclOperationTypes.DESCRIBE, AclPermissionTypes.ALLOW];
    await admin.createAcls({ acl: [{ resourceType, resourceName: topic, resourcePatternType, principal, host: "*", operation, permissionType }] });
  } finally {
    await admin.disconnect();
  }
}
