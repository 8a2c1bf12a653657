import { encodeCursor } from '../../../utils/cursor'

/** The WHERE of a list with filters, for the driver's numbered parameters. What is undefined does not filter. */
export class Conditions {
  readonly values: unknown[] = []
  private readonly parts = ['true']

  /** @param sql the condition, given the name of its parameter */
  add(value: unknown, sql: (parameter: string) => string): this {
    if (value !== undefined) this.parts.push(sql(this.parameter(value)))
    return this
  }

  /** Rows after the page before, in descending order of a time and an id. */
  after(position: { at: number; id: string } | null, time: string, id: string): this {
    if (!position) return this
    const at = this.parameter(position.at)
    return this.add(
      position.id,
      (name) => `(${time}, ${id}) < (timestamptz 'epoch' + ${at}::bigint * interval '1 microsecond', ${name}::uuid)`,
    )
  }

  parameter(value: unknown): string {
    this.values.push(value)
    return `$${this.values.length}`
  }

  get where(): string {
    return this.parts.join(' AND ')
  }
}

/** A time as the cursor keeps it, in microseconds. */
export const positionOf = (time: string) => `(extract(epoch FROM ${time}) * 1000000)::float8 AS at`

/** One row more than the page was asked for says that there is a next one. */
export function cut<Row extends { at: number; id: string }>(rows: Row[], limit: number) {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { shown, nextCursor: rows.length > limit && last ? encodeCursor({ at: last.at, id: last.id }) : null }
}

/** Whether a text contains another, letters large or small. */
export const contains = (column: string) => (parameter: string) =>
  `strpos(lower(${column}), lower(${parameter}::text)) > 0`

/** Whether a figure is the one that was typed: 6050, 6,050 or ¥6,050. */
export const isAmount = (figure: string) => (parameter: string) =>
  `(${figure})::text = regexp_replace(${parameter}::text, '[¥¥,円]', '', 'g')`

export const anyOf =
  (...conditions: ((parameter: string) => string)[]) =>
  (parameter: string) =>
    `(${conditions.map((condition) => condition(parameter)).join(' OR ')})`
