import { expect, test } from "vitest";
import { style } from "../../../../trainer/report/page/style.ts";

const schemes = Array.from(style.text.matchAll(/:root \{([^}]*)\}/g), ([, block]) => new Map(Array.from(block!.matchAll(/(--[\w-]+): (#[0-9a-f]+);/g), ([, name, colour]) => [name!, colour!])));

/** Relative luminance of WCAG 2. */
function luminance(colour: string): number {
  const width = colour.length === 4 ? 1 : 2;
  const [red, green, blue] = [0, 1, 2].map((i) => {
    const digits = colour.slice(1 + i * width, 1 + (i + 1) * width);
    const part = Number.parseInt(digits.padEnd(2, digits), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

test.each([["light", 0], ["dark", 1]] as const)("text and lines stand out in the %s scheme, and dots as graphics must", (_, scheme) => {
  const colours = schemes[scheme]!;
  const on = (name: string, ground: string) => contrast(colours.get(name)!, colours.get(ground)!);
  for (const ground of ["--page", "--box", "--warn-box"]) for (const name of ["--text", "--quiet", "--accent", "--warn"]) expect(on(name, ground), `${name} on ${ground}`).toBeGreaterThan(4.5);
  for (const name of ["--s0", "--s1", "--s2", "--s3", "--s4"]) expect(on(name, "--page"), name).toBeGreaterThan(4.5);
  for (const name of ["--v0", "--v1", "--v2", "--v3", "--v4"]) expect(on(name, "--page"), name).toBeGreaterThan(3);
});

test("both schemes name the same colours", () => {
  expect(schemes).toHaveLength(2);
  expect([...schemes[0]!.keys()]).toEqual([...schemes[1]!.keys()]);
});
