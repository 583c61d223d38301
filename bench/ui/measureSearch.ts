import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Page } from 'playwright'
import { type Measure, median } from '#bench/measure.ts'
import { openWindow } from '#bench/ui/browser.ts'
import { openJob } from '#bench/ui/measureOpening.ts'
import type { PageBench } from '#bench/ui/pageBench.ts'

const run = promisify(execFile)
const rounds = 5

/** From the Enter key until the page shows the exact total, against grep on the same lines in a file. */
export async function measureSearch({ browser, stage, jobs, say }: PageBench): Promise<Measure[]> {
  await using context = await openWindow(browser, stage, 1)
  const page = await openJob(context, jobs.large)
  const measures: Measure[] = []
  for (const kind of ['text', 'expression'] as const) {
    const found: number[] = []
    const times: number[] = []
    const grepTimes: number[] = []
    for (let round = 0; round < rounds; round++) {
      const words = kind === 'text' ? `src/module${97 + round}/` : `module${97 + round}[0-9]?/index`
      const began = performance.now()
      const counted = Number(await grep(kind === 'text' ? '-F' : '-E', words, jobs.linesFile))
      grepTimes.push(performance.now() - began)
      const { total, ms } = await searchFor(page, kind === 'text' ? `"${words}"` : `/${words.replaceAll('/', '\\/')}/`)
      if (total !== counted) throw new Error(`the page says ${total} lines hold ${words}, grep ${counted}`)
      found.push(total)
      times.push(ms)
    }
    measures.push({
      figure: `search for ${kind === 'text' ? 'a text' : 'a regular expression'} until its total is shown: ${ms(times)}; as many lines as grep finds (${median(found).toLocaleString('en')})`,
      baseline: `grep on a file of the same lines: ${ms(grepTimes)}`,
      value: Math.max(...times),
      unit: 'ms',
      limit: { most: 1000 },
    })
  }
  say(`searched ${2 * rounds} times`)
  return measures
}

async function grep(how: '-F' | '-E', words: string, file: string): Promise<string> {
  const { stdout } = await run('grep', ['-c', how, words, file])
  return stdout
}

async function searchFor(page: Page, words: string): Promise<{ total: number; ms: number }> {
  await page.keyboard.press('/')
  const box = page.getByRole('combobox', { name: 'Search output' })
  await box.fill('')
  await page.evaluate(() => {
    delete document.documentElement.dataset.found
    document.addEventListener(
      'keydown',
      () => {
        const began = performance.now()
        const look = () => {
          const text = document.querySelector('input[role=combobox] ~ [role=status]')?.textContent ?? ''
          const total = /^(?:[\d,]+ of )?([\d,]+)$/.exec(text)?.[1]?.replaceAll(',', '')
          if (total !== undefined && total !== '0') {
            document.documentElement.dataset.found = `${total} ${performance.now() - began}`
          } else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      },
      { capture: true, once: true },
    )
  })
  await box.fill(words)
  await page.keyboard.press('Enter')
  const found = page.locator('html[data-found]')
  await found.waitFor({ state: 'attached', timeout: 30_000 })
  const [total, ms] = ((await found.getAttribute('data-found')) ?? '').split(' ').map(Number)
  await page.keyboard.press('Escape')
  return { total: total ?? Number.NaN, ms: ms ?? Number.NaN }
}

function ms(times: readonly number[]): string {
  return `${Math.max(...times).toFixed(0)} ms at most, ${median(times).toFixed(0)} ms in the median of ${times.length}`
}
