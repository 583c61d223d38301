export type Frame = { id: string; event: string; data: string }

/**
 * Server-sent events, as plainly as the format allows, so that the followers of a chaos run share no parser with the
 * product: lines end with LF, a frame with an empty line, comments are dropped.
 */
export function openFrameReader(): (chunk: Buffer) => Frame[] {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const end = rest.lastIndexOf('\n\n')
    if (end < 0) return []
    const text = rest.subarray(0, end).toString()
    rest = rest.subarray(end + 2)
    return text.split('\n\n').flatMap((block) => {
      const fields = new Map<string, string>()
      for (const line of block.split('\n')) {
        const colon = line.indexOf(': ')
        if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2))
      }
      const data = fields.get('data')
      return data === undefined ? [] : [{ id: fields.get('id') ?? '', event: fields.get('event') ?? '', data }]
    })
  }
}
