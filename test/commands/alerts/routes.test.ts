import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { routesOf } from "../../../commands/alerts/routes.ts";
import { Arguments } from "../../../commands/command.ts";
import { readConfig } from "../../../engine/config.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const routes = (environment: Record<string, string>, flags: Record<string, string> = {}) => routesOf(new Arguments(new Map(Object.entries(flags))), readConfig(environment));

test("the environment names a webhook and a program, and both remind where minutes are named", async () => {
  expect(await routes({})).toEqual([]);
  const named = await routes({ MANGROVE_ALERT_WEBHOOK: "https://a.example/x", MANGROVE_ALERT_COMMAND: "siren --loud", MANGROVE_ALERT_SECRET: "hush", MANGROVE_ALERT_LEAST: "HIGH", MANGROVE_ALERT_ESCALATE_MINUTES: "5" });
  expect(named.map(({ name, least, afterMs }) => [name, least, afterMs])).toEqual([["webhook", "HIGH", 0], ["command", "HIGH", 0], ["webhook-again", "HIGH", 300_000], ["command-again", "HIGH", 300_000]]);
  expect(named.map(({ to }) => to)).toEqual([0, 1, 0, 1].map((i) => [{ kind: "webhook", url: new URL("https://a.example/x"), secret: "hush" }, { kind: "program", words: ["siren", "--loud"] }][i]));
});

test("those of a file stand beside, under names of their own", async () => {
  await using folder = await temporaryFolder();
  const notify = folder.file("routes.json");
  await writeFile(notify, '{"routes": [{"name": "siren", "command": ["siren"]}]}');
  expect((await routes({ MANGROVE_ALERT_WEBHOOK: "http://a/" }, { notify })).map(({ name }) => name)).toEqual(["webhook", "siren"]);
  await writeFile(notify, '{"routes": [{"name": "webhook", "command": ["siren"]}]}');
  await expect(routes({ MANGROVE_ALERT_WEBHOOK: "http://a/" }, { notify })).rejects.toThrow(expect.objectContaining({ code: "MGV_CONFIG" }));
  await expect(routes({}, { notify: folder.file("none.json") })).rejects.toThrow(expect.objectContaining({ code: "MGV_FILE_READ" }));
});

test.each([{ MANGROVE_ALERT_WEBHOOK: "example.org/hook" }, { MANGROVE_ALERT_WEBHOOK: "file:///etc/passwd" }, { MANGROVE_ALERT_COMMAND: "[]" }, { MANGROVE_ALERT_COMMAND: '["siren", 7]' }])("%j is refused", async (environment) => {
  await expect(routes(environment)).rejects.toThrow(expect.objectContaining({ code: "MGV_CONFIG" }));
});
