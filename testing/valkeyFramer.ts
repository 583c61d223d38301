/** Cuts a stream of Valkey's replies into whole ones (RESP2 and RESP3), keeping what is incomplete for the next piece. */
export function openValkeyFramer(): (chunk: Buffer) => Buffer[] {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const replies: Buffer[] = []
    for (let end = endOfReply(rest, 0); end > 0; end = endOfReply(rest, 0)) {
      replies.push(rest.subarray(0, end))
      rest = rest.subarray(end)
    }
    return replies
  }
}

const aggregates: Record<string, number> = { '*': 1, '~': 1, '>': 1, '%': 2, '|': 2 }

/** Where the reply that begins at `start` ends; -1 while part of it is missing. */
function endOfReply(bytes: Buffer, start: number): number {
  const lineEnd = bytes.indexOf('\r\n', start)
  if (lineEnd < 0) return -1
  const type = String.fromCharCode(bytes[start] ?? 0)
  const count = Number(bytes.toString('latin1', start + 1, lineEnd))
  if (type === '$' || type === '=' || type === '!') {
    const end = count < 0 ? lineEnd + 2 : lineEnd + 2 + count + 2
    return end <= bytes.length ? end : -1
  }
  const members = count * (aggregates[type] ?? 0)
  let end = lineEnd + 2
  for (let member = 0; member < members && end > 0; member++) end = endOfReply(bytes, end)
  return end
}
