import { expect, test } from "vitest";
import { LABEL, MEASURED, readingFields, ROW } from "../../../engine/simulator/reading.ts";
import { World } from "../../../engine/simulator/world.ts";

/** The chance that a reading of a fire has the higher value (or the lower, whichever is more), ties as half: Mann-Whitney. */
function auc(values: readonly number[], labels: readonly number[]): number {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  let rankSum = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) if (labels[order[i]!] === 1) rankSum += (from + to + 1) / 2;
    from = to;
  }
  const fires = labels.filter((label) => label === 1).length;
  const area = (rankSum - (fires * (fires + 1)) / 2) / (fires * (labels.length - fires));
  return Math.max(area, 1 - area);
}

test("the rank computation knows a perfect, a reversed, a useless and a tied field", () => {
  const labels = [0, 0, 1, 1];
  expect(auc([1, 2, 3, 4], labels)).toBe(1);
  expect(auc([4, 3, 2, 1], labels)).toBe(1);
  expect(auc([5, 5, 5, 5], labels)).toBe(0.5);
  expect(auc([1, 3, 3, 4], labels)).toBe(0.875);
});

test("an hour of the usual rooms holds both classes, and no field alone tells them apart", () => {
  const labels: number[] = [];
  const fields = Array.from({ length: MEASURED }, (): number[] => []);
  const world = new World({ durationMs: 3_600_000 });
  for (const { rows } of world) {
    for (let at = 0; at < rows.length; at += ROW) {
      fields.forEach((values, i) => values.push(rows[at + i]!));
      labels.push(rows[at + LABEL]!);
    }
  }
  const share = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  expect(share).toBeGreaterThan(0.04);
  expect(share).toBeLessThan(0.3);
  const areas = fields.map((values) => auc(values, labels));
  const report = areas.map((area, i) => `${readingFields[i]} ${area.toFixed(3)}`).join(", ");
  console.log(`fires ${(100 * share).toFixed(1)} % of ${labels.length} readings; single-field AUC: ${report}`);
  expect(Math.max(...areas), report).toBeLessThan(0.99);
  expect(Math.max(...areas), report).toBeGreaterThan(0.8);
});
