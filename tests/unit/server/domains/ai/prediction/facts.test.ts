import { describe, expect, it } from 'vitest'
import { addDays } from '#shared/utils/calendar'
import { factsOf } from '../../../../../../server/domains/ai/prediction/facts'
import { predictionWords } from '../../../../../../server/domains/ai/prediction/words'

const backtest = { mae: 4.2, seasonalNaiveMae: 6.1, ratio: 0.689, coverage: 0.81, origins: 8 }
/** Weekly: Saturdays 20, other days 10; the first day is a Monday. */
const saturdayOf = (index: number) => (index % 7 === 5 ? 20 : 10)
const series = { start: '2015-01-05', values: Array.from({ length: 400 }, (_, index) => saturdayOf(index)) }
const from = addDays(series.start, 400)
const forecast = Array.from({ length: 28 }, (_, index) => {
  const mean = saturdayOf(400 + index) * 1.2
  return { date: addDays(from, index), mean, lower: mean - 3, upper: mean + 3 }
})

describe('factsOf', () => {
  const facts = factsOf('arrivals', series, forecast, backtest, addDays(from, -1))

  it('tells level, week, trend, peaks and band', () => {
    expect(facts).toMatchObject({
      from,
      to: addDays(from, 27),
      dataUntil: addDays(from, -1),
      meanPerDay: 13.7,
      total: 384,
      busiestWeekday: { weekday: 6, meanPerDay: 24 },
      yearBefore: { meanPerDay: 11.4, changePercent: 20 },
      bandHalfWidth: 3,
      backtest,
    })
    expect(facts.peaks).toHaveLength(3)
    expect(facts.peaks.every(({ mean }) => mean === 24)).toBe(true)
  })

  it('compares with no year that the data does not have', () => {
    const short = { start: addDays(from, -100), values: series.values.slice(-100) }
    expect(factsOf('arrivals', short, forecast, null, addDays(from, -1)).yearBefore).toBeNull()
  })

  it('names no busiest day where all are alike', () => {
    const even = forecast.map((point) => ({ ...point, mean: 10 }))
    expect(factsOf('arrivals', series, even, null, from).busiestWeekday).toBeNull()
  })
})

describe('predictionWords', () => {
  const facts = factsOf('arrivals', series, forecast, backtest, '2016-02-08')

  it('says it in Japanese, with every figure and the end of the data', () => {
    const words = predictionWords(facts, 'ja')
    for (const part of [
      '13.7件',
      '土曜日',
      '20% 増える',
      '4.2件',
      '6.1件',
      '31% 小さく',
      '81% の日',
      '2016年2月8日 までのデータ',
    ]) {
      expect(words).toContain(part)
    }
  })

  it('says it in English', () => {
    expect(predictionWords(facts, 'en')).toContain('Saturday is the busiest day of the week (24 on average)')
  })

  it('does not boast of a method that did not beat the week before', () => {
    const worse = { ...facts, backtest: { ...backtest, mae: 7, ratio: 1.15 } }
    expect(predictionWords(worse, 'ja')).toContain('上回れませんでした')
    expect(predictionWords({ ...facts, backtest: null }, 'ja')).toContain('検証はできていません')
  })
})
