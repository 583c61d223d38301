import { type JobState, jobStates } from '#domain/job/shape.ts'

export type ListFilter = { state: JobState | null; action: string | null; user: string | null; text: string }

export const noFilter: ListFilter = { state: null, action: null, user: null, text: '' }

/** The filter as the address has it; what makes no sense there filters nothing. */
export function readFilter(params: URLSearchParams): ListFilter {
  const state = params.get('state')
  return {
    state: jobStates.find((known) => known === state) ?? null,
    action: params.get('action') || null,
    user: params.get('user') || null,
    text: params.get('q') ?? '',
  }
}

/** The address of the list with a filter. */
export function filterPath({ state, action, user, text }: ListFilter): string {
  const params = new URLSearchParams()
  if (state) params.set('state', state)
  if (action) params.set('action', action)
  if (user) params.set('user', user)
  if (text !== '') params.set('q', text)
  const query = params.toString()
  return query === '' ? '/' : `/?${query}`
}

/** The filter as the server takes it. */
export function queryOf({ state, action, user, text }: ListFilter) {
  return {
    ...(state && { state }),
    ...(action && { action }),
    ...(user && { userId: user }),
    ...(text !== '' && { text }),
  }
}

export function isFiltering(filter: ListFilter): boolean {
  return filterPath(filter) !== '/'
}
