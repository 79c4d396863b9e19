import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/broker/global-setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // many tests wait for a broker, and leave the processor to others meanwhile
    maxWorkers: 2,
    // they start programs
    maxConcurrency: 2,
  },
});
