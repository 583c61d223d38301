import type { PayloadOf } from '#domain/events/catalogue.ts'

/**
 * What the tokens of a call were. The cache counts are parts of the input, reasoning is a part of the output
 * (OpenTelemetry GenAI), so the parts add up to input plus output.
 */
export type TokenParts = { fresh: number; read: number; write: number; reasoning: number; output: number }

export const tokenPartNames: Record<keyof TokenParts, string> = {
  fresh: 'fresh input',
  read: 'cache read',
  write: 'cache write',
  reasoning: 'reasoning',
  output: 'output',
}

/** In the order in which they are drawn. */
export const tokenPartOrder = Object.keys(tokenPartNames) as (keyof TokenParts)[]

export const noTokens: TokenParts = { fresh: 0, read: 0, write: 0, reasoning: 0, output: 0 }

export function tokenParts(payload: PayloadOf<'ai.tokens_used'>): TokenParts {
  const { inputTokens, outputTokens } = payload
  const { cacheReadInputTokens: read = 0, cacheCreationInputTokens: write = 0, reasoningOutputTokens = 0 } = payload
  return {
    fresh: Math.max(0, inputTokens - read - write),
    read,
    write,
    reasoning: reasoningOutputTokens,
    output: Math.max(0, outputTokens - reasoningOutputTokens),
  }
}

export function addTokens(a: TokenParts, b: TokenParts): TokenParts {
  return {
    fresh: a.fresh + b.fresh,
    read: a.read + b.read,
    write: a.write + b.write,
    reasoning: a.reasoning + b.reasoning,
    output: a.output + b.output,
  }
}

/** What the model was given: all of the input, cached or not. */
export function contextOf({ fresh, read, write }: TokenParts): number {
  return fresh + read + write
}

export function sumOfTokens(tokens: TokenParts): number {
  return tokenPartOrder.reduce((sum, part) => sum + tokens[part], 0)
}
