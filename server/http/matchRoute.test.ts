import { describe, expect, it } from 'vitest'
import { compileRoutes } from '#server/http/matchRoute.ts'
import { routes } from '#server/http/routes.ts'

const match = compileRoutes(routes)

describe('compileRoutes', () => {
  it('finds all routes of a path and decodes its parameters', () => {
    const found = match('/runner-jobs/a%20b/events')
    expect(found?.routes.map((route) => route.method)).toEqual(['POST', 'GET'])
    expect(found?.params).toEqual({ jobId: 'a b' })
  })

  it.each([
    '/',
    '/api',
    '/api/jobs/',
    '/api/jobs/a/b',
    '/runner-jobs//events',
    '/openapiXjson',
    '/x/livez',
    '/api/jobs/%E0%A4%A',
  ])('finds nothing at %s', (path) => {
    expect(match(path)).toBeNull()
  })

  it('keeps a parameter from reaching into the path', () => {
    expect(match('/runner-jobs/..%2Fsession/events')?.params).toEqual({ jobId: '../session' })
  })
})
