// Which components are looked for: the usual ones, or what the operator names. Pure.
import { wholeTextTest } from '../../shared/query/pattern.ts'

export type Wanted = {
  name: string
  /** Names of packages that are it. */
  packages: Pick<RegExp, 'test'>
  /** Names of its programs, for those that no package brought. */
  programs: readonly string[]
}

/** Stands in the operator's list for the usual ones. */
export const USUAL = 'default'

const USUAL_ONES: readonly Wanted[] = [
  { name: 'apache', packages: /^(?:apache2|httpd)$/, programs: ['apache2', 'httpd'] },
  { name: 'docker', packages: /^docker(?:\.io|-ce)$/, programs: ['dockerd'] },
  { name: 'java', packages: /^openjdk-\d+-jre-headless$/, programs: ['java'] },
  { name: 'mariadb', packages: /^mariadb-server$/, programs: ['mariadbd'] },
  { name: 'mysql', packages: /^mysql(?:-community)?-server$/, programs: ['mysqld'] },
  { name: 'nginx', packages: /^nginx$/, programs: ['nginx'] },
  { name: 'node', packages: /^nodejs$/, programs: ['node', 'nodejs'] },
  { name: 'passenger', packages: /^passenger$/, programs: ['PassengerAgent'] },
  { name: 'php', packages: /^php\d+\.\d+-(?:cli|fpm)$/, programs: ['php', 'php-fpm'] },
  { name: 'postgresql', packages: /^postgresql-\d+$/, programs: ['postgres'] },
  { name: 'python', packages: /^python\d+\.\d+$/, programs: [] },
  { name: 'redis', packages: /^redis-server$/, programs: ['redis-server'] },
  { name: 'ruby', packages: /^ruby\d+\.\d+$/, programs: ['ruby'] },
  { name: 'valkey', packages: /^valkey-server$/, programs: ['valkey-server'] },
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
