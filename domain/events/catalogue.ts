import type { z } from 'zod'
import { aiArtifactCreated, aiTokensUsed, aiToolCalled } from '#domain/events/ai.ts'
import { gateDecided, gateStarted } from '#domain/events/gate.ts'
import { jobCompleted, jobCreated, jobFailed, jobQueued, jobStarted } from '#domain/events/job.ts'
import { stepCompleted, stepOutput, stepProgress, stepStarted } from '#domain/events/step.ts'

/** The closed set of event types: payload schema by type. Types and fields are only ever added. */
export const catalogue = {
  'job.created': jobCreated,
  'job.queued': jobQueued,
  'job.started': jobStarted,
  'job.completed': jobCompleted,
  'job.failed': jobFailed,
  'step.started': stepStarted,
  'step.progress': stepProgress,
  'step.output': stepOutput,
  'step.completed': stepCompleted,
  'ai.tool_called': aiToolCalled,
  'ai.tokens_used': aiTokensUsed,
  'ai.artifact_created': aiArtifactCreated,
  'gate.started': gateStarted,
  'gate.passed': gateDecided,
  'gate.failed': gateDecided,
} as const

export type EventType = keyof typeof catalogue
export type PayloadOf<T extends EventType> = z.infer<(typeof catalogue)[T]>

export const eventTypes = Object.keys(catalogue) as EventType[]
