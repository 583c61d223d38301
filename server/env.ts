import { z } from 'zod'
import { WaybillError } from '#domain/errors.ts'

export type ServerEnv = {
  port: number
  host: string
  /** The origin that browsers and tools see, e.g. `https://waybill.example`; missing: the request's own host. */
  publicUrl?: string
  /** Missing: the embedded PostgreSQL. */
  databaseUrl?: string
  /** One URL, or several with commas for a cluster. Missing: the valkey-server on `searchPath`, or none. */
  valkeyUrl?: string
  dataDir: string
  logLevel: LogLevel
  /** Where programs are looked for. */
  searchPath: string
  /** Open streams of this process, all and of one organisation, and milliseconds until one is ended to be taken up again. */
  streams: { most: number; mostPerOrg: number; ageMs: number }
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/**
 * As they would stand in the environment: a TCP port, an address, a path from the working directory, a level, numbers of
 * streams, seconds.
 */
const defaults = {
  PORT: '4100',
  HOST: '127.0.0.1',
  WAYBILL_DATA_DIR: '.waybill',
  LOG_LEVEL: 'info',
  PATH: '/usr/local/bin:/usr/bin:/bin',
  WAYBILL_MAX_STREAMS: '10000',
  WAYBILL_STREAM_SECONDS: '3600',
}

/** Unless it is set: no organisation can take the last fifth of all streams from the others. */
const SHARE_PER_ORG = 0.8

const portFix = 'must be a TCP port from 1 to 65535, e.g. PORT=4100'

const settings = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, { error: portFix })
    .transform(Number)
    .pipe(z.number().min(1, { error: portFix }).max(65_535, { error: portFix })),
  HOST: z.string().refine(isHost, {
    error: 'must be an address or a host name without scheme and port, e.g. HOST=127.0.0.1, or HOST=0.0.0.0 for all',
  }),
  PUBLIC_URL: z
    .string()
    .refine(isOrigin, { error: 'must be an origin without path or user, e.g. PUBLIC_URL=https://waybill.example' })
    .transform((text) => new URL(text).origin)
    .optional(),
  DATABASE_URL: z
    .string()
    .refine(isPostgresUrl, {
      error: 'must name host and database, e.g. DATABASE_URL=postgres://user:password@host:5432/waybill',
    })
    .refine((text) => !/[?&]pgbouncer=true/.test(text), {
      error:
        'names a transaction-pooling proxy (pgbouncer=true), which breaks locks between processes: name the server itself',
    })
    .optional(),
  VALKEY_URL: z
    .string()
    .refine((text) => text.split(',').every(isValkeyUrl), {
      error: 'must be redis://host:port or rediss://host:port; several with commas between them mean a cluster',
    })
    .refine(hasNoDatabaseInCluster, {
      error: 'lists several nodes, so a cluster, which has no numbered databases: leave /1 and the like out',
    })
    .refine(hasOneScheme, { error: 'mixes redis:// and rediss://: use TLS for all nodes or for none' })
    .optional(),
  WAYBILL_DATA_DIR: z.string().refine((text) => !text.includes('\0'), { error: 'must be a path' }),
  LOG_LEVEL: z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }),
  PATH: z.string(),
  WAYBILL_MAX_STREAMS: number({
    most: 1_000_000,
    what: 'a number of open streams',
    example: 'WAYBILL_MAX_STREAMS=10000',
  }),
  WAYBILL_MAX_STREAMS_PER_ORG: number({
    most: 1_000_000,
    what: 'a number of open streams',
    example: 'WAYBILL_MAX_STREAMS_PER_ORG=8000',
  }).optional(),
  WAYBILL_STREAM_SECONDS: number({
    most: 604_800,
    what: 'a number of seconds',
    example: 'WAYBILL_STREAM_SECONDS=3600',
  }),
})

function number({ most, what, example }: { most: number; what: string; example: string }) {
  const error = `must be ${what} from 1 to ${most}, e.g. ${example}`
  return z
    .string()
    .regex(/^\d{1,7}$/, { error })
    .transform(Number)
    .pipe(z.number().min(1, { error }).max(most, { error }))
}

