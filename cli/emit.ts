import { Command } from 'commander'
import { withClient } from '#cli/connect.ts'
import { buildPayload } from '#cli/emit/buildPayload.ts'
import { pipeOutput } from '#cli/emit/pipeOutput.ts'
import { readStdin } from '#cli/emit/readStdin.ts'
import type { CliEnv } from '#cli/env.ts'
import { readJobAddress } from '#cli/jobAddress.ts'
import { WaybillError } from '#domain/errors.ts'
import { type EventType, eventTypes } from '#domain/events/catalogue.ts'
import { isEventType } from '#domain/events/kinds.ts'
import { parseDraft } from '#domain/events/parseDraft.ts'
import type { JobHandle } from '#sdk/handles/job.ts'

type EmitOptions = { payload?: string; id?: string; occurredAt?: string; source?: string }

export function emitCommand(env: CliEnv): Command {
  return new Command('emit')
    .description('record one event of a job and print its seq')
    .usage('[options] <job> <type> [--field value …]')
    .argument('<job>', 'its id or the address of its page')
    .argument('<type>', 'e.g. step.completed')
    .argument('[fields...]', 'the fields of the payload: --step-id build --outcome success --error.code E1')
    .option('--payload <json>', 'the whole payload as JSON; - reads it from standard input')
    .option('--id <uuid>', 'idempotency key: the same one again records nothing new')
    .option('--occurred-at <time>', 'when it happened, ISO 8601 with a zone (default: now)')
    .option('--source <text>', 'where it comes from (default: this host)')
    .passThroughOptions()
    .allowUnknownOption()
    .addHelpText('after', help)
    .action(async (job: string, type: string, fields: string[], options: EmitOptions) => {
      const jobId = readJobAddress(job, env.url)
      await withClient(env, (client) => emit(client.job(jobId), readType(type), { fields, options }))
    })
}

const help = `
Options come before the job, fields after the type. step.output with "--text -" records standard input, any bytes, for as
long as it lasts.

Examples:
  $ waybill emit $job step.started --step-id test --name "Unit tests"
  $ npm test 2>&1 | waybill emit $job step.output --step-id test --text -
  $ waybill emit $job step.completed --step-id test --outcome failure --exit-code 1
  $ waybill emit --payload '{"error":{"code":"E1","message":"no disk"}}' $job job.failed`

async function emit(
  job: JobHandle,
  type: EventType,
  { fields, options }: { fields: readonly string[]; options: EmitOptions },
): Promise<void> {
  const { id, occurredAt, source } = options
  const payload =
    options.payload === undefined ? buildPayload(type, fields) : await readPayload(options.payload, fields)
  if (type === 'step.output') payload.stream ??= 'stdout'
  const isPiped = type === 'step.output' && payload.text === '-'
  const draft = parseDraft(
    {
      type,
      payload: isPiped ? { ...payload, text: '' } : payload,
      ...(id && { id }),
      ...(occurredAt && { occurredAt }),
      ...(source && { source }),
    },
    0,
  )
  if (isPiped && draft.type === 'step.output') return pipeOutput(job, draft.payload.stepId, draft.payload.stream)
  const { results } = await job.append([draft])
  process.stdout.write(`${results[0]?.seq}\n`)
}

async function readPayload(text: string, fields: readonly string[]): Promise<Record<string, unknown>> {
  if (fields.length > 0) {
    throw new WaybillError('INVALID_INPUT', 'Give the payload either as --payload or as fields, not both.')
  }
  let value: unknown
  try {
    value = JSON.parse(text === '-' ? await readStdin() : text)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new WaybillError('INVALID_JSON', `The payload is not valid JSON: ${cause.message}`, { cause })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new WaybillError('INVALID_INPUT', 'The payload must be a JSON object.')
}

function readType(text: string): EventType {
  if (isEventType(text)) return text
  throw new WaybillError('UNKNOWN_EVENT_TYPE', `There is no event type "${text}"; there are ${eventTypes.join(', ')}.`)
}
