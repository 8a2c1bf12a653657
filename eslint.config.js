import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

/** Prisma and SQL live in server/domains and server/utils; everything else calls a domain function. */
const noDatabase = {
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        { group: ['**/generated/prisma/**', '@prisma/*', 'pg'], message: 'Call a function of server/domains instead.' },
      ],
    },
  ],
}

export default tseslint.config(
  {
    ignores: [
      '.nuxt/**',
      '.output/**',
      '.data/**',
      'server/generated/**',
      'coverage/**',
      'test-results/**',
      'playwright-report/**',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strict,
  ...vue.configs['flat/recommended'],
  prettier,
  // A name that begins with _ is there to be left out.
  {
    rules: {
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      // The path is the name: components/credits/BalanceCard.vue is <CreditsBalanceCard>.
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
    },
  },
  {
    // The type checker knows Nuxt's and Nitro's auto-imports; no-undef does not.
    files: ['**/*.ts', '**/*.vue'],
    rules: { 'no-undef': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'URLSearchParams',
          'Buffer',
          'fetch',
          'AbortController',
          'AbortSignal',
          'TextDecoder',
          'TextEncoder',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'setImmediate',
          'performance',
          'structuredClone',
          'WebAssembly',
          'Response',
          'Headers',
          'FormData',
          'Blob',
          'crypto',
          'Event',
          'EventTarget',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: [
      'server/api/**',
      'server/tasks/**',
      'server/plugins/**',
      'pages/**',
      'components/**',
      'composables/**',
      'stores/**',
      'layouts/**',
    ],
    rules: noDatabase,
  },
  {
    files: ['server/**', 'shared/**', 'pages/**', 'components/**', 'composables/**'],
    rules: { 'no-console': 'error' },
  },
)
