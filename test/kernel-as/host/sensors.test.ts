import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Arena } from "../../../kernel-as/host/arena.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { Sensors } from "../../../kernel-as/host/sensors.ts";

const kernel = await loadKernel({ build: "debug" });

/** What a dictionary is to do, by maps. */
class Reference {
  readonly numbers = new Map<string, number>();
  readonly names = new Map<number, string>();
  readonly leaving = new Set<number>();

  begin(): void {
    for (const number of this.leaving) {
      this.numbers.delete(this.names.get(number)!);
      this.names.delete(number);
    }
    this.leaving.clear();
  }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant("name" as const), fc.integer({ min: 0, max: 400 })) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("forget" as const), fc.nat()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("keep" as const), fc.nat()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("begin" as const), fc.constant(0)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("restore" as const), fc.constant(0)) },
);

test("names come, are forgotten, kept and given again, also after a recovery, as by two maps", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 400 }), (steps) => {
      const arenas = [new Arena(kernel)];
      let sensors = new Sensors(kernel, arenas[0]!, 5);
      const reference = new Reference();
      for (const [what, x] of steps) {
        const known = [...reference.names.keys()];
        const some = known[x % Math.max(known.length, 1)];
        if (what === "name") {
          const name = `sensor ${x % 3 === 0 ? "é".repeat(x % 100) : ""}${x}`;
          const number = sensors.numberOf(name);
          expect(number).toBe(reference.numbers.get(name) ?? number);
          expect(reference.names.get(number) ?? name).toBe(name);
          reference.numbers.set(name, number);
          reference.names.set(number, name);
        } else if (what === "forget" && some !== undefined) {
          sensors.forget(some);
          reference.leaving.add(some);
        } else if (what === "keep" && some !== undefined) {
          sensors.keep(some);
          reference.leaving.delete(some);
        } else if (what === "begin") {
          sensors.begin();
          reference.begin();
        } else if (what === "restore") {
          const copy = new Arena(kernel);
          for (const { page, bytes } of arenas.at(-1)!.takeTouched()) copy.put(page, bytes.slice());
          // pages that were not touched since the last recovery are those of the arena before
          for (const { page, bytes } of arenas.length > 1 ? allPages(arenas.at(-1)!) : []) copy.put(page, bytes);
          sensors[Symbol.dispose]();
          arenas.push(copy);
          sensors = new Sensors(kernel, copy, 5);
        }
        expect(sensors.count).toBe(reference.names.size);
      }
      for (const [number, name] of reference.names) expect(sensors.nameOf(number)).toBe(name);
      sensors[Symbol.dispose]();
      for (const arena of arenas) arena[Symbol.dispose]();
    }),
    { numRuns: 60 },
  );
});

function* allPages(arena: Arena): Generator<{ page: number; bytes: Uint8Array }> {
  for (let page = 0; page < arena.bytes / 1024; page++) yield { page, bytes: kernel.u8(kernel.calls.arenaPageAt(arena.pointer, page) >>> 0, 1024).slice() };
}

test("a number is not another's before the next batch has begun, and its name can be read until then", () => {
  using arena = new Arena(kernel);
  using sensors = new Sensors(kernel, arena, 0);
  const kitchen = sensors.numberOf("kitchen");
  sensors.forget(kitchen);
  expect(sensors.numberOf("hall")).not.toBe(kitchen);
  expect(sensors.nameOf(kitchen)).toBe("kitchen");
  sensors.begin();
  expect(() => sensors.nameOf(kitchen)).toThrow(expect.objectContaining({ code: "MGV_KERNEL" }));
  expect(sensors.numberOf("cellar")).toBe(kitchen);
  expect(sensors.nameOf(kitchen)).toBe("cellar");
});

test("a hundred thousand sensors take less than 64 bytes each, and every one is found again", async () => {
  const fast = await loadKernel();
  using arena = new Arena(fast);
  using sensors = new Sensors(fast, arena, 0);
  const count = 100_000;
  for (let i = 0; i < count; i++) if (sensors.numberOf(`sensor-${i}`) !== i) throw new Error(`sensor ${i} has another number`);
  for (let i = 0; i < count; i += 7) if (sensors.numberOf(`sensor-${i}`) !== i || sensors.nameOf(i) !== `sensor-${i}`) throw new Error(`sensor ${i} is not found`);
  expect(arena.bytes / count).toBeLessThan(64);
});
