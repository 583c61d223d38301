import { WaybillError } from '#domain/errors.ts'

/** All of standard input as text. @throws WaybillError INVALID_INPUT if it is a terminal, where nobody would ever end it */
export async function readStdin(): Promise<string> {
  if (process.stdin.isTTY)
    throw new WaybillError('INVALID_INPUT', '"-" means standard input, which is a terminal: pipe something in.')
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk
  return text
}
