import { describe, expect, it } from 'vitest'
import { eventTypes } from '#domain/events/catalogue.ts'
import { describeRoutes } from '#server/http/openapi.ts'
import { routes } from '#server/http/routes.ts'

type Operation = {
  summary: string
  security: object[]
  parameters: { name: string; in: string; schema: object }[]
  requestBody?: { content: { 'application/json': { schema: { properties?: object; anyOf?: object[] } } } }
  responses: Record<string, object>
}
type Described = { paths: Record<string, Record<string, Operation>>; components: { responses: object } }

const described = describeRoutes(routes, '1.2.3') as Described

describe('describeRoutes', () => {
  it('has an operation for every route, with its parameters and what it refuses with', () => {
    for (const route of routes) {
      const operation = described.paths[route.path.replaceAll(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()]
      const inPath = operation?.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
      expect(inPath).toEqual([...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name))
      expect(operation?.responses).toHaveProperty('default')
      expect(operation?.security).toEqual(route.access === 'public' ? [] : [{ key: [] }])
    }
  })

  it('describes every event type of a request to emit, job.created excepted', () => {
    const body = described.paths['/runner-jobs/{jobId}/events']?.post?.requestBody
    const text = JSON.stringify(body)
    for (const type of eventTypes) expect(text.includes(`"const":"${type}"`)).toBe(type !== 'job.created')
  })

  it('is JSON that survives a round trip, with every reference in place', () => {
    expect(JSON.parse(JSON.stringify(described))).toEqual(described)
    const references = [...JSON.stringify(described).matchAll(/"\$ref":"#\/components\/responses\/(\w+)"/g)]
    expect(references.length).toBeGreaterThan(0)
    for (const [, name] of references) expect(described.components.responses).toHaveProperty(name ?? '')
  })
})
