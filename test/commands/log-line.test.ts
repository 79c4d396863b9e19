import process from "node:process";
import { afterEach, expect, test, vi } from "vitest";
import { isLogged, jsonText, logLine } from "../../commands/log-line.ts";
import { tell } from "../../commands/terminal.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ["model   version 1 is in use now", {}, { level: "info", event: "model", message: "version 1 is in use now" }],
  ["history a folder", {}, { level: "info", event: "history", message: "a folder" }],
  ["ALERT   fire in the kitchen", {}, { level: "warn", event: "alert", message: "fire in the kitchen" }],
  ["MGV_CONFIG: There is no variable X.", {}, { level: "error", event: "error", message: "There is no variable X.", fields: { code: "MGV_CONFIG" } }],
  ["        a line of a table", {}, { level: "info", event: "told", message: "a line of a table" }],
  ["learning \"failed\" from a, b", {}, { level: "info", event: "told", message: "learning \"failed\" from a, b" }],
  ["api     http://127.0.0.1:1", { event: "api.listening", level: "debug", fields: { port: 1 } }, { level: "debug", event: "api.listening", message: "http://127.0.0.1:1", fields: { port: 1 } }],
] as const)("%s", (line, about, logged) => {
  expect(logLine(line, about)).toMatchObject(logged);
});

test("a line of JSON is one line, whatever it holds", () => {
  const text = jsonText(logLine("api     a\nb\u2028c", { fields: { path: 'x"\n' } }), { nowMs: 0, stack: "Error\n  at x" });
  expect(text).not.toContain("\n");
  expect(JSON.parse(text)).toEqual({ time: "1970-01-01T00:00:00.000Z", level: "info", event: "api", message: "a\nb\u2028c", path: 'x"\n', stack: "Error\n  at x" });
});

test.each([
  [undefined, [false, true, true, true]],
  ["debug", [true, true, true, true]],
  ["warn", [false, false, true, true]],
  ["error", [false, false, false, true]],
])("at MANGROVE_LOG_LEVEL=%s what is below is not told", (level, told) => {
  vi.stubEnv("MANGROVE_LOG_LEVEL", level);
  expect((["debug", "info", "warn", "error"] as const).map(isLogged)).toEqual(told);
});

test("lines for people are as they were given, with a stack below; for programs they are JSON", () => {
  const written: string[] = [];
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  tell("model   version 1", { event: "model.loaded" });
  tell("MGV_INTERNAL: x", { stack: "Error: x\n  at y" });
  vi.stubEnv("MANGROVE_LOG", "json");
  tell("model   version 1", { event: "model.loaded" });
  spy.mockRestore();
  expect(written.slice(0, 2)).toEqual(["model   version 1\n", "MGV_INTERNAL: x\nError: x\n  at y\n"]);
  expect(JSON.parse(written[2]!)).toMatchObject({ event: "model.loaded", message: "version 1" });
});
