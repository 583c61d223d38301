import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { WaybillError } from '#domain/errors.ts'
import { builtInPolicies } from '#domain/redaction/builtInPolicies.ts'
import type { InputPolicies, InputPolicy } from '#domain/redaction/inputPolicy.ts'

const fileName = 'waybill.config.ts'

const configModule = z.object({
  default: z.strictObject({
    actions: z.record(
      z.string().min(1),
      z.strictObject({
        redactInputs: z.custom<InputPolicy>((value) => typeof value === 'function', 'expected a function'),
      }),
    ),
  }),
})

/**
 * The built-in policies and those of `waybill.config.ts` in the given directories.
 *
 * @throws WaybillError BAD_SETTING if a file cannot be loaded, has another shape, or two of them name one action:
 *   starting without a policy that somebody relies on would store what it was to keep out
 */
export async function loadPolicies(directories: readonly string[]): Promise<InputPolicies> {
  const policies = new Map(builtInPolicies)
  const origins = new Map<string, string>()
  for (const path of new Set(directories.map((directory) => resolve(join(directory, fileName))))) {
    if (!existsSync(path)) continue
    for (const [action, { redactInputs }] of Object.entries(await readConfig(path))) {
      const other = origins.get(action)
      if (other !== undefined)
        throw bad(path, `it names the action "${action}", and so does ${other}: keep one of them`)
      origins.set(action, path)
      policies.set(action, redactInputs)
    }
  }
  return policies
}

async function readConfig(path: string) {
  let loaded: unknown
  try {
    // Left alone by the bundler of the pages: the file is the user's and is there at run time only.
    loaded = await import(/* turbopackIgnore: true */ /* webpackIgnore: true */ pathToFileURL(path).href)
  } catch (error) {
    throw bad(path, `it cannot be loaded: ${error instanceof Error ? error.message : String(error)}`, error)
  }
  const parsed = configModule.safeParse(loaded)
  if (parsed.success) return parsed.data.default.actions
  const [issue] = parsed.error.issues
  throw bad(
    path,
    `${issue?.path.join('.')}: ${issue?.message}. It must export default { actions: { "my-action": { redactInputs: (inputs) => ({ … }) } } }`,
  )
}

function bad(path: string, problem: string, cause?: unknown): WaybillError {
  return new WaybillError('BAD_SETTING', `${path} says what may be stored, but ${problem}`, {
    details: { path },
    cause,
  })
}
