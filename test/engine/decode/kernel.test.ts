import process from "node:process";
import { describe, expect, test } from "vitest";
import { Decoder } from "../../../engine/decode/decoder.ts";
import { MAX_AHEAD_MS, ReferenceDecoder } from "../../../engine/decode/reference.ts";
import { isoTimeMs } from "../../../engine/decode/iso-time.ts";
import { Arena } from "../../../kernel-as/host/arena.ts";
import { DecodeTable } from "../../../kernel-as/host/decode-table.ts";
import { KernelDecoder } from "../../../kernel-as/host/decoder.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { Sensors } from "../../../kernel-as/host/sensors.ts";
import type { RecordBatch } from "../../../engine/source/source.ts";
import type { Schema } from "../../../kernel-as/schema.ts";
import { smokeSchema } from "../../../pipelines/smoke-schema.ts";
import { garbageCollector } from "../../fixtures/garbage.ts";
import { jsonMessage, schemas } from "../../fixtures/messages.ts";
import { random } from "../../fixtures/random.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";
import { fuzzDecode, mustEqual, randomRecords } from "../../fuzz/decode.ts";

const kernel = await loadKernel();
const json = { kind: "json" } as const;
const collect = await garbageCollector();

test("a hundred thousand messages, sound, odd and broken ones, become what the oracle makes of them", () => {
  const seed = Date.now() % 1_000_000_000;
  console.log(`messages from seed ${seed}`);
  const { taken, rejected } = fuzzDecode(kernel, 100_000, seed);
  expect(taken).toBeGreaterThan(20_000);
  expect(rejected).toBeGreaterThan(20_000);
});

test("the debug build asserts nothing on ten thousand of them", async () => {
  const { taken, rejected } = fuzzDecode(await loadKernel({ build: "debug" }), 10_000, Date.now() % 1_000_000_000);
  expect(taken + rejected).toBe(10_000);
});

test("any cut into batches gives the same readings and dead letters", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { schema, format, records } = randomRecords(seed);
    const expected = new ReferenceDecoder(schema, format).decode(records);
    for (const size of [1, 3, 64]) {
      using decoder = new Decoder(kernel, schema, format);
      let at = 0;
      for (let first = 0; first < records.count; first += size) {
        const part = slice(records, first, Math.min(first + size, records.count));
        const { batch, deadLetters } = decoder.decode(part);
        for (let row = 0; row < batch.count; row++, at++) {
          expect(batch.offsets[row]).toBe(expected.batch.offsets[at]);
          expect(batch.columns.map((column) => column[row])).toEqual(expected.batch.columns.map((column) => column[at]));
          expect(batch.names.of(batch.sensors[row]!)).toBe(expected.batch.names.of(expected.batch.sensors[at]!));
        }
        expect(deadLetters.map(({ offset }) => offset)).toEqual(expected.deadLetters.map(({ offset }) => offset).filter((offset) => part.offsets.includes(offset)));
      }
      expect(at).toBe(expected.batch.count);
    }
  }
});

function slice(records: RecordBatch, from: number, to: number): RecordBatch {
  return {
    ...records,
    count: to - from,
    offsets: records.offsets.slice(from, to),
    appendTimesMs: records.appendTimesMs.slice(from, to),
    keyBounds: records.keyBounds.slice(from, to + 1),
    bounds: records.bounds.slice(from, to + 1),
  };
}

/** How many of the texts the kernel leaves to the oracle. */
function unsure(texts: readonly string[], options: { schema?: Schema; header?: readonly string[]; keys?: readonly (string | null)[]; appendTimeMs?: number } = {}): number {
  const schema = options.schema ?? smallSchema;
  using arena = new Arena(kernel);
  using decoder = new KernelDecoder(kernel, { schema, header: options.header ?? null, maxAheadMs: MAX_AHEAD_MS, arena, root: 0 });
  return decoder.decode(recordsOf(texts, options)).unsure;
}

