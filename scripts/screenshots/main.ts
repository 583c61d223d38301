import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openStage } from '#bench/stage.ts'
import { openBrowser } from '#bench/ui/browser.ts'
import { openCamera } from '#scripts/screenshots/camera.ts'
import { firstScenes, lastScenes, scenesOf } from '#scripts/screenshots/scenes.ts'
import { tellJobs } from '#scripts/screenshots/tellJobs.ts'
import { createClient } from '#sdk/createClient.ts'
import { buildPages } from '#server/start/buildPages.ts'
import { projectRoot } from '#server/start/projectRoot.ts'
import globalSetup from '#testing/globalSetup.ts'

/** Pictures of the pages' main states, of a server and jobs of their own: in docs/screenshots, unless told otherwise. */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    folder: { type: 'string', default: 'docs/screenshots' },
    /** names of scenes, with commas between them */
    only: { type: 'string' },
  },
})
const wanted = values.only?.split(',')
const isWanted = ({ name }: { name: string }) => wanted === undefined || wanted.includes(name)

mkdirSync(values.folder, { recursive: true })
await buildPages(projectRoot, say)
const tearDown = await globalSetup()
try {
  await using stage = await openStage()
  const caller = { url: stage.server.url, key: stage.key }
  await using browser = await openBrowser()
  await using camera = await openCamera(browser, caller, values.folder)
  for (const scene of firstScenes.filter(isWanted)) await camera.take(scene)
  say(`recording jobs, one of ${values.events} events`)
  await using client = createClient(caller)
  const jobs = await tellJobs(client, caller, Number(values.events))
  for (const scene of [...scenesOf(jobs), ...lastScenes(jobs, () => stage.server.kill9())].filter(isWanted)) {
    say(scene.name)
    await camera.take(scene)
  }
} finally {
  await tearDown()
}
const bytes = readdirSync(values.folder).reduce((sum, name) => sum + statSync(join(values.folder, name)).size, 0)
say(`${values.folder} holds ${(bytes / 1e6).toFixed(1)} MB`)

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
