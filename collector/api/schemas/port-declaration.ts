// What operators declare of ports.
import Type from 'typebox'
import { DECLARATION_REASON_LENGTH_MAX } from '../../actions/declare-port.ts'
import { portDeclaration } from './server.ts'
import { endOfTime } from './snooze.ts'
import { closed, count, oneOf, orNull } from './words.ts'

export const portDeclarationBody = closed({
  server: Type.String({ maxLength: 64, description: 'Its id', examples: ['s2b6kq7x3yzf4m5n6o7p2q3r4s5t'] }),
  protocol: oneOf(['tcp', 'udp']),
  port: Type.Integer({ minimum: 1, maximum: 65_535, examples: [443] }),
  family: Type.Optional(orNull(Type.Union([Type.Literal(4), Type.Literal(6)], { description: 'Without it: both' }))),
  verdict: oneOf(['exposed', 'filtered']),
  reason: Type.String({
    minLength: 1,
    maxLength: DECLARATION_REASON_LENGTH_MAX,
    examples: ['a balancer passes it on'],
  }),
  ...endOfTime,
})

export const portDeclarationItem = closed({
  ...portDeclaration.properties,
  serverId: Type.String(),
  serverName: Type.String(),
})
export const portDeclarationList = closed({
  items: Type.Array(portDeclarationItem),
  nextCursor: Type.Null(),
  total: count,
})
export const portDeclarationGone = closed({ id: Type.String(), declared: Type.Literal(false) })
