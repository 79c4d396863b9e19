import { expect, test } from "vitest";
import { checkNames } from "../../../engine/history/names.ts";
import { max, pipeline, topic, tumbling } from "../../../engine/index.ts";
import { smallSchema } from "../../fixtures/readings.ts";

test("a field by the name of a column of the history, or like another but for its case, is refused", () => {
  const fields = (name: string) => pipeline("p").from(topic("readings"), { ...smallSchema, fields: [{ ...smallSchema.fields[0]!, name }, ...smallSchema.fields.slice(1)] });
  for (const name of ["Offset", "date", "append_time", smallSchema.fields[1]!.name.toUpperCase()]) expect(() => checkNames(fields(name))).toThrow(/cannot hold a field called/);
  checkNames(fields("window_start"));
});

test("so is an aggregate, for its own columns", () => {
  const windows = (name: string) => pipeline("p").from(topic("readings"), smallSchema).window(tumbling("1m")).aggregate({ [name]: max("b"), other: max("b") }).to(topic("analytics"));
  for (const name of ["Window_Start", "output", "sensor", "OTHER"]) expect(() => checkNames(windows(name))).toThrow(expect.objectContaining({ code: "MGV_HISTORY", message: expect.stringMatching(new RegExp(`"${name}"`, "i")) }));
  checkNames(windows("append_time"));
});
