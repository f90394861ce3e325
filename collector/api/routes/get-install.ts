// GET and HEAD /install.sh and its checksum: the file of the release, byte for byte. Whatever is set here, and however it is
// asked for, nothing is ever written into it: it is run by root.
import Type from 'typebox'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Artefacts } from '../../artefacts.ts'
import type { Api } from '../api.ts'
import { ProblemError } from '../problem.ts'
import { sendArtefact } from '../send-artefact.ts'

const SCRIPT = 'install.sh'

export function getInstall(app: Api, artefacts: Artefacts): void {
  for (const method of ['GET', 'HEAD'] as const) addInstall(app, artefacts, method)
}

function addInstall(app: Api, artefacts: Artefacts, method: 'GET' | 'HEAD'): void {
  app.route({
    method,
    url: paths.install(),
    exposeHeadRoute: false,
    schema: {
      summary: 'The installer of the agent, a POSIX shell script',
      produces: ['text/plain'],
      response: { 200: Type.String({ examples: ['#!/bin/sh\n'] }) },
      'x-problems': ['not-found'],
    },
    handler: (request, reply) => sendArtefact(artefacts, SCRIPT, request, reply) as Promise<string>,
  })
}

export function getInstallChecksum(app: Api, artefacts: Artefacts): void {
  app.route({
    method: 'GET',
    url: paths.installChecksum(),
    schema: {
      summary: 'SHA-256 of the installer, as sha256sum writes it',
      produces: ['text/plain'],
      response: { 200: Type.String({ examples: [`${'0'.repeat(64)}  install.sh\n`] }) },
      'x-problems': ['not-found'],
    },
    handler: async (_request, reply) => {
      const sha256 = (await artefacts.sums())?.get(SCRIPT)
      if (sha256 === undefined) throw new ProblemError('not-found', { detail: 'This collector has no installer.' })
      void reply.type('text/plain; charset=utf-8').header('cache-control', 'no-cache')
      return `${sha256}  ${SCRIPT}\n`
    },
  })
}
