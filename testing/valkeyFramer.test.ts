import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openValkeyFramer } from '#testing/valkeyFramer.ts'

const replies = [
  '+OK\r\n',
  ':12\r\n',
  '-ERR no\r\n',
  '$-1\r\n',
  '$0\r\n\r\n',
  '$7\r\na\r\n*1\r\n\r\n',
  '*3\r\n$7\r\nmessage\r\n$4\r\nwake\r\n$3\r\n1 2\r\n',
  '*2\r\n*1\r\n:1\r\n*0\r\n',
  '>2\r\n+pong\r\n$2\r\né\r\n',
  '%1\r\n+key\r\n:1\r\n',
]

it('gives every reply whole and once, wherever the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...replies), { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
      (sent, sizes) => {
        const bytes = Buffer.from(sent.join(''))
        const frame = openValkeyFramer()
        const received: string[] = []
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const size = sizes[n % sizes.length] ?? 1
          received.push(...frame(bytes.subarray(at, at + size)).map(String))
          at += size
        }
        expect(received).toEqual(sent)
      },
    ),
  )
})
