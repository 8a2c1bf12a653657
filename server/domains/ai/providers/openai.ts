import OpenAI, { APIConnectionError, APIError } from 'openai'
import type { ChatCompletionChunk, ChatCompletionMessageParam } from 'openai/resources/chat/completions'
import { maskPersonalData, Unmasker } from '../personal-data'
import { promptFor } from '../prompts'
import { estimateTokens } from '../tokens'
import { ProviderError, type AiProvider, type Completion, type RunOptions, type Task } from './provider'

export interface OpenAiSettings {
  apiKey: string
  /** Of any OpenAI-compatible server; unset, OpenAI itself. */
  baseURL?: string
  timeoutMs: number
}

/** Retries on 429, 5xx and lost connections, with the SDK's back-off and jitter. */
const maxRetries = 2
/** A provider that asks to wait longer than this is not waited for: the person is told at once. */
const patienceMs = 8000
/** Tokens of an ordinary answer and of a forecast's explanation, and the room the figures of a forecast take. */
const usualAnswer = { chatbot: 200, prediction: 260 }
const factsTokens = 700

/** OpenAI, or a server that speaks its chat completions, through the official SDK. */
export function openAiProvider(settings: OpenAiSettings): AiProvider {
  const client = new OpenAI({ ...settings, timeout: settings.timeoutMs, maxRetries, fetch: fetchWithPatience })
  return {
    name: 'openai',
    isOffline: false,
    tokensFor(task, maxTokens) {
      const written = promptFor(task).messages.reduce((sum, { content }) => sum + estimateTokens(content), 0)
      const input = task.kind === 'prediction' && !task.facts ? written + factsTokens : written
      return { input, expectedOutput: Math.min(usualAnswer[task.kind], maxTokens), mostOutput: maxTokens }
    },
    run: (task, options) => run(client, task, options, settings),
  }
}

async function run(
  client: OpenAI,
  task: Task,
  options: RunOptions,
  { baseURL, timeoutMs }: OpenAiSettings,
): Promise<Completion> {
  const { messages, hidden } = prepare(task)
  const deadline = AbortSignal.timeout(timeoutMs)
  const reading = new AnswerReader(messages, new Unmasker(hidden), options.onText)
  const ended = AbortSignal.any([options.signal, deadline])
  try {
    await orAborted(
      reading.read(
        () =>
          client.chat.completions.create(
            {
              model: options.model,
              messages,
              temperature: options.temperature,
              // The newer name is OpenAI's own; compatible servers know the older one.
              ...(baseURL ? { max_tokens: options.maxTokens } : { max_completion_tokens: options.maxTokens }),
              stream: true,
              stream_options: { include_usage: true },
            },
            { signal: ended },
          ),
        ended,
      ),
      ended,
    )
  } catch (error) {
    if (options.signal.aborted) return reading.completion(true)
    throw faultOf(error)
  }
  if (options.signal.aborted) return reading.completion(true)
  if (deadline.aborted) throw new ProviderError('unavailable', deadline.reason)
  return reading.finished()
}

/** Waits of the SDK between two tries do not hear the signal. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

function prepare(task: Task): { messages: ChatCompletionMessageParam[]; hidden: ReadonlyMap<string, string> } {
  const question = maskPersonalData(task.question)
  const { messages } = promptFor({ ...task, question: question.text })
  return { messages, hidden: question.hidden }
}

/** Gathers a streamed answer: its text, its end and what it took. */
class AnswerReader {
  private text = ''
  private usage: ChatCompletionChunk['usage']
  private finishReason: string | null = null
  private firstAfterMs: number | null = null
  private readonly started = performance.now()

  constructor(
    private readonly messages: readonly ChatCompletionMessageParam[],
    private readonly unmasker: Unmasker,
    private readonly onText?: (piece: string) => void,
  ) {}

  async read(open: () => Promise<AsyncIterable<ChatCompletionChunk>>, signal: AbortSignal): Promise<void> {
    for await (const chunk of await open()) {
      if (signal.aborted) return
      this.usage = chunk.usage ?? this.usage
      const [choice] = chunk.choices
      this.finishReason = choice?.finish_reason ?? this.finishReason
      this.take(this.unmasker.add(choice?.delta?.content ?? ''))
    }
    this.take(this.unmasker.rest())
  }

  private take(piece: string): void {
    if (!piece) return
    this.firstAfterMs ??= Math.round(performance.now() - this.started)
    this.text += piece
    this.onText?.(piece)
  }

  /** @throws ProviderError unusable without text, unavailable when the stream was cut off */
  finished(): Completion {
    if (this.finishReason === null && this.text)
      throw new ProviderError('unavailable', 'the stream ended before the answer did')
    if (!this.text.trim()) throw new ProviderError('unusable', `no text (${this.finishReason ?? 'no end'})`)
    return this.completion(false)
  }

  completion(isStopped: boolean): Completion {
    return {
      text: this.text,
      // A stopped stream never says what it took.
      tokensIn:
        this.usage?.prompt_tokens ??
        this.messages.reduce((sum, { content }) => sum + estimateTokens(String(content)), 0),
      tokensOut: this.usage?.completion_tokens ?? estimateTokens(this.text),
      isStopped,
      timeToFirstTokenMs: this.firstAfterMs,
    }
  }
}

function faultOf(error: unknown): unknown {
  if (error instanceof ProviderError) return error
  if (error instanceof SyntaxError) return new ProviderError('unusable', error)
  if (error instanceof APIConnectionError) return new ProviderError('unavailable', error)
  if (error instanceof APIError) return new ProviderError(isRateLimit(error) ? 'rateLimited' : 'unavailable', error)
  // The connection broke (fetch's TypeError, a reset), or the deadline has passed.
  if (error instanceof TypeError || (error instanceof Error && ('code' in error || error.name === 'TimeoutError')))
    return new ProviderError('unavailable', error)
  return error
}

/** 429 also says that the month's quota is used up: then waiting does not help, and nothing is charged. */
function isRateLimit({ status, code, type }: APIError): boolean {
  if ([code, type].some((word) => word === 'insufficient_quota' || word === 'billing_hard_limit_reached')) return false
  return status === 429 || code === 'rate_limit_exceeded' || type === 'rate_limit_error'
}

/** Tells the SDK not to retry what would take longer than a person waits, or what waiting cannot mend. */
async function fetchWithPatience(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init)
  if (response.ok) return response
  const after = response.headers.get('retry-after')
  const waitMs =
    after === null ? 0 : /^\d+(\.\d+)?$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now()
  const isQuota = response.status === 429 && /insufficient_quota|billing_hard_limit/.test(await response.clone().text())
  if (waitMs <= patienceMs && !isQuota) return response
  const headers = new Headers(response.headers)
  headers.set('x-should-retry', 'false')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}
