import type { Pages } from '#server/start/openSocket.ts'

export type OpenedPages = Pages & { close(): Promise<void> }

/** Loads Next in this process, in production on the build that is there. */
export async function openPages(options: {
  root: string
  host: string
  port: number
  isDevelopment: boolean
}): Promise<OpenedPages> {
  const { root, host, port, isDevelopment } = options
  // Only now: it reads NODE_ENV when it is loaded, and takes its time.
  const { default: next } = await import('next')
  const app = next({ dev: isDevelopment, dir: root, hostname: host, port })
  const added = listenersAddedBy()
  await app.prepare()
  if (!isDevelopment) added.remove()
  const handle = app.getRequestHandler()
  return {
    handle: (request, response) => handle(request, response),
    close: () => app.close(),
  }
}

/** Next prints what nobody caught as it is, and a driver's error carries the statement's parameters. */
function listenersAddedBy(): { remove(): void } {
  const names = ['uncaughtException', 'unhandledRejection'] as const
  const before = new Map(names.map((name) => [name, new Set(process.rawListeners(name))]))
  return {
    remove: () => {
      for (const name of names) {
        for (const listener of process.rawListeners(name)) {
          if (!before.get(name)?.has(listener)) process.off(name, listener as () => void)
        }
      }
    },
  }
}
