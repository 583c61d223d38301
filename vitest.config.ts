import { defineConfig } from 'vitest/config'

/** `unit` lives in memory only; `int` talks to real PostgreSQL and Valkey that testing/globalSetup.ts starts and stops. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{domain,server,sdk,cli,components,db,scripts}/**/*.test.ts'],
          exclude: ['**/*.int.test.ts', '**/node_modules/**'],
        },
      },
      {
        test: {
          name: 'int',
          include: ['{server,sdk,cli,db,app}/**/*.int.test.ts'],
          globalSetup: ['testing/globalSetup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
