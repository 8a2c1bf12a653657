import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { buildServer } from '../../../scripts/lib/build.mjs'
import { startedAt } from '../../../scripts/lib/processes.mjs'
import { signIn } from '../../support/client'
import { until } from '../../support/until'
import { answers, ctrlC, installation, timeToEnd, type Installation } from './launcher'

let here: Installation

// One data folder for all of them: the demonstration's data is loaded once, and every later start is a second one.
beforeAll(async () => {
  await buildServer()
  here = await installation()
})
afterEach(() => here.rest())
afterAll(() => here.clear())

describe('npm run demo', () => {
  it('serves on both loopback addresses, prints the accounts, and Ctrl-C ends all of it', async () => {
    const launch = here.start('npm')
    await launch.ready()
    expect(await answers(here.port)).toBe(true)
    expect(await answers(here.port, 'localhost')).toBe(true)
    expect(launch.output()).toContain(`http://localhost:${here.port}`)
    expect(launch.output()).toContain('operator@hotel-member.example')
    expect(launch.output()).toContain('4242 4242 4242 4242')

    const launcher = here.launcher()
    ctrlC(launch)
    await until('launcher and database are gone', () => !startedAt(launcher) && !here.postgres(), timeToEnd)
    expect(here.stripe()).toBeUndefined()
    expect(await answers(here.port)).toBe(false)
    expect(readdirSync(join(here.dataDir, 'users'))).toEqual([])
  })

  it('ends in time although a browser holds a stream open', async () => {
    const launch = here.start()
    await launch.ready()
    const person = await signIn(`http://127.0.0.1:${here.port}`, 'staff@plantan.example', 'omotenashi-demo')
    const stream = await person('/api/v1/events')
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    const began = performance.now()
    process.kill(launch.pid, 'SIGHUP')
    expect(await launch.ended).toBe(0)
    expect(performance.now() - began).toBeLessThan(timeToEnd)
    expect(here.postgres()).toBeUndefined()
  })

  it('says so when it runs already with the same data', async () => {
    await here.start().ready()
    const second = here.start()
    expect(await second.ended).toBe(1)
    expect(second.output().trim().split('\n')).toEqual([expect.stringContaining(`http://localhost:${here.port}`)])
    expect(await answers(here.port)).toBe(true)
  })

  it('runs twice side by side with two data folders', async () => {
    const there = await installation()
    try {
      await Promise.all([here.start().ready(), there.start().ready()])
      expect(await Promise.all([answers(here.port), answers(there.port)])).toEqual([true, true])
      expect(here.postgres()).not.toBe(there.postgres())
      expect(here.stripe()).not.toBe(there.stripe())
    } finally {
      await there.clear()
    }
  })
})

describe('after kill -9', () => {
  it('of the launcher, its server ends and the next start adopts the database', async () => {
    const first = here.start()
    await first.ready()
    const postgres = here.postgres()
    process.kill(first.pid, 'SIGKILL')
    await first.ended
    expect(here.postgres()).toBe(postgres)
    await until('the stand-in for Stripe is gone', () => !here.stripe())

    await here.start().ready()
    expect(here.postgres()).toBe(postgres)
    expect(await answers(here.port)).toBe(true)
  })

  it('of npm, the launcher ends by itself', async () => {
    const launch = here.start('npm')
    await launch.ready()
    const launcher = here.launcher()
    process.kill(launch.pid, 'SIGKILL')
    await until('launcher and database are gone', () => !startedAt(launcher) && !here.postgres(), timeToEnd)
  })

  it('of the database, it is started again and the server goes on', async () => {
    await here.start().ready()
    const postgres = here.postgres() as number
    process.kill(postgres, 'SIGKILL')
    await until('another database serves', () => here.postgres() !== undefined && here.postgres() !== postgres, 30_000)
    await until('the server answers', () => answers(here.port), 30_000)
  })

  it('of the stand-in for Stripe, it is started again where it was', async () => {
    await here.start().ready()
    const port = readFileSync(join(here.dataDir, 'stripe/port'), 'utf8')
    const stripe = here.stripe() as number
    process.kill(stripe, 'SIGKILL')
    await until('another one serves', () => here.stripe() !== undefined && here.stripe() !== stripe, 30_000)
    const script = () =>
      fetch(`http://127.0.0.1:${port}/v3/stripe.js`).then(
        ({ ok }) => ok,
        () => false,
      )
    await until('it answers', script, 30_000)
  })

  it('of everything at once, the next start recovers', async () => {
    const first = here.start()
    await first.ready()
    process.kill(first.pid, 'SIGKILL')
    process.kill(here.postgres() as number, 'SIGKILL')
    await here.start().ready()
    expect(await answers(here.port)).toBe(true)
  })
})
