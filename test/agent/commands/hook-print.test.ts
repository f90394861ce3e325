// overdue-agent hook print, called as the command line calls it.
import { describe, expect, it } from 'vitest'
import { dispatch } from '../../../agent/commands/dispatch.ts'
import { HOOK_TEXTS } from '../../../agent/commands/hook-texts.ts'
import { HOOK_TOOLS } from '../../../agent/commands/hook-tools.ts'
import type { CommandIo } from '../../../agent/commands/io.ts'

async function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const told = { stdout: '', stderr: '' }
  const io: CommandIo = {
    stdout: { write: (text) => (told.stdout += text) },
    stderr: { write: (text) => (told.stderr += text) },
    environment: {},
    readStdin: () => Promise.reject(new Error('nobody asked for standard input')),
    shutdownSignal: () => AbortSignal.abort(),
    onReportSignal: () => undefined,
  }
  const code = await dispatch(['hook', 'print', ...argv], io)
  return { code, ...told }
}

describe('hook print', () => {
  it.each(HOOK_TOOLS)('prints the hook for $tool and nothing else', async ({ tool, file }) => {
    expect(await run(tool)).toEqual({ code: 0, stdout: HOOK_TEXTS[file], stderr: '' })
  })

  it('lists the tools when none is given', async () => {
    const { code, stdout } = await run()

    expect(code).toBe(0)
    for (const { tool, summary } of HOOK_TOOLS) expect(stdout).toMatch(new RegExp(`^${tool} +${summary}$`, 'm'))
  })

  it('prints both as JSON, too', async () => {
    const [one, all] = [await run('--json', 'apt'), await run('--json')]

    expect(JSON.parse(one.stdout)).toMatchObject({ tool: 'apt', text: HOOK_TEXTS['apt.conf'] })
    expect((JSON.parse(all.stdout) as { tool: string }[]).map(({ tool }) => tool)).toEqual(
      HOOK_TOOLS.map(({ tool }) => tool),
    )
  })

  it.each([
    [['kamall'], 'there is no hook for "kamall"; did you mean "kamal"?'],
    [['__proto__'], 'there is no hook for "__proto__"; there is one for cloud66, capistrano, kamal'],
    [['apt', 'github'], '"github" is not expected here'],
    [['apt', '--jsn'], 'there is no --jsn; did you mean --json?'],
    [['apt', '--json=yes'], '--json takes no value'],
  ])('says of %j what is wrong, and prints no hook', async (argv, words) => {
    const { code, stdout, stderr } = await run(...argv)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(words)
  })

  it('is found by half its name', async () => {
    const told: string[] = []
    const io = { stderr: { write: (text: string) => void told.push(text) } } as unknown as CommandIo

    expect(await dispatch(['hook'], io)).toBe(2)
    expect(told.join('')).toContain('did you mean "hook print"?')
  })
})
