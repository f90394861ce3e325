import Type from 'typebox'

/** SHA-256 of a server's secret as text, base64url without padding. */
export const credentialHash = Type.String({
  pattern: '^[0-9A-Za-z_-]{43}$',
  examples: ['n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg'],
})