describe("what is common stays in the kernel", () => {
  const python = '{"UTC": 1654733331, "Temperature[C]": 20.0, "Humidity[%]": 57.36, "TVOC[ppb]": 0, "eCO2[ppm]": 400, "Raw H2": 12306, "Raw Ethanol": 18520, "Pressure[hPa]": 939.735, "PM1.0": 0.0, "PM2.5": 0.0, "NC0.5": 0.0, "NC1.0": 0.0, "NC2.5": 0.0, "CNT": 0, "Fire Alarm": "0"}';
  test.each<[string, readonly string[], Parameters<typeof unsure>[1]?]>([
    ["the original's message", [python, python.replaceAll(": ", ":").replaceAll(", ", ","), JSON.stringify(JSON.parse(python), null, 2)], { schema: smokeSchema }],
    ["numbers of 17 digits, with exponents, small and large", ["20.123456789012345", "-0.00012345678901234567", "1.2345678901234567e-05", "2.5E+1", "5e-324", "99.999999999999986"].map((x) => `{"t":1,"a":${x},"b":1}`)],
    ["null and NULL", ['{"t":1,"a":null,"b":1}', '{"t":1,"a":"NULL","b":1}', '{"t":1,"a":"NULL","b":1,"label":null,"n":null}']],
    ["keys and names beyond ASCII, in UTF-8 and escaped", ['{"when":1,"Tempé[°C]":1,"b":1}', String.raw`{"when":1,"Temp\u00e9[\u00b0C]":1,"b":1}`, String.raw`{"when":1,"Temp\u00E9[\u00B0C]":1,"b":1}`, String.raw`{"when":1,"\u6e29\u5EA6":1,"b":1,"na\u00efve":"K\u00fcche \ud83d\udd25"}`, '{"when":1,"温度":1,"b":1,"naïve":"部屋"}'], { schema: schemas[2]! }],
    ["keys that nobody knows, with whatever in them", ['{"location":{"room":["a",{"b":[]}],"x":1e5},"t":1,"a":1,"b":1,"é":"\\u00e9\\n","z":[[[]]],"big":12345678901234567890123}']],
    ["sensors by name and by number", ['{"t":1,"a":1,"b":1,"sensor_id":"x"}', '{"t":1,"a":1,"b":1,"sensor_id":12}', '{"t":1,"a":1,"b":1,"sensor_id":-7}', '{"t":1,"a":1,"b":1,"sensor_id":null}', '{"t":1,"a":1,"b":1,"sensor_id":{}}', '{"t":1,"a":1,"b":1,"sensor_id":""}']],
    ["record keys", Array(3).fill('{"t":1,"a":1,"b":1}'), { keys: ["k", "schlüssel", ""] }],
    ["labels", ["0", "1", '"0"', '"1"', "true", "false", "null", '"NULL"', '""'].map((label) => `{"t":1,"a":1,"b":1,"label":${label}}`)],
    ["times", ["1654733331.25", '"2026-01-01T00:00:00Z"', '"2026-01-01T00:00:00.123456+05:30"', "null", '"NULL"'].map((time) => `{"t":${time},"a":1,"b":1}`), { appendTimeMs: 1.8e12 }],
    ["keys twice, in any order, under other names", ['{"a":7,"b":1,"t":1,"a[C]":2,"a":3}', '{"t":5,"b":1,"b":2,"a":1}']],
    ["blanks wherever they may be", [' \n{ "t" :\t1 ,\r\n"a" : 1 , "b":1 } \n']],
    ["CSV", ["1,2.5,3,,x", "1,,3,1,x", "1,NULL,3,0,x", '"1","2","3","0","x, ""y"""'], { header: ["t", "a", "b", "label", "other"] }],
  ])("%s", (_, texts, options) => {
    expect(unsure(texts, options)).toBe(0);
  });
});

test("of some spellings of one field the first wins, of two equal keys the last, and null counts as there", () => {
  using decoder = new Decoder(kernel, smallSchema, json);
  const { batch } = decoder.decode(recordsOf(['{"t":1,"b":1,"a":5,"a[C]":6}', '{"t":1,"b":1,"a[C]":6,"a":5}', '{"t":1,"b":1,"a[C]":null,"a":5}', '{"t":1,"b":1,"a":5,"a":7}', '{"t":1,"b":1,"b":2,"a":"x","a":8}']));
  expect([...batch.columns[0]!]).toEqual([6, 6, NaN, 7, 8]);
});

test("a batch without records is a batch without readings", () => {
  using decoder = new Decoder(kernel, smallSchema, json);
  const { batch, deadLetters } = decoder.decode(recordsOf([]));
  expect([batch.count, batch.sensors.length, batch.columns.length, deadLetters.length]).toEqual([0, 0, 3, 0]);
});

test("numbers around the first that is no time in seconds are the oracle's, in either unit", () => {
  const texts = ["-1", "0", "99999999999", "99999999999.99998", "1e11", "100000000000.00002", "1772260200000", "8640000000000", "8.64e15", "1e300"].flatMap((t) => [`{"t":${t},"a":1,"b":1}`, `{"t":"${t}","a":1,"b":1}`]);
  for (const unit of ["s", "ms"] as const) {
    const schema = { ...smallSchema, time: { keys: ["t"], unit } };
    const records = recordsOf(texts);
    using decoder = new Decoder(kernel, schema, json);
    mustEqual(decoder.decode(records), new ReferenceDecoder(schema, json).decode(records));
  }
  expect(unsure(['{"t":99999999999,"a":1,"b":1}'])).toBe(0);
  expect(unsure(['{"t":100000000000,"a":1,"b":1}'])).toBe(1);
});

