// What brings a process to the new code. A wrong word here takes a service down, so whatever is known to hurt is said to
// be a person's decision. Pure.
import type { Remedy } from '../../shared/sections/processes.ts'
import type { Holder } from './holder.ts'

/** What the unit's files say of being restarted, systemd.service(5) and systemd.unit(5). */
export type UnitTraits = { isOneshot: boolean; refusesManualStop: boolean }

export const ORDINARY: UnitTraits = { isOneshot: false, refusesManualStop: false }

/** Everybody on the bus loses their connection, and many do not make another. */
const REBOOT = /^dbus(?:-broker|-daemon)?(?:@.*)?\.(?:service|socket)$/

const NEVER_ALONE = [
  // Cuts off who is logged in, or forgets who is.
  /^(?:systemd-logind|getty@.*|serial-getty@.*|console-getty|user@.*|user-runtime-dir@.*)\.service$/,
  /^(?:display-manager|gdm3?|lightdm|sddm|lxdm|xdm|nodm|slim|greetd|xrdp|xrdp-sesman)\.service$/,
  // Takes the network away, maybe from who restarts it.
  /^(?:NetworkManager|networking|network|ifup@.*|wpa_supplicant.*|ModemManager|connman|iwd)\.service$/,
  /^(?:openvpn.*|strongswan.*|libreswan|ipsec|tinc.*|wg-quick@.*|bird6?|frr|quagga)\.service$/,
  // Kills or detaches what runs inside.
  /^(?:docker|containerd|podman|crio|k3s.*|kubelet|lxc.*|lxd.*|incus.*)\.(?:service|socket)$/,
  /^(?:libvirt.*|virt(?:log|lock|qemu|network|storage|nodedev|secret|interface|nwfilter).*|systemd-nspawn@.*)\.service$/,
  // Storage, and clusters that answer by fencing.
  /^(?:zfs.*|iscsid|open-iscsi|multipathd|drbd.*|lvm2.*|mdmonitor|corosync|pacemaker.*|sbd)\.service$/,
  // In the middle of what they do.
  /^(?:apt-daily.*|unattended-upgrades|packagekit|snapd|cloud-(?:init|config|final).*|google-.*|rc-local)\.service$/,
  /^(?:cron-.*|emergency|rescue|overdue-agent)\.service$/,
  // Databases: whoever knows their load and replicas says when.
  /^(?:postgresql.*|mysqld?.*|mariadb.*|mongod.*|redis.*|valkey.*|memcached.*|elasticsearch.*|opensearch.*)\.service$/,
  /^(?:cassandra|clickhouse.*|rabbitmq.*|kafka.*|zookeeper.*|etcd.*|slapd|influxdb.*|couchdb|neo4j)\.service$/,
]

export function remedyFor(holder: Holder, traits: UnitTraits = ORDINARY): Remedy {
  switch (holder.kind) {
    case 'init':
      return 'reexec'
    case 'session':
      return 'relogin'
    case 'container':
    case 'machine':
      return 'container'
    case 'none':
      return 'restart'
    case 'unit':
      if (REBOOT.test(holder.unit)) return 'reboot'
      return isNeverAlone(holder.unit, traits) ? 'never-alone' : 'restart'
    default:
      return holder satisfies never
  }
}

function isNeverAlone(unit: string, { isOneshot, refusesManualStop }: UnitTraits): boolean {
  return isOneshot || refusesManualStop || NEVER_ALONE.some((pattern) => pattern.test(unit))
}
