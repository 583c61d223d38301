/** Limits of what one request and one event may carry. Each has its own refusal code, with the number in its message. */
export const limits = {
  /** bytes of a request body */
  bodyBytes: 4 * 1024 * 1024,
  /** events in one request */
  eventsPerRequest: 1000,
  /** bytes of one payload's canonical JSON */
  payloadBytes: 256 * 1024,
  /** levels of nested objects and arrays in a payload or a body */
  depth: 32,
  /** bytes (UTF-8) of one step.output text */
  textBytes: 64 * 1024,
  /** characters of an id chosen by the emitter (step, gate, call, artifact, request) */
  idCharacters: 200,
  /** characters of a name, title, action, queue, tool, model … */
  nameCharacters: 500,
  /** characters of a reason or message */
  messageCharacters: 16 * 1024,
  /** characters of `source` */
  sourceCharacters: 200,
  /** steps and gates of a job, all attempts and runs together */
  parts: 10_000,
} as const
