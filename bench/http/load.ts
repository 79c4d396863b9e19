import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { MangroveError } from "../../kernel-as/errors.ts";

const run = promisify(execFile);

/** What a load of requests gave. */
export interface Load {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers other than 2xx, and connections that failed. */
  readonly failures: number;
}

const CONNECTIONS = 32;

/** As many requests as 32 connections can, by wrk. Throws `MGV_USAGE` where there is none. */
export async function wrk(url: string, { body, seconds, folder, connections = CONNECTIONS }: { body: string; seconds: number; folder: string; connections?: number }): Promise<Load> {
  const script = join(folder, "post.lua");
  await writeFile(join(folder, "body.json"), body);
  await writeFile(script, scriptFor(join(folder, "body.json")));
  const { stdout } = await run("wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "-s", script, url]).catch((cause: unknown) => {
    throw new MangroveError("MGV_USAGE", `The load is made by wrk: apt-get install wrk, or what your system has for it. (${(cause as Error).message.split("\n")[0]})`, { cause });
  });
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Load;
}

const scriptFor = (body: string) => `
local file = io.open(${JSON.stringify(body)}, "r")
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = file:read("*a")
file:close()
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('{"requestsPerSecond":%.1f,"p50Ms":%.3f,"p99Ms":%.3f,"failures":%d}\\n', summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000, e.status + e.connect + e.read + e.write + e.timeout))
end
`;

interface CannonReport {
  readonly latency: { readonly p50: number; readonly p99: number };
  readonly requests: { readonly average: number };
  readonly "2xx": number;
  readonly non2xx: number;
  readonly errors: number;
  readonly timeouts: number;
}

/** A fixed rate, by autocannon (fetched by npm the first time): latencies count from when a request was due. */
export async function steady(url: string, { body, rate, seconds, folder, signal }: { body: string; rate: number; seconds: number; folder: string; signal?: AbortSignal }): Promise<Load> {
  const file = join(folder, "steady.json");
  await writeFile(file, body);
  const words = ["-c", String(CONNECTIONS), "-d", String(seconds), "-R", String(rate), "-m", "POST", "-i", file, "-H", "Content-Type: application/json", "--json", "-n", url];
  const { stdout } = await run("npm", ["exec", "--yes", "--package", "autocannon@9.0.0", "--", "autocannon", ...words], { maxBuffer: 16 << 20, ...(signal && { signal }) });
  const report = JSON.parse(stdout) as CannonReport;
  return { requestsPerSecond: report.requests.average, p50Ms: report.latency.p50, p99Ms: report.latency.p99, failures: report.non2xx + report.errors + report.timeouts };
}
