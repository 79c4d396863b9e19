import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/broker/global-setup.ts"],
    // a machine that does something else beside takes several times as long: what is waited for ends the wait
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    // many tests wait for a broker, and leave the processor to others meanwhile
    maxWorkers: 2,
    // they start programs
    maxConcurrency: 2,
  },
});
