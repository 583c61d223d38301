import { expect, test } from '#e2e/app.ts'

const strings = [
  '<script>document.title="owned"</script>',
  '<img src=x onerror="document.title=\'owned\'">',
  '"><svg onload=alert(1)>',
  'javascript:alert(1)',
  '\x1b]52;c;b3duZWQ=\x07',
  '\x1b]8;;javascript:alert(1)\x1b\\click\x1b]8;;\x1b\\',
  '\x1b]0;title\x07\x1b[2J\x1bc',
  'user\u202etxt.exe\u2066',
  'a\u2028b\u2029c\ufeffd\u200be',
  'line\r\ndata: {"seq":999}\r\nid: 7',
  '\u0007\u0008\u001f\u007f\u009b31m',
]

test('shows hostile text as text: no dialog, no request, no script, nothing hidden or reordered', async ({
  signedIn: page,
  app,
}) => {
  const foreign: string[] = []
  const dialogs: string[] = []
  const violations: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url())
    if (origin !== app.url || pathname.includes('/x')) foreign.push(request.url())
  })
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) violations.push(message.text())
  })
  const all = strings.join(' ')
  const job = await app.createJob({
    title: all.slice(0, 400),
    action: all.slice(0, 400),
    inputs: { [strings[0] ?? '']: all },
  })
  await app.emit(
    job.id,
    { type: 'job.started', payload: { runner: all.slice(0, 400) } },
    { type: 'step.started', payload: { stepId: all.slice(0, 190), name: all.slice(0, 400) } },
    { type: 'step.progress', payload: { stepId: all.slice(0, 190), completed: 1, message: all } },
    ...strings.map(
      (text) => ({ type: 'step.output', payload: { stepId: all.slice(0, 190), stream: 'stdout', text } }) as const,
    ),
    { type: 'gate.failed', payload: { gateId: all.slice(0, 190), reason: all, decidedBy: all.slice(0, 400) } },
    {
      type: 'ai.tool_called',
      payload: { callId: 'c', tool: all.slice(0, 400), arguments: { [strings[1] ?? '']: strings } },
    },
    {
      type: 'ai.artifact_created',
      payload: { artifactId: 'a', name: all.slice(0, 400), mediaType: 'x', bytes: 1, uri: 'javascript:alert(1)' },
    },
    { type: 'job.failed', payload: { error: { code: all.slice(0, 400), message: all } } },
  )
  await page.goto(`${app.url}/?q=owned`)
  await expect(page.getByText('document.title="owned"').first()).toBeVisible()
  await page.goto(`${app.url}/jobs/${job.id}`)
  const log = page.locator('[data-pane=output]')
  await expect(log).toContainText('<script>document.title="owned"</script>')
  await expect(log).toContainText('user⟨202E⟩txt.exe⟨2066⟩')
  await expect(log).toContainText('a⟨2028⟩b⟨2029⟩c⟨FEFF⟩d⟨200B⟩e')
  await expect(log).not.toContainText('b3duZWQ')
  await expect(page.locator('a[href^="javascript" i]')).toHaveCount(0)
  const seqs = Array.from({ length: 8 + strings.length }, (_, n) => n + 1)
  for (const seq of seqs) {
    await page.goto(`${app.url}/jobs/${job.id}?sel=${seq}`)
    await expect(page.getByRole('complementary', { name: 'Selected event' })).toBeVisible()
  }
  await page.getByRole('tab', { name: 'JSON' }).click()
  await page.getByRole('tab', { name: /^Events/ }).click()
  await expect(page.locator('[data-pane=events]')).toContainText('job.failed')
  const text = await page.evaluate(() => document.body.innerText)
  expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u2028\u2029\u200b\ufeff]/u)
  await expect(page).not.toHaveTitle('owned')
  expect(dialogs).toEqual([])
  expect(foreign).toEqual([])
  expect(violations).toEqual([])
})
