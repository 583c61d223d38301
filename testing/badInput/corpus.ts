import { limits } from '#domain/events/limits.ts'

/** Input that has to be refused, by name. A case that is found in the wild is added here. */

/** JSON texts that nothing keeps, wherever in an input they stand in place of a value. */
export const badValues: Record<string, string> = {
  '2^53 + 1': '9007199254740993',
  '-(2^53 + 1)': '-9007199254740993',
  '1e400': '1e400',
  '-1e400': '-1e400',
  'what is too small for a double': '1e-400',
  'minus zero': '-0',
  'minus zero with an exponent': '-0.0e5',
  'more digits than a double has': '0.1000000000000000055511151231257827',
  NUL: '"a\\u0000b"',
  'NUL in a key': '{"a\\u0000":1}',
  'a high surrogate alone': '"\\ud83d"',
  'a low surrogate alone': '"\\ude00"',
  'surrogates the wrong way round': '"\\ude00\\ud83d"',
  'half a surrogate pair in a key': '{"\\ud83d":1}',
  'a key twice': '{"a":1,"a":1}',
  'a key twice, once escaped': '{"a":1,"\\u0061":2}',
  __proto__: '{"__proto__":{"admin":true}}',
  'an escaped __proto__': '{"\\u005f_proto__":1}',
  constructor: '{"constructor":{"prototype":{"admin":true}}}',
  prototype: '[[{"prototype":1}]]',
  'depth 100': '['.repeat(100) + ']'.repeat(100),
  'depth 100 of objects': '{"a":'.repeat(100) + 1 + '}'.repeat(100),
}

/** Texts that are no JSON value, or more than one. */
export const brokenTexts: Record<string, string> = {
  nothing: '',
  blanks: ' \t\r\n',
  'a word': 'events',
  NaN: 'NaN',
  Infinity: '{"a":Infinity}',
  undefined: 'undefined',
  'two values': '{}{}',
  'a comma at the end': '{"a":1,}',
  'a missing value': '{"a":}',
  'a missing bracket': '{"events":[{}',
  'an open string': '{"a":"b',
  'single quotes': "{'a':1}",
  'a comment': '{/* hello */}',
  'a leading zero': '{"a":01}',
  'a hexadecimal number': '{"a":0x10}',
  'a plus sign': '{"a":+1}',
  'a point without digits': '{"a":1.}',
  'a raw line break in a string': '{"a":"b\nc"}',
  'a raw NUL in a string': '{"a":"b\u0000c"}',
  'a raw NUL behind the value': '{}\u0000',
  'an unknown escape': '{"a":"\\x41"}',
  'a short escape': '{"a":"\\u12"}',
  'a no-break space around it': '\u00a0{}',
  'two byte order marks': '\ufeff\ufeff{}',
  '100,000 opening brackets': '['.repeat(100_000),
}

/** Values where an object is wanted. */
export const wrongRoots: Record<string, string> = {
  null: 'null',
  true: 'true',
  'a number': '7',
  'a text': '"jobId"',
  'a list': '[]',
  'a list of lists': '[[],[]]',
  'an unknown field': '{"x-unknown":1}',
  'a field that objects inherit': '{"toString":1,"hasOwnProperty":2}',
}

/** Too large for a URL, so for bodies alone. */
export const largeBodies: Record<string, () => string | Uint8Array<ArrayBuffer>> = {
  'one byte over the limit': () => `"${'x'.repeat(limits.bodyBytes - 1)}"`,
  'depth 100,000': () => '['.repeat(100_000) + ']'.repeat(100_000),
  'depth 100,000 of objects': () => '{"a":'.repeat(100_000) + 1 + '}'.repeat(100_000),
  'a million keys': () => keys(1_000_000),
  'as many keys as fit': () => keys(380_000),
  'the same key as often as it fits': () => `{${Array.from({ length: 600_000 }, () => '"a":1').join(',')}}`,
  'a number of a million digits': () => `{"a":${'9'.repeat(1_000_000)}}`,
  'a million backslashes': () => `{"a":"${'\\'.repeat(1_000_001)}`,
  'a million empty lists': () => `[${'[],'.repeat(999_999)}[]]`,
  'bytes that are no UTF-8': () => Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
  'an overlong slash': () => Uint8Array.from([0x22, 0xc0, 0xaf, 0x22]),
  'a surrogate in UTF-8': () => Uint8Array.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
  'UTF-16': () => Uint8Array.from(Buffer.from('\ufeff{"a":1}', 'utf16le')),
  'a gzip body without its header': () => Uint8Array.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x13, 0x03, 0, 0, 0]),
}

function keys(count: number): string {
  return `{${Array.from({ length: count }, (_, index) => `"${index.toString(36)}":0`).join(',')}}`
}

/** Other kinds of bodies than the one that is taken. */
export const badMedia: Record<string, Record<string, string>> = {
  'a form': { 'content-type': 'application/x-www-form-urlencoded' },
  'a form in parts': { 'content-type': 'multipart/form-data; boundary=x' },
  bytes: { 'content-type': 'application/octet-stream' },
  text: { 'content-type': 'text/plain;charset=utf-8' },
  'no type': { 'content-type': '' },
  'a JSON dialect': { 'content-type': 'application/json5' },
  'gzip in the header': { 'content-encoding': 'gzip' },
  'gzip in capitals': { 'content-encoding': 'GZIP' },
  'brotli twice': { 'content-encoding': 'br, br' },
  'an unknown encoding': { 'content-encoding': 'rot13' },
}

