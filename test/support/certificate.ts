// Keys and certificates made on the spot: tests that need more than the one in loopback-certificate.ts.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Writes `NAME.crt` and `NAME.key` (PEM, P-256, self-signed for 127.0.0.1) into `directory`. */
export function makeCertificate(directory: string, name: string): { certFile: string; keyFile: string } {
  const [certFile, keyFile] = [join(directory, `${name}.crt`), join(directory, `${name}.key`)]
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile]
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, '-out', certFile], { stdio: 'ignore' })
  return { certFile, keyFile }
}
