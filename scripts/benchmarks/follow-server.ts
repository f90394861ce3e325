// A plain reader of the event stream, for measuring when a change arrives.

type ServerItem = { id: string; state: string }

export type ServerStream = {
  /** Resolves with the moment (performance.now) a matching document of the server arrives. */
  next(matches: (server: ServerItem) => boolean): Promise<number>
  close(): void
}

export async function followServer(url: string, token: string, serverId: string): Promise<ServerStream> {
  const abort = new AbortController()
  const answer = await fetch(`${url}/api/v1/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: abort.signal,
  })
  if (!answer.ok || answer.body === null) throw new Error(`the event stream answered ${answer.status}`)
  let waiting: { matches: (server: ServerItem) => boolean; resolve: (at: number) => void } | null = null

  const read = async (body: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of body) {
      const at = performance.now()
      const frames = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
      rest = frames.pop() ?? ''
      for (const frame of frames) {
        const server = serverOf(frame)
        if (waiting !== null && server?.id === serverId && waiting.matches(server)) {
          waiting.resolve(at)
          waiting = null
        }
      }
    }
  }
  // Ends with an AbortError when closed; a broken stream shows as a wait that never ends.
  void read(answer.body).catch(() => {})

  return {
    next: (matches) => new Promise((resolve) => (waiting = { matches, resolve })),
    close: () => abort.abort(),
  }
}

function serverOf(frame: string): ServerItem | null {
  if (!/^event: server\.changed$/m.test(frame)) return null
  const data = /^data: (.*)$/m.exec(frame)?.[1]
  return data === undefined ? null : (JSON.parse(data) as ServerItem)
}
