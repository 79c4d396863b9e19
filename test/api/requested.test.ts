import * as fc from "fast-check";
import { expect, test } from "vitest";
import { RequestReader, type Requested } from "../../api/requested.ts";
import { NAMELESS } from "../../api/score.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import smoke from "../../pipelines/smoke.ts";
import { fillMemory } from "../fixtures/full-memory.ts";
import { message, START_MS } from "./service.ts";

const kernel = await loadKernel();
const most = 100;
const nowMs = START_MS + 5000;

function read(body: string) {
  using reader = new RequestReader(kernel, smoke.schema);
  return plain(reader.read(new TextEncoder().encode(body), { most, nowMs }));
}

/** Copies, since columns are good until the next request. */
function plain(read: Requested | { refusal: unknown }) {
  if ("refusal" in read) return read;
  const { isMany, count, batch, failures } = read;
  return { isMany, count, failures: [...failures], columns: batch.columns.map((column) => [...column]), timesMs: [...batch.timesMs], sensors: Array.from(batch.sensors, (number) => batch.names.of(number)) };
}

/** A key with an escape is nothing to the schema, and sends a body the way on which JSON.parse judges. */
const slowly = (reading: object) => ({ ...reading, "\u0001": 0 });

const changes = fc.dictionary(
  fc.constantFrom("Temperature[C]", "Temperature", "Humidity[%]", "PM2.5", "CNT", "UTC", "timestamp", "Fire Alarm", "sensor_id", "device_id", "x", "data"),
  fc.constantFrom(null, 0, -1, 21.5, 1e300, "NULL", "1", "kitchen", "", "2022-06-09T00:08:51Z", true, [1], { a: [] }, 7, "K\u00fcche"),
);

test("a body that the kernel takes, and one that JSON.parse judges, hold the same readings and the same mistakes", () => {
  fc.assert(
    fc.property(fc.array(changes, { minLength: 1, maxLength: 6 }), fc.constantFrom("one", "array", "data"), fc.boolean(), (many, form, isSpaced) => {
      const bodyOf = (readings: object[]) => JSON.stringify(form === "one" ? readings[0] : form === "array" ? readings : { data: readings }, null, isSpaced ? 2 : 0);
      const readings = many.map((each) => message(each));
      const judged = JSON.stringify(read(bodyOf(readings.map(slowly))));
      expect(JSON.stringify(read(bodyOf(readings)))).toBe(judged);
    }),
    { numRuns: 1000 },
  );
});

test("sensors are called as the stream calls them, and who names none is nobody's", () => {
  const names = (...ids: unknown[]) => (read(JSON.stringify(ids.map((sensor_id) => message({ sensor_id })))) as { sensors: string[] }).sensors;
  expect(names("kitchen", 7, "", null, undefined, "kitchen")).toEqual(["kitchen", "7", NAMELESS, NAMELESS, NAMELESS, "kitchen"]);
});

test.each([
  ["an object whose array comes later", `{"x":1,"data":[${JSON.stringify(message())}]}`, true],
  ["an array under an escaped key", `{"d\\u0061ta":[${JSON.stringify(message())}]}`, true],
  ["two arrays", `{"data":[1],"data":[${JSON.stringify(message())}]}`, true],
  ["something behind the array", `{"data":[${JSON.stringify(message())}],"x":[2]}`, true],
  ["a reading with a text under data", JSON.stringify(message({ data: "none" })), false],
])("%s is what JSON.parse makes of it", (_, body, isMany) => {
  expect(read(body)).toMatchObject({ isMany, count: 1, failures: [] });
});

test("names of twenty thousand sensors leave nothing behind", () => {
  using reader = new RequestReader(kernel, smoke.schema);
  const ask = (i: number) => reader.read(new TextEncoder().encode(JSON.stringify(message({ sensor_id: `sensor ${i}` }))), { most, nowMs });
  for (let i = 0; i < 1000; i++) ask(i);
  const before = kernel.calls.memory.buffer.byteLength;
  for (let i = 1000; i < 20_000; i++) ask(i);
  expect(kernel.calls.memory.buffer.byteLength).toBe(before);
});

test("an array is read as JSON.parse reads it wherever the kernel's memory grows meanwhile, which ends views of it", async () => {
  const readings = Array.from({ length: 1000 }, (_, i) => message({ sensor_id: `sensor ${i}`, "TVOC[ppb]": i % 900, ...(i % 7 === 3 && { "PM2.5": null }) }));
  const bodyOf = (given: object[]) => new TextEncoder().encode(JSON.stringify(given));
  using slow = new RequestReader(kernel, smoke.schema);
  const expected = plain(slow.read(bodyOf(readings.map(slowly)), { most: 1000, nowMs }));
  let grown = 0;
  for (let leftBytes = 0; leftBytes < 2_000_000; leftBytes += 100_000) {
    const full = await loadKernel();
    using reader = new RequestReader(full, smoke.schema);
    fillMemory(full, leftBytes);
    const before = full.calls.memory.buffer.byteLength;
    expect(plain(reader.read(bodyOf(readings), { most: 1000, nowMs })), `${leftBytes} bytes left`).toEqual(expected);
    grown += Number(full.calls.memory.buffer.byteLength > before);
  }
  expect(grown).toBeGreaterThan(5);
});
