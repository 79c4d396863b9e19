import { randomBytes } from "node:crypto";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { followKeys, readKeys, writeKeys } from "../../../api/access/key-file.ts";
import { stillMay } from "../../../api/access/caller.ts";
import { KeyRing } from "../../../api/access/key-ring.ts";
import { isKeyName, newKey } from "../../../api/access/key.ts";
import type { Role } from "../../../api/access/role.ts";
import { bodyOf, message, startService, START_MS } from "../service.ts";
import type { Problem } from "../../../api/contract.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const keyOf = (name: string, role: Role) => newKey({ name, role }, { nowMs: START_MS, randomBytes });

test("a key is stored by the hash of 256 random bits, in a file that is its owner's alone", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("keys.json");
  const { key, secret } = keyOf("ada", "admin");
  await writeKeys(path, [key]);
  expect(secret).toMatch(/^mgv_[\w-]{43}$/);
  expect(await readKeys(path)).toEqual([{ name: "ada", role: "admin", sha256: key.sha256, created: "2022-06-09T00:08:51.000Z" }]);
  expect(await readFile(path, "utf8")).not.toContain(secret.slice(4));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a secret is told from all others", () => {
  const ring = new KeyRing();
  const made = Array.from({ length: 20 }, (_, i) => keyOf(`n${i}`, i % 2 === 0 ? "read" : "predict"));
  ring.replace(made.map(({ key }) => key));
  for (const { key, secret } of made) expect(ring.holderOf(secret)).toEqual({ name: key.name, role: key.role });
  for (const wrong of ["", "mgv_", made[0]!.secret.slice(0, -1), `${made[0]!.secret}x`, made[0]!.secret.toUpperCase(), made[0]!.key.sha256]) expect(ring.holderOf(wrong)).toBeNull();
});

test("names that could steer a log or a command are none", () => {
  expect(["ada", "Ada.L-2@home_1"].map(isKeyName)).toEqual([true, true]);
  expect(["", "a b", "a\nb", "a\u001b[2J", "x".repeat(65), "a/b"].map(isKeyName)).toEqual(Array(6).fill(false));
});

test("a key that is added or removed counts within two seconds; a broken file changes nothing, and a file that vanishes opens nothing", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("keys.json");
  const [ada, bob] = [keyOf("ada", "admin"), keyOf("bob", "read")];
  const ring = new KeyRing();
  const problems: string[] = [];
  const controller = new AbortController();
  await followKeys(path, ring, { signal: controller.signal, onProblem: ({ code }) => problems.push(code) });
  try {
    expect(ring.asks).toBe(false);
    await writeKeys(path, [ada.key]);
    await expect.poll(() => ring.holderOf(ada.secret)?.name).toBe("ada");
    await writeKeys(path, [bob.key]);
    await expect.poll(() => [ring.holderOf(ada.secret), ring.holderOf(bob.secret)?.name]).toEqual([null, "bob"]);
    await writeFile(path, '{"keys": [{}');
    await expect.poll(() => problems).toEqual(["MGV_CONFIG"]);
    expect(ring.holderOf(bob.secret)?.name).toBe("bob");
    await rm(path);
    await expect.poll(() => ring.holderOf(bob.secret)).toBeNull();
    expect(ring.asks).toBe(true);
    expect(problems).toEqual(["MGV_CONFIG"]);
  } finally {
    controller.abort();
  }
});

test.each(["{", "[]", '{"keys": [{"name": "ada", "role": "king", "sha256": "00", "created": "now"}]}'])("a file that holds %s is refused at the start", async (text) => {
  await using folder = await temporaryFolder();
  const path = folder.file("keys.json");
  await writeFile(path, text);
  const following = followKeys(path, new KeyRing(), { signal: AbortSignal.abort(), onProblem: () => {} });
  await expect(following).rejects.toMatchObject({ code: "MGV_CONFIG" });
});

/** A service with a key of each role, and what it answers to whom. */
async function withKeys() {
  const made = { read: keyOf("reader", "read"), predict: keyOf("sensor", "predict"), admin: keyOf("ada", "admin") };
  const keys = new KeyRing();
  keys.replace(Object.values(made).map(({ key }) => key));
  const acts: string[] = [];
  const service = await startService({ app: { keys, train: () => true, audit: ({ by, method, path, status, id }) => acts.push(`${by} ${method} ${path} ${status} ${id}`), newId: () => "id-1" } });
  const ask = (method: string, path: string, headers: Record<string, string>) =>
    service.app.request(path, { method, headers: { "Content-Type": "application/json", Host: "example.org", ...headers }, ...(method === "POST" && { body: JSON.stringify(message()) }) }, { remoteAddress: "192.0.2.7" });
  return { ...service, keys, made, acts, ask };
}

