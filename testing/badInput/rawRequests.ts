/** What HTTP clients never send: said byte by byte on a socket. */
export type RawRequest = {
  name: string
  /** the bytes, as latin1 text; `<path>` is a job's events, `<key>` a good key */
  text: string
  /** null: the connection is closed without a word, where not even a request can be made out */
  status: number | null
  code?: string
}

const post = 'POST <path> HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer <key>\r\nContent-Type: application/json\r\n'
const get = 'GET <path> HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer <key>\r\nConnection: close\r\n'
/** It would be stored, were it let in. */
const good = '{"events":[{"type":"job.started","payload":{}}]}'
const length = `Content-Length: ${good.length}\r\n`

function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`
}

const invalid = { status: 400, code: 'INVALID_INPUT' }
const large = { status: 431, code: 'INVALID_INPUT' }

export const rawRequests: RawRequest[] = [
  {
    name: 'a body shorter than its length',
    text: `${post}Content-Length: ${good.length + 1}\r\n\r\n${good}`,
    status: 400,
    code: 'BODY_INCOMPLETE',
  },
  {
    name: 'a body longer than its length',
    text: `${post}Connection: close\r\nContent-Length: 2\r\n\r\n{}${good}`,
    ...invalid,
  },
  { name: 'no body at all', text: `${post}Connection: close\r\n\r\n`, status: 400, code: 'INVALID_JSON' },
  { name: 'two lengths', text: `${post}${length}Content-Length: 2\r\n\r\n${good}`, ...invalid },
  { name: 'the same length twice', text: `${post}${length}${length}\r\n${good}`, ...invalid },
  { name: 'a list of lengths', text: `${post}Content-Length: 48, 48\r\n\r\n${good}`, ...invalid },
  { name: 'a negative length', text: `${post}Content-Length: -1\r\n\r\n${good}`, ...invalid },
  { name: 'a length that is no number', text: `${post}Content-Length: 0x30\r\n\r\n${good}`, ...invalid },
  { name: 'a length with a sign', text: `${post}Content-Length: +48\r\n\r\n${good}`, ...invalid },
  { name: 'a length beyond all numbers', text: `${post}Content-Length: ${'9'.repeat(30)}\r\n\r\n${good}`, ...invalid },
  {
    name: 'a length over the limit',
    text: `${post}Content-Length: 4194305\r\n\r\n${good}`,
    status: 413,
    code: 'BODY_TOO_LARGE',
  },
  {
    name: 'a length and chunks',
    text: `${post}${length}Transfer-Encoding: chunked\r\n\r\n${chunk(good)}0\r\n\r\n`,
    ...invalid,
  },
  {
    name: 'chunks over the limit',
    text: `${post}Transfer-Encoding: chunked\r\n\r\n${chunk(' '.repeat(65_536)).repeat(65)}0\r\n\r\n`,
    status: 413,
    code: 'BODY_TOO_LARGE',
  },
  {
    name: 'chunks that end early',
    text: `${post}Transfer-Encoding: chunked\r\n\r\n${chunk(good)}`,
    status: 400,
    code: 'BODY_INCOMPLETE',
  },
  {
    name: 'a chunk shorter than its length',
    text: `${post}Transfer-Encoding: chunked\r\n\r\n40\r\n${good}\r\n0\r\n\r\n`,
    status: 400,
  },
  {
    name: 'a chunk whose length is none',
    text: `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n${good}\r\n0\r\n\r\n`,
    ...invalid,
  },
  {
    name: 'a chunk whose length is beyond all numbers',
    text: `${post}Transfer-Encoding: chunked\r\n\r\n${'f'.repeat(30)}\r\n${good}\r\n0\r\n\r\n`,
    ...invalid,
  },
  {
    name: 'a chunk with an endless extension',
    text: `${post}Transfer-Encoding: chunked\r\n\r\n30;${'x'.repeat(20_000)}\r\n${good}\r\n0\r\n\r\n`,
    ...invalid,
  },
  {
    name: 'gzip as a transfer encoding',
    text: `${post}Transfer-Encoding: gzip\r\n\r\n${good}`,
    ...invalid,
  },
  {
    name: 'chunks that are not the last encoding',
    text: `${post}Transfer-Encoding: chunked, gzip\r\n\r\n${chunk(good)}0\r\n\r\n`,
    ...invalid,
  },
  {
    name: 'a gzip body',
    text: `${post}Connection: close\r\nContent-Encoding: gzip\r\n${length}\r\n${good}`,
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    name: 'an expectation that nobody meets',
    text: `${post}Connection: close\r\nExpect: 200-maybe\r\n${length}\r\n${good}`,
    status: 417,
    code: 'INVALID_INPUT',
  },
  { name: 'a line break before a colon', text: `${get}X-A\r\n: b\r\n\r\n`, ...invalid },
  { name: 'a blank before a colon', text: `${get}X-A : b\r\n\r\n`, ...invalid },
  { name: 'a folded header', text: `${get}X-A: b\r\n c\r\n\r\n`, ...invalid },
  { name: 'a header without a colon', text: `${get}X-A\r\n\r\n`, ...invalid },
  { name: 'NUL in a header', text: `${get}X-A: a\0b\r\n\r\n`, ...invalid },
  { name: 'a bare carriage return', text: `${get}X-A: a\rb\r\n\r\n`, ...invalid },
  { name: 'line feeds alone', text: `${get}X-A: b\r\n\r\n`.replaceAll('\r\n', '\n'), ...invalid },
  { name: 'a header of 20,000 bytes', text: `${get}X-A: ${'x'.repeat(20_000)}\r\n\r\n`, ...large },
  { name: 'a thousand headers', text: `${get}${'X-A: 0123456789\r\n'.repeat(1000)}\r\n`, ...large },
  { name: 'a target of 20,000 bytes', text: `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, ...large },
  { name: 'a cookie of 20,000 bytes', text: `${get}Cookie: a=${'x'.repeat(20_000)}\r\n\r\n`, ...large },
  { name: 'no Host', text: 'GET /api/session HTTP/1.1\r\nConnection: close\r\n\r\n', ...invalid },
  {
    name: 'a Host that is none',
    text: 'GET /api/session HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n',
    ...invalid,
  },
  {
    name: 'two Hosts',
    text: 'GET /api/session HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
    ...invalid,
  },
  { name: 'HTTP/3.0', text: 'GET /livez HTTP/3.0\r\nHost: x\r\n\r\n', ...invalid },
  { name: 'HTTP/2 by prior knowledge', text: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ...invalid },
  { name: 'a TLS greeting', text: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', ...invalid },
  { name: 'an unknown method', text: 'STEAL /api/session HTTP/1.1\r\nHost: x\r\n\r\n', ...invalid },
  { name: 'a method in small letters', text: 'get /livez HTTP/1.1\r\nHost: x\r\n\r\n', ...invalid },
  {
    name: 'TRACE',
    text: get.replace('GET', 'TRACE').concat('\r\n'),
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
  },
  { name: 'CONNECT', text: 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n', status: null },
  {
    name: 'an upgrade of a path that has none',
    text: `${get.replace('Connection: close', 'Connection: Upgrade')}Upgrade: websocket\r\n\r\n`.replace(
      '<path>',
      '/api/x',
    ),
    status: 404,
    code: 'NOT_FOUND',
  },
  {
    name: 'a batch of 1,000 calls',
    text: `${get.replace('<path>', `/api/trpc/${Array.from({ length: 1000 }, () => 'jobs.list').join(',')}?batch=1`)}\r\n`,
    ...invalid,
  },
  {
    name: 'a batch of 15,000 commas',
    text: `${get.replace('<path>', `/api/trpc/${','.repeat(15_000)}?batch=1`)}\r\n`,
    ...invalid,
  },
]
