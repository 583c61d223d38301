import type { InputPolicy } from '#domain/redaction/inputPolicy.ts'

/** Keeps where the workflow runs. Its other inputs are free-form and often carry tokens under names of their own. */
export const triggerGithubWorkflow: InputPolicy = ({ repo, branch }) => ({
  ...(repo !== undefined && { repo }),
  ...(branch !== undefined && { branch }),
})
