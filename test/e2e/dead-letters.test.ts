import { expect, inject, onTestFinished, test, vi } from "vitest";
import type { Command } from "../../commands/command.ts";
import { listCommand } from "../../commands/dead-letters/list.ts";
import { replayLettersCommand } from "../../commands/dead-letters/replay.ts";
import { showCommand } from "../../commands/dead-letters/show.ts";
import { connectBroker } from "../../engine/broker/connect.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import smoke from "../../pipelines/smoke.ts";
import { append } from "../fixtures/append.ts";
import { run } from "../fixtures/command.ts";
import { openCluster } from "../fixtures/kafka-wire.ts";
import { writeStump } from "../fixtures/model.ts";
import { start } from "../fixtures/run.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const { servers, reason } = inject("kafka");
const commands: readonly Command[] = [listCommand, showCommand, replayLettersCommand];

function environment(values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

test.skipIf(reason)("what an engine cannot read is listed, shown and appended again with key and headers, once", async () => {
  await using folder = await temporaryFolder();
  const topic = `readings-dead-${process.pid}-${Date.now()}`;
  const env = { KAFKA_BOOTSTRAP_SERVERS: servers!, KAFKA_TOPIC_SMOKE: topic, MANGROVE_APP_ID: `engine-${topic}` };
  environment(env);
  await writeStump(folder.file("model.json"), smoke, "eCO2[ppm]", 420);
  await using cluster = await openCluster(servers!);
  {
    await using broker = await connectBroker("platformatic", { servers: servers!.split(",") });
    await broker.ensureTopics([topic]);
  }
  await append(cluster, await loadKernel(), { topic }, [
    { key: "kitchen", value: '{"UTC":\n\u001b[31m', headers: [["trace", new TextEncoder().encode("a1")], ["raw", Uint8Array.of(0xff)]] },
    { value: Uint8Array.of(0x7b, 0xff, 0x41) },
    { value: "x".repeat(300_000) },
  ]);
  let runs = 0;
  const engine = async () => {
    await using ran = start("node", ["engine/main.ts", "--until-end", "--json", "--model-path", folder.file("model.json"), "--history", folder.file(`history${runs++}`)], { cwd: folder.path, env });
    expect(await ran.ended, ran.stderr()).toBe(0);
    return JSON.parse(ran.stdout()) as Record<string, unknown>;
  };
  const list = async (...words: string[]) => {
    const { code, stdout, stderr } = await run(listCommand, "--topic", topic, "--json", ...words);
    expect(code, stderr).toBe(0);
    return stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, any>);
  };

  expect(await engine()).toMatchObject({ rejected: 3 });
  const [first, second, third] = (await list()) as [Record<string, any>, Record<string, any>, Record<string, any>];
  expect(first).toMatchObject({ code: "MGV_JSON", reason: "not JSON", topic, partition: 0, offset: 0, key: "kitchen", headers: [["trace", "YTE="], ["raw", "/w=="]] });
  expect(Date.parse(first["kafka_timestamp"])).toBeGreaterThan(Date.now() - 600_000);
  expect(second).toMatchObject({ reason: "not UTF-8", value_base64: "e/9B" });
  expect(third).toMatchObject({ value_bytes: 300_000, value_truncated: true });

  const table = await run(listCommand, "--topic", topic, "--limit", "2");
  expect(table.stdout).toMatch(/^partition +offset +written +code +message +reason +begins with\n/);
  expect(table.stdout.trimEnd().split("\n")).toHaveLength(3);

  const place = ({ dead_letter }: Record<string, any>) => [String(dead_letter.partition), String(dead_letter.offset)];
  const shown = await run(showCommand, ...place(first));
  expect(shown.stdout).toMatch(new RegExp(`^message +${topic}/0/0, appended 20.*\nkey +kitchen\nheader +trace: a1\nheader +raw: hex ff\nbytes +13\n\n\\{"UTC":\n\ufffd\\[31m\n$`, "m"));
  expect((await run(showCommand, ...place(second))).stdout).toMatch(/\n\n00000000 {2}7b ff 41 +\{\.A\n$/);
  expect((await run(showCommand, ...place(third))).stdout).toContain("300000, the first 262144 of them here; cut, so that it cannot be replayed");

  const replay = (...words: string[]) => run(replayLettersCommand, "--topic", topic, ...words);
  expect(await replay()).toMatchObject({ code: null, stderr: expect.stringMatching(/^MGV_USAGE: .*--yes/) as string });
  expect(await replay("--yes")).toMatchObject({ code: 0, stderr: `replay  1 dead letter left out: too long to hold all of the message\nreplay  2 messages to topic ${topic}\nreplay  2 messages appended\n` });
  expect((await replay("--yes")).stderr).toContain("2 messages left out: appended again before\n");

  expect(await engine()).toMatchObject({ rejected: 2 });
  const [again] = await list("--code", "MGV_JSON", "--limit", "2");
  expect(again).toMatchObject({ offset: 3, key: "kitchen", headers: [["trace", "YTE="], ["raw", "/w=="], ["mangrove-replay-of", Buffer.from(`${topic}/0/0`).toString("base64")]] });
  expect((await replay("--yes")).stderr).toContain("replay  2 messages appended\n");
});

test.skipIf(reason)("a topic of dead letters that is not there, and a place that holds none, are told in a sentence", async () => {
  environment({ KAFKA_BOOTSTRAP_SERVERS: servers! });
  for (const command of commands) {
    const operands = command === showCommand ? ["0", "0"] : ["--yes"].filter(() => command === replayLettersCommand);
    const ran = await run(command, ...operands, "pipelines/machine.ts");
    expect(ran).toMatchObject({ code: null, stderr: expect.stringMatching(/^MGV_BROKER_TOPIC: .* has no topic "machine_dead_letter"/) as string });
  }
  {
    await using broker = await connectBroker("platformatic", { servers: servers!.split(",") });
    await broker.ensureTopics([smoke.deadLetters]);
  }
  expect((await run(showCommand, "0", "987654321")).stderr).toMatch(/^MGV_USAGE: There is no dead letter at offset 987654321 of partition 0 of smoke_dead_letter\./);
  expect(await run(listCommand, "--topic", "nobody's")).toMatchObject({ code: 0, stdout: "", stderr: "There are no dead letters of this kind on smoke_dead_letter.\n" });
});

test("a broker that is not there, and wrong use, are told in a sentence", async () => {
  environment({ KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1" });
  expect((await run(listCommand)).stderr).toMatch(/^MGV_BROKER: No Kafka broker answers at 127\.0\.0\.1:1\./);
  expect((await run(showCommand, "0", "-1")).stderr).toMatch(/^MGV_USAGE: /);
  expect((await run(showCommand, "first", "1")).stderr).toMatch(/^MGV_USAGE: PARTITION must be a whole number/);
  expect((await run(listCommand, "--since", "yesterday")).stderr).toMatch(/^MGV_USAGE: --since must be a time/);
  expect((await run(listCommand, "--code", "MGV_JSN")).stderr).toBe("MGV_USAGE: There is no code MGV_JSN. Did you mean MGV_JSON? mangrove dead-letters list shows those that came.\n");
  expect((await run(listCommand, "--limit", "0")).stderr).toMatch(/^MGV_USAGE: --limit/);
});
