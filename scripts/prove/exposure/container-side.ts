// Inside the container's namespace: one web server.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { answerLines } from './helper.ts'

const server = createServer((socket) => {
  socket.on('error', () => socket.destroy())
  socket.end()
})
server.listen({ port: 80, host: '0.0.0.0', backlog: 4096 })
await once(server, 'listening')
await answerLines(async () => Promise.resolve('ready'))
process.exit()