/**
 * The server's settings, read once at start. An empty variable counts as not set.
 * Throws BAD_SETTING that lists every problem with its fix; values are left out, since URLs carry passwords.
 */
export function readEnv(source: Record<string, string | undefined> = process.env): ServerEnv {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''))
  const { success, data, error } = settings.safeParse({ ...defaults, ...given })
  if (!success) {
    const problems = error.issues.map(({ path, message }) => `${String(path[0])} ${message}`)
    throw new WaybillError('BAD_SETTING', problems.join('\n'), { details: { path: String(error.issues[0]?.path[0]) } })
  }
  const { WAYBILL_MAX_STREAMS: most, WAYBILL_STREAM_SECONDS: seconds } = data
  const mostPerOrg = data.WAYBILL_MAX_STREAMS_PER_ORG ?? Math.max(1, Math.floor(most * SHARE_PER_ORG))
  if (mostPerOrg > most) throw perOrgAboveAll(mostPerOrg, most)
  return {
    port: data.PORT,
    host: data.HOST,
    dataDir: data.WAYBILL_DATA_DIR,
    logLevel: data.LOG_LEVEL,
    searchPath: data.PATH,
    streams: { most, mostPerOrg, ageMs: seconds * 1000 },
    ...(data.PUBLIC_URL !== undefined && { publicUrl: data.PUBLIC_URL }),
    ...(data.DATABASE_URL !== undefined && { databaseUrl: data.DATABASE_URL }),
    ...(data.VALKEY_URL !== undefined && { valkeyUrl: data.VALKEY_URL }),
  }
}

function perOrgAboveAll(mostPerOrg: number, most: number): WaybillError {
  return new WaybillError(
    'BAD_SETTING',
    `WAYBILL_MAX_STREAMS_PER_ORG=${mostPerOrg} is more than WAYBILL_MAX_STREAMS=${most} allows for all: lower the first or raise the second`,
    { details: { path: 'WAYBILL_MAX_STREAMS_PER_ORG' } },
  )
}

function isHost(text: string): boolean {
  return !/[\s/@]/.test(text) && (!text.includes(':') || URL.canParse(`http://[${text}]`))
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false
  return url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
}

function isPostgresUrl(text: string): boolean {
  const url = URL.parse(text)
  return (
    url !== null && ['postgres:', 'postgresql:'].includes(url.protocol) && url.host !== '' && url.pathname.length > 1
  )
}

function isValkeyUrl(text: string): boolean {
  const url = URL.parse(text.trim())
  return url !== null && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== ''
}

function hasNoDatabaseInCluster(text: string): boolean {
  const nodes = text.split(',')
  return nodes.length === 1 || nodes.every((node) => ['', '/', '/0'].includes(URL.parse(node.trim())?.pathname ?? ''))
}

function hasOneScheme(text: string): boolean {
  return new Set(text.split(',').map((node) => URL.parse(node.trim())?.protocol)).size === 1
}

/** Where the build that `npm start` serves is kept, below the project's root. Named in tsconfig.json, as Next asks. */
export const pagesDirectory = '.pages'

/** What Next and React read before they are loaded. Nothing here phones home. */
const pagesSettings = {
  development: { NODE_ENV: 'development', NEXT_TELEMETRY_DISABLED: '1', NEXT_UNHANDLED_REJECTION_FILTER: 'silent' },
  production: {
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    NEXT_UNHANDLED_REJECTION_FILTER: 'silent',
    WAYBILL_PAGES: pagesDirectory,
  },
} as const

export function settlePagesMode(mode: 'development' | 'production'): void {
  Object.assign(process.env, pagesSettings[mode])
}

/** The environment of a child that builds or serves the pages for production. */
export function pagesEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, ...pagesSettings.production }
}

export function isDevelopment(): boolean {
  return process.env.NODE_ENV === 'development'
}
