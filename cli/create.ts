import { Command } from 'commander'
import { v7 as uuid } from 'uuid'
import { withClient } from '#cli/connect.ts'
import { readValue } from '#cli/emit/readValue.ts'
import type { CliEnv } from '#cli/env.ts'
import { readJobAddress } from '#cli/jobAddress.ts'
import { collectPairs } from '#cli/keyValue.ts'
import { invalidInput } from '#domain/events/invalidInput.ts'
import { jobCreated } from '#domain/events/job.ts'

type CreateOptions = {
  action: string
  input?: Record<string, string>
  title?: string
  label?: Record<string, string>
  parent?: string
  requestId: string
}

export function createCommand(env: CliEnv): Command {
  return new Command('create')
    .description('create a job and print its id')
    .requiredOption('-a, --action <action>', 'what kind of job it is')
    .option('-i, --input <name=value>', 'an input; JSON where it is JSON, else text; may be repeated', collectPairs)
    .option('-t, --title <title>')
    .option('-l, --label <name=value>', 'a label; may be repeated', collectPairs)
    .option('-p, --parent <job>', 'the job that this one belongs to')
    .option('-r, --request-id <id>', 'idempotency key: the same one gives the same job (default: a new one)')
    .addHelpText(
      'after',
      `
Example:
  $ job=$(waybill create --action deploy --input repo=octo/site --input dryRun=true --title "Deploy octo/site")`,
    )
    .action(async (options: CreateOptions) => {
      const { action, input = {}, title, label, parent, requestId = uuid() } = options
      const job = {
        action,
        requestId,
        inputs: Object.fromEntries(Object.entries(input).map(([name, text]) => [name, readValue(text)])),
        ...(title !== undefined && { title }),
        ...(label && { labels: label }),
        ...(parent !== undefined && { parentJobId: readJobAddress(parent, env.url) }),
      }
      const { error } = jobCreated.safeParse(job)
      if (error) throw invalidInput(error, { what: 'The job' })
      const { id } = await withClient(env, (client) => client.jobs.create(job))
      process.stdout.write(`${id}\n`)
    })
}
