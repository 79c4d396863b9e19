import { expect, test } from "vitest";
import { parameterErrors } from "../../api/query-parameters.ts";

test("parameters that there are not, and those that come too often, are told one by one", () => {
  const errors = parameterErrors({ kind: ["a", "b"], sensors: ["x"], limit: ["1", "2"] }, ["limit"], ["kind", "sensor"]);
  expect(errors).toEqual([
    { pointer: "/sensors", code: "MGV_USAGE", detail: 'There is no parameter "sensors", only limit, kind, sensor. Did you mean sensor?' },
    { pointer: "/limit", code: "MGV_USAGE", detail: "limit can be given once." },
  ]);
});

test("parameters that there are make no errors", () => {
  expect(parameterErrors({ limit: ["1"], kind: ["a", "b"] }, ["limit"], ["kind"])).toEqual([]);
});
