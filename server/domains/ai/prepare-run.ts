import type { ChatbotData, ExecuteBody, PredictionData, Source } from '#shared/schemas/ai'
import { excerptOf, languageOf } from '#shared/utils/text'
import type { Context } from '../../utils/context'
import { env } from '../../utils/env'
import { AppError } from '../../utils/errors'
import { findFunction, findModel, type AiFunction, type Model } from './functions'
import { searchKnowledge, type Passage } from './knowledge/search-sections'
import { forecastDays } from './prediction/forecast-days'
import { planPrediction } from './prediction/plan-prediction'
import { promptFor } from './prompts'
import { chooseProvider } from './providers'
import type { AiProvider, ChatbotTask, Completion, PredictionTask, Task } from './providers/provider'
import { creditsFor, type Price } from './rules'

export interface Performed {
  completion: Completion
  additionalData: PredictionData | ChatbotData
  /** It only says that nothing was found: there is nothing to pay for. */
  isUnanswered: boolean
}

export interface Reader {
  onSources?: (sources: Source[]) => void
  onText?: (piece: string) => void
}

/** A run that may begin: checked, priced, and nothing charged or called yet. */
export interface PreparedRun {
  function: AiFunction
  provider: AiProvider
  model: Model
  price: Price
  promptVersion: string
  tokens: { expected: number; most: number }
  estimate: number
  maximum: number
  /** @throws ProviderError */
  perform(signal: AbortSignal, reader: Reader): Promise<Performed>
}

const excerptLength = 160

/**
 * Everything that can be refused before anything is reserved, and what the run will cost.
 * @throws PLAN_FEATURE_REQUIRED, FUNCTION_NOT_AVAILABLE, INVALID_INPUT, NOT_ENOUGH_DATA,
 * KNOWLEDGE_EMPTY
 */
export async function prepareRun(ctx: Context, { functionType, parameters }: ExecuteBody): Promise<PreparedRun> {
  const aiFunction = await findFunction(ctx, functionType)
  const provider = chooseProvider()
  const model = await findModel(
    ctx,
    provider.name,
    parameters.model,
    provider.isOffline ? undefined : env().OPENAI_MODEL,
  )
  const { task, perform } =
    aiFunction.functionType === 'chatbot'
      ? await prepareChatbot(ctx, parameters)
      : await preparePrediction(ctx, parameters)

  const price = { baseCredits: aiFunction.baseCredits, creditFactor: model.creditFactor }
  const { input, expectedOutput, mostOutput } = provider.tokensFor(task, parameters.maxTokens)
  const tokens = { expected: input + expectedOutput, most: input + mostOutput }
  const { temperature, maxTokens } = parameters
  return {
    function: aiFunction,
    provider,
    model,
    price,
    promptVersion: promptFor(task).version,
    tokens,
    estimate: creditsFor(price, tokens.expected),
    maximum: creditsFor(price, tokens.most),
    perform: (signal, reader) =>
      perform(signal, reader, (ready, onText, highestTemperature = temperature) =>
        provider.run(ready, {
          model: model.model,
          temperature: Math.min(temperature, highestTemperature),
          maxTokens,
          signal,
          onText,
        }),
      ),
  }
}

type Ask = (task: Task, onText?: (piece: string) => void, highestTemperature?: number) => Promise<Completion>
interface Preparation {
  task: Task
  perform(signal: AbortSignal, reader: Reader, ask: Ask): Promise<Performed>
}

async function prepareChatbot(ctx: Context, { input }: ExecuteBody['parameters']): Promise<Preparation> {
  const { passages, isEmpty } = await searchKnowledge(ctx, input)
  if (isEmpty) throw new AppError('KNOWLEDGE_EMPTY')
  const task: ChatbotTask = {
    kind: 'chatbot',
    language: languageOf(input),
    hotelName: ctx.tenant.name,
    question: input,
    passages,
  }
  const sources = passages.map(sourceOf)
  return {
    task,
    async perform(_signal, { onSources, onText }, ask) {
      onSources?.(sources)
      const completion = await ask(task, onText)
      const offline = chooseProvider().isOffline
      return {
        completion,
        additionalData: { sources, offline, stopped: completion.isStopped },
        // A model that has no passage still has been paid for its words; our own sentence costs nothing.
        isUnanswered: offline && passages.length === 0,
      }
    },
  }
}

const sourceOf = ({ sectionId, title, category, body }: Passage): Source => ({
  sectionId,
  title,
  category,
  excerpt: excerptOf(body, excerptLength),
})

/** Words about figures want little invention. */
const wordingTemperature = 0.2

async function preparePrediction(
  ctx: Context,
  { input, customOptions }: ExecuteBody['parameters'],
): Promise<Preparation> {
  const plan = await planPrediction(ctx, customOptions)
  const task: PredictionTask = {
    kind: 'prediction',
    language: ctx.locale,
    hotelName: ctx.tenant.name,
    question: input,
    facts: null,
  }
  return {
    task,
    async perform(signal, { onText }, ask) {
      const { data, facts } = await forecastDays(ctx, plan, signal)
      const completion = await ask({ ...task, facts }, onText, wordingTemperature)
      return { completion, additionalData: data, isUnanswered: false }
    },
  }
}
