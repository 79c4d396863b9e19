import { readFile, mkdir } from "node:fs/promises";
import { expect, test } from "vitest";
import smoke from "../../pipelines/smoke.ts";
import { writeStump } from "../fixtures/model.ts";
import { start } from "../fixtures/run.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const MODEL = "models/smoke_detection_model.json";

async function folderWithModel() {
  const folder = await temporaryFolder();
  await mkdir(folder.file("models"));
  await writeStump(folder.file(MODEL), smoke, "PM2.5", 10);
  return folder;
}

async function addKey(cwd: string, role: string, name: string): Promise<string> {
  await using add = start("node", ["mangrove.ts", "keys", "add", "--role", role, "--name", name], { cwd });
  expect(await add.ended, add.stderr()).toBe(0);
  return add.stdout().trim();
}

test("other machines come in with a key alone, unless the user says otherwise", async () => {
  await using folder = await folderWithModel();
  for (const command of ["api", "up"]) {
    await using refused = start("node", ["mangrove.ts", command, "--host", "0.0.0.0", "--port", "0"], { cwd: folder.path });
    expect(await refused.ended).toBe(1);
    expect(refused.stderr()).toMatch(/MGV_CONFIG: 0\.0\.0\.0 can be reached from other machines.*mangrove keys add.*--open/);
  }
  await using open = start("node", ["mangrove.ts", "api", "--host", "0.0.0.0", "--port", "0", "--open"], { cwd: folder.path });
  const [, url] = await open.seen(/api {5}(http:\S+)/);
  const answer = await fetch(`${url}/model/info`);
  expect([answer.status, answer.headers.get("X-RateLimit-Limit")]).toEqual([200, "6000"]);
  open.signal("SIGTERM");
  expect(await open.ended).toBe(0);
});

test("keys come and go while the service runs; acts are in the audit; log, audit and answers hold no secret", async () => {
  await using folder = await folderWithModel();
  await using api = start("node", ["mangrove.ts", "api", "--port", "0"], { cwd: folder.path, env: { MANGROVE_LOG: "json", MANGROVE_LOG_LEVEL: "debug" } });
  const [, url] = await api.seen(/"event":"api.listening".*"url":"(http:[^"]+)"/);
  const seen: string[] = [];
  const ask = async (path: string, key: string | null, method = "GET") => {
    const answer = await fetch(url + path, { method, headers: key === null ? {} : { Authorization: `Bearer ${key}` } });
    seen.push(JSON.stringify([...answer.headers]), await answer.text());
    return answer.status;
  };
  expect(await ask("/model/info", null)).toBe(200);

  const ada = await addKey(folder.path, "admin", "ada");
  await expect.poll(() => ask("/model/info", null)).toBe(401);
  const reader = await addKey(folder.path, "read", "reader");
  await expect.poll(() => ask("/model/info", reader)).toBe(200);
  expect(await ask("/models/rollback", reader, "POST")).toBe(403);
  expect(await ask("/models/rollback", ada, "POST")).toBe(422);
  expect(await ask(`/models/nothing/promote?key=${ada}`, ada, "POST")).toBe(404);
  await expect.poll(async () => (await readFile(folder.file("models/audit.jsonl"), "utf8")).trim().split("\n")).toHaveLength(5);

  await using remove = start("node", ["mangrove.ts", "keys", "remove", "--name", "reader"], { cwd: folder.path });
  expect(await remove.ended).toBe(0);
  await expect.poll(() => ask("/model/info", reader)).toBe(401);
  api.signal("SIGTERM");
  expect(await api.ended).toBe(0);

  const audit = await readFile(folder.file("models/audit.jsonl"), "utf8");
  const acts = audit.trim().split("\n").map((line) => JSON.parse(line) as { by: string; what: string; outcome: string; request_id: string | null });
  expect(acts.filter(({ request_id }) => request_id !== null)).toMatchObject([
    { by: "key reader", what: "POST /models/rollback", outcome: "refused (403)" },
    { by: "key ada", what: "POST /models/rollback", outcome: "refused (422)" },
    { by: "key ada", what: "POST /models/nothing/promote", outcome: "refused (404)" },
  ]);
  const lines = api.stderr().trim().split("\n").map((line) => JSON.parse(line) as { event: string; level: string; time: string; message: string; status?: number });
  for (const line of lines) expect(line).toMatchObject({ time: expect.stringMatching(/Z$/) as string, level: expect.stringMatching(/^(debug|info|warn|error)$/) as string, event: expect.stringMatching(/^[a-z_.]+$/) as string });
  expect(lines.filter(({ event }) => event === "audit")).toHaveLength(3);
  expect(lines.filter(({ event, status }) => event === "request" && status === 403)).toHaveLength(1);
  const kept = await readFile(folder.file("keys.json"), "utf8");
  for (const secret of [ada, reader]) expect(api.stderr() + audit + kept + seen.join()).not.toContain(secret.slice(4));
});