test("times of ISO 8601 are the oracle's, whatever is changed in them", () => {
  const next = random(7);
  const texts = Array.from({ length: 20_000 }, () => {
    const text = new Date(next() * 4e12).toISOString().replace("Z", () => ["Z", "+05:30", "-23:59", "+24:00"][Math.floor(next() * 4)]!).replace(/\.\d+/, () => ["", ".5", ".123456789", ".", ".0"][Math.floor(next() * 5)]!);
    if (next() < 0.5) return text;
    const at = Math.floor(next() * text.length);
    return text.slice(0, at) + "0123456789-+:TZ."[Math.floor(next() * 16)]! + text.slice(at + (next() < 0.8 ? 1 : 0));
  });
  const records = recordsOf(texts.map((text) => `{"t":"${text}","b":1,"a":1}`));
  using decoder = new Decoder(kernel, smallSchema, json);
  mustEqual(decoder.decode(records), new ReferenceDecoder(smallSchema, json).decode(records));
  const sound = texts.filter((text) => isoTimeMs(text) >= 0);
  expect(sound.length).toBeGreaterThan(3000);
  expect(unsure(sound.map((text) => `{"t":"${text}","b":1,"a":1}`))).toBe(0);
});

//  memory  … ├ message ┤ 64 bytes of anything ┤ end of memory        a load beyond them traps
test("nothing beside a message is judged by, and no load goes further than 64 bytes beyond it", async () => {
  const own = await loadKernel();
  using arena = new Arena(own);
  using sensors = new Sensors(own, arena, 0);
  const next = random(3);
  const texts = ['{"t":1,"a":20.5,"b":1}', '{"t":1,"a":1,"b":123', '{"t":1,"a":1,"b":1,"sensor_id":"k', '{"t":1,"b":tru', '{"t":1,"x":[1,[2', "{", "", "  ", "\n", "{ ", '{"t" ', "12,1.5,2,", '1,2,"x', "1,2,3", '"1","2.5","3"', ...Array.from({ length: 200 }, () => jsonMessage(next, smallSchema))];
  texts.push(...texts.slice(0, 30).flatMap((text) => Array.from({ length: Math.min(text.length, 200) }, (_, length) => text.slice(0, length))));
  for (const header of [null, ["t", "a", "b"]]) {
    using table = new DecodeTable(own, smallSchema, { header, maxAheadMs: 0 });
    own.calls.memory.grow(1);
    const end = own.calls.memory.buffer.byteLength;
    const small = own.allocate(4096);
    for (const text of texts) {
      const bytes = new TextEncoder().encode(text);
      const results = ["\0", "}", '"', "5", ",", "\xff", '"}\\u00', " ", "\n", "e1", "[", "\\"].map((poison) => {
        const around = Uint8Array.from({ length: 64 }, (_, i) => poison.charCodeAt(i % poison.length));
        const at = end - 64 - bytes.length;
        own.u8(at - 64, 64).set(around);
        own.u8(at, bytes.length).set(bytes);
        own.u8(end - 64, 64).set(around);
        own.u32(small, 4).set([0, bytes.length, 0, 0]);
        own.u8(small + 16, 1)[0] = 112;
        const out = small + 64;
        own.f64(out, 6).fill(NaN);
        own.calls.decode(table.pointer, arena.pointer, sensors.place, 1, at, small, at, small + 8, small + 16, 1, out);
        expect(Buffer.compare(own.u8(end - 64, 64), around)).toBe(0);
        const status = own.u8(out + 7 * 8 + 4, 1)[0]!;
        return JSON.stringify(status === 0 ? [...own.f64(out, 5)] : status);
      });
      expect(new Set(results).size, text).toBe(1);
    }
    own.release(small);
  }
});

test.skipIf(collect === null)("a million readings leave nothing behind in JavaScript's heap", () => {
  const texts = Array.from({ length: 4000 }, (_, i) => `{"t":${i},"a":${i / 100},"b":${Math.sqrt(i)},"label":"0"}`);
  const records = recordsOf(texts, { keys: texts.map((_, i) => `sensor-${i % 500}`) });
  using decoder = new Decoder(kernel, smallSchema, json);
  const heap = () => {
    collect!();
    return process.memoryUsage().heapUsed;
  };
  const decodeMillion = () => {
    for (let i = 0; i < 250; i++) decoder.decode(records);
  };
  decodeMillion();
  const growths = Array.from({ length: 3 }, () => {
    const before = heap();
    decodeMillion();
    return heap() - before;
  });
  expect(Math.min(...growths)).toBeLessThan(100_000);
});

// what is not collected between is counted whole: a million objects would be 16 MB at the least
test.skipIf(collect === null || "Bun" in globalThis || "Deno" in globalThis)("a reading makes no garbage: on Node a batch of 4,000 makes less than 8 kB", () => {
  const texts = Array.from({ length: 4000 }, (_, i) => `{"t":${i},"a":${i / 100},"b":${Math.sqrt(i)}}`);
  const records = recordsOf(texts);
  using decoder = new Decoder(kernel, smallSchema, json);
  for (let i = 0; i < 100; i++) decoder.decode(records);
  collect!();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 50; i++) decoder.decode(records);
  expect((process.memoryUsage().heapUsed - before) / 50).toBeLessThan(8192);
});
