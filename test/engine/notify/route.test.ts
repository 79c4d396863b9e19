import { expect, test } from "vitest";
import { readRoutes, urlOf, wordsOf } from "../../../engine/notify/route.ts";

const at = { path: "routes.json", environment: { HOOK_SECRET: "hush" } };
const read = (...routes: unknown[]) => readRoutes(JSON.stringify({ routes }), at);

test("routes are read with what they leave out", () => {
  const [pager, siren] = read({ name: "pager", webhook: "https://example.org/x", secret_env: "HOOK_SECRET", least: "HIGH", after_minutes: 15, hold_off_minutes: 0.5 }, { name: "siren", command: ["siren", "--loud"] });
  expect(pager).toEqual({ name: "pager", to: { kind: "webhook", url: new URL("https://example.org/x"), secret: "hush" }, least: "HIGH", afterMs: 900_000, holdOffMs: 30_000 });
  expect(siren).toEqual({ name: "siren", to: { kind: "program", words: ["siren", "--loud"] }, least: "MEDIUM", afterMs: 0, holdOffMs: 0 });
});

test.each<[string, unknown]>([
  ["needs a name", { webhook: "http://a/" }],
  ["needs a name", { name: "../x", webhook: "http://a/" }],
  ["a webhook or a command", { name: "a" }],
  ["a webhook or a command", { name: "a", webhook: "http://a/", command: ["b"] }],
  ["http or https URL", { name: "a", webhook: "file:///etc/passwd" }],
  ["array of texts", { name: "a", command: "rm -rf" }],
  ["array of texts", { name: "a", command: [] }],
  ["least must be", { name: "a", command: ["b"], least: "URGENT" }],
  ["after_minutes must be a number", { name: "a", command: ["b"], after_minutes: -1 }],
  ["secret_env is not set", { name: "a", webhook: "http://a/", secret_env: "NOTHING" }],
  ["there is no web_hook. Did you mean webhook?", { name: "a", web_hook: "http://a/" }],
  ["must be an object", 7],
])("a route is refused: %s", (message, route) => {
  expect(() => read(route)).toThrow(expect.objectContaining({ code: "MGV_CONFIG", message: expect.stringContaining(message) as string }));
});

test("two routes of a name, no routes, and what is not JSON are refused", () => {
  expect(() => read({ name: "a", command: ["b"] }, { name: "a", command: ["c"] })).toThrow("two routes of the name a");
  expect(() => read()).toThrow("has no routes");
  expect(() => readRoutes("{", at)).toThrow("is not JSON");
});

test("a command is words with blanks between them, or JSON", () => {
  expect(wordsOf(" siren  --loud ")).toEqual(["siren", "--loud"]);
  expect(wordsOf('["/opt/my siren","a b"]')).toEqual(["/opt/my siren", "a b"]);
  expect([wordsOf(""), wordsOf("[]"), wordsOf("[1]"), wordsOf("[")]).toEqual([null, null, null, null]);
  expect(urlOf("not a url")).toBeNull();
});
