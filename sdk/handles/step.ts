import type { PayloadOf } from '#domain/events/catalogue.ts'
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

export type StepOptions = { /** default: the name */ id?: string; parentStepId?: string; kind?: string }
export type StepEnd = Omit<PayloadOf<'step.completed'>, 'stepId' | 'outcome'>

/** A step that was started. Each call resolves once its event is buffered; `flush` says when all are recorded. */
export type StepHandle = {
  readonly id: string
  /** Text or bytes a command wrote, in pieces of 32 KiB at most; what is no valid UTF-8 is kept exactly, as base64. */
  output(data: string | Uint8Array, stream?: Stream): Promise<void>
  progress(completed: number, options?: { total?: number; message?: string }): Promise<void>
  tool(call: Omit<ToolCall, 'stepId'>): Promise<string>
  tokens(use: Omit<TokenUse, 'stepId'>): Promise<void>
  artifact(artifact: Omit<Artifact, 'stepId'>): Promise<string>
  gate(name: string, options?: Omit<GateOptions, 'stepId'>): Promise<GateHandle>
  /** Starts a step inside this one. */
  step(name: string, options?: Omit<StepOptions, 'parentStepId'>): Promise<StepHandle>
  /** Ends the step: outcome `success` unless told otherwise. */
  complete(end?: StepEnd & { outcome?: PayloadOf<'step.completed'>['outcome'] }): Promise<void>
  /** Ends the step with outcome `failure`. */
  fail(error: { code: string; message: string }, end?: Omit<StepEnd, 'error'>): Promise<void>
}

export async function startStep(emit: Emit, name: string, { id = name, ...options }: StepOptions): Promise<StepHandle> {
  await emit({ type: 'step.started', payload: { ...options, stepId: id, name } })
  return stepHandle(emit, id)
}

function stepHandle(emit: Emit, stepId: string): StepHandle {
  return {
    id: stepId,
    output: (data, stream = 'stdout') => emitOutput(emit, { stepId, stream, data }),
    progress: async (completed, options = {}) => {
      await emit({ type: 'step.progress', payload: { ...options, stepId, completed } })
    },
    tool: (call) => emitTool(emit, { ...call, stepId }),
    tokens: (use) => emitTokens(emit, { ...use, stepId }),
    artifact: (artifact) => emitArtifact(emit, { ...artifact, stepId }),
    gate: (name, options = {}) => startGate(emit, name, { ...options, stepId }),
    step: (name, options = {}) => startStep(emit, name, { ...options, parentStepId: stepId }),
    complete: async ({ outcome = 'success', ...end } = {}) => {
      await emit({ type: 'step.completed', payload: { ...end, stepId, outcome } })
    },
    fail: async (error, end = {}) => {
      await emit({ type: 'step.completed', payload: { ...end, stepId, outcome: 'failure', error } })
    },
  }
}
