import { fileURLToPath } from 'node:url'
import type { Nuxt } from '@nuxt/schema'

const inProject = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineNuxtConfig({
  compatibilityDate: '2026-11-01',
  modules: ['@nuxt/ui', '@nuxtjs/i18n', '@pinia/nuxt', '@vueuse/nuxt', 'nuxt-auth-utils', numberIdsAlike],
  css: ['~/assets/css/main.css'],
  devtools: { enabled: false },
  telemetry: false,
  experimental: { enforceModuleCompatibility: true },
  // Several builds of one checkout can live side by side (a demonstration and a test run).
  buildDir: process.env.NUXT_BUILD_DIR || '.nuxt',

  // Nothing comes over the wire: the system's faces, icons from the installed collection.
  ui: { fonts: false, theme: { colors: ['primary', 'secondary', 'success', 'info', 'warning', 'error', 'neutral'] } },
  icon: {
    provider: 'server',
    serverBundle: { collections: ['lucide'] },
    clientBundle: { scan: true, sizeLimitKb: 512 },
    fallbackToApi: false,
  },
  colorMode: { preference: 'system', fallback: 'light' },
  components: [{ path: '~/components', pathPrefix: true }],

  i18n: {
    strategy: 'no_prefix',
    defaultLocale: 'ja',
    langDir: 'locales',
    locales: [
      { code: 'ja', language: 'ja-JP', name: '日本語', files: locale('ja') },
      { code: 'en', language: 'en-US', name: 'English', files: locale('en') },
    ],
    // Japanese first, whatever the browser says; plugins/language.ts knows what the person has chosen.
    detectBrowserLanguage: false,
    bundle: { optimizeTranslationDirective: false },
  },

  runtimeConfig: {
    session: {
      password: '', // NUXT_SESSION_PASSWORD
      name: '__Host-session',
      maxAge: 60 * 60 * 24 * 7,
      sessionHeader: false,
      cookie: { secure: true, sameSite: 'lax', httpOnly: true, path: '/' },
    },
  },
  // The cookie holds a session's id only; who is signed in says GET /api/v1/auth/session.
  auth: { loadStrategy: 'none', hash: { scrypt: { cost: 2 ** 17, maxMemory: 256 * 2 ** 20 } } },

  hooks: {
    // Whoever asks for the session gets it from our own route; the library's would be a second, open one.
    'nitro:config'(config) {
      config.handlers = config.handlers?.filter((handler) => !handler?.route?.startsWith('/api/_auth/'))
    },
  },

  nitro: {
    experimental: { tasks: true },
    scheduledTasks: {
      '* * * * *': ['credits:sweep-holds', 'ai:end-dead-runs', 'identity:prune', 'payments:reconcile'],
      '*/5 * * * *': ['credits:run-due', 'payments:auto-purchase'],
      '17 * * * *': ['events:prune'],
      // 9 o'clock in Japan.
      '0 0 * * *': ['credits:notices', 'payments:card-notices', 'payments:remind-invoices'],
      '30 18 * * *': ['credits:verify', 'payments:verify'],
    },
    alias: { '#shared': inProject('./shared') },
    // Read as files, which no import leads to: an invoice's fonts (server/domains/payments/invoices).
    externals: {
      traceInclude: ['400Regular/BIZUDPGothic_400Regular.ttf', '700Bold/BIZUDPGothic_700Bold.ttf'].map(font),
    },
    output: process.env.NITRO_OUTPUT_DIR ? { dir: process.env.NITRO_OUTPUT_DIR } : undefined,
  },
  typescript: {
    strict: true,
    tsConfig: {
      compilerOptions: {
        noUncheckedIndexedAccess: true,
        noImplicitOverride: true,
        lib: ['DOM.AsyncIterable'],
      },
    },
  },
})

/**
 * Vue numbers the ids of useId by component boundaries, and a server prefetch makes one. Nuxt strips
 * onServerPrefetch from the browser's code, so every id after an icon would differ from the server's, and a
 * label would lose its field.
 */
function numberIdsAlike(_options: unknown, nuxt: Nuxt) {
  const { client } = nuxt.options.optimization.treeShake.composables
  client.vue = client.vue?.filter((name) => name !== 'onServerPrefetch') ?? []
}

function font(file: string) {
  return inProject(`./node_modules/@expo-google-fonts/biz-udpgothic/${file}`)
}

/** One file a domain, so that a text lies beside what it belongs to. */
function locale(code: string) {
  return ['common', 'errors', 'identity', 'credits', 'payments', 'bank-file', 'operator', 'reservations', 'ai'].map(
    (domain) => `${code}/${domain}.json`,
  )
}
