import { defineConfig } from 'playwright/test'
import { findChromium } from '#scripts/findChromium.ts'

const executablePath = findChromium()
const isRoot = process.getuid?.() === 0

/** The built app in a real Chromium, against the same PostgreSQL and Valkey that the integration tests use. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.e2e.ts',
  globalSetup: './testing/globalSetup.ts',
  outputDir: 'test-results',
  workers: 1,
  timeout: 60_000,
  // Two cores also run a server, two databases and a browser: a page may need more than the default five seconds.
  expect: { timeout: 15_000 },
  // A test that passes at the second try has found something.
  retries: 0,
  forbidOnly: true,
  reporter: 'list',
  use: {
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath !== undefined && { executablePath }),
      args: [
        // Chromium refuses its sandbox to root.
        ...(isRoot ? ['--no-sandbox'] : []),
        // Left on, it calls its maker's servers during the tests.
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
