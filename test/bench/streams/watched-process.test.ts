import { platform } from "node:os";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { WatchedProcess } from "../../../bench/streams/watched-process.ts";

const node = (script: string) => ({ command: "node", words: ["-e", script], cwd: process.cwd(), env: {} });
const burn = "const until = process.cpuUsage().user + 3e5; while (process.cpuUsage().user < until);";
const say = (point: string, at: number) => `console.log(JSON.stringify({ reached: "${point}", at: ${at} }));`;

describe.skipIf(platform() !== "linux")("on Linux, which has /proc", () => {
  test("a peer's CPU time between its first and last reading is that of its children too", async () => {
    const child = `require("node:child_process").spawnSync("node", ["-e", ${JSON.stringify(`${burn} setTimeout(() => {}, 1500)`)}]);`;
    await using peer = new WatchedProcess(node(`${say("first", 1)} ${burn} ${child} ${say("half", 2)} ${say("end", 4)} setInterval(() => {}, 1000)`));
    await peer.reachedEnd(60_000);
    expect(Object.fromEntries(peer.at)).toEqual({ first: 1, half: 2, end: 4 });
    expect(peer.cpuSeconds("first", "end")).toBeGreaterThan(0.5);
    expect(peer.peakMb).toBeGreaterThan(10);
  });

  test("one that ends before its last reading is told of with what it wrote", async () => {
    await using peer = new WatchedProcess(node(`${say("first", 1)} console.error("no broker"); process.exit(3)`));
    await expect(peer.reachedEnd(60_000)).rejects.toThrow(/ended with code 3: [^]*no broker/);
  });

  test("a program that is not there is told of too", async () => {
    await using peer = new WatchedProcess({ ...node(""), command: "no-such-program" });
    await expect(peer.reachedEnd(60_000)).rejects.toThrow(/no-such-program/);
  });

  test("disposing ends a process that does not listen, and its children", async () => {
    const deaf = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log(JSON.stringify({ reached: "end", at: process.pid }));`;
    const peer = new WatchedProcess(node(deaf));
    await peer.reachedEnd(60_000);
    await peer[Symbol.asyncDispose]();
    expect(() => process.kill(peer.at.get("end")!, 0)).toThrow(/ESRCH/);
  });
});
