import { initTRPC } from '@trpc/server'
import { WaybillError } from '#domain/errors.ts'
import type { Context } from '#server/api/context.ts'
import { errorShape, unwrapError } from '#server/api/errorShape.ts'
import type { Scope } from '#server/auth/principal.ts'

/** Seconds between signs of life of a subscription: less than the 30 or 60 that proxies grant a silent connection. */
const PING_SECONDS = 15

const trpc = initTRPC.context<Context>().create({
  // Stacks stay in the log, also in development.
  isDev: false,
  errorFormatter: ({ error, ctx }) => errorShape(unwrapError(error), ctx?.requestId ?? ''),
  sse: { ping: { enabled: true, intervalMs: PING_SECONDS * 1000 } },
})

export const createRouter = trpc.router
export const createCallerFactory = trpc.createCallerFactory

/** The only ways to make a procedure: each needs a principal (the context has one), and all but the last a scope. */
export const readProcedure = procedureFor('read')
export const emitProcedure = procedureFor('emit')
export const adminProcedure = procedureFor('admin')
/** For what every known caller may ask: who they are. */
export const anyScopeProcedure = trpc.procedure

function procedureFor(scope: Scope) {
  return trpc.procedure.use(({ ctx, next }) => {
    requireScope(ctx.principal.scopes, scope)
    return next()
  })
}

/** @throws WaybillError FORBIDDEN */
export function requireScope(held: readonly Scope[], needed: Scope): void {
  if (held.includes(needed)) return
  throw new WaybillError('FORBIDDEN', `This needs the scope "${needed}"; the key has: ${held.join(', ') || 'none'}.`)
}
