import { identityOf, type ToolEvent } from '#components/timeline/ai/toolCalls.ts'

/** A text that a call put in the place of another; `where` is all else that it was given. */
export type Change = { where: string; old: string; new: string }

/**
 * What a call replaced, if its arguments say so: an argument `old…` beside one `new…` (old_string and new_string, oldText
 * and newText, …), or `search` or `find` beside `replace`. Null for any other call, and if the arguments are not here whole.
 */
export function changeOf(event: ToolEvent): Change | null {
  const { tool, arguments: given } = event.payload
  if (typeof given !== 'object' || given === null || Array.isArray(given) || identityOf(event) === null) return null
  for (const [name, old] of Object.entries(given)) {
    const counterpart = counterpartOf(name)
    const made = counterpart === null ? undefined : given[counterpart]
    if (counterpart === null || typeof old !== 'string' || typeof made !== 'string' || old === made) continue
    const rest = Object.entries(given).filter(([other]) => other !== name && other !== counterpart)
    return { where: JSON.stringify([tool, name, rest]), old, new: made }
  }
  return null
}

function counterpartOf(name: string): string | null {
  if (/^old/.test(name)) return name.replace(/^old/, 'new')
  return name === 'search' || name === 'find' ? 'replace' : null
}
