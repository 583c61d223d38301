/** A part of the project, as the table of arrows knows it. */
type Part = keyof typeof parts

/** Which files belong to which part; the first match counts. */
const parts = {
  domain: /^domain\//,
  db: /^db\//,
  surroundings: /^server\/(errors|histogram|logger|requestCounts)\.ts$/,
  env: /^server\/env\.ts$/,
  services: /^server\/(services|loadPolicies)\.ts$/,
  manifest: /^package\.json$/,
  main: /^server\/(main\.ts$|start\/)/,
  journal: /^server\/journal\//,
  live: /^server\/live\//,
  projector: /^server\/projector\//,
  ledger: /^server\/ledger\//,
  auth: /^server\/auth\//,
  search: /^server\/search\//,
  api: /^server\/api\//,
  http: /^server\/http\//,
  embedded: /^server\/embedded\//,
  app: /^app\//,
  components: /^components\//,
  sdk: /^sdk\//,
  cli: /^cli\//,
  // Judges the server by what others saw of it: sharing its code would share its mistakes.
  checker: /^chaos\/checker\//,
  // What is no part of the product may use all of it.
  around: /^(bench|chaos|e2e|scripts|testing|server\/acceptance)\/|^[^/]+$/,
} as const

/** Everything that is not here is denied. `types` are allowed for `import type` alone, which leaves nothing at run time. */
const arrows: Record<Part, { to: readonly Part[]; types?: readonly Part[] } | 'anything'> = {
  domain: { to: [] },
  db: { to: [] },
  surroundings: { to: ['domain'], types: ['env'] },
  env: { to: ['domain'] },
  journal: { to: ['db', 'domain', 'surroundings'] },
  live: { to: ['journal', 'domain', 'surroundings'] },
  projector: { to: ['journal', 'db', 'domain', 'surroundings'] },
  ledger: { to: ['journal', 'db', 'domain', 'surroundings'] },
  auth: { to: ['db', 'domain', 'surroundings'] },
  search: { to: ['projector', 'domain', 'surroundings'] },
  api: {
    to: ['journal', 'live', 'projector', 'ledger', 'auth', 'search', 'domain', 'surroundings'],
    types: ['services'],
  },
  services: {
    to: ['journal', 'live', 'projector', 'ledger', 'auth', 'search', 'db', 'domain', 'env', 'manifest', 'surroundings'],
    types: ['api'],
  },
  http: { to: ['api', 'live', 'auth', 'domain', 'services', 'surroundings'] },
  embedded: { to: ['domain', 'env', 'surroundings'] },
  main: {
    to: [
      'http',
      'api',
      'live',
      'journal',
      'projector',
      'ledger',
      'auth',
      'embedded',
      'services',
      'env',
      'manifest',
      'surroundings',
      'db',
      'domain',
    ],
  },
  app: { to: ['http', 'components'] },
  components: { to: ['domain'], types: ['api'] },
  sdk: { to: ['domain'], types: ['api'] },
  cli: { to: ['sdk', 'domain', 'manifest'] },
  manifest: { to: [] },
  checker: { to: ['domain'] },
  around: 'anything',
}

const sqlHolders: readonly Part[] = ['db', 'journal', 'projector', 'ledger', 'auth', 'checker', 'around']
const withoutMachine: readonly Part[] = ['domain', 'components']

/** Packages that only some parts may use, and why the others may not. */
const packages: { name: RegExp; allowed: (part: Part) => boolean; reason: string }[] = [
  {
    name: /^ioredis$/,
    allowed: (part) => ['live', 'checker', 'around'].includes(part),
    reason: 'only server/live talks to Valkey',
  },
  {
    name: /^(postgres|drizzle-orm)(\/|$)/,
    allowed: (part) => sqlHolders.includes(part),
    reason: 'SQL lives in db and server/{journal,projector,ledger,auth}',
  },
  { name: /^node:/, allowed: (part) => !withoutMachine.includes(part), reason: 'this part also runs in browsers' },
  {
    name: /^(node:)?process$/,
    allowed: (part) => part === 'around',
    reason: 'only the two env.ts read the environment, as process.env',
  },
]

/** What a file may not import and does, a line each, e.g. `domain/x.ts:3: may not import db (#db/client.ts)`. */
export function brokenArrows(path: string, text: string): string[] {
  const part = partOf(path)
  if (part === undefined) return [`${path}: belongs to no part: name it in scripts/arrows.ts`]
  const isTest = /\.(test|e2e)\.tsx?$/.test(path)
  return findImports(text).flatMap(({ line, source, isType }) => {
    const reason = whyDenied({ part, isTest, source, isType })
    return reason === undefined ? [] : [`${path}:${line}: ${reason} (${source})`]
  })
}

type Import = { part: Part; isTest: boolean; source: string; isType: boolean }

function whyDenied({ part, isTest, source, isType }: Import): string | undefined {
  if (source.startsWith('.') && !source.endsWith('.css')) return 'imports are written from the root, as #folder/file.ts'
  // A test may set up whatever it needs.
  if (isTest) return undefined
  if (!source.startsWith('#')) {
    // A pool is opened by those who hold SQL and handed on by others: its type alone may be named everywhere.
    return isType ? undefined : packages.find(({ name, allowed }) => name.test(source) && !allowed(part))?.reason
  }
  const target = partOf(source.slice(1))
  if (target === undefined) return 'the imported file belongs to no part: name it in scripts/arrows.ts'
  const allowed = arrows[part]
  if (allowed === 'anything' || target === part || allowed.to.includes(target)) return undefined
  if (!allowed.types?.includes(target)) return `${part} may not import ${target}`
  return isType ? undefined : `${part} may import only types of ${target}: write import type`
}

function partOf(path: string): Part | undefined {
  const tested = path.replace(/\.(int\.)?test\.(tsx?)$/, '.$2')
  const entries = Object.entries(parts) as [Part, RegExp][]
  return entries.find(([, pattern]) => pattern.test(tested))?.[0]
}

const statement =
  /^[ \t]*(?:import|export)\b(?<type>[ \t]+type\b(?![ \t]*(?:,|from\b)))?(?:[^'"`;=()]*?\bfrom)?[ \t]*['"](?<source>[^'"\n]+)['"]/gm
const dynamic = /\bimport\(\s*['"](?<source>[^'"\n]+)['"]/g

/** `import { type A }` counts as an import of values: with verbatimModuleSyntax the module is still loaded. */
function findImports(text: string): { line: number; source: string; isType: boolean }[] {
  return [...text.matchAll(statement), ...text.matchAll(dynamic)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    source: match.groups?.source ?? '',
    isType: match.groups?.type !== undefined,
  }))
}
