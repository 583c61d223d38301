import { type JobState, jobStates } from '#domain/job/shape.ts'

export type ListFilter = { state: JobState | null; text: string }

/** The filter as the address has it; what makes no sense there filters nothing. */
export function readFilter(params: URLSearchParams): ListFilter {
  const state = params.get('state')
  return { state: jobStates.find((known) => known === state) ?? null, text: params.get('q') ?? '' }
}

/** The address of the list with a filter. */
export function filterPath({ state, text }: ListFilter): string {
  const params = new URLSearchParams()
  if (state) params.set('state', state)
  if (text !== '') params.set('q', text)
  const query = params.toString()
  return query === '' ? '/' : `/?${query}`
}
