import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/slow/*.test.ts"],
    globalSetup: "tests/slow/collect-figures.ts",
    fileParallelism: false, // one disturbs the figures of the other
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
