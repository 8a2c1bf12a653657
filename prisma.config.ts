import { fileURLToPath } from 'node:url'
import { defineConfig } from 'prisma/config'

// `prisma generate` insists on a schema engine that it never runs, and would download one. A stand-in that
// only fails keeps it quiet without ever being mistaken for an engine that did its work; migrations run
// through scripts/migrate.mjs, which uses the WebAssembly build of the same engine.
if (/\b(generate|validate|format)\b/.test(process.argv.join(' '))) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(new URL('scripts/lib/no-schema-engine.sh', import.meta.url))
}

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
})
