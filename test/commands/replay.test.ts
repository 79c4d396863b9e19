import { writeFile } from "node:fs/promises";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { replayCommand } from "../../commands/replay.ts";
import { simulateCommand } from "../../commands/simulate.ts";
import { connectBroker } from "../../engine/broker/connect.ts";
import { message } from "../api/service.ts";
import { collect, type ReadRecord } from "../conformance/records.ts";
import { run } from "../fixtures/command.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const { servers, reason } = inject("kafka");
const names = Object.keys(message());

function environment(values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** A CSV of readings, one a second, with `more` columns behind theirs. */
function csv(rows: number, more: Record<string, (row: number) => string> = {}): string {
  const header = [...names, ...Object.keys(more)].join(",");
  const lines = Array.from({ length: rows }, (_, row) => {
    const reading = message({ UTC: 1_654_733_331 + row, "eCO2[ppm]": 400 + row });
    return [...names.map((name) => String(reading[name])), ...Object.values(more).map((cell) => cell(row))].join(",");
  });
  return `${[header, ...lines].join("\n")}\n`;
}

const parsed = (text: string) => text.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);

test("rows of a CSV become messages of the pipeline, with the sensors that it names or that recordings are", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("plain.csv"), csv(3));
  await writeFile(folder.file("rooms.csv"), csv(2, { room: (row) => `room-${row}`, sensor_id: () => "one" }));
  const plain = await run(replayCommand, folder.file("plain.csv"), "--to", "stdout", "--speed", "max");
  expect(parsed(plain.stdout)).toEqual([0, 1, 2].map((row) => ({ ...message({ UTC: 1_654_733_331 + row, "eCO2[ppm]": 400 + row }), sensor_id: "R1" })));
  expect(plain).toMatchObject({ code: 0, stderr: expect.stringMatching(/^replay {2}3 messages in \d+\.\d\d s\n$/) as string });
  const rooms = await run(replayCommand, folder.file("rooms.csv"), "--to", "stdout", "--speed", "max", "--key", "room");
  expect(parsed(rooms.stdout)).toMatchObject([{ room: "room-0" }, { room: "room-1" }]);
  const unnamed = await run(replayCommand, folder.file("rooms.csv"), "--to", "stdout", "--key", "rom");
  expect(unnamed.stderr).toMatch(/^MGV_USAGE: --key must be a column of .*; not "rom"\. Did you mean room\?/);
});

test("blanks around the names of columns are in no message", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rooms.csv"), csv(1, { " room ": () => "room-0" }).replaceAll("UTC", " UTC"));
  const { stdout, stderr } = await run(replayCommand, folder.file("rooms.csv"), "--to", "stdout", "--speed", "max", "--key", "room");
  expect(parsed(stdout), stderr).toEqual([{ ...message({ UTC: 1_654_733_331, "eCO2[ppm]": 400 }), room: "room-0" }]);
});

test("rows that are none are left out and told, and JSON lines stay as they are", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("broken.csv"), `${csv(2)}1,2\n`);
  const broken = await run(replayCommand, folder.file("broken.csv"), "--to", "stdout", "--speed", "max");
  expect(broken.stderr).toMatch(/^replay {2}2 messages in .*\nreplay {2}1 row left out; row 3: the row has 2 cells, the header 14\n$/);
  const lines = `${JSON.stringify(message())}\n{ "UTC": 1, "x": [] }\n{"UTC":\n`;
  await writeFile(folder.file("lines.jsonl"), lines);
  expect((await run(replayCommand, folder.file("lines.jsonl"), "--to", "stdout", "--speed", "max")).stdout).toBe(lines);
});

test("wrong use and a broker that is not there are told in a sentence", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("plain.csv"), csv(1));
  environment({ KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1" });
  expect((await run(replayCommand, folder.file("plain.csv"))).stderr).toMatch(/^MGV_BROKER: No Kafka broker answers at 127\.0\.0\.1:1\./);
  expect((await run(replayCommand, folder.file("absent.csv"), "--to", "stdout")).stderr).toMatch(/MGV_FILE_READ: Cannot read/);
  expect((await run(replayCommand, folder.file("plain.csv"), "--to", "kafak")).stderr).toMatch(/^MGV_USAGE: .*Did you mean kafka\?/);
  expect((await run(replayCommand, folder.file("plain.csv"), "--speed", "0")).stderr).toMatch(/^MGV_USAGE: --speed/);
});

test.skipIf(reason).each(["platformatic", "kafkajs"] as const)("readings of a sensor are on one partition in their order, under its name, through %s", async (client) => {
  await using folder = await temporaryFolder();
  const topic = `replayed-${client}-${process.pid}-${Date.now()}`;
  environment({ KAFKA_BOOTSTRAP_SERVERS: servers!, MANGROVE_KAFKA_CLIENT: client, KAFKA_TOPIC_SMOKE: `${topic}-simulated` });
  await using broker = await connectBroker(client, { servers: servers!.split(",") });
  await broker.ensureTopics([topic, `${topic}-simulated`], { partitions: 3 });
  const read = async (from: string, count: number) => {
    await using subscription = await broker.subscribe({ topic: from, group: `reader-${from}`, from: "earliest" });
    return Map.groupBy(await collect(subscription, count), ({ key }) => key);
  };
  const expectOrdered = (records: readonly ReadRecord[]) => {
    const times = records.map(({ value }) => (JSON.parse(value) as { UTC: number }).UTC);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(records.map(({ partition }) => partition)).size).toBe(1);
  };

  await writeFile(folder.file("rooms.csv"), csv(9_000, { sensor_id: (row) => `room-${row % 6}` }));
  const replayed = await run(replayCommand, folder.file("rooms.csv"), "--speed", "max", "--topic", topic);
  expect(replayed).toMatchObject({ code: 0, stderr: expect.stringMatching(new RegExp(`^replay of .* at full speed -> topic ${topic} on .*\nreplay  9000 messages in `)) as string });
  const rooms = await read(topic, 9_000);
  expect([...rooms.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5].map((room) => `room-${room}`));
  for (const records of rooms.values()) {
    expect(records).toHaveLength(1_500);
    expectOrdered(records);
  }

  expect((await run(simulateCommand, "--to", "kafka", "--sensors", "4", "--duration", "50", "--speed", "max")).stderr).toContain("200 readings produced");
  const simulated = await read(`${topic}-simulated`, 200);
  expect([...simulated.keys()].includes(null)).toBe(false);
  for (const records of simulated.values()) expectOrdered(records);
  expect(simulated.size).toBe(4);
});
