import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "tests/slow/**"], // npm run test:slow
    maxWorkers: 2, // most of them wait for processes; one file at a time takes twice as long
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
