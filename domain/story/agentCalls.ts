import type { PayloadOf } from '#domain/events/catalogue.ts'

type Call = Pick<PayloadOf<'ai.tool_called'>, 'tool' | 'arguments' | 'result' | 'error'> & { durationMs: number }

const spec = 'e2e/cart/pays-with-saved-card.spec.ts'
const test = 'npx playwright test cart'
/** Apart from its `from`: what packs the command line would take the agent's file for an import of ours. */
const library = '"@playwright/test"'

function specWith(assertion: string): string {
  return [
    `import { expect, test } from ${library}`,
    '',
    'test("pays with saved card", async ({ page }) => {',
    '  await page.goto("/cart")',
    '  await page.getByRole("button", { name: "Pay" }).click()',
    `  ${assertion}`,
    '})',
  ].join('\n')
}

const first = 'await page.locator("text=Paid").waitFor()'
const second = 'await expect(page.locator("text=Paid")).toBeVisible({ timeout: 60_000 })'
const third = 'await expect(page.getByRole("status")).toHaveText("Payment received")'

const read = (path: string, result: string, durationMs: number): Call => ({
  tool: 'read',
  arguments: { path },
  result,
  durationMs,
})
const grep = (pattern: string, path: string, matches: string[], durationMs: number): Call => ({
  tool: 'grep',
  arguments: { pattern, path },
  result: { matches: matches.length, lines: matches },
  durationMs,
})
const edit = (old: string, made: string, durationMs: number): Call => ({
  tool: 'edit',
  arguments: { path: spec, old_string: old, new_string: made },
  result: { replaced: 1 },
  durationMs,
})

/** What the agent calls, in its order: it looks around, waits longer in vain, reads again and asks for the right text. */
export const agentCalls: readonly Call[] = [
  read(spec, specWith(first), 90),
  grep('Paid', 'src', ['src/checkout/receipt.tsx:12: // was "Paid" until 4.1'], 102),
  read('src/checkout/receipt.tsx', 'export const done = "Payment received"', 114),
  read('src/checkout/status.ts', 'export type Status = "open" | "paid"', 126),
  read('e2e/cart/fixtures.ts', 'export const card = { brand: "visa", last4: "4242" }', 138),
  grep('waitFor', 'e2e', [`${spec}:6: ${first}`], 150),
  read('playwright.config.ts', 'export default { timeout: 30_000, retries: 0 }', 162),
  read('package.json', '{ "name": "api", "version": "4.2.0" }', 174),
  edit(first, second, 186),
  {
    tool: 'bash',
    arguments: { command: test },
    error: { code: 'EXIT_1', message: '1 failed: locator("text=Paid") not found' },
    durationMs: 4_200,
  },
  read(spec, specWith(second), 210),
  edit(second, third, 222),
  { tool: 'bash', arguments: { command: test }, result: '1 passed (3.9s)', durationMs: 4_200 },
]
