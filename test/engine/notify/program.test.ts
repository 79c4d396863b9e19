import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { expect, test } from "vitest";
import { program } from "../../../engine/notify/program.ts";
import { runtimes } from "../../fixtures/runtimes.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const notice = { key: "0_17", body: '{"idempotency_key":"0_17","text":"$(touch pwned); `id`"}' };
const never = new AbortController().signal;

/** A program that runs a script on Node. */
async function scripted(script: string, ...args: string[]) {
  const folder = await temporaryFolder();
  await writeFile(folder.file("script.mjs"), script);
  const [node, ...before] = runtimes.node;
  return { folder, target: program([node, ...before, folder.file("script.mjs"), ...args], process.env) };
}

test("a program reads the notice from its standard input; neither it nor the arguments go through a shell", async () => {
  const { folder, target } = await scripted(
    `import { readFileSync, writeFileSync } from "node:fs"; writeFileSync(process.argv[2], JSON.stringify({ text: readFileSync(0, "utf8"), args: process.argv.slice(3), key: process.env.IDEMPOTENCY_KEY }));`,
    "OUT",
    "$HOME; ls",
  );
  await using held = folder;
  const [node, ...before] = runtimes.node;
  const told = program([node, ...before, held.file("script.mjs"), held.file("told.json"), "$HOME; ls"], process.env);
  expect(target.description).toContain("program ");
  expect(await told.send(notice, never)).toMatchObject({ kind: "delivered" });
  expect(JSON.parse(await readFile(held.file("told.json"), "utf8"))).toEqual({ text: `${notice.body}\n`, args: ["$HOME; ls"], key: "0_17" });
});

test("another exit code than 0 is a failure that may pass", async () => {
  const { folder, target } = await scripted("process.exit(3)");
  await using _ = folder;
  expect(await target.send(notice, never)).toMatchObject({ kind: "later", reason: expect.stringContaining("it ended with 3") as string });
});

test("a program that is not there is told of, and does not end this process", async () => {
  expect(await program(["/no/such/program"], {}).send(notice, never)).toMatchObject({ kind: "later", reason: expect.stringContaining("it does not start") as string });
});

test("what can be no argument is refused for good, and does not end this process", async () => {
  expect(await program([runtimes.node[0], "a\0b"], {}).send(notice, never)).toMatchObject({ kind: "never", reason: expect.stringContaining("it does not start") as string });
});

test.skipIf(process.platform === "win32")("a process that has no room for another file is told of, and does not end", async () => {
  const folder = await temporaryFolder();
  await using _ = folder;
  const script = `
    import { openSync } from "node:fs";
    import { program } from ${JSON.stringify(new URL("../../../engine/notify/program.ts", import.meta.url))};
    const target = program(["true"], process.env);
    const send = () => target.send(${JSON.stringify(notice)}, new AbortController().signal);
    const first = await send();
    for (;;) try { openSync("/dev/null"); } catch { break; }
    console.log(JSON.stringify([first, await send()]));`;
  await writeFile(folder.file("script.mts"), script);
  const { status, stdout, stderr } = spawnSync("sh", ["-c", `ulimit -n 256; exec "$@"`, "sh", ...runtimes.node, folder.file("script.mts")], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ kind: "delivered" }, { kind: "later", reason: expect.stringMatching(/it does not start: .*EMFILE/) as string }]);
});

test("a program that hangs is ended when it is to stop", async () => {
  const { folder, target } = await scripted("setInterval(() => {}, 1000)");
  await using _ = folder;
  const controller = new AbortController();
  const sending = target.send(notice, controller.signal);
  controller.abort();
  expect(await sending).toMatchObject({ kind: "later", reason: expect.stringContaining("SIGKILL") as string });
});