test("each role may do what it covers, and no more", async () => {
  await using service = await withKeys();
  const statuses = async (secret: string) => {
    const headers = { Authorization: `Bearer ${secret}` };
    return [(await service.ask("GET", "/model/info", headers)).status, (await service.ask("POST", "/predict", headers)).status, (await service.ask("POST", "/train", headers)).status];
  };
  const { read, predict, admin } = service.made;
  expect(await statuses(read.secret)).toEqual([200, 403, 403]);
  expect(await statuses(predict.secret)).toEqual([200, 200, 403]);
  expect(await statuses(admin.secret)).toEqual([200, 200, 202]);
  expect(service.acts).toEqual(["key reader POST /train 403 id-1", "key sensor POST /train 403 id-1", "key ada POST /train 202 id-1"]);
  expect((await service.ask("POST", "/predict", { "X-API-Key": predict.secret })).status).toBe(200);
});

test("who was let in may go on while the key counts and its role covers it", () => {
  const [ada, bob] = [keyOf("ada", "predict"), keyOf("bob", "predict")];
  const keys = new KeyRing();
  const asked = [{}, { authorization: `Bearer ${ada.secret}` }, { "x-api-key": bob.secret }].map((headers: Record<string, string>) => stillMay({ keys }, (name) => headers[name], "predict"));
  const may = () => asked.map((still) => still());
  expect(may()).toEqual([true, true, true]);
  keys.replace([ada.key, bob.key]);
  expect(may()).toEqual([false, true, true]);
  keys.replace([{ ...ada.key, role: "read" }, bob.key]);
  expect(may()).toEqual([false, false, true]);
  keys.replace([{ ...ada.key, role: "admin" }]);
  expect(may()).toEqual([false, true, false]);
  keys.replace([]);
  expect(may()).toEqual([false, false, false]);
});

test("a stranger may look at the health and the documents alone", async () => {
  await using service = await withKeys();
  const statuses = await Promise.all(["/health", "/livez", "/readyz", "/", "/openapi.json", "/metrics", "/models", "/model/info"].map(async (path) => (await service.ask("GET", path, {})).status));
  expect(statuses).toEqual([200, 200, 200, 200, 200, 401, 401, 401]);
});

test("an act without a key is refused on the machine itself too, and is in the audit", async () => {
  await using service = await withKeys();
  const response = await service.app.request("/train", { method: "POST", headers: { Host: "localhost:5000" } }, { remoteAddress: "127.0.0.1" });
  expect(response.status).toBe(401);
  expect(service.acts).toEqual(["127.0.0.1 POST /train 401 id-1"]);
});

test("a refusal says how to come in, and repeats no secret", async () => {
  await using service = await withKeys();
  const without = await service.ask("GET", "/models", {});
  expect([without.status, without.headers.get("WWW-Authenticate")]).toEqual([401, 'Bearer realm="mangrove"']);
  expect(await bodyOf<Problem>(without)).toMatchObject({ code: "MGV_UNAUTHORIZED", detail: expect.stringContaining("mangrove keys add") as string });
  const wrong = await service.ask("GET", "/models", { Authorization: "Bearer mgv_guessed" });
  expect([wrong.status, wrong.headers.get("WWW-Authenticate")]).toEqual([401, 'Bearer realm="mangrove", error="invalid_token"']);
  expect(JSON.stringify([...wrong.headers]) + (await wrong.text())).not.toContain("guessed");
  for (const Authorization of ["Basic YTpi", "Bearer", "Bearer a b", service.made.admin.secret]) expect((await service.ask("GET", "/models", { Authorization })).status).toBe(401);
});

test("who guesses keys is told to wait, and whoever has one still comes in from there", async () => {
  await using service = await withKeys();
  const guesses: Response[] = [];
  for (let i = 0; i < 12; i++) guesses.push(await service.ask("GET", "/models", { "X-API-Key": `mgv_${i}` }));
  expect(guesses.map(({ status }) => status)).toEqual([...Array<number>(10).fill(401), 429, 429]);
  expect(Number(guesses.at(-1)!.headers.get("Retry-After"))).toBe(6);
  expect((await service.ask("GET", "/model/info", { "X-API-Key": service.made.read.secret })).status).toBe(200);
});

test("without keys everybody may score, and the machine itself may change what serves", async () => {
  await using service = await startService({ app: { keys: new KeyRing(), train: () => true } });
  const train = (address: string) => service.app.request("/train", { method: "POST", headers: { Host: "localhost:5000" } }, { remoteAddress: address });
  expect((await service.post(message())).status).toBe(200);
  expect((await train("127.0.0.1")).status).toBe(202);
  expect((await train("192.0.2.7")).status).toBe(403);
});

test("the document demands a key exactly while the service does", async () => {
  await using service = await startService({ app: { keys: new KeyRing() } });
  await using closed = await withKeys();
  const securityOf = async (app: typeof service.app) => (await bodyOf<{ paths: Record<string, Record<string, { security?: object[] }>> }>(app.request("/openapi.json"))).paths;
  const [open, demanded] = [await securityOf(service.app), await securityOf(closed.app)];
  expect(open["/predict"]!["post"]!.security).toEqual([{}, { bearer: ["predict"] }, { apiKey: ["predict"] }]);
  expect(demanded["/predict"]!["post"]!.security).toEqual([{ bearer: ["predict"] }, { apiKey: ["predict"] }]);
  expect(demanded["/livez"]!["get"]!.security).toBeUndefined();
});
