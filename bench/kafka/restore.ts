import type { BenchCluster } from "./cluster.ts";
import { EngineProcess, type RuntimeName } from "./engine-process.ts";

export interface Restore {
  readonly runtime: RuntimeName;
  readonly sensors: number;
  readonly readingsEach: number;
  /** From the first request to the broker to the last task at its place. */
  readonly seconds: number;
}

/** An engine that was stopped in good order begins again: all of its state comes back from Kafka. */
export async function measureRestore(bench: BenchCluster, options: { runtime: RuntimeName; sensors: number; readingsEach: number; folder: string }): Promise<Restore> {
  const { runtime, sensors, readingsEach, folder } = options;
  const run = (words: readonly string[]) => new EngineProcess({ runtime, servers: bench.servers, pipeline: "restore", folder, words: ["--app-id", `restore-${runtime}`, ...words] });
  await run(["--until-end"]).report();
  const again = run([]);
  const found: number[] = [];
  for (let partition = 0; partition < 4; partition++) found.push(Number((await again.seen(new RegExp(`partition ${partition} goes on .* in ([\\d.]+) s`)))[1]));
  again.stop();
  await again.report();
  return { runtime, sensors, readingsEach, seconds: Math.max(...found) };
}
