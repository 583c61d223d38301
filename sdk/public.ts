/// <reference lib="esnext.disposable" preserve="true" />

/**
 * The surface of the package `waybill`, and nothing else. Inside the project each module is
 * imported from where it is.
 */
export { type ErrorCode, type ErrorDetails, isWaybillError, WaybillError } from '#domain/errors.ts'
export type { EventType, PayloadOf } from '#domain/events/catalogue.ts'
export type { Actor, Draft, Event, Redaction } from '#domain/events/envelope.ts'
export type { Json, Outcome } from '#domain/events/fields.ts'
export type { EmitResult, Job, JobPage, JobStatus, JobSummary } from '#domain/job/served.ts'
export type { JobState } from '#domain/job/shape.ts'
export type { JobTotals } from '#domain/job/totals.ts'
export { type Client, type ClientOptions, createClient, type JobQuery, type NewJob } from '#sdk/createClient.ts'
export type { EmitterStats, Unsent } from '#sdk/emit/emitter.ts'
export type { FollowOptions, FollowStatus, TypePattern } from '#sdk/follow/follow.ts'
export type { JobEnd } from '#sdk/follow/frames.ts'
export type { JobHandle } from '#sdk/handles/job.ts'
export type { StepEnd, StepHandle, StepOptions } from '#sdk/handles/step.ts'
export type { Artifact, Decision, GateHandle, GateOptions, TokenUse, ToolCall } from '#sdk/handles/stepTools.ts'
export type { WhenFull } from '#sdk/settings.ts'
export type { RetryNotice } from '#sdk/wire/retrying.ts'
