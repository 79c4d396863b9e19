import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import type { Broker } from "../../../../engine/broker/broker.ts";
import { connectBroker } from "../../../../engine/broker/connect.ts";
import { joinGroup, type Membership } from "../../../../engine/broker/membership/membership.ts";
import { sleep } from "../../../../engine/broker/patience.ts";
import { addPartitions } from "../../../conformance/cluster.ts";
import { type RunningProgram, start } from "../../../fixtures/run.ts";
import type { RuntimeName } from "../../../fixtures/runtimes.ts";
import { expelAll, memberIdsOf, setSession } from "./broker-side.ts";
import { RecordedGroup, sessionMs } from "./recorded-group.ts";

const { servers, reason } = inject("kafka");
const { heldBy } = RecordedGroup;
const runtime: RuntimeName = "Deno" in globalThis ? "deno" : "Bun" in globalThis ? "bun" : "node";

describe.skipIf(servers === null)(`membership of a group${reason === null ? "" : ` (${reason})`}`, () => {
  const options = { servers: servers?.split(",") ?? [] };
  let broker: Broker;

  beforeAll(async () => {
    broker = await connectBroker("platformatic", options);
  });
  afterAll(() => broker[Symbol.asyncDispose]());

  async function newTopic(partitions: number): Promise<string> {
    const topic = `membership-${randomUUID()}`;
    await broker.ensureTopics([topic], { partitions });
    return topic;
  }

  describe.each(["consumer", "classic"] as const)("by the %s protocol", (protocol) => {
    async function newGroup(partitions: number): Promise<RecordedGroup & { topic: string }> {
      const topic = await newTopic(partitions);
      return Object.assign(new RecordedGroup({ broker: options, topic, protocol }), { topic });
    }

    function lone({ topic, name }: RecordedGroup & { topic: string }): RunningProgram {
      return start(runtime, ["test/engine/broker/membership/lone-member.ts", servers!, topic, name, protocol, String(sessionMs)], { cwd: "." });
    }

    /** Resolves when the members hold as many partitions each. */
    function untilHeld(counts: readonly (readonly [Membership, number])[]): Promise<void> {
      return expect.poll(() => counts.map(([member]) => member.held.length)).toEqual(counts.map(([, count]) => count));
    }

    test("who is alone has all partitions, and gives them to the next when it goes", async () => {
      const group = await newGroup(3);
      const first = await group.join("first");
      expect(first.protocol).toBe(protocol);
      await untilHeld([[first, 3]]);
      await first[Symbol.asyncDispose]();
      expect(first.held).toEqual([]);
      expect(await memberIdsOf(servers!, group.name, protocol), "no session has to be over first").toEqual([]);
      const second = await group.join("second");
      await untilHeld([[second, 3]]);
      expect(group.log).toEqual(["first has 0 1 2", "first drains 0 1 2", "first gives 0 1 2", "second has 0 1 2"]);
    });

    test("a second member gets half, after the first has drained", async () => {
      const group = await newGroup(4);
      const slowFirst = () => (group.log.some((event) => event.startsWith("first gives")) ? Promise.resolve() : sleep(3_000));
      const first = await group.join("first", { drain: slowFirst });
      await untilHeld([[first, 4]]);
      const second = await group.join("second");
      await untilHeld([[first, 2], [second, 2]]);
      expect(heldBy(first, second)).toEqual([0, 1, 2, 3]);
      expect(group.overlaps).toEqual([]);
      const given = group.log.findIndex((event) => event.startsWith("first gives"));
      const taken = group.log.findIndex((event) => event.startsWith("second has"));
      expect(given).toBeGreaterThan(-1);
      expect(taken).toBeGreaterThan(given);
    });

    test("partitions go round among two, three and one members, never to two at once", async () => {
      const group = await newGroup(6);
      const first = await group.join("first");
      const second = await group.join("second");
      await untilHeld([[first, 3], [second, 3]]);
      const third = await group.join("third");
      await untilHeld([[first, 2], [second, 2], [third, 2]]);
      expect(heldBy(first, second, third)).toEqual([0, 1, 2, 3, 4, 5]);
      await Promise.all([first[Symbol.asyncDispose](), third[Symbol.asyncDispose]()]);
      await untilHeld([[second, 6]]);
      expect(group.overlaps).toEqual([]);
      expect(group.log.join("\n")).not.toContain("loses");
    });

    test("a static member that comes back finds its partitions, and the other does not notice", async () => {
      const group = await newGroup(4);
      const long = { sessionMs: 30_000 };
      await setSession(servers!, group.name, long.sessionMs);
      const stays = await group.join("stays", { instanceId: "a", ...long });
      const goes = await group.join("goes", { instanceId: "b", ...long });
      await untilHeld([[stays, 2], [goes, 2]]);
      const had = goes.held;
      const before = group.log.filter((event) => event.startsWith("stays"));
      await goes[Symbol.asyncDispose]();
      await sleep(2_500); // in which the other would hear that there is more for it
      const back = await group.join("back", { instanceId: "b", ...long });
      await expect.poll(() => back.held).toEqual(had);
      expect(group.log.filter((event) => event.startsWith("stays"))).toEqual(before);
    });

    test("the partitions of a member that is killed go to the others when its session is over", async () => {
      const group = await newGroup(4);
      const member = lone(group);
      await member.seen(/takes 4/);
      const stays = await group.join("stays");
      await untilHeld([[stays, 2]]);
      const killed = performance.now();
      await member[Symbol.asyncDispose]();
      await untilHeld([[stays, 4]]);
      expect(performance.now() - killed).toBeGreaterThan(sessionMs - 2_000);
    });

    test("a process ends by itself once its membership is over", async () => {
      const group = await newGroup(1);
      await using member = lone(group);
      await member.seen(/takes 1/);
      member.signal("SIGTERM");
      await member.ended;
      expect(member.stderr()).toBe("takes 1\ngives 1\nends by itself\n");
    });

    test("a thread that is blocked for longer than the session keeps its partitions", async () => {
      const group = await newGroup(4);
      const blocked = await group.join("blocked");
      await untilHeld([[blocked, 4]]);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, sessionMs + 2_000);
      const other = await group.join("other");
      await untilHeld([[blocked, 2], [other, 2]]);
      expect(group.overlaps).toEqual([]);
      expect(group.log.join("\n")).not.toContain("loses");
    });

    test("a revocation that nobody answers is over when its time is", async () => {
      const group = await newGroup(4);
      const stuck = await group.join("stuck", { drain: () => new Promise(() => {}), drainBudgetMs: 1_000 });
      await untilHeld([[stuck, 4]]);
      const other = await group.join("other");
      await expect.poll(() => other.held.length).toBeGreaterThan(0);
      expect(group.log.join("\n")).not.toContain("stuck gives");
      await stuck[Symbol.asyncDispose]();
      await untilHeld([[other, 4]]);
    });

    test("a member that the group has struck off loses everything, and joins again", async () => {
      const group = await newGroup(2);
      const member = await group.join("member");
      await untilHeld([[member, 2]]);
      await expelAll(servers!, group.name, protocol);
      const expected = ["member has 0 1", "member loses 0 1", "member has 0 1"];
      await expect.poll(() => group.log).toEqual(expected);
      expect(member.held).toEqual([0, 1]);
    });

    test("partitions that a topic gets later come to the members", async () => {
      const group = await newGroup(2);
      const first = await group.join("first");
      const second = await group.join("second");
      await untilHeld([[first, 1], [second, 1]]);
      await addPartitions(servers!, group.topic, 4);
      await untilHeld([[first, 2], [second, 2]]);
      expect(heldBy(first, second)).toEqual([0, 1, 2, 3]);
      expect(group.overlaps).toEqual([]);
    });

    test("partitions that a topic gets while its static member is away are found by it", async () => {
      const group = await newGroup(2);
      const goes = await group.join("goes", { instanceId: "a" });
      await untilHeld([[goes, 2]]);
      await goes[Symbol.asyncDispose]();
      await addPartitions(servers!, group.topic, 3);
      const back = await group.join("back", { instanceId: "a" });
      await untilHeld([[back, 3]]);
      expect(group.log.slice(0, 4)).toEqual(["goes has 0 1", "goes drains 0 1", "goes gives 0 1", expect.stringMatching(/^back has 0 1/)]);
    });

    test("what the owner throws ends the membership, and the group has the partitions back", async () => {
      const group = await newGroup(1);
      const thrown = new Error("no room");
      const onAssigned = () => {
        throw thrown;
      };
      const membership = await joinGroup({ broker: options, topic: group.topic, group: group.name, protocol, onAssigned, onRevoked: () => Promise.resolve() });
      onTestFinished(() => membership[Symbol.asyncDispose]());
      await expect(membership.failed).rejects.toBe(thrown);
      const next = await group.join("next");
      await untilHeld([[next, 1]]);
    });

    test("a topic that does not exist is named", async () => {
      const topic = `absent-${randomUUID()}`;
      const joining = new RecordedGroup({ broker: options, topic, protocol }).join("member");
      await expect(joining).rejects.toMatchObject({ code: "MGV_BROKER_TOPIC", message: expect.stringContaining(topic) });
    });

    test("a group that refuses its member is named, with what the broker said", async () => {
      const topic = await newTopic(1);
      const joining = joinGroup({ broker: options, topic, group: "", protocol, onAssigned: () => {}, onRevoked: () => Promise.resolve() });
      await expect(joining).rejects.toMatchObject({ code: "MGV_BROKER", message: expect.stringContaining(topic), cause: expect.any(Error) });
    });
  });

  test("by the consumer protocol a second member of one name waits until the first has left", async () => {
    const group = new RecordedGroup({ broker: options, topic: await newTopic(2), protocol: "consumer" });
    const first = await group.join("first", { instanceId: "a" });
    await expect.poll(() => first.held).toHaveLength(2);
    const joining = group.join("second", { instanceId: "a" });
    expect(await Promise.race([joining, sleep(2_000)])).toBeUndefined();
    await first[Symbol.asyncDispose]();
    const second = await joining;
    await expect.poll(() => second.held).toHaveLength(2);
    expect(group.log).toEqual(["first has 0 1", "first drains 0 1", "first gives 0 1", "second has 0 1"]);
  });

  test("by the classic protocol a second member of one name takes the place of the first", async () => {
    const group = new RecordedGroup({ broker: options, topic: await newTopic(2), protocol: "classic" });
    const first = await group.join("first", { instanceId: "a" });
    await expect.poll(() => first.held).toHaveLength(2);
    const second = await group.join("second", { instanceId: "a" });
    await expect(first.failed).rejects.toMatchObject({ code: "MGV_BROKER", message: expect.stringContaining(group.name) });
    await expect.poll(() => [first.held, second.held]).toEqual([[], [0, 1]]);
    expect(group.log).toContain("first loses 0 1");
  });

  test("a broker that has the consumer protocol is spoken to by it", async () => {
    const group = new RecordedGroup({ broker: options, topic: await newTopic(1) });
    expect((await group.join("member")).protocol).toBe("consumer");
  });

  test("members of both protocols share a group", async () => {
    const group = new RecordedGroup({ broker: options, topic: await newTopic(4) });
    const old = await group.join("old", { protocol: "classic" });
    await expect.poll(() => old.held).toHaveLength(4);
    const young = await group.join("young", { protocol: "consumer" });
    await expect.poll(() => [old.held.length, young.held.length]).toEqual([2, 2]);
    expect(heldBy(old, young)).toEqual([0, 1, 2, 3]);
    expect(group.overlaps).toEqual([]);
    await old[Symbol.asyncDispose]();
    await expect.poll(() => young.held).toHaveLength(4);
  });

  test.each([{ drainBudgetMs: 0 }, { drainBudgetMs: 2 ** 31 }, { drainBudgetMs: 1.5 }])("a time that is none is refused: %o", async (times) => {
    const joining = new RecordedGroup({ broker: options, topic: "t" }).join("member", times);
    await expect(joining).rejects.toMatchObject({ code: "MGV_ARGUMENT", message: expect.stringContaining(`drainBudgetMs is ${times.drainBudgetMs}`) });
  });

  test("where no broker answers it is said", async () => {
    const joining = new RecordedGroup({ broker: { servers: ["127.0.0.1:1"] }, topic: "t" }).join("member");
    await expect(joining).rejects.toMatchObject({ code: "MGV_BROKER", message: expect.stringMatching(/^No Kafka broker answers at 127\.0\.0\.1:1\./) });
  });
});
