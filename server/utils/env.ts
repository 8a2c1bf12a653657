import { z } from 'zod'

const whole = (fallback: number) => z.coerce.number().int().positive().default(fallback)

/** The server's settings; README.md lists them. An unusable value stops the start with its name. */
const schema = z.object({
  DATABASE_APP_URL: z.string().min(1),
  DATABASE_JOBS_URL: z.string().min(1),
  DATABASE_POOL_SIZE: whole(20),
  DEMO: z.stringbool().default(false),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: z.url().optional(),
  OPENAI_MODEL: z.string().optional(),
  AI_TIMEOUT_MS: whole(60_000),
  /** Charged when the provider's rate limit, after retries, lets no answer come. */
  AI_RATE_LIMIT_CREDITS: z.coerce.number().int().min(0).max(10).default(1),
  /** Unset: cards are not offered, invoices are. */
  STRIPE_SECRET_KEY: z.string().optional(),
  STRIPE_PUBLISHABLE_KEY: z.string().optional(),
  STRIPE_WEBHOOK_SECRET: z.string().optional(),
  /** Unset: Stripe's own address. */
  STRIPE_API_URL: z.url().optional(),
  /** Where the browser gets Stripe.js. */
  STRIPE_JS_URL: z.url().default('https://js.stripe.com/endive/stripe.js'),
  STRIPE_TIMEOUT_MS: whole(20_000),
  /** Where a proxy in front of us writes the visitor's address; unset, the connection's own address counts. */
  TRUST_PROXY: z.stringbool().default(false),
  RATE_LIMIT_GLOBAL_PER_MINUTE: whole(1000),
  RATE_LIMIT_CREDITS_PER_MINUTE: whole(100),
  /** Uploads of files, to be previewed or imported. */
  RATE_LIMIT_IMPORTS_PER_MINUTE: whole(30),
  RATE_LIMIT_SIGN_IN_PER_MINUTE: whole(10),
  /** Where links in mails lead. */
  APP_URL: z.url({ protocol: /^https?$/ }).default(() => `http://localhost:${process.env.PORT || 3200}`),
  /** Unset, mails are kept and none is sent. */
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.email().default('noreply@hotel-member.example'),
  MAIL_FROM_NAME: z.string().default('hotel-member CRM'),
})
export type Env = z.infer<typeof schema>

let parsed: Env | undefined

export function env(): Env {
  if (!parsed) {
    const set = Object.entries(process.env).filter(([, value]) => value !== '')
    const result = schema.safeParse(Object.fromEntries(set))
    if (!result.success) throw new Error(`Settings: ${z.prettifyError(result.error)}`)
    parsed = result.data
  }
  return parsed
}
