import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    include: ['tests/**/*.test.{ts,tsx}'],
    // Looks for barriers in a whole surface take seconds where a machine is busy.
    testTimeout: 60_000,
    setupFiles: ['tests/setup.ts'],
  },
});
