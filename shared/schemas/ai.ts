import { z } from 'zod'
import { id, instant, isoDate, pageQuery } from './common'
import { aiFunctionType } from './credits'

export const predictionMetrics = ['arrivals', 'occupied_rooms'] as const
export const predictionHorizons = [30, 60, 90] as const
/** A prediction may begin this long after the day that follows the last complete one. */
export const predictionMostGapDays = 90
export const predictionOptions = z.object({
  metric: z.enum(predictionMetrics).default('arrivals'),
  horizonDays: z.literal(predictionHorizons).default(30),
  from: isoDate
    .optional()
    .describe('first day of the forecast; by default the day after the last one with complete data'),
})
export type PredictionOptions = z.infer<typeof predictionOptions>

export const executeBody = z.object({
  functionType: aiFunctionType,
  parameters: z.object({
    input: z.string().trim().min(1).max(8000),
    model: z.string().max(100).optional(),
    temperature: z.number().min(0).max(2).default(0.7),
    maxTokens: z.number().int().min(1).max(4000).default(1000),
    customOptions: z.record(z.string(), z.unknown()).optional(),
  }),
  metadata: z
    .object({
      userId: z.string().max(100).optional(),
      context: z.string().max(2000).optional(),
      tags: z.array(z.string().max(50)).max(20).optional(),
    })
    .optional()
    .describe('labels of the client; the executing person is the signed-in one'),
})
export type ExecuteBody = z.infer<typeof executeBody>

export const estimateResponse = z.object({
  estimate: z.number().int(),
  maximum: z.number().int().describe('a run never charges more'),
  unit: z.literal('credits'),
  reasons: z.array(z.string()).describe('how the figures come about, in the user’s language'),
})
export type EstimateResponse = z.infer<typeof estimateResponse>

export const source = z.object({ sectionId: id, title: z.string(), category: z.string(), excerpt: z.string() })
export type Source = z.infer<typeof source>

export const forecastPoint = z.object({ date: isoDate, mean: z.number(), lower: z.number(), upper: z.number() })
export type ForecastPoint = z.infer<typeof forecastPoint>
export const backtest = z.object({
  mae: z.number(),
  seasonalNaiveMae: z.number(),
  ratio: z
    .number()
    .nullable()
    .describe('mae ÷ seasonalNaiveMae; null where repeating the last week made no error at all'),
  coverage: z.number().describe('share of days inside the band, 0 to 1'),
  origins: z.number().int(),
})
export type Backtest = z.infer<typeof backtest>
export const predictionData = z.object({
  metric: z.enum(predictionMetrics),
  horizonDays: z.number().int(),
  from: isoDate,
  dataUntil: isoDate.describe('the last day with complete data'),
  history: z
    .array(z.object({ date: isoDate, value: z.number() }))
    .describe('the days before the forecast, for the chart'),
  forecast: z.array(forecastPoint),
  backtest: backtest.nullable().describe('null: too little history for one origin'),
  model: z.string(),
})
export type PredictionData = z.infer<typeof predictionData>
export const chatbotData = z.object({ sources: z.array(source), offline: z.boolean(), stopped: z.boolean() })
export type ChatbotData = z.infer<typeof chatbotData>

export const executeResponse = z.object({
  execution: z.object({
    executionId: id,
    functionType: aiFunctionType,
    executionTime: z.number().int().describe('ms'),
    timestamp: instant,
  }),
  result: z.object({
    output: z.string(),
    confidence: z.number().optional(),
    alternatives: z.array(z.string()).optional(),
    additionalData: z.union([predictionData, chatbotData]).optional(),
  }),
  credits: z.object({
    creditsUsed: z.number().int(),
    remainingBalance: z.number().int(),
    costPerCredit: z.number().describe('yen'),
    totalCost: z.number().int().describe('yen'),
  }),
  billing: z.object({
    transactionId: id.nullable().describe('null when nothing was charged'),
    billableUnits: z.number().int(),
    notice: z.string().optional().describe('why nothing was charged'),
  }),
})
export type ExecuteResponse = z.infer<typeof executeResponse>

/** GET /ai/executions: the last runs with what they cost. */
export const executionsQuery = pageQuery.extend({ functionType: aiFunctionType.optional() })
export type ExecutionsQuery = z.infer<typeof executionsQuery>
export const execution = z.object({
  id,
  functionType: aiFunctionType,
  status: z.enum(['RUNNING', 'COMPLETED', 'STOPPED', 'FAILED']),
  input: z.string(),
  customOptions: z.record(z.string(), z.unknown()).nullable(),
  creditsCharged: z.number().int(),
  errorCode: z.string().nullable(),
  durationMs: z.number().int().nullable(),
  user: z.object({ id, name: z.string() }),
  createdAt: instant,
})
export type Execution = z.infer<typeof execution>
export const executionsResponse = z.object({ executions: z.array(execution), nextCursor: z.string().nullable() })
export type ExecutionsResponse = z.infer<typeof executionsResponse>
/** GET /ai/executions/{id}: one run with its result, as execute gave it. */
export const executionDetail = z.object({ execution, result: executeResponse.nullable() })
export type ExecutionDetail = z.infer<typeof executionDetail>

/** GET /ai/functions: what the hotel's plan offers and what it costs. */
export const functionsResponse = z.object({
  functions: z.array(
    z.object({
      functionType: aiFunctionType,
      baseCredits: z.number().int(),
      available: z.boolean().describe('runs in this version and is in the plan'),
      requiredPlan: z.string().nullable().describe('name of the plan that has it, when the present one does not'),
      hourlyLimit: z.number().int(),
    }),
  ),
  provider: z.string().describe('embedded or openai'),
  knowledgeSections: z.number().int().describe('sections of the hotel’s knowledge base'),
  /** What the prediction can use. */
  predictionData: z.object({
    firstDay: isoDate.nullable(),
    lastCompleteDay: isoDate.nullable(),
    defaultFrom: isoDate.nullable(),
  }),
})
export type FunctionsResponse = z.infer<typeof functionsResponse>

/** GET /ai/knowledge/{id}: the whole passage behind a source. */
export const knowledgeSectionResponse = z.object({
  section: z.object({ id, category: z.string(), title: z.string(), body: z.string(), updatedAt: instant }),
})
export type KnowledgeSectionResponse = z.infer<typeof knowledgeSectionResponse>
