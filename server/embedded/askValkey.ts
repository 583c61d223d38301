import { connect } from 'node:net'

/** Whether a Valkey on this loopback port answers PING; false while it is starting or when the password is wrong. */
export function askValkey({ port, password }: { port: number; password: string | undefined }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 })
    let answer = ''
    const end = (answers: boolean) => {
      socket.destroy()
      resolve(answers)
    }
    socket.once('connect', () => socket.write(`${password === undefined ? '' : `AUTH ${password}\r\n`}PING\r\n`))
    socket.on('data', (chunk) => {
      answer += chunk.toString()
      if (answer.includes('+PONG')) end(true)
      else if (answer.includes('-')) end(false)
    })
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
    socket.once('close', () => end(false))
  })
}
