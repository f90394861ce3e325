import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Projection } from '../../../collector/changes/projection.ts'
import { startContactFlusher } from '../../../collector/ingest/contacts.ts'

const emptyProjection = () => new Projection({ loadServers: () => [], onCommit: () => () => {} })

describe('last contacts', () => {
  it('are written every 15 seconds and once more at the end', () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const written: object[] = []
    const projection = emptyProjection()
    const flusher = startContactFlusher(
      { saveContacts: (contacts) => written.push(Object.fromEntries(contacts)) },
      projection,
      () => {},
    )

    projection.touch('a', 1)
    vi.advanceTimersByTime(14_999)
    const early = written.length
    vi.advanceTimersByTime(1)
    projection.touch('b', 2)
    flusher.stop()
    vi.advanceTimersByTime(60_000)

    expect(early).toBe(0)
    expect(written).toEqual([{ a: 1 }, { b: 2 }])
  })

  it('that could not be written are told and written next time', () => {
    const written: object[] = []
    const errors: unknown[] = []
    let isFull = true
    const projection = emptyProjection()
    const flusher = startContactFlusher(
      {
        saveContacts(contacts) {
          if (isFull) throw new Error('disk full')
          written.push(Object.fromEntries(contacts))
        },
      },
      projection,
      (error) => errors.push(error),
    )
    projection.touch('a', 1)

    flusher.flush()
    isFull = false
    flusher.stop()

    expect(errors).toHaveLength(1)
    expect(written).toEqual([{ a: 1 }])
  })
})
