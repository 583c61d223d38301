import { z } from 'zod'
import type { Route } from '#server/http/route.ts'
import { problemSchema } from '#server/http/schemas.ts'

/** OpenAPI 3.1 of the given routes: the table that serves them is the table that describes them. */
export function describeRoutes(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Waybill', version, description: 'A self-hosted record of jobs: append-only, provable, live.' },
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key: wb_<id>_<secret>' } },
      responses: {
        Problem: {
          description: 'Refused or failed: RFC 9457 problem details with a stable code',
          content: { 'application/problem+json': { schema: jsonSchema(problemSchema) } },
        },
      },
    },
  }
}

function describeRoute(route: Route): object {
  const { summary, query = {}, body, answers } = route.docs
  return {
    summary: route.access === 'public' || route.access === 'known' ? summary : `${summary} (scope ${route.access})`,
    security: route.access === 'public' ? [] : [{ key: [] }],
    parameters: [
      ...[...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      ...Object.entries(query).map(([name, { description, schema }]) => ({
        name,
        in: 'query',
        description,
        schema: schema ? jsonSchema(schema) : { type: 'string' },
      })),
    ],
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(body) } } } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, { description, mediaType = 'application/json', schema }]) => [
          status,
          { description, ...(schema && { content: { [mediaType]: { schema: jsonSchema(schema) } } }) },
        ]),
      ),
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

/** `any` for values that are free JSON. */
function jsonSchema(schema: z.ZodType): object {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })
  return described
}
