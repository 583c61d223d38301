import { defineConfig } from 'vitest/config'

/** `unit` lives in memory only; `int` talks to real PostgreSQL and Valkey that testing/globalSetup.ts starts and stops. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{app,domain,server,sdk,cli,components,db,bench,chaos,scripts,testing}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.int.test.{ts,tsx}', '**/node_modules/**'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'int',
          include: ['{app,server,sdk,cli,db,bench,chaos,scripts,testing}/**/*.int.test.ts'],
          globalSetup: ['testing/globalSetup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 3,
        },
      },
    ],
  },
})
