import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { keyOf } from "../../../engine/source/record-batch.ts";
import { sleep, type Sleep } from "../../../engine/source/pace.ts";
import { ReplaySource, type ReplayOptions } from "../../../engine/source/replay.ts";
import { field } from "../../../kernel-as/schema.ts";
import { european, tabbed } from "../../fixtures/european.ts";
import { smallSchema } from "../../fixtures/readings.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

async function replay(text: string | Uint8Array, options: Partial<ReplayOptions> = {}, signal = new AbortController().signal) {
  await using folder = await temporaryFolder();
  const path = folder.file("data");
  await writeFile(path, text);
  const source = new ReplaySource({ path, schema: smallSchema, topic: "readings", speed: "max", ...options });
  const records: { key: string | null; offset: number; text: string }[] = [];
  const sizes: number[] = [];
  for await (const { records: batch } of source.read(signal)) {
    sizes.push(batch.count);
    batch.offsets.forEach((offset, i) =>
      records.push({ key: keyOf(batch, i), offset, text: new TextDecoder().decode(batch.values.subarray(batch.bounds[i], batch.bounds[i + 1])) }),
    );
  }
  return { records, sizes };
}

//  t         1   2   62   63 | 124 | 63 | 64        a step of more than 60 s, or back by more, is another recording
//  recording R1  R1  R1   R1   R2    R3   R3
test("a CSV without sensors is split into recordings where its time jumps", async () => {
  const { records } = await replay("t,a,b\n1,0,0\n2,0,0\n62,0,0\n63,0,0\n124,0,0\n63,0,0\n64,0,0\n");
  expect(records.map(({ key }) => key)).toEqual(["R1", "R1", "R1", "R1", "R2", "R3", "R3"]);
  expect(records.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("a CSV that names its sensors leaves them to the decoder", async () => {
  const { records } = await replay("sensor_id,t,a,b\nk,1,0,0\n");
  expect(records.map(({ key }) => key)).toEqual([null]);
});

test("blanks around the names of a header are no part of them", async () => {
  const text = "sensor_id , t, a\t,b\nk,1,0,0\nk,200,0,0\n";
  expect((await replay(text)).records.map(({ key }) => key)).toEqual([null, null]);
  expect((await replay(text.replace("sensor_id", "x"))).records.map(({ key }) => key)).toEqual(["R1", "R2"]);
});

test("a table that semicolons or tabs part is told as a CSV is, with points before decimals", async () => {
  const csv = 't,sensor_id,a,b\n1.5,k,-2.25,0\n2,"m, n",3,4.125\n';
  const { records } = await replay(csv);
  expect(records).toHaveLength(2);
  expect((await replay(european(csv))).records).toEqual(records);
  expect((await replay(tabbed(csv))).records).toEqual(records);
});

test("a table of windows-1252 comes in UTF-8, and what is no text is refused", async () => {
  const schema = { ...smallSchema, fields: [field("T [°C]", { missing: "absent" })] };
  const { records } = await replay(Buffer.from("t;sensor_id;T [\xb0C]\n1;K\xfcche;2,5\n", "latin1"), { schema });
  expect(records.map(({ text }) => text)).toEqual(["1,Küche,2.5"]);
  await expect(replay(Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0))).rejects.toMatchObject({ code: "MGV_FILE_READ", message: expect.stringContaining("is no text in UTF-8. If it is compressed, unpack it") as string });
});

test("JSON lines are told as they are, with either line end and without the last one", async () => {
  const { records } = await replay('{"t":1}\r\n\r\nnot json\n{"t":2}');
  expect(records.map(({ text }) => text)).toEqual(['{"t":1}', "not json", '{"t":2}']);
});

test("a byte order mark costs neither the header nor the first reading", async () => {
  expect((await replay('\uFEFF{"t":1}\n{"t":2}\n')).records.map(({ text }) => text)).toEqual(['{"t":1}', '{"t":2}']);
  expect((await replay("\uFEFFt,a,b\n1,0,0\n")).records.map(({ key }) => key)).toEqual(["R1"]);
});

test("lines longer than what is read at once stay whole", async () => {
  const long = `{"t":1,"x":"${"y".repeat(3_000_000)}"}`;
  const { records } = await replay(`${long}\n${long}\n{"t":2}\n`);
  expect(records.map(({ text }) => text.length)).toEqual([long.length, long.length, 7]);
});

//  t     0   1   11   10   12        at speed 10 due after 0, 100, 1100, 1100, 1300 ms
test("at a speed readings come when they are due, and a step back takes no time", async () => {
  let nowMs = 0;
  const waits: number[] = [];
  const sleep = (ms: number) => {
    waits.push(ms);
    nowMs += ms;
    return Promise.resolve();
  };
  const { records, sizes } = await replay("t,a,b\n0,0,0\n1,0,0\n11,0,0\n10,0,0\n12,0,0\n", { speed: 10, now: () => nowMs, sleep });
  expect(waits).toEqual([100, 1000, 200]);
  expect(sizes).toEqual([1, 1, 2, 1]);
  expect(records).toHaveLength(5);
});

test("an aborted signal ends a replay that waits", async () => {
  const controller = new AbortController();
  const wait: Sleep = (ms, signal) => {
    setTimeout(() => controller.abort(), 20);
    return sleep(ms, signal);
  };
  const { records } = await replay("t,a,b\n0,0,0\n3000,0,0\n", { speed: 0.001, sleep: wait }, controller.signal);
  expect(records).toHaveLength(1);
});

test.each([
  ["an empty file", "", "MGV_CSV_EMPTY"],
  ["a header alone", "t,a,b\n", "MGV_CSV_EMPTY"],
  ["a CSV without a column of the schema", "t,a\n1,2\n", "MGV_CSV_COLUMN"],
  ["a CSV without a time", "a,b\n1,2\n", "MGV_CSV_COLUMN"],
])("%s is refused", async (_, text, code) => {
  await expect(replay(text)).rejects.toMatchObject({ code });
});

test("a file that is not there is refused by its name", async () => {
  const source = new ReplaySource({ path: "/nowhere/x.csv", schema: smallSchema, topic: "readings", speed: "max" });
  await expect(source.read(new AbortController().signal).next()).rejects.toMatchObject({ code: "MGV_FILE_READ", message: expect.stringContaining("/nowhere/x.csv") });
});

//  offset   0   1   2 | 3   4        what stands before offset 2 is passed over, but names the recordings
test("records that were taken in before are passed over without a wait, and those after them keep offset and recording", async () => {
  const text = "t,a,b\n1,0,0\n2,0,0\n3,0,0\n100,0,0\n101,0,0\n";
  const whole = await replay(text);
  const nowMs = 0;
  const waits: number[] = [];
  const sleep = (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  };
  for (let from = 0; from <= 5; from++) expect((await replay(text, { from })).records).toEqual(whole.records.slice(from));
  const ended = new AbortController();
  const { records } = await replay(text, { from: 4, speed: 10, now: () => nowMs, sleep }, ended.signal);
  expect([records, waits]).toEqual([whole.records.slice(4), []]);
  await expect(replay(text, { from: 6 })).rejects.toMatchObject({ code: "MGV_USAGE", message: expect.stringMatching(/has 5 records, and 6 of it were taken in before/) as string });
});
