import { readFile, writeFile } from "node:fs/promises";
import { afterEach, expect, test, vi } from "vitest";
import { readKeys } from "../../../api/access/key-file.ts";
import { KeyRing } from "../../../api/access/key-ring.ts";
import { addKeyCommand } from "../../../commands/keys/add.ts";
import { listKeysCommand } from "../../../commands/keys/list.ts";
import { removeKeyCommand } from "../../../commands/keys/remove.ts";
import { run } from "../../fixtures/command.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

async function keysFolder() {
  const folder = await temporaryFolder();
  vi.stubEnv("MANGROVE_API_KEYS", folder.file("keys.json"));
  vi.stubEnv("MODEL_PATH", folder.file("model.json"));
  return folder;
}

test("a key is shown once on stdout, listed without its secret, and gone when it is removed; the audit has both", async () => {
  await using folder = await keysFolder();
  const added = await run(addKeyCommand, "--role", "predict", "--name", "kitchen");
  const secret = added.stdout.trim();
  expect(added).toMatchObject({ code: 0, stdout: `${secret}\n`, stderr: expect.stringContaining("shown only now") as string });
  const ring = new KeyRing();
  ring.replace(await readKeys(folder.file("keys.json")));
  expect(ring.holderOf(secret)).toEqual({ name: "kitchen", role: "predict" });

  const listed = await run(listKeysCommand, "--json");
  expect(JSON.parse(listed.stdout)).toMatchObject({ name: "kitchen", role: "predict" });
  expect((await run(listKeysCommand)).stdout).toMatch(/^name +role +created\nkitchen +predict /);

  expect(await run(removeKeyCommand, "--name", "kitchen")).toMatchObject({ code: 0, stderr: expect.stringContaining("It was the last one") as string });
  expect(await readKeys(folder.file("keys.json"))).toEqual([]);
  const audit = await readFile(folder.file("audit.jsonl"), "utf8");
  expect(audit.trim().split("\n").map((line) => JSON.parse(line) as object)).toMatchObject([{ what: "keys add kitchen (predict)", outcome: "done" }, { what: "keys remove kitchen", outcome: "done" }]);
  expect(added.stderr + listed.stdout + listed.stderr + audit).not.toContain(secret.slice(4));
});

test.each([
  ["no role", addKeyCommand, ["--name", "ada"], /MGV_USAGE: .*--role/],
  ["an unknown role", addKeyCommand, ["--role", "king", "--name", "ada"], /MGV_USAGE: .*read or predict or admin/],
  ["a name that is none", addKeyCommand, ["--role", "read", "--name", "a b"], /MGV_USAGE: .*--name/],
  ["a name that is taken", addKeyCommand, ["--role", "read", "--name", "kitchen"], /MGV_USAGE: There is a key of kitchen/],
  ["nobody's name", removeKeyCommand, ["--name", "kitchem"], /MGV_USAGE: There is no key of kitchem .*Did you mean kitchen\?/],
] as const)("%s is refused, and the file stays as it is", async (_, command, words, sentence) => {
  await using folder = await keysFolder();
  await run(addKeyCommand, "--role", "read", "--name", "kitchen");
  const before = await readFile(folder.file("keys.json"), "utf8");
  expect(await run(command, ...words)).toMatchObject({ code: null, stderr: expect.stringMatching(sentence) as string });
  expect(await readFile(folder.file("keys.json"), "utf8")).toBe(before);
});

test("a file that is none of keys is never written over", async () => {
  await using folder = await keysFolder();
  await writeFile(folder.file("keys.json"), '{"something": "else"}');
  expect(await run(addKeyCommand, "--role", "read", "--name", "ada")).toMatchObject({ code: null, stdout: "", stderr: expect.stringContaining("MGV_CONFIG") as string });
  expect(await readFile(folder.file("keys.json"), "utf8")).toBe('{"something": "else"}');
});
