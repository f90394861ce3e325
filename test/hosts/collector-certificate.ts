// A certificate for the address under which hosts reach this machine, made anew for each run.
import { join } from 'node:path'
import { must } from './command.ts'
import { OUTER_ADDRESS } from './host-network.ts'

export type Certificate = { certFile: string; keyFile: string }

export async function makeCertificate(folder: string): Promise<Certificate> {
  const certFile = join(folder, 'collector.crt')
  const keyFile = join(folder, 'collector.key')
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile]
  const subject = ['-subj', '/CN=collector', '-addext', `subjectAltName=IP:${OUTER_ADDRESS}`]
  await must(['openssl', 'req', '-x509', '-days', '2', ...key, ...subject, '-out', certFile])
  return { certFile, keyFile }
}
