import type { PayloadOf } from '#domain/events/catalogue.ts'
import type { Draft, Event } from '#domain/events/envelope.ts'
import type { Json } from '#domain/events/fields.ts'
import type { EmitResult, JobStatus } from '#domain/job/served.ts'
import type { FollowOptions } from '#sdk/follow/follow.ts'
import type { JobEnd } from '#sdk/follow/frames.ts'
import { type StepHandle, type StepOptions, startStep } from '#sdk/handles/step.ts'
import {
  type Artifact,
  type Emit,
  emitArtifact,
  emitOutput,
  emitTokens,
  emitTool,
  type GateHandle,
  type GateOptions,
  type Stream,
  startGate,
  type TokenUse,
  type ToolCall,
} from '#sdk/handles/stepTools.ts'

/**
 * One job. Calls that emit resolve once their event is buffered, which is where back-pressure comes from: await them.
 * `complete`, `fail` and `flush` resolve once everything emitted before is recorded.
 */
export type JobHandle = {
  readonly id: string
  /** Says that the job is being worked on. */
  start(options?: PayloadOf<'job.started'>): Promise<void>
  /** Starts a step; its id is its name unless told otherwise. */
  step(name: string, options?: StepOptions): Promise<StepHandle>
  /** Output without a step of its own goes to a step named `output`. */
  output(data: string | Uint8Array, options?: { stepId?: string; stream?: Stream }): Promise<void>
  /** Records a tool call of an agent; resolves to its callId. */
  tool(call: ToolCall): Promise<string>
  tokens(use: TokenUse): Promise<void>
  /** Records that something was made; resolves to its artifactId. */
  artifact(artifact: Artifact): Promise<string>
  gate(name: string, options?: GateOptions): Promise<GateHandle>
  /** Ends the job well; resolves once it is recorded. */
  complete(output?: Json): Promise<void>
  /** Ends the job badly; outcome `cancellation` makes it cancelled. Resolves once it is recorded. */
  fail(error: { code: string; message: string }, outcome?: PayloadOf<'job.failed'>['outcome']): Promise<void>
  /** Any event; resolves to its id once it is buffered. */
  emit(draft: Draft): Promise<string>
  /**
   * Events in one request, recorded whole or not at all, after everything that is buffered; resolves to their seqs.
   *
   * @throws WaybillError with the refusal; SEQ_MISMATCH if the job's head is not `expectedSeq`
   */
  append(drafts: readonly Draft[], options?: { expectedSeq?: number; signal?: AbortSignal }): Promise<EmitResult>
  /** @throws WaybillError the first refusal, if there is no onRefused to tell */
  flush(): Promise<void>
  /** The job as it is now, with its newest lines of output. */
  get(options?: { logs?: number }): Promise<JobStatus>
  /** The job's events, each once and in order, until its last one; see FollowOptions. */
  follow(options?: FollowOptions): AsyncGenerator<Event, JobEnd, undefined>
}

export type JobPorts = Pick<JobHandle, 'append' | 'flush' | 'get' | 'follow' | 'emit'>

export function jobHandle(id: string, ports: JobPorts): JobHandle {
  const emit: Emit = ports.emit
  return {
    ...ports,
    id,
    start: async (options = {}) => {
      await emit({ type: 'job.started', payload: options })
    },
    step: (name, options = {}) => startStep(emit, name, options),
    output: (data, { stepId = 'output', stream = 'stdout' } = {}) => emitOutput(emit, { stepId, stream, data }),
    tool: (call) => emitTool(emit, call),
    tokens: (use) => emitTokens(emit, use),
    artifact: (artifact) => emitArtifact(emit, artifact),
    gate: (name, options = {}) => startGate(emit, name, options),
    complete: async (output) => {
      await emit({ type: 'job.completed', payload: output === undefined ? {} : { output } })
      await ports.flush()
    },
    fail: async (error, outcome) => {
      await emit({ type: 'job.failed', payload: outcome === undefined ? { error } : { error, outcome } })
      await ports.flush()
    },
  }
}
