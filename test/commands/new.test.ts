import { readdir, readFile, writeFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { afterEach, expect, inject, test, vi } from "vitest";
import { newCommand } from "../../commands/new.ts";
import { checkTime } from "../../commands/new/check-time.ts";
import { guess } from "../../commands/new/guess.ts";
import { connectBroker } from "../../engine/broker/connect.ts";
import { run } from "../fixtures/command.ts";
import { european } from "../fixtures/european.ts";
import { pumpsCsv } from "../fixtures/pumps.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const { servers, reason } = inject("kafka");

afterEach(() => {
  vi.unstubAllEnvs();
});

async function learnt(file: string, content: string, ...words: string[]) {
  await using folder = await temporaryFolder();
  const out = folder.file("own.ts");
  await writeFile(folder.file(file), content);
  const ran = await run(newCommand, "--from", folder.file(file), "--out", out, "--json", ...words);
  return { ...ran, text: ran.code === 0 ? await readFile(out, "utf8") : "", found: ran.code === 0 ? (JSON.parse(ran.stdout) as Record<string, unknown>) : null, copy: ran.code === 0 ? await readFile(folder.file(`${file.replace(/\.\w+$/, "")}_times.csv`), "utf8").catch(() => null) : null };
}

test("a CSV's times, sensors, label, fields and rate are read off its rows, and ten of them are shown decoded", async () => {
  const { code, found, stderr, text } = await learnt("pumps.csv", pumpsCsv({ seed: 7, rows: 3000 }));
  expect(code, stderr).toBe(0);
  expect(found).toMatchObject({
    name: "pumps",
    time: { key: "date", kind: "iso" },
    sensor: "pump",
    label: "leak",
    fields: [{ name: "no", feature: false }, { name: "flow", feature: true }, { name: "pressure" }, { name: "motor_temp" }],
    ignored: ["note"],
    sensors: 3,
    interval_seconds: 30,
  });
  expect(stderr.split("\n").filter((line) => /^ {8}2025-02-04T17:5\d:\d\d\.000Z {2}[ABC] /.test(line))).toHaveLength(10);
  expect(text.trim().split("\n").length).toBeLessThanOrEqual(30);
  expect(text).toContain('.features(trailing("10m", "1h"))');
});

test("a table of semicolons and decimal commas gives the pipeline that the same one of commas gives", async () => {
  const csv = pumpsCsv({ seed: 7, rows: 3000 });
  const { code, stderr, text } = await learnt("pumps.csv", european(csv));
  expect(code, stderr).toBe(0);
  expect(text).toBe((await learnt("pumps.csv", csv)).text);
});

test("the bounds of the rules hold nearly all that was seen", async () => {
  const csv = pumpsCsv({ seed: 8, rows: 3000 });
  const { text } = await learnt("pumps.csv", csv);
  const [, low, high] = /within\("flow", ([\d.-]+), ([\d.-]+), /.exec(text)!.map(Number) as [number, number, number];
  const flows = csv.trim().split("\n").slice(1).map((line) => Number(line.split(",")[3]));
  expect(flows.filter((flow) => flow < low || flow > high)).toEqual([]);
  expect(high - low).toBeLessThan(2 * (Math.max(...flows) - Math.min(...flows)));
});

test("JSON lines with keys that come and go are read as well, and without a label there are rules alone", async () => {
  const lines = Array.from({ length: 300 }, (_, i) => JSON.stringify({ ts: 1_750_000_000_000 + i * 1000, device: `d${i % 2}`, humidity: 40 + (i % 7), ...(i % 3 === 0 && { battery: 3.1 }), door: null }));
  const { code, found, text, stderr } = await learnt("rooms.jsonl", lines.join("\n"));
  expect(code, stderr).toBe(0);
  expect(found).toMatchObject({ time: { key: "ts", kind: "ms" }, sensor: "device", label: null, fields: [{ name: "humidity", missing: "null" }, { name: "battery", missing: "absent" }], interval_seconds: 2 });
  expect(text).toContain('unit: "ms"');
  expect(text).not.toContain(".score(");
  expect(text).toContain('.to(topic("rooms_checked"), history());');
});

const roomsWith = (...more: Readonly<Record<string, (i: number) => unknown>>[]) =>
  Array.from({ length: 300 }, (_, i) => JSON.stringify({ ts: 1_750_000_000_000 + i * 1000, device: `d${i % 2}`, co2: 400 + (i % 7), ...Object.fromEntries(more.flatMap((each) => Object.entries(each).map(([name, value]) => [name, value(i)]))) })).join("\n");

test.each([
  ["a label by its name, beside a switch", [{ window: (i: number) => (i % 5) % 2 }, { occupied: (i: number) => (i % 40 < 9 ? 1 : 0) }], [], "occupied", "occupied: has 0 and 1 alone, or true and false, and is called like a label"],
  ["true and false", [{ Occupied: (i: number) => i % 40 < 9 }], [], "Occupied", "Occupied: has 0 and 1 alone"],
  ["the only one, whatever it is called", [{ someone_in: (i: number) => i % 2 }], [], "someone_in", "someone_in: is the only one that has 0 and 1 alone, or true and false; --label none where it is a measurement"],
  ["none of several without a name that says so", [{ window: (i: number) => i % 2 }, { door: (i: number) => (i % 3) % 2 }], [], null, "none: window, door have 0 and 1 alone, and none is called like a label; --label says which is to be learnt."],
  ["the one that is named", [{ window: (i: number) => i % 2 }, { door: (i: number) => (i % 3) % 2 }], ["--label", "door"], "door", "door: --label says so"],
  ["none where nobody wants one", [{ someone_in: (i: number) => i % 2 }], ["--label", "none"], null, "none: --label says so"],
  ["none where a column never changes", [{ occupied: () => 0 }], [], null, "none: no key has both 0 and 1"],
] as const)("%s is learnt, and why is told", async (_, more, words, label, told) => {
  const { code, found, stderr } = await learnt("rooms.jsonl", roomsWith(...more), ...words);
  expect(code, stderr).toBe(0);
  expect(found).toMatchObject({ label });
  expect(stderr).toContain(`label   ${told}`);
});

test("times without a zone are refused with what to say, and with a zone become a copy in full", async () => {
  const csv = pumpsCsv({ seed: 9, rows: 300, timeText: (timeMs) => new Date(timeMs).toISOString().slice(0, 19).replace("T", " ") });
  expect((await learnt("pumps.csv", csv)).stderr).toContain("MGV_USAGE: The times under date say no zone, so nobody can know when they were. Say which with --zone UTC or --zone +01:00");
  const { code, copy, stderr } = await learnt("pumps.csv", csv, "--zone", "+01:00");
  expect(code, stderr).toBe(0);
  expect(copy!.split("\n")[1]).toMatch(/^1,2025-02-04T17:51:00\+01:00,A,.*,"fine, so far",\d$/);
  expect(stderr).toContain("2025-02-04T16:51:00.000Z");
});

test.each([
  ["2026-02-28 06:30:00+01:00", "2026-02-28T06:30:00+01:00"],
  ["2026-02-28 06:30:00.25-0530", "2026-02-28T06:30:00.25-05:30"],
  ["2026-02-28 06:30:00 +00", "2026-02-28T06:30:00+00:00"],
  ["2026-02-28T06:30:00+0100", "2026-02-28T06:30:00+01:00"],
  ["2026-02-28 06:30Z", "2026-02-28T06:30Z"],
  ["2026-02-28 06:30:00 UTC", "2026-02-28T06:30:00Z"],
  ["28.02.2026 06:30:00 +01:00", "2026-02-28T06:30:00+01:00"],
  ["8.2.2026 6:30Z", "2026-02-08T06:30Z"],
  ["2026/02/28 06:30:00+00:00", "2026-02-28T06:30:00+00:00"],
])("times such as %s say their zone, and a copy has them as pipelines read them", async (written, full) => {
  const rows = Array.from({ length: 300 }, (_, i) => `${i % 50 === 0 ? "" : written},d${i % 2},${400 + (i % 7)},"a, b"`);
  const { code, found, copy, stderr } = await learnt("rooms.csv", `time,device,co2,note\n${rows.join("\n")}\n`);
  expect(code, stderr).toBe(0);
  expect(found).toMatchObject({ time: { key: "time", kind: "zoned" }, sensor: "device", fields: [{ name: "co2" }] });
  expect(copy!.split("\n").slice(1, 3)).toEqual([',d0,400,"a, b"', `${full},d1,401,"a, b"`]);
  expect(stderr).toContain(`${new Date(full).toISOString()}  d1`);
  expect(stderr).toMatch(/rooms_times\.csv is a copy with times such as .* what is read from elsewhere must have them so too/);
});

test("a table as a spreadsheet of the continent writes it becomes a copy that pipelines read", async () => {
  const timeText = (timeMs: number) => new Date(timeMs).toISOString().replace(/^(\d+)-(\d+)-(\d+)T(\d+:\d+).*$/, "$3.$2.$1 $4");
  const csv = european(pumpsCsv({ seed: 9, rows: 300, timeText }));
  expect(csv.split("\n")[1]).toMatch(/^1;04\.02\.2025 17:51;A;\d+,\d+;/);
  const { code, copy, stderr } = await learnt("pumps.csv", csv, "--zone", "+01:00");
  expect(code, stderr).toBe(0);
  expect(copy!.split("\n")[1]).toMatch(/^1,2025-02-04T17:51\+01:00,A,\d+\.\d+,\d+\.\d+,\d+\.\d+,"fine, so far",\d$/);
});

test("a day and a month between slashes may be the one or the other, and are no time", async () => {
  const rows = Array.from({ length: 300 }, (_, i) => `0${1 + (i % 9)}/02/2026 06:30,d${i % 2},${400 + (i % 7)}`);
  expect((await learnt("rooms.csv", `time,device,co2\n${rows.join("\n")}\n`, "--zone", "UTC")).stderr).toMatch(/MGV_USAGE: Nothing in \S*rooms\.csv looks like a time/);
});

test.each([
  ["microseconds", 1e6],
  ["nanoseconds", 1e9],
])("epoch %s are refused with what to do, and no model sees them beside another time", async (unit, perSecond) => {
  const csv = (more: (timeS: number) => string) => Array.from({ length: 300 }, (_, i) => `${String(BigInt(1_750_000_000 + i) * BigInt(perSecond))},${more(1_750_000_000 + i)}d${i % 2},${400 + (i % 7)}`).join("\n");
  const { stderr } = await learnt("rooms.csv", `timestamp,device,co2\n${csv(() => "")}\n`);
  expect(stderr).toMatch(new RegExp(`^MGV_USAGE: The times under "timestamp" are epoch ${unit}, which no pipeline reads\\. Have them written as epoch milliseconds, .*; --time names another column\\.\n$`));
  const { found, text } = await learnt("rooms.csv", `ingested,ts,updated_time,device,co2\n${csv((timeS) => `${timeS},${timeS + (timeS % 3)},`)}\n`);
  expect(found).toMatchObject({ time: { key: "ts", kind: "s" }, fields: [{ name: "ingested", feature: false }, { name: "updated_time", feature: false }, { name: "co2", feature: true }] });
  expect(text).toContain('field("ingested", { feature: false })');
  expect(text).not.toContain('within("ingested"');
});

test("times of a topic that no pipeline reads are refused, unless the records' own are to count", () => {
  const messages = Array.from({ length: 60 }, (_, i) => ({ at: `2026-02-28 06:30:${10 + (i % 50)}+01:00`, flow: i % 5 }));
  const sample = { format: "json", messages, broken: 0, keys: messages.map(() => "a") } as const;
  expect(() => checkTime(guess(sample), sample, { path: null, isNone: false })).toThrow(/^The times under "at" are .* which no pipeline reads\. .*; --time names another key, --time none takes the time of each record\.$/);
  const found = guess(sample, { time: null });
  checkTime(found, sample, { path: null, isNone: true });
  expect(found).toMatchObject({ time: null, ignored: ["at"] });
});

test("a file without a time makes no pipeline, and it is said which columns there are", async () => {
  const rows = Array.from({ length: 300 }, (_, i) => `d${i % 2},${400 + (i % 7)}`);
  const { code, stderr } = await learnt("rooms.csv", `device,co2\n${rows.join("\n")}\n`);
  expect(code).toBeNull();
  expect(stderr).toMatch(/^MGV_USAGE: Nothing in .*rooms\.csv looks like a time, and no pipeline can replay it without: "device", "co2"\. Name what holds the time with --time/);
});

test.each([
  ["that counts", (i: number) => i + 1],
  ["with gaps", (i: number) => 3 * i + (i % 2)],
])("a number of rows %s is no sensor, and no model sees it", async (_, id) => {
  const rows = Array.from({ length: 10_000 }, (__, i) => `${id(i)},${1_750_000_000 + i},m${i % 4},${20 + (i % 7)}`);
  const { found, stderr } = await learnt("machines.csv", `id,time,machine,temp\n${rows.join("\n")}\n`);
  expect(found, stderr).toMatchObject({ sensor: "machine", sensors: 4, fields: [{ name: "id", feature: false }, { name: "temp", feature: true }] });
});

test("a copy with a zone has every line: those that nothing can be made of as they are", async () => {
  const rows = Array.from({ length: 300 }, (_, i) => ({ time: new Date(1_750_000_000_000 + i * 1000).toISOString().slice(0, 19), device: `d${i % 2}`, co2: 400 + (i % 7) }));
  const odd = ['{"time": "2025-06-15T15:06:40", "device": "d0", "co2":', "[1, 2]", "no JSON, at all", '"', '{"device": "d1", "co2": 7}', "null"];
  const lines = [...rows.slice(0, 3).map((row) => JSON.stringify(row)), ...odd, ...rows.slice(3).map((row) => JSON.stringify(row))];
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rooms.jsonl"), `${lines.join("\n")}\n`);
  const made = await run(newCommand, "--from", folder.file("rooms.jsonl"), "--zone", "UTC", "--out", folder.file("own.ts"));
  expect(made.code, made.stderr).toBe(0);
  const inFull = rows.map((row) => JSON.stringify({ ...row, time: `${row.time}Z` }));
  expect((await readFile(folder.file("rooms_times.jsonl"), "utf8")).split("\n")).toEqual([...inFull.slice(0, 3), ...odd, ...inFull.slice(3), ""]);
  const csv = ["time,device,co2", ...rows.map((row) => Object.values(row).join(",")), '"2025-06-15,d0', "2025-06-15T15:06:40,d0", "{"];
  await writeFile(folder.file("table.csv"), csv.join("\n"));
  const ofTable = await run(newCommand, "--from", folder.file("table.csv"), "--zone", "+01:00", "--out", folder.file("table.ts"));
  expect(ofTable.code, ofTable.stderr).toBe(0);
  expect((await readFile(folder.file("table_times.csv"), "utf8")).split("\n").slice(-5)).toEqual([`${rows[299]!.time}+01:00,d1,405`, '"2025-06-15,d0', "2025-06-15T15:06:40,d0", "{", ""]);
});

test("a copy that is there already is left alone, and one that cannot be written leaves nothing behind", async () => {
  const csv = pumpsCsv({ seed: 9, rows: 300, timeText: (timeMs) => new Date(timeMs).toISOString().slice(0, 19) });
  await using folder = await temporaryFolder();
  await writeFile(folder.file("pumps.csv"), csv);
  await writeFile(folder.file("pumps_times.csv"), "mine");
  const make = (out: string) => run(newCommand, "--from", folder.file("pumps.csv"), "--zone", "UTC", "--out", folder.file(out));
  expect((await make("own.ts")).stderr).toMatch(/MGV_USAGE: .*pumps_times\.csv is there already, and is left as it is: .*--name/);
  expect(await readFile(folder.file("pumps_times.csv"), "utf8")).toBe("mine");
  expect((await make("none/own.ts")).stderr).toContain("MGV_FILE_WRITE");
  expect((await readdir(folder.path)).sort()).toEqual(["pumps.csv", "pumps_times.csv"]);
});

test("what comes next is told by words that this checkout has", async () => {
  const { stderr } = await learnt("pumps.csv", pumpsCsv({ seed: 7, rows: 300 }));
  expect(stderr).toMatch(/is yours now\. Next:\n {10}npm run train -- \S+own\.ts --data \S+pumps\.csv\n {10}npm start -- \S+own\.ts --data \S+pumps\.csv --speed 100\n/);
});

test("what was guessed may be said instead, and names that are not there are told", async () => {
  const csv = pumpsCsv({ seed: 10, rows: 300 });
  expect((await learnt("pumps.csv", csv, "--label", "none", "--key", "note")).found).toMatchObject({ label: null, sensor: "note" });
  expect((await learnt("pumps.csv", csv, "--label", "leek")).stderr).toContain('The messages have no "leek". Did you mean leak?');
});

test("wrong words and files are a sentence, and nothing that is there is overwritten", async () => {
  await using folder = await temporaryFolder();
  expect((await run(newCommand)).stderr).toContain("MGV_USAGE: Say what to learn from");
  expect((await run(newCommand, "--from", folder.file("nowhere.csv"))).stderr).toContain("MGV_FILE_READ");
  await writeFile(folder.file("empty.csv"), "");
  expect((await run(newCommand, "--from", folder.file("empty.csv"), "--out", folder.file("e.ts"))).stderr).toContain("MGV_CSV_EMPTY");
  await writeFile(folder.file("words.csv"), "a,b\nx,y\n");
  expect((await run(newCommand, "--from", folder.file("words.csv"), "--out", folder.file("w.ts"))).stderr).toContain("hold no numbers");
  await writeFile(folder.file("own.ts"), "mine");
  expect((await run(newCommand, "--from", folder.file("words.csv"), "--out", folder.file("own.ts"))).stderr).toContain("is there already");
  expect(await readFile(folder.file("own.ts"), "utf8")).toBe("mine");
  vi.stubEnv("KAFKA_BOOTSTRAP_SERVERS", "");
  expect((await run(newCommand, "--topic", "readings", "--out", folder.file("t.ts"))).stderr).toContain("KAFKA_BOOTSTRAP_SERVERS=host:9092");
});

test.skipIf(reason)("a topic of a real broker is read off as well, by its keys", async () => {
  await using folder = await temporaryFolder();
  const topic = `pumps-${randomUUID()}`;
  await using broker = await connectBroker("platformatic", { servers: servers!.split(",") });
  await broker.ensureTopics([topic]);
  await broker.produce(Array.from({ length: 60 }, (_, i) => ({ topic, key: `pump-${i % 3}`, value: i === 20 ? "not JSON" : JSON.stringify({ time: 1_750_000_000 + i, flow: 20 + (i % 5), leak: i % 2 }) })));
  vi.stubEnv("KAFKA_BOOTSTRAP_SERVERS", servers!);
  const { code, stdout, stderr } = await run(newCommand, "--topic", topic, "--name", "pumps", "--out", folder.file("pumps.ts"), "--json");
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ time: { key: "time", kind: "s" }, sensor: null, label: "leak", fields: [{ name: "flow" }], sensors: 3, interval_seconds: 3 });
  expect(stderr).toContain("59 messages read, 1 could not be");
  expect(stderr).toContain("pump-2");
  expect(await readFile(folder.file("pumps.ts"), "utf8")).toContain(`topic("${topic}")`);
  expect((await run(newCommand, "--topic", `none-${topic}`, "--out", folder.file("none.ts"))).stderr).toContain("MGV_BROKER_TOPIC: There is no topic none-");
});
