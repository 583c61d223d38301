import type { Json } from '#domain/events/fields.ts'

export type Inputs = Record<string, Json>

/**
 * What may be stored of an action's inputs. Gets a copy; returns what to keep, as JSON, at once (no promise). What it
 * drops or changes leaves a receipt; if it throws or returns something else, nothing of the inputs is stored.
 */
export type InputPolicy = (inputs: Inputs) => Inputs

/** By action. */
export type InputPolicies = ReadonlyMap<string, InputPolicy>

/** What `waybill.config.ts` exports as default. */
export type WaybillConfig = { actions: Record<string, { redactInputs: InputPolicy }> }
