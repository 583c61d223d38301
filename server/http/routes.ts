import { z } from 'zod'
import { hitLimits } from '#domain/search/messages.ts'
import { mostBuckets } from '#domain/view/countPyramid.ts'
import { linesPerPage } from '#domain/view/linePage.ts'
import { createJobInput, pageDefaults, pageLimits, rebuildInput } from '#server/api/inputs.ts'
import { typePatterns } from '#server/api/typePatterns.ts'
import { getEvents, getOneEvent, postEvents } from '#server/http/handlers/events.ts'
import { getLivez, getReadyz } from '#server/http/handlers/health.ts'
import { getJobStatus, postJob } from '#server/http/handlers/jobs.ts'
import { getMetrics } from '#server/http/handlers/metrics.ts'
import { getOpenapi } from '#server/http/handlers/openapi.ts'
import { postRebuild } from '#server/http/handlers/rebuild.ts'
import { getSearch } from '#server/http/handlers/search.ts'
import { deleteSession, getSession, postSession, sessionInput } from '#server/http/handlers/session.ts'
import { getEventStream, refuseStream } from '#server/http/handlers/stream.ts'
import { refuseTrpc, serveTrpc } from '#server/http/handlers/trpc.ts'
import { getCounts, getLineOfSeq, getLines, getOutline } from '#server/http/handlers/views.ts'
import type { Route, RouteDocs } from '#server/http/route.ts'
import {
  countsSchema,
  emitBodySchema,
  emitResultSchema,
  eventPageSchema,
  eventSchema,
  jobSchema,
  jobStatusSchema,
  lineOfSeqSchema,
  linePageSchema,
  outlineSchema,
  searchMessageSchema,
  sessionSchema,
} from '#server/http/schemas.ts'

const seq = z.int().nonnegative()

const typesParameter = {
  description: `event types or groups, separated by commas: ${typePatterns.join(', ')}`,
}

const trpcDocs: RouteDocs = {
  summary: 'tRPC 11 with plain JSON; typed clients take AppRouter',
  answers: { 200: { description: 'tRPC envelope of the result' } },
}

