/** What a filter says, as data: `step:build -kind:stderr /tim(e|ing)/`. All terms must hold. */
export type Query = { terms: readonly Term[] }

export type Term = Condition & { /** `-`: what this describes is left out */ negated: boolean }

export type Condition =
  /** one of these names: whole, `*` stands for anything */
  | { field: NameField; values: readonly string[] }
  | { field: 'kind'; values: readonly SearchKind[] }
  | { field: 'status'; values: readonly SearchStatus[] }
  | { field: 'dur'; compare: Comparison; ms: number }
  | { field: 'tokens'; compare: Comparison; count: number }
  /** both ends belong to it; null is open */
  | { field: 'seq'; from: number | null; to: number | null }
  | { field: 'text'; text: string }
  /** as between the slashes, a slash inside written `\/` */
  | { field: 'regex'; source: string; flags: RegexFlags }

export type NameField = 'step' | 'tool' | 'gate'
export type Comparison = '>' | '>=' | '<' | '<='
export type RegexFlags = '' | 'i' | 'u' | 'iu'

/** What produced a thing. `stdout` and `stderr` are output; `tool`, `tokens` and `artifact` are ai. */
export const searchKinds = [
  'job',
  'step',
  'output',
  'stdout',
  'stderr',
  'ai',
  'tool',
  'tokens',
  'artifact',
  'gate',
] as const
export type SearchKind = (typeof searchKinds)[number]

/** How a thing went, as the timeline shows it. */
export const itemStatuses = [
  'waiting',
  'running',
  'success',
  'failure',
  'error',
  'timeout',
  'cancellation',
  'skip',
  'passed',
  'failed',
  'unfinished',
] as const
export type ItemStatus = (typeof itemStatuses)[number]

/** The same words; as a filter, `failed` is all that went wrong and `passed` all that went well. */
export type SearchStatus = ItemStatus

/** Fields of the grammar, with what follows their colon. */
export const searchFields: Record<Exclude<Condition['field'], 'text' | 'regex'>, { takes: string; example: string }> = {
  step: { takes: 'the name or id of a step', example: 'step:build' },
  kind: { takes: `one of ${searchKinds.join(', ')}`, example: 'kind:stderr' },
  status: { takes: `one of ${itemStatuses.join(', ')}`, example: 'status:failed' },
  tool: { takes: 'the name of a tool', example: 'tool:bash' },
  gate: { takes: 'the name or id of a gate', example: 'gate:e2e' },
  dur: { takes: '>, >=, < or <= and a time, like >5s or <=1m30s', example: 'dur:>5s' },
  tokens: { takes: '>, >=, < or <= and a number, like >10k', example: 'tokens:>10k' },
  seq: { takes: 'a seq or a range, like 12..40, 12.. or ..40', example: 'seq:12..40' },
}
export type SearchField = keyof typeof searchFields

export function isSearchField(text: string): text is SearchField {
  return Object.hasOwn(searchFields, text)
}

/** Characters of a filter: what is longer was pasted by mistake. */
export const queryCharacters = 1000
