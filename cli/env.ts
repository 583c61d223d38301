import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { WaybillError } from '#domain/errors.ts'

/** What the command line is told by its surroundings. */
export type CliEnv = {
  url: string
  key: string | undefined
  /** why there is no key, and what to do about it */
  keyProblem: string
  /** the data directory of a Waybill on this machine, if one was found */
  dataDir: string | undefined
  /** the job that a `waybill run` around us records */
  parentJobId: string | undefined
  /** colours on a terminal, unless NO_COLOR says otherwise (no-color.org) */
  mayColour: boolean
  /** the surroundings of a command that we start, with these added */
  childEnvironment(added: Record<string, string>): NodeJS.ProcessEnv
}

const defaults = { url: 'http://127.0.0.1:4100', dataDir: '.waybill' }

/** @throws WaybillError BAD_SETTING */
export function readCliEnv(cwd: string): CliEnv {
  const { WAYBILL_URL, WAYBILL_KEY, WAYBILL_DATA_DIR, WAYBILL_JOB_ID, NO_COLOR } = process.env
  const found = WAYBILL_DATA_DIR ? readKeyFile(resolve(cwd, WAYBILL_DATA_DIR)) : findKeyFile(cwd)
  return {
    url: readUrl(WAYBILL_URL || defaults.url),
    key: WAYBILL_KEY?.trim() || found.key,
    keyProblem: found.problem,
    dataDir: found.dataDir,
    parentJobId: WAYBILL_JOB_ID && /^[0-9a-f-]{36}$/i.test(WAYBILL_JOB_ID) ? WAYBILL_JOB_ID : undefined,
    mayColour: !NO_COLOR,
    childEnvironment: (added) => ({ ...process.env, ...added }),
  }
}

function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '' && url.hash === '') {
    return url.href.replace(/\/+$/, '')
  }
  throw new WaybillError(
    'BAD_SETTING',
    'WAYBILL_URL must be the address of a Waybill server, like http://127.0.0.1:4100.',
  )
}

type KeyFile = { key?: string; dataDir?: string; problem: string }

/** The nearest `.waybill` with a key, upwards from here, as git looks for its own. */
function findKeyFile(cwd: string): KeyFile {
  for (let at = resolve(cwd); ; at = dirname(at)) {
    const found = readKeyFile(join(at, defaults.dataDir))
    if (found.dataDir !== undefined) return found
    if (at === dirname(at)) {
      const problem =
        'There is no key: set WAYBILL_KEY, or run this below the directory of a Waybill that was started here, whose .waybill/key is found by itself.'
      return { problem }
    }
  }
}

function readKeyFile(dataDir: string): KeyFile {
  const path = join(dataDir, 'key')
  try {
    return { key: readFileSync(path, 'utf8').trim(), dataDir, problem: '' }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const problem = `There is no key: ${path} cannot be read (${code}); make it readable for this user, or set WAYBILL_KEY.`
    // A directory that is there is the right place to look, even if its key is not for us.
    return code === 'ENOENT' || code === 'ENOTDIR' ? { problem } : { problem, dataDir }
  }
}
