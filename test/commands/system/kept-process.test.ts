import { mkdir, truncate } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { KeptProcess } from "../../../commands/system/kept-process.ts";
import { lastLines } from "../../../commands/system/log-file.ts";
import { pauseMs } from "../../../commands/system/pause.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

/** A process that does nothing, and a service that answers for it as `answers` says. */
async function kept(answers: { status: number }, more: Partial<ConstructorParameters<typeof KeptProcess>[0]> = {}, script = "setInterval(() => {}, 1000)") {
  const folder = await temporaryFolder();
  const server = createServer((_, response) => {
    if (answers.status > 0) response.writeHead(answers.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const spec = { name: "it", command: [process.execPath, "-e", script], env: {}, url, after: [], readyWithinMs: 60_000 };
  const it = new KeptProcess({ spec, logPath: folder.file("it.log"), now: () => performance.now(), askMs: { starting: 20, ready: 20 }, ...more });
  const over = it.run();
  onTestFinished(async () => {
    await it.stop();
    await over;
    server.closeAllConnections();
    server.close();
    await folder[Symbol.asyncDispose]();
  });
  return Object.assign(it, { logPath: folder.file("it.log") });
}

test("a process is ready when it says so", async () => {
  const answers = { status: 503 };
  const it = await kept(answers);
  await expect.poll(() => it.status.state).toBe("starting");
  answers.status = 200;
  await it.firstReady;
  expect(it.status).toMatchObject({ state: "ready", restarts: 0, last_end: null });
});

test("a process that lives and does not answer is killed and begun again", async () => {
  const answers = { status: 200 };
  const it = await kept(answers, { hungMs: 300 });
  await it.firstReady;
  const { pid } = it.status;
  answers.status = 0;
  await expect.poll(() => it.status.restarts).toBeGreaterThan(0);
  answers.status = 200;
  await expect.poll(() => it.status.state).toBe("ready");
  expect(it.status.last_end).toBe("not answering for 0.3 s");
  expect(it.status.pid).not.toBe(pid);
});

test("a process that ignores the end is killed when its time to drain is over", async () => {
  const it = await kept({ status: 200 }, { drainMs: 100 }, "process.on('SIGTERM', () => {}); console.log('begun'); setInterval(() => {}, 1000)");
  await it.firstReady;
  await expect.poll(() => lastLines(it.logPath, 1)).toEqual(["begun"]);
  const pid = it.status.pid!;
  await it.stop();
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

test("who asks for a restart while it drains already does not cut that short", async () => {
  const it = await kept({ status: 200 }, {}, "process.on('SIGTERM', () => { console.log('told'); setTimeout(() => { console.log('drained'); process.exit(0); }, 2000); }); console.log('begun'); setInterval(() => {}, 1000)");
  await it.firstReady;
  await expect.poll(() => lastLines(it.logPath, 1)).toEqual(["begun"]);
  const first = it.restart();
  await expect.poll(() => lastLines(it.logPath, 10)).toContain("told");
  await Promise.all([first, it.restart()]);
  expect((await lastLines(it.logPath, 10)).slice(0, 3)).toEqual(["begun", "told", "drained"]);
});

test("a process that pauses begins at once when somebody asks, and the next crash is none that was asked for", async () => {
  const it = await kept({ status: 200 }, { pauseMs: () => 86_400_000 });
  await it.firstReady;
  process.kill(it.status.pid!, "SIGKILL");
  await expect.poll(() => it.status.state).toBe("restarting");
  await it.restart();
  await expect.poll(() => it.status).toMatchObject({ state: "ready", restarts: 1 });
  process.kill(it.status.pid!, "SIGKILL");
  await expect.poll(() => it.status).toMatchObject({ state: "restarting", restarts: 1, last_end: "SIGKILL" });
});

test("a log that cannot be kept within its bound does not keep its process from being watched", async () => {
  const answers = { status: 200 };
  const it = await kept(answers, { hungMs: 300 });
  await it.firstReady;
  await truncate(it.logPath, 11 << 20); // larger than its bound
  await mkdir(`${it.logPath}.1`); // where the copy is to go
  const { pid } = it.status;
  answers.status = 0;
  await expect.poll(() => it.status.restarts).toBeGreaterThan(0);
  answers.status = 200;
  await expect.poll(() => it.status).toMatchObject({ state: "ready", last_end: "not answering for 0.3 s" });
  expect(it.status.pid).not.toBe(pid);
});

test("a process that is used wrongly is not tried again", async () => {
  const it = await kept({ status: 503 }, {}, "console.log('so not'); process.exit(2)");
  await expect(it.firstReady).rejects.toThrow(/it does not start: it ended by code 2\. .*it\.log ends with:\nso not/);
  expect(it.status).toMatchObject({ state: "given up", restarts: 0 });
});

test("pauses grow to half a minute", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 20].map(pauseMs)).toEqual([200, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});
