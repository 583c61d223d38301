import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openTabs, type TabMessage, type Tabs } from '#components/timeline/data/tabs.ts'

/** Waits for its turn, and writes down what becomes of it. */
function queue(tabs: Tabs, epoch = 'e', takesOver = false) {
  const story: string[] = []
  const leave = tabs.queue({
    epoch,
    takesOver,
    onTurn: () => story.push('turn'),
    onLost: () => story.push('lost'),
  })
  return { story, leave }
}

/** Two tabs of one job, as the platform's own locks and channels have them. */
function twoTabs(logins: [string, string] = ['a', 'a']) {
  const jobId = crypto.randomUUID()
  const [one, two] = [openTabs(jobId, logins[0]), openTabs(jobId, logins[1])]
  if (!one || !two) throw new Error('this Node has no Web Locks')
  return {
    one,
    two,
    [Symbol.dispose]: () => {
      one.close()
      two.close()
    },
  }
}

test('one tab at a time has the turn, and it passes on when that one leaves', async () => {
  using tabs = twoTabs()
  const first = queue(tabs.one)
  const second = queue(tabs.two)
  const elsewhere = queue(tabs.two, 'another history')
  await sleep(20)
  expect([first.story, second.story, elsewhere.story]).toEqual([['turn'], [], ['turn']])
  first.leave()
  await sleep(20)
  expect([first.story, second.story]).toEqual([['turn'], ['turn']])
  second.leave()
  elsewhere.leave()
})

test('a turn can be taken from one that has it, not from one that waits', async () => {
  using tabs = twoTabs()
  const first = queue(tabs.one)
  const second = queue(tabs.two)
  await sleep(20)
  const eager = queue(tabs.two, 'e', true)
  await sleep(20)
  expect([first.story, second.story, eager.story]).toEqual([['turn', 'lost'], [], ['turn']])
  eager.leave()
  await sleep(20)
  expect(second.story).toEqual(['turn'])
  second.leave()
})

test('one that left while it waited is not given the turn', async () => {
  using tabs = twoTabs()
  const first = queue(tabs.one)
  const second = queue(tabs.two)
  second.leave()
  first.leave()
  await sleep(20)
  expect(second.story).toEqual([])
})

test('a turn that was on its way to one that left is given back', async () => {
  let grant: () => unknown = () => {}
  const late = {
    request: (_name: string, _options: LockOptions, hold: () => unknown) => {
      grant = hold
      return new Promise(() => {})
    },
  }
  const tabs = openTabs('job', '', { locks: late as unknown as LockManager, Channel: BroadcastChannel })
  if (!tabs) throw new Error('it has locks')
  const { story, leave } = queue(tabs, 'e', true)
  leave()
  await grant()
  tabs.close()
  expect(story).toEqual([])
})

test('tabs of a job hear each other, not themselves', async () => {
  using tabs = twoTabs()
  const heard: [string, TabMessage][] = []
  tabs.one.listen((message) => heard.push(['one', message]))
  tabs.two.listen((message) => heard.push(['two', message]))
  tabs.one.post({ kind: 'hello', epoch: 'e' })
  await sleep(20)
  expect(heard).toEqual([['two', { kind: 'hello', epoch: 'e' }]])
})

test('what a tab was sent in the name of one login is not told to another', async () => {
  using tabs = twoTabs(['a', 'b'])
  const heard: TabMessage[] = []
  tabs.two.listen((message) => heard.push(message))
  tabs.one.post({ kind: 'hello', epoch: 'e' })
  const [first, second] = [queue(tabs.one), queue(tabs.two)]
  await sleep(20)
  expect(heard).toEqual([])
  expect([first.story, second.story]).toEqual([['turn'], ['turn']])
  first.leave()
  second.leave()
})

test('a browser that keeps tabs apart has none, and one that refuses its locks lets each read for itself', async () => {
  expect(openTabs('job', '', { locks: undefined, Channel: BroadcastChannel })).toBeNull()
  const refusing = { request: () => Promise.reject(new DOMException('no', 'SecurityError')) }
  const tabs = openTabs('job', '', { locks: refusing as unknown as LockManager, Channel: BroadcastChannel })
  if (!tabs) throw new Error('it has locks')
  const { story } = queue(tabs)
  await sleep(20)
  tabs.close()
  expect(story).toEqual(['turn'])
})
