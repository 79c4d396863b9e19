import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { Registry } from "../../trainer/registry/registry.ts";
import { random } from "../fixtures/random.ts";
import { consistent } from "../fixtures/registry-check.ts";
import { keepAndPromote } from "../fixtures/registry.ts";
import { projectRoot, runtimes, type RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const KILLS = 54;
const SEED = 20_260_301;

const children = new Set<ChildProcess>();

// a test that runs into its timeout never comes to its own end
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** A process that promotes without end; `acknowledged` grows meanwhile. */
function promoter(folder: string, runtime: RuntimeName, life: number): { child: ChildProcess; acknowledged: string[] } {
  const [command, ...before] = runtimes[runtime];
  const child = spawn(command, [...before, join(projectRoot, "test/faults/promoter.ts"), folder, `life-${life}`, String(SEED + life)], { cwd: projectRoot, stdio: ["ignore", "pipe", "inherit"] });
  children.add(child);
  const acknowledged: string[] = [];
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    acknowledged.push(...lines.map((line) => `life-${life} ${line}`));
  });
  return { child, acknowledged };
}

test(`${KILLS} kills of processes that promote at once, on every runtime, leave a registry that is whole and has all that was acknowledged (seed ${SEED})`, async () => {
  await using folder = await temporaryFolder();
  await keepAndPromote(await Registry.open({ path: folder.file("m.json"), now: Date.now }), 1);
  const next = random(SEED);
  const acknowledged: string[] = [];
  for (let life = 0; life < KILLS; life += 3) {
    const lives = (["node", "bun", "deno"] as const).map((runtime, i) => promoter(folder.path, runtime, life + i));
    try {
      // all have begun: a kill while the runtime starts would meet nothing
      while (lives.some(({ child, acknowledged: done }) => done.length === 0 && child.exitCode === null)) await delay(2);
      expect(lives.map(({ child }) => child.exitCode)).toEqual([null, null, null]);
    } finally {
      for (const { child } of lives) {
        await delay(next() * 60);
        child.kill("SIGKILL");
        await once(child, "close");
      }
    }
    for (const { acknowledged: done } of lives) acknowledged.push(...done);
    expect([1, 2, 3, 4, 5, 6]).toContain(await consistent(folder.path, [1, 2, 3, 4, 5, 6]));
  }
  const log = await (await Registry.open({ path: folder.file("m.json"), now: Date.now })).log();
  const done = new Set(log.filter(({ action }) => action === "promote" || action === "rollback").map(({ by, reason }) => `${by} ${reason}`));
  expect(acknowledged.filter((each) => !done.has(each))).toEqual([]);
  expect(new Set(acknowledged.map((each) => each.split(" ")[0])).size).toBe(KILLS);
});
