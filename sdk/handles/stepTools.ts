import { v7 as uuid } from 'uuid'
import type { PayloadOf } from '#domain/events/catalogue.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { outputPieces } from '#sdk/emit/outputPieces.ts'

/** Hands a draft to the buffer; resolves to the event's id once it is there. */
export type Emit = (draft: Draft) => Promise<string>

type OptionalKey<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>

/** One tool call of an agent; callId is made if absent. */
export type ToolCall = OptionalKey<PayloadOf<'ai.tool_called'>, 'callId'>
export type TokenUse = PayloadOf<'ai.tokens_used'>
/** Something that was made; artifactId is made if absent. */
export type Artifact = OptionalKey<PayloadOf<'ai.artifact_created'>, 'artifactId'>
export type GateOptions = Omit<PayloadOf<'gate.started'>, 'gateId' | 'name'> & { /** default: the name */ id?: string }
export type Decision = Omit<PayloadOf<'gate.passed'>, 'gateId'>
export type Stream = 'stdout' | 'stderr'

/** A gate that was started: work waits for one of the two. */
export type GateHandle = {
  readonly id: string
  pass(decision?: Decision): Promise<void>
  fail(decision?: Decision): Promise<void>
}

export async function emitOutput(
  emit: Emit,
  { stepId, stream, data }: { stepId: string; stream: Stream; data: string | Uint8Array },
): Promise<void> {
  // Together, not one after the other: another call's output must not come between the pieces of this one.
  await Promise.all(
    outputPieces(data).map((piece) => emit({ type: 'step.output', payload: { stepId, stream, ...piece } })),
  )
}

export async function emitTool(emit: Emit, call: ToolCall): Promise<string> {
  const callId = call.callId ?? uuid()
  await emit({ type: 'ai.tool_called', payload: { ...call, callId } })
  return callId
}

export async function emitTokens(emit: Emit, use: TokenUse): Promise<void> {
  await emit({ type: 'ai.tokens_used', payload: use })
}

export async function emitArtifact(emit: Emit, artifact: Artifact): Promise<string> {
  const artifactId = artifact.artifactId ?? uuid()
  await emit({ type: 'ai.artifact_created', payload: { ...artifact, artifactId } })
  return artifactId
}

export async function startGate(emit: Emit, name: string, { id = name, ...options }: GateOptions): Promise<GateHandle> {
  await emit({ type: 'gate.started', payload: { ...options, gateId: id, name } })
  const decide = async (type: 'gate.passed' | 'gate.failed', decision: Decision = {}) => {
    await emit({ type, payload: { ...decision, gateId: id } })
  }
  return {
    id,
    pass: (decision) => decide('gate.passed', decision),
    fail: (decision) => decide('gate.failed', decision),
  }
}