/** Everything served besides the pages. The dispatcher, /openapi.json and the access tests all read this table. */
export const routes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/jobs',
    access: 'emit',
    handle: postJob,
    docs: {
      summary: 'Create a job; the same requestId again answers the same job',
      body: createJobInput,
      answers: {
        201: { description: 'the new job', schema: jobSchema },
        200: { description: 'the job that this requestId made before', schema: jobSchema },
      },
    },
  },
  {
    method: 'GET',
    path: '/api/jobs/:jobId',
    access: 'read',
    handle: getJobStatus,
    docs: {
      summary: 'State of a job',
      query: {
        logs: {
          description: `newest lines of output to include, default ${pageDefaults.logs}`,
          schema: z.int().nonnegative().max(pageLimits.logs),
        },
      },
      answers: { 200: { description: 'its status', schema: jobStatusSchema } },
    },
  },
  {
    method: 'POST',
    path: '/runner-jobs/:jobId/events',
    access: 'emit',
    handle: postEvents,
    docs: {
      summary: 'Record events of a job, whole or not at all; acknowledged once durable',
      body: emitBodySchema,
      answers: { 200: { description: 'their seqs, in request order', schema: emitResultSchema } },
    },
  },
  {
    method: 'GET',
    path: '/runner-jobs/:jobId/events',
    access: 'read',
    handle: getEvents,
    docs: {
      summary: 'Events of a job by seq, oldest first',
      query: {
        after: { description: 'events after this seq, default 0', schema: seq },
        before: { description: 'events before this seq', schema: seq },
        limit: {
          description: `events in the page, default ${pageDefaults.events}; fewer if they are large`,
          schema: z.int().positive().max(pageLimits.events),
        },
        types: typesParameter,
        stepId: { description: 'events of this step only' },
      },
      answers: { 200: { description: 'a page; Link rel="next" leads on', schema: eventPageSchema } },
    },
  },
  {
    method: 'GET',
    path: '/runner-jobs/:jobId/events/stream',
    access: 'read',
    handle: getEventStream,
    refuse: refuseStream,
    docs: {
      summary: 'Follow a job: its history, then what happens, as server-sent events',
      query: {
        after: { description: 'events after this seq; the header Last-Event-ID wins over it', schema: seq },
        types: typesParameter,
        output: {
          description: '`counts`: output and progress are told as frames of counts; not together with types',
        },
      },
      answers: {
        200: {
          description: 'events with their seq as id; caught-up once history is done; end after the final event',
          mediaType: 'text/event-stream',
          schema: z.string(),
        },
        204: { description: 'Last-Event-ID is the head of a job that is over: nothing can follow' },
      },
    },
  },
  {
    method: 'GET',
    // after the stream's, which is none of its events
    path: '/runner-jobs/:jobId/events/:event',
    access: 'read',
    handle: getOneEvent,
    docs: {
      summary: 'One event, by its seq or its id',
      answers: { 200: { description: 'the event', schema: eventSchema } },
    },
  },
  {
    method: 'GET',
    path: '/runner-jobs/:jobId/outline',
    access: 'read',
    handle: getOutline,
    docs: {
      summary: 'A job without its output: totals, state and every other event, what is long shortened',
      query: { after: { description: 'events after this seq, default 0', schema: seq } },
      answers: {
        200: { description: 'up to 10,000 events; `next` leads on, null at the end', schema: outlineSchema },
      },
    },
  },
  {
    method: 'GET',
    path: '/runner-jobs/:jobId/counts',
    access: 'read',
    handle: getCounts,
    docs: {
      summary: 'How many events of each kind came when',
      query: {
        buckets: { description: 'at most so many', schema: z.int().positive().max(mostBuckets) },
      },
      answers: { 200: { description: 'counts per bucket from the first event on', schema: countsSchema } },
    },
  },
  {
    method: 'GET',
    path: '/runner-jobs/:jobId/lines',
    access: 'read',
    handle: getLineOfSeq,
    docs: {
      summary: 'Where output stands among the lines of its job',
      query: { seq: { description: 'the first line that came with this event or a later one', schema: seq } },
      answers: { 200: { description: 'the line, counted from 1, and how many there are', schema: lineOfSeqSchema } },
    },
  },
  {
    method: 'GET',
    path: '/runner-jobs/:jobId/lines/:page',
    access: 'read',
    handle: getLines,
    docs: {
      summary: `${linesPerPage} lines of output, in columns; pages count from 0`,
      query: {
        epoch: { description: 'as the outline tells it: a full page of it may be kept for ever' },
      },
      answers: {
        200: {
          description: 'the page; a full one never changes, unless the database is set back',
          schema: linePageSchema,
        },
        304: { description: 'If-None-Match names the page as it is' },
      },
    },
  },
  {
    method: 'POST',
    path: '/api/projections/rebuild',
    access: 'admin',
    handle: postRebuild,
    docs: {
      summary: 'Make totals, outlines, counts and lines anew from the journal',
      body: rebuildInput,
      answers: {
        200: {
          description: 'progress, a JSON object a line; the last one is `done`, or a problem',
          mediaType: 'application/x-ndjson',
          schema: z.string(),
        },
      },
    },
  },
  {
    method: 'GET',
    path: '/runner-jobs/:jobId/search',
    access: 'read',
    handle: getSearch,
    docs: {
      summary: 'Search the output of a job; exact, one message a line',
      query: {
        q: { description: 'a filter, docs/search.md; without one every line is found' },
        limit: {
          description: `hits to list, default ${hitLimits.usual}; the total counts all`,
          schema: z.int().nonnegative().max(hitLimits.most),
        },
        after: { description: 'list the first hits after this line', schema: seq },
        before: { description: 'list the last hits before this line instead', schema: seq },
      },
      answers: {
        200: {
          description:
            'start, hits and progress as they come, then done with the exact total; or failed, with a problem',
          mediaType: 'application/x-ndjson',
          schema: searchMessageSchema,
        },
      },
    },
  },
  {
    method: 'POST',
    path: '/api/session',
    access: 'public',
    handle: postSession,
    docs: {
      summary: 'Exchange a key or a login token for a session cookie',
      body: sessionInput,
      answers: { 200: { description: 'who is signed in now', schema: sessionSchema } },
    },
  },
  {
    method: 'GET',
    path: '/api/session',
    access: 'known',
    handle: getSession,
    docs: { summary: 'Who calls', answers: { 200: { description: 'the caller', schema: sessionSchema } } },
  },
  {
    method: 'DELETE',
    path: '/api/session',
    access: 'public',
    handle: deleteSession,
    docs: { summary: 'Sign out', answers: { 204: { description: 'the session is over' } } },
  },
  {
    method: 'GET',
    path: '/api/trpc/:procedure',
    access: 'known',
    handle: serveTrpc,
    refuse: refuseTrpc,
    docs: trpcDocs,
  },
  {
    method: 'POST',
    path: '/api/trpc/:procedure',
    access: 'known',
    handle: serveTrpc,
    refuse: refuseTrpc,
    docs: trpcDocs,
  },
  {
    method: 'GET',
    path: '/livez',
    access: 'public',
    handle: getLivez,
    docs: { summary: 'The process is alive', answers: { 200: { description: 'yes' } } },
  },
  {
    method: 'GET',
    path: '/readyz',
    access: 'public',
    handle: getReadyz,
    docs: {
      summary: 'The server can take requests',
      query: { verbose: { description: 'if given: the state of each part, as JSON' } },
      answers: { 200: { description: 'yes' } },
    },
  },
  {
    method: 'GET',
    path: '/metrics',
    access: 'admin',
    handle: getMetrics,
    docs: {
      summary: 'Figures of this process, for Prometheus',
      answers: { 200: { description: 'text format 0.0.4', mediaType: 'text/plain', schema: z.string() } },
    },
  },
  {
    method: 'GET',
    path: '/openapi.json',
    access: 'public',
    handle: ({ services }) => getOpenapi(routes, services),
    docs: { summary: 'This description', answers: { 200: { description: 'OpenAPI 3.1' } } },
  },
]