/** What is no seq, for `after`, `limit`, Last-Event-ID and the like. */
export const badSeqs: string[] = [
  ...[
    '-1',
    '-0',
    '+1',
    '01',
    '1.0',
    '1e3',
    '0x10',
    '1_000',
    '1,000',
    '١',
    '１',
    'NaN',
    'Infinity',
    'null',
    'true',
    'abc',
  ],
  ...[
    '9007199254740992',
    '9007199254740993',
    '99999999999999999999',
    '1'.repeat(5000),
    '1\u0000',
    '\u0000',
    '[object Object]',
  ],
]

/** Authorization headers that let nobody in. */
export const badCredentials: string[] = [
  ...[
    '',
    'Bearer',
    'Bearer ',
    'Bearer null',
    'Basic YTpi',
    'bearer wb_',
    'Bearer wb_0123456789abcdef_',
    'wb_x_y',
    'Digest',
  ],
  `Bearer wb_0123456789abcdef_${'a'.repeat(43)}`,
  `Bearer wb_0123456789abcdef_${'a'.repeat(44)}`,
  `Bearer wb_0123456789ABCDEF_${'a'.repeat(43)}`,
  `Bearer wb_0123456789abcdef_${'='.repeat(43)}`,
  `Bearer ${'x'.repeat(8000)}`,
  `Bearer wb_' or 1=1 --_${'a'.repeat(43)}`,
]

/** Cookies that let nobody in; `$` stands for the cookie's name. */
export const badCookies: string[] = [
  ...[
    '$',
    '$=',
    '$=;',
    '=;=;=',
    '$=%00',
    `$=${'a'.repeat(42)}`,
    `$=${'a'.repeat(43)}`,
    `$=${'a'.repeat(8000)}`,
    '$=null',
  ],
]

/** Procedures that there are none of, and other targets of the tRPC route. */
export const badProcedures: Record<string, string> = {
  'a name': 'nothing',
  'a router': 'jobs',
  'a path too long': 'jobs.get.now',
  'a path into a prototype': '__proto__',
  'a path into the prototype of a router': 'jobs.__proto__',
  constructor: 'constructor',
  'what functions inherit': 'jobs.get.call',
  'a dot': '.',
  dots: 'jobs..get',
  'an encoded NUL': 'jobs%00get',
  'an encoded slash': 'jobs%2Fget',
  'what is no UTF-8': '%E0%A4',
  'a lone percent sign': '%',
  'one call too many': `${'session.get,'.repeat(50)}session.get?batch=1`,
  'a batch of 1,000 calls': `${'session.get,'.repeat(999)}session.get?batch=1`,
  'a batch of 10,000 commas': `${','.repeat(10_000)}?batch=1`,
  'a batch of 40 commas': `${','.repeat(40)}?batch=1`,
  'a batch whose input is a list': 'jobs.list?batch=1&input=[]',
  'a batch whose input is null': 'jobs.list?batch=1&input=null',
  'a batch whose input is a text': 'jobs.list?batch=1&input="x"',
  'a mutation by GET': 'jobs.create?input={}',
  'connection parameters that are no JSON': 'session.get?connectionParams=x',
  'connection parameters that are a list': 'session.get?connectionParams=[1]',
}

/** Text that is stored as it is and must come back as it is, whatever it looks like to whoever shows it. */
export const harmlessTexts: Record<string, string> = {
  'line breaks': 'a\rb\nc\r\nd\n\n',
  'what looks like frames': '\n\nid: 7\ndata: {"seq":1}\nevent: end\nretry: 1\n\n: hb\n\n',
  'colons and blanks': ' : :: data:\t',
  'a byte order mark': '\ufeffa\ufeff',
  'line and paragraph separators': 'a\u2028b\u2029c\u0085d\u000be\u000cf',
  'colours and cursor movements': '\u001b[31mred\u001b[0m\u001b[2J\u001b[1;1H\u001b[?25l\u001bc',
  'a link in OSC 8': '\u001b]8;;javascript:alert(1)\u0007click\u001b]8;;\u0007',
  'a clipboard in OSC 52': '\u001b]52;c;cm0gLXJmIC8=\u0007',
  'a title and a bell': '\u001b]0;owned\u0007\u0007\u0008\u007f',
  'C1 controls': '\u009b31m\u0090q\u009c',
  bidi: '\u202egnp.exe\u202c \u2066abc\u2069 \u200f',
  'zero width': 'a\u200bb\u200cc\u200dd\u2060e\u00adf',
  'combining marks': `a${'\u0301'.repeat(50)}`,
  'characters beyond the BMP': '😀👩‍👩‍👧‍👦\u{10ffff}\u{e0001}',
  noncharacters: '\ufffe\uffff\ufdd0',
  'forms that normalise': 'e\u0301 é ﬁ Å Å',
  HTML: '<script>alert(1)</script><img src=x onerror=alert(1)>&lt;&amp;',
  'an attribute': '" onmouseover="alert(1)" x="',
  'a template': `\${alert(1)} {{constructor.constructor("alert(1)")()}} <%= 1 %>`,
  'a URL that runs': 'javascript:alert(1)//https://example.com',
  SQL: "'; drop table jobs; -- \\' $1 %s %",
  'a shell': '$(rm -rf /) `id` | & ; > /dev/null',
  'escapes that are none': '\\u0000 \\x00 %00 \\n &#0;',
  'a formula': '=HYPERLINK("https://example.com")',
  'a path': '../../../etc/hosts',
  'blanks at both ends': ' \u00a0 a \u3000 ',
  'names of prototypes as values': '__proto__ constructor prototype',
}
