import { expect, test } from "vitest";
import { helpText, parseArguments, type Command } from "../../commands/command.ts";

const command: Command = {
  name: "try",
  summary: "tries",
  flags: [{ name: "data", value: "FILE", help: "a file" }, { name: "max-depth", value: "N", help: "levels" }, { name: "until-end", help: "stop" }, { name: "by", value: "KINDS", isList: true, help: "some" }],
  examples: ["try --data x"],
  run: () => Promise.resolve(0),
};
const parse = (...words: string[]) => parseArguments(command, words);

test("values come after a space or an equals sign; _ and - are the same", () => {
  const given = parse("--data", "x=y", "--max_depth=3", "--until-end");
  expect([given.text("data"), given.number("max-depth", { min: 1 }), given.has("until-end"), given.has("help")]).toEqual(["x=y", 3, true, false]);
});

test.each([
  [["--dat", "x"], /has no flag --dat\. Did you mean --data\?/],
  [["--data"], /--data needs a value: --data FILE/],
  [["--data", "--until-end"], /--data needs a value/],
  [["--until-end=yes"], /takes no value/],
  [["x"], /takes no argument "x"/],
  [["--data", "a.csv", "--data=b.csv"], /--data is b\.csv, but it was given as a\.csv: give one of them/],
  [["--max_depth", "3", "--max-depth", "4"], /--max-depth is 4, but it was given as 3/],
])("%j is wrong use", (words, sentence) => {
  expect(() => parse(...words)).toThrow(expect.objectContaining({ code: "MGV_USAGE" }));
  expect(() => parse(...words)).toThrow(sentence);
});

test("numbers and choices outside their range are wrong use", () => {
  expect(() => parse("--max-depth", "0").number("max-depth", { min: 1, max: 5 })).toThrow(/from 1 to 5/);
  expect(() => parse("--max-depth", "1.5").number("max-depth", { min: 1, whole: true })).toThrow(/whole/);
  expect(() => parse("--max-depth", "").number("max-depth", { min: 0 })).toThrow(/must be a number/);
  expect(() => parse("--data", "kafak").oneOf("data", ["kafka", "replay"])).toThrow(/Did you mean kafka\?/);
});

test("a flag that says the same twice says it once", () => {
  expect(parse("--data", "x", "--until-end", "--data=x", "--until-end").text("data")).toBe("x");
});

test("a flag that is a list may be given several times, or once with commas", () => {
  const kinds = ["time", "blocks", "groups"] as const;
  expect(parse("--by", "time, blocks", "--by=time").someOf("by", kinds)).toEqual(["time", "blocks"]);
  expect(parse().someOf("by", kinds)).toBeUndefined();
  expect(() => parse("--by", "time,block").someOf("by", kinds)).toThrow(/--by must be some of time, blocks, groups, separated by commas, not "block"\. Did you mean blocks\?/);
  expect(() => parse("--by=").someOf("by", kinds)).toThrow(expect.objectContaining({ code: "MGV_USAGE" }));
});

const convert: Command = { ...command, name: "model convert", operands: [{ name: "IN", help: "the old file" }, { name: "OUT", help: "the new file" }] };

test("operands stand before, between and behind flags, and all after -- is operands", () => {
  const given = parseArguments(convert, ["a.json", "--until-end", "--data=x", "b.json"]);
  expect([given.operand("IN"), given.operand("OUT"), given.text("data"), given.has("until-end")]).toEqual(["a.json", "b.json", "x", true]);
  expect(parseArguments(convert, ["--", "-a", "--data"]).operand("OUT")).toBe("--data");
});

test.each([
  [["a.json"], /model convert needs OUT, the new file: mangrove model convert IN OUT/],
  [[], /needs IN, the old file/],
  [["a", "b", "c"], /takes no "c" after "b"/],
  [["a", "-b"], /has no flag -b/],
])("the operands %j are wrong use", (words, sentence) => {
  expect(() => parseArguments(convert, words)).toThrow(expect.objectContaining({ code: "MGV_USAGE" }));
  expect(() => parseArguments(convert, words)).toThrow(sentence);
});

test("a call for help needs no operands, and the help tells them", () => {
  expect(parseArguments(convert, ["--help"]).has("help")).toBe(true);
  for (const part of ["mangrove model convert IN OUT: tries", "IN ", "the new file", "--data FILE"]) expect(helpText(convert)).toContain(part);
});

test("the help names every flag and shows an example", () => {
  const help = helpText(command);
  for (const part of ["--data FILE", "--max-depth N", "--until-end", "--help", "try --data x"]) expect(help).toContain(part);
});
