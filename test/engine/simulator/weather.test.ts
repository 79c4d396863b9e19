import { expect, test } from "vitest";
import { saturationGm3 } from "../../../engine/simulator/humidity.ts";
import { Random } from "../../../engine/simulator/random.ts";
import { Weather } from "../../../engine/simulator/weather.ts";
import { World } from "../../../engine/simulator/world.ts";
import { ROW } from "../../../engine/simulator/reading.ts";

const HOUR_MS = 3_600_000;
const JANUARY_S = Date.UTC(2022, 0, 6) / 1000;
const JULY_S = Date.UTC(2022, 6, 6) / 1000;

/** Every hour of thirty days. */
function month(fromS: number, seed: number): { c: number; water: number; fine: number; hpa: number; winter: number }[] {
  const weather = new Weather(new Random(seed), { stepS: 3_600 });
  return Array.from({ length: 30 * 24 }, (_, hour) => {
    const epochS = fromS + hour * 3_600;
    weather.step(epochS);
    return { c: weather.outsideC, water: weather.water, fine: weather.fine, hpa: weather.pressure(epochS), winter: weather.winter };
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

test.each([
  { what: "January", fromS: JANUARY_S, least: -7, most: 8, winter: 0.9 },
  { what: "July", fromS: JULY_S, least: 12, most: 27, winter: 0 },
])("$what is as warm as it should be, and no moister than air can be", ({ fromS, least, most, winter }) => {
  for (const seed of [1, 2, 3]) {
    const hours = month(fromS, seed);
    const c = mean(hours.map((hour) => hour.c));
    expect(c, `seed ${seed}`).toBeGreaterThan(least);
    expect(c, `seed ${seed}`).toBeLessThan(most);
    expect(hours.every((hour) => hour.water > 0 && hour.water < saturationGm3(hour.c + 6)), `seed ${seed}`).toBe(true);
    expect(hours.every((hour) => Math.abs(hour.winter - winter) < 0.15), `seed ${seed}: ${hours[0]!.winter}`).toBe(true);
    expect(hours.every((hour) => hour.hpa > 930.9 && hour.hpa < 939.9), `seed ${seed}`).toBe(true);
  }
});

test("afternoons are warmer than mornings", () => {
  const hours = month(JULY_S, 5);
  const at = (hour: number) => mean(hours.filter((_, i) => i % 24 === hour).map(({ c }) => c));
  expect(at(15) - at(3)).toBeGreaterThan(8);
});

test("winter air holds more fine particles than summer air", () => {
  const fine = (fromS: number) => mean([1, 2, 3, 4, 5, 6].flatMap((seed) => month(fromS, seed)).map((hour) => hour.fine));
  expect(fine(JANUARY_S)).toBeGreaterThan(1.4 * fine(JULY_S));
});

test("heated rooms are warm in January, unheated ones are not, and all are in July", () => {
  const warmth = (startMs: number) => {
    const world = new World({ sensors: 40, rateHz: 0.01, durationMs: HOUR_MS, startMs, firesPerSensorDay: 0, busy: 0, seed: 8 });
    const sums = new Float64Array(40);
    let steps = 0;
    for (const { rows } of world) {
      steps++;
      sums.forEach((_, i) => (sums[i]! += rows[i * ROW]!));
    }
    return Array.from(sums, (sum) => sum / steps);
  };
  const [january, july] = [warmth(JANUARY_S * 1000), warmth(JULY_S * 1000)];
  expect(january.filter((c) => c < 15).length).toBeGreaterThan(2);
  expect(january.filter((c) => c > 17).length).toBeGreaterThan(22);
  expect(july.every((c) => c > 15)).toBe(true);
});

test("in four climates rooms have all seasons at once, and their pressures differ", () => {
  const world = new World({ sensors: 40, rateHz: 0.01, durationMs: 1, startMs: JANUARY_S * 1000, climates: 4, firesPerSensorDay: 0, busy: 0 });
  const { rows } = world.step()!;
  const coldest = [0, 1, 2, 3].map((climate) => Math.min(...Array.from({ length: 10 }, (_, i) => rows[(4 * i + climate) * ROW]!)));
  expect(coldest[0]).toBeLessThan(coldest[2]! - 5);
  const hpa = [0, 1, 2, 3].map((climate) => mean(Array.from({ length: 10 }, (_, i) => rows[(4 * i + climate) * ROW + 6]!)));
  expect(new Set(hpa.map((each) => each.toFixed(1))).size).toBeGreaterThan(2);
});
