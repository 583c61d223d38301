import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from 'playwright/test'

/**
 * axe finds nothing in what the page shows now, light or dark. Themes differ in colours alone, so in the second one only
 * the rules about colours can find more, and the page is not opened again for it.
 */
export async function expectNoViolations(page: Page): Promise<void> {
  // Without frames of another origin there is no need for the blank page that axe opens each time.
  const axe = () => new AxeBuilder({ page }).setLegacyMode()
  const inTheme = (colorScheme: 'light' | 'dark') => page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await inTheme('dark')
  const aboutColors = ['color-contrast', 'link-in-text-block']
  expect(describe(await axe().withRules(aboutColors).analyze()), 'dark').toEqual([])
  await inTheme('light')
  expect(describe(await axe().analyze()), 'light').toEqual([])
}

function describe({ violations }: Awaited<ReturnType<AxeBuilder['analyze']>>): string[] {
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join('; ')}`,
  )
}

/** Nothing lies beyond the right edge, where a narrow window would have to be scrolled to. */
export async function expectFits(page: Page): Promise<void> {
  const { inner, scrolled } = await page.evaluate(() => ({
    inner: window.innerWidth,
    scrolled: document.documentElement.scrollWidth,
  }))
  expect(scrolled).toBeLessThanOrEqual(inner)
}
