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
  // Much of a test is waiting, for a server that starts or a line that stays silent: two share two cores well.
  workers: 2,
  timeout: 60_000,
  // Two cores also run a server, two databases and a browser: a page may need more than the default five seconds.
  expect: { timeout: 15_000 },
  // A test that passes at the second try has found something.
  retries: 0,
  forbidOnly: true,
  reporter: 'list',
  use: {
    viewport: { width: 1280, height: 800 },
    // Its film takes an eighth of all processor time; the page as it was at each step stays in it.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
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
