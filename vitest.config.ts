import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/runner/longest-first.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/broker/global-setup.ts"],
    // a machine that does something else beside takes several times as long: what is waited for ends the wait
    testTimeout: 480_000,
    hookTimeout: 480_000,
    expect: { poll: { timeout: 120_000 } },
    // many tests wait for a broker, and leave the processor to others meanwhile
    maxWorkers: 3,
    // and what takes longest is not to be what is left at the end
    sequence: { sequencer: LongestFirst },
    // they start programs
    maxConcurrency: 2,
  },
});
