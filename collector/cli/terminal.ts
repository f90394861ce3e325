// Standard streams as commands use them: writes that wait for the reader, and questions to a person.
import { createInterface } from 'node:readline'
import { Writable, type Readable } from 'node:stream'
import { InterruptedError } from './cli-error.ts'
import type { Input, Output } from './io.ts'

/** Both members are there only when the stream is a terminal. */
type TerminalOutput = Writable & { isTTY?: boolean; columns?: number }
type TerminalInput = Readable & { isTTY?: boolean }

export function outputOf(stream: TerminalOutput): Output {
  return {
    write: (data) => new Promise((resolve) => void stream.write(data, () => resolve())),
    isTerminal: stream.isTTY === true,
    width: stream.isTTY === true ? (stream.columns ?? null) : null,
  }
}

/** Questions go to `shown`, so that standard output stays clean. */
export function inputOf(stream: TerminalInput, shown: TerminalOutput, interrupted: AbortSignal): Input {
  return {
    isTerminal: stream.isTTY === true && shown.isTTY === true,
    async text() {
      const chunks: Buffer[] = []
      for await (const chunk of stream) chunks.push(Buffer.from(chunk as Buffer))
      return Buffer.concat(chunks).toString('utf8')
    },
    ask: (question, isSecret) => ask(stream, shown, { question, isSecret, interrupted }),
  }
}

type Question = { question: string; isSecret: boolean; interrupted: AbortSignal }

function ask(
  stream: TerminalInput,
  shown: TerminalOutput,
  { question, isSecret, interrupted }: Question,
): Promise<string | null> {
  // The line editor echoes what it writes to its output; a secret's goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const output = isSecret ? nowhere : shown
  // Before the question is seen: from here on the terminal itself echoes nothing, however fast somebody types.
  const lines = createInterface({ input: stream, output, terminal: true, signal: interrupted })
  lines.setPrompt(question)
  if (isSecret) shown.write(question)
  else lines.prompt()
  return new Promise((resolve, reject) => {
    let answer: string | null = null
    lines.once('line', (line) => {
      answer = line
      lines.close()
    })
    // In raw mode Ctrl-C is a character, not a signal.
    lines.once('SIGINT', () => {
      reject(new InterruptedError())
      lines.close()
    })
    lines.once('close', () => {
      if (isSecret || answer === null) shown.write('\n')
      if (interrupted.aborted) reject(new InterruptedError())
      else resolve(answer)
    })
  })
}
