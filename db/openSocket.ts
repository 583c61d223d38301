import { Socket } from 'node:net'

/** The part of the driver's options that says where the server is. */
export type Place = { host: string[]; port: number[]; path?: string | false }

/**
 * Connects to the first of the driver's places. A connection over which nothing has come or gone for `silenceMs` is
 * destroyed: one that swallows everything looks healthy for a quarter of an hour, and a pool full of them serves nobody.
 */
export function openSocket({ host: [host = ''], port: [port = 0], path }: Place, silenceMs: number): Socket {
  const socket = new Socket()
  socket.setTimeout(silenceMs, () => socket.destroy())
  if (path) return socket.connect(path)
  // The driver reads the name from here when it checks a certificate.
  Object.assign(socket, { host, port })
  return socket.connect(port, host)
}
