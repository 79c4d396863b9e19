import * as fc from "fast-check";
import { expect, test } from "vitest";
import { JsonArrays } from "../../../kernel-as/host/json-array.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";

const kernel = await loadKernel();
const text = new TextDecoder();

function split(json: string, most = 100): string[] | null {
  using arrays = new JsonArrays(kernel);
  const found = arrays.split(new TextEncoder().encode(json), most);
  return found && Array.from({ length: found.bounds.length - 1 }, (_, i) => text.decode(found.values.slice(found.bounds[i], found.bounds[i + 1])));
}

test("the elements of an array are those that JSON.parse finds, whatever stands between them", () => {
  const spaced = fc.constantFrom("", " ", "\n\t ", "\r\n");
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 12 }), spaced, spaced, (values, before, after) => {
      const elements = values.map((value) => JSON.stringify(value));
      expect(split(`[${before}${elements.join(`${after},${before}`)}${after}]`)).toEqual(elements);
    }),
  );
});

test("what is no sound array is not taken apart", () => {
  for (const json of ["", "[", "]", "[]]", "[[]", "[1,]", "[,1]", "[1 2]", "[1,2", "{}", "{]", "[{]", "[nul]", "[01]", '["]', '["\\x"]', "[1]1]", "[}]", "[tru]", "[1}]", '[{"a":1,}]', '[{"a"}]', "[-]", "[1.]", '[{"a":[1}]']) expect([json, split(json)]).toEqual([json, null]);
});

test("every text of brackets, commas and pieces is taken apart if JSON.parse takes it for an array, and else not", () => {
  const piece = fc.constantFrom("[", "]", "{", "}", ",", ":", '"a"', "1", "-0.5e3", "null", "true", " ", '"\\u00e9"', "é", '"é"');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const json = `[${pieces.join("")}]`;
      let parsed: unknown = null;
      try {
        parsed = JSON.parse(json);
      } catch {}
      expect(split(json)?.map((element) => JSON.parse(element) as unknown) ?? null).toEqual(parsed);
    }),
    { numRuns: 5000 },
  );
});

test("more elements than are asked for, and deeper nesting than 64 levels, are left to others", () => {
  expect(split("[1,2,3]", 3)).toEqual(["1", "2", "3"]);
  expect(split("[1,2,3,4]", 3)).toBeNull();
  const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  expect(split(deep(65))).toEqual([deep(64)]);
  expect(split(deep(66))).toBeNull();
});
