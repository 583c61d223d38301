import { countFacets } from '#server/api/countFacets.ts'
import { createJob } from '#server/api/createJob.ts'
import { describeSession } from '#server/api/describeSession.ts'
import { emitEvents, parseEmit } from '#server/api/emitEvents.ts'
import { followEvents } from '#server/api/followEvents.ts'
import { getJob } from '#server/api/getJob.ts'
import {
  countsInput,
  createJobInput,
  facetsInput,
  followInput,
  getJobInput,
  jobInput,
  listEventsInput,
  listJobsInput,
  viewInput,
} from '#server/api/inputs.ts'
import { listEvents } from '#server/api/listEvents.ts'
import { listJobs, summarizeJob } from '#server/api/listJobs.ts'
import { accept, parseJobId } from '#server/api/parseInput.ts'
import {
  adminProcedure,
  anyScopeProcedure,
  createCallerFactory,
  createRouter,
  emitProcedure,
  readProcedure,
} from '#server/api/procedures.ts'
import { reportHealth } from '#server/api/reportHealth.ts'
import { toEventPage } from '#server/api/toEventPage.ts'
import { countJob, toJobOutline, viewJob } from '#server/api/viewJob.ts'

/** The typed surface, design section 11. Procedures only name their scope, input and operation. */
export const router = createRouter({
  jobs: createRouter({
    create: emitProcedure
      .input(accept(createJobInput))
      .mutation(async ({ ctx, input }) => (await createJob(ctx, input)).job),
    get: readProcedure
      .input(accept(getJobInput))
      .query(async ({ ctx, input }) => ({ requestId: ctx.requestId, job: await getJob(ctx, input) })),
    list: readProcedure.input(accept(listJobsInput.optional())).query(({ ctx, input }) => listJobs(ctx, input ?? {})),
    facets: readProcedure
      .input(accept(facetsInput.optional()))
      .query(({ ctx, input }) => countFacets(ctx, input ?? {})),
    summary: readProcedure.input(accept(jobInput)).query(({ ctx, input }) => summarizeJob(ctx, input.jobId)),
    view: readProcedure
      .input(accept(viewInput))
      .query(async ({ ctx, input }) => toJobOutline(await viewJob(ctx, input))),
    counts: readProcedure.input(accept(countsInput)).query(({ ctx, input }) => countJob(ctx, input)),
  }),
  events: createRouter({
    emit: emitProcedure.input(parseEmit).mutation(({ ctx, input }) => emitEvents(ctx, input)),
    list: readProcedure
      .input(accept(listEventsInput))
      .query(async ({ ctx, input }) => toEventPage(await listEvents(ctx, input))),
    follow: readProcedure
      .input(accept(followInput))
      .subscription(({ ctx, input, signal }) => followEvents(ctx, input, signal ?? new AbortController().signal)),
  }),
  steps: createRouter({
    list: readProcedure
      .input(accept(jobInput))
      .query(({ ctx, input }) =>
        ctx.services.journal.listSteps({ orgId: ctx.principal.orgId, jobId: parseJobId(input.jobId) }),
      ),
  }),
  session: createRouter({
    get: anyScopeProcedure.query(({ ctx }) => describeSession(ctx)),
  }),
  doctor: createRouter({
    report: adminProcedure.query(({ ctx }) => reportHealth(ctx)),
  }),
})

export type AppRouter = typeof router

/** The same procedures without HTTP, for pages: scopes and organisations are checked alike. */
export const createCaller = createCallerFactory(router)
