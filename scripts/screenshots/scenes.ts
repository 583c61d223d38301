import type { Page } from 'playwright'
import type { ToldJobs } from '#scripts/screenshots/tellJobs.ts'

/** One picture, before it is taken in each theme and width. */
export type Scene = {
  /** in the names of its files */
  name: string
  path: string
  /** Lets something happen to the pages of all themes and widths, once they are open. */
  onceOpen?: (pages: readonly Page[]) => Promise<void>
  /** Resolves once what the picture is about is on the page. */
  until: (page: Page, isNarrow: boolean) => Promise<void>
}

const shows = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name }).waitFor()
const connection = (page: Page, is: 'Live' | 'Complete') => page.getByText(is, { exact: true }).waitFor()

/** Of a server on which nothing is recorded yet. */
export const firstScenes: Scene[] = [
  { name: 'empty', path: '/', until: (page) => heading(page, 'Nothing is recorded yet') },
]

/** Of a server on which the jobs are told. The running one first: it is quiet from now on. */
export function scenesOf(jobs: ToldJobs): Scene[] {
  const job = (name: keyof ToldJobs, search = '') => `/jobs/${jobs[name]}${search}`
  return [
    {
      name: 'job-running',
      path: job('running'),
      until: async (page, isNarrow) => {
        await connection(page, 'Live')
        if (!isNarrow) await page.locator('[data-line]').first().waitFor()
      },
    },
    {
      name: 'job-failed',
      path: job('failed'),
      until: async (page) => {
        await connection(page, 'Complete')
        // to the cause, as its reader would
        await page.keyboard.press('e')
        await page.waitForURL(/sel=/)
      },
    },
    { name: 'job', path: job('done'), until: (page) => connection(page, 'Complete') },
    {
      name: 'ai',
      path: job('done', '?view=ai'),
      until: (page) => page.getByRole('region', { name: 'AI' }).getByRole('listitem').first().waitFor(),
    },
    {
      name: 'gates',
      path: job('failed', `?view=gates&sel=${jobs.failedAt}`),
      until: (page) => page.getByRole('region', { name: 'Evidence' }).getByRole('button').first().waitFor(),
    },
    {
      name: 'million',
      path: job('million', '?view=output'),
      until: async (page) => {
        await connection(page, 'Complete')
        await page.locator('[data-line] a').first().waitFor()
      },
    },
    { name: 'jobs', path: '/', until: (page) => page.getByRole('link', { name: 'Import customers' }).waitFor() },
    { name: 'job-waiting', path: job('waiting'), until: (page) => heading(page, 'Waiting for the first event') },
    { name: 'connect', path: '/connect', until: (page) => shows(page, /^Connected/) },
    {
      name: 'error-unknown-job',
      path: '/jobs/0193f2a0-0000-7000-8000-000000000000',
      until: (page) => heading(page, 'There is no such job'),
    },
  ]
}

/** Of pages that are open when their server goes away. */
export function lastScenes(jobs: ToldJobs, killServer: () => Promise<void>): Scene[] {
  return [
    {
      name: 'error-server-away',
      path: `/jobs/${jobs.running}`,
      onceOpen: async (pages) => {
        await Promise.all(pages.map((page) => connection(page, 'Live')))
        await killServer()
      },
      until: (page) => page.locator('[data-connection=paused]').waitFor(),
    },
  ]
}
