import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectBroker } from "../../../../engine/broker/connect.ts";
import { sleep, stayAwayMs } from "../../../../engine/broker/patience.ts";
import { whyNotStartable } from "../../../broker/availability.ts";
import { type OwnBroker, startBroker } from "../../../broker/start.ts";
import { RecordedGroup, sessionMs } from "./recorded-group.ts";

const protocols = ["consumer", "classic"] as const;
const reason = await whyNotStartable();

describe.skipIf(reason !== null)(`membership of a group whose broker goes away${reason === null ? "" : ` (${reason})`}`, () => {
  let kafka: OwnBroker;

  beforeAll(async () => {
    kafka = await startBroker();
  });
  afterAll(() => kafka?.[Symbol.asyncDispose]());

  async function newGroup(protocol: (typeof protocols)[number]): Promise<RecordedGroup> {
    const options = { servers: [kafka.servers] };
    await using broker = await connectBroker("platformatic", options);
    const topic = `away-${randomUUID()}`;
    await broker.ensureTopics([topic], { partitions: 4 });
    return new RecordedGroup({ broker: options, topic, protocol });
  }

  async function twoMembers(protocol: (typeof protocols)[number]) {
    const group = await newGroup(protocol);
    const first = await group.join("first");
    const second = await group.join("second");
    const bothHold = () => expect.poll(() => [first.held.length, second.held.length]).toEqual([2, 2]);
    await bothHold();
    return { group, first, second, bothHold };
  }

  /** A third member gets partitions, which it can only from the others, and gives them back. */
  async function showsLife(group: RecordedGroup): Promise<void> {
    const third = await group.join("third");
    await expect.poll(() => third.held.length).toBeGreaterThan(0);
    await third[Symbol.asyncDispose]();
  }

  test("members of both protocols have all partitions after a restart", async () => {
    const groups = await Promise.all(protocols.map(twoMembers));
    await kafka.stop();
    await kafka.start();
    await Promise.all(groups.map(async ({ group, first, second, bothHold }) => {
      await showsLife(group);
      await bothHold();
      expect(RecordedGroup.heldBy(first, second)).toEqual([0, 1, 2, 3]);
      expect(group.overlaps).toEqual([]);
    }));
  });

  test("members of both protocols have all partitions after a broker was silent for longer than the session", async () => {
    const groups = await Promise.all(protocols.map(twoMembers));
    await kafka.pause();
    await sleep(sessionMs + 4_000);
    await kafka.resume();
    await Promise.all(groups.map(async ({ group, first, second, bothHold }) => {
      await showsLife(group);
      await bothHold();
      expect(RecordedGroup.heldBy(first, second)).toEqual([0, 1, 2, 3]);
    }));
  });

  // the last one: the broker does not come back
  test("a member gives up when the broker stays away, and has lost everything", async () => {
    const members = await Promise.all(protocols.map(async (protocol) => {
      const group = await newGroup(protocol);
      const member = await group.join("member");
      await expect.poll(() => member.held).toHaveLength(4);
      return { group, member };
    }));
    const stopped = performance.now();
    await kafka.stop();
    for (const { group, member } of members) {
      await expect(member.failed).rejects.toMatchObject({ code: "MGV_BROKER", message: expect.stringContaining("No Kafka broker answers"), cause: expect.any(Error) });
      expect(performance.now() - stopped).toBeGreaterThan(stayAwayMs - 2_000);
      await member[Symbol.asyncDispose]();
      expect(group.log).toEqual(["member has 0 1 2 3", "member loses 0 1 2 3"]);
    }
  });
});
