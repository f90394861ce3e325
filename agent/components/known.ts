// Which components are looked for: the usual ones, or what the operator names. Pure.
import { wholeTextTest } from '../../shared/query/pattern.ts'

export type Wanted = {
  name: string
  /** Names of packages that are it. */
  packages: Pick<RegExp, 'test'>
  /** The same where rpm calls them otherwise than Debian does. */
  rpm?: Pick<RegExp, 'test'>
  /** Names of its programs, for those that no package brought. */
  programs: readonly string[]
}

/** Stands in the operator's list for the usual ones. */
export const USUAL = 'default'

const USUAL_ONES: readonly Wanted[] = [
  { name: 'apache', packages: /^(?:apache2|httpd)$/, programs: ['apache2', 'httpd'] },
  { name: 'docker', packages: /^docker(?:\.io|-ce)$/, programs: ['dockerd'] },
  { name: 'java', packages: /^openjdk-\d+-jre-headless$/, rpm: /^java-\d[\d.]*-openjdk-headless$/, programs: ['java'] },
  { name: 'mariadb', packages: /^mariadb-server$/, programs: ['mariadbd'] },
  { name: 'mysql', packages: /^mysql(?:-community)?-server$/, programs: ['mysqld'] },
  { name: 'nginx', packages: /^nginx$/, programs: ['nginx'] },
  { name: 'node', packages: /^nodejs$/, rpm: /^nodejs\d*$/, programs: ['node', 'nodejs'] },
  { name: 'passenger', packages: /^passenger$/, programs: ['PassengerAgent'] },
  { name: 'php', packages: /^php\d+\.\d+-(?:cli|fpm)$/, rpm: /^php\d*-(?:cli|fpm)$/, programs: ['php', 'php-fpm'] },
  { name: 'postgresql', packages: /^postgresql-\d+$/, rpm: /^postgresql\d*-server$/, programs: ['postgres'] },
  { name: 'python', packages: /^python\d+\.\d+$/, rpm: /^python\d+(?:\.\d+)?$/, programs: [] },
  { name: 'redis', packages: /^redis-server$/, rpm: /^redis\d*$/, programs: ['redis-server'] },
  { name: 'ruby', packages: /^ruby\d+\.\d+$/, rpm: /^ruby$/, programs: ['ruby'] },
  { name: 'valkey', packages: /^valkey-server$/, rpm: /^valkey$/, programs: ['valkey-server'] },
]

/** `names`: what agent.toml says; null: nothing. A name that is none of the usual is that of a package, "*" any letters. */
export function wantedComponents(names: readonly string[] | null): Wanted[] {
  if (names === null) return [...USUAL_ONES]
  const found = names.flatMap((name) => (name === USUAL ? USUAL_ONES : (USUAL_ONES.find(isNamed(name)) ?? own(name))))
  return [...new Map(found.map((one) => [one.name, one])).values()]
}

function isNamed(name: string): (one: Wanted) => boolean {
  return (one) => one.name === name
}

function own(name: string): Wanted {
  return { name, packages: { test: wholeTextTest(name.split('*')) }, programs: name.includes('*') ? [] : [name] }
}
