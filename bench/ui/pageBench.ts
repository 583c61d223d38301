import type { Browser } from 'playwright'
import type { Stage } from '#bench/stage.ts'

/** What every part of the bench measures with. */
export type PageBench = {
  stage: Pick<Stage, 'server' | 'key'>
  /** draws sixty frames a second, as a screen has it */
  browser: Browser
  jobs: {
    /** events of the large one */
    events: number
    large: string
    tiny: string
    /** the large one's lines as they were recorded */
    linesFile: string
  }
  loads: number
  rate: number
  seconds: number
  /** tells how far it is */
  say(text: string): void
}
