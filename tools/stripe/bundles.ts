import { join } from 'node:path'
import { root } from '../../scripts/lib/settings.mjs'

/** Served as programs, each whole in one file: the page loads Stripe.js as a plain script. */
const programs = ['stripe', 'card-frame', 'controller-frame', 'challenge-page'] as const
type Program = (typeof programs)[number]

const made = new Map<Program, Promise<string>>()

export const isProgram = (name: string): name is Program => programs.some((program) => program === name)

/** Made when a browser first asks: tests without one need not wait for it. */
export function bundle(name: Program): Promise<string> {
  const known = made.get(name)
  if (known) return known
  const making = build(name)
  made.set(name, making)
  return making
}

async function build(name: Program): Promise<string> {
  const vite = await import('vite')
  const result = await vite.build({
    configFile: false,
    root,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry: join(root, `tools/stripe/browser/${name}.ts`), formats: ['iife'], name: 'StandIn', fileName: name },
    },
  })
  const [output] = Array.isArray(result) ? result : [result]
  const chunk = output && 'output' in output ? output.output[0] : undefined
  if (chunk?.type !== 'chunk') throw new Error(`no bundle of ${name}`)
  return chunk.code
}
