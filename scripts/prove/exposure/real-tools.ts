// What ufw, firewalld and Docker make of the kernel, by running them: shell lines for the host's namespace, one state of
// the tool after another. Whatever they listen on or publish is then judged, and tried from outside.

export type RealTool = {
  name: string
  /** Programs without which there is nothing to try. */
  needs: readonly string[]
  /** In each of these ways: environment of all its commands, and what is done before the first step. */
  setups: readonly { name: string; before: string }[]
  after: string
  steps: readonly { name: string; run: string; named?: readonly string[] }[]
}

const UFW: RealTool = {
  name: 'ufw',
  needs: ['/usr/sbin/ufw'],
  setups: [{ name: 'nf_tables', before: 'ufw --force reset >/dev/null' }],
  after: 'ufw --force disable',
  steps: [
    { name: 'default deny', run: 'ufw default deny incoming; ufw --force enable' },
    { name: 'allow and limit', run: 'ufw allow 80/tcp; ufw limit 22/tcp; ufw allow 53/udp' },
    { name: 'deny before allow', run: 'ufw insert 1 deny 8080/tcp; ufw allow 8080:8443/tcp' },
    {
      name: 'from a network',
      run: 'ufw allow from 198.51.100.0/24 to any port 3306 proto tcp; ufw reject 9090/tcp',
      named: ['198.51.100.0/24'],
    },
    { name: 'default allow', run: 'ufw default allow incoming; ufw deny 443/tcp' },
    { name: 'default reject', run: 'ufw default reject incoming' },
  ],
}

const FIREWALLD_START = (backend: string) =>
  `sed -i 's/^FirewallBackend=.*/FirewallBackend=${backend}/; s/^CleanupOnExit=.*/CleanupOnExit=yes/' /etc/firewalld/firewalld.conf
  rm -rf /etc/firewalld/zones/* /etc/firewalld/policies/*; mkdir -p /run/dbus
  pgrep -F /run/dbus/prove.pid >/dev/null 2>&1 || { rm -f /run/dbus/pid /run/dbus/prove.pid; dbus-daemon --system --fork --print-pid > /run/dbus/prove.pid; }
  setsid firewalld --nofork --nopid >/run/firewalld.log 2>&1 &
  echo $! >/run/prove-firewalld.pid
  for at in $(seq 100); do firewall-cmd --state >/dev/null 2>&1 && break; sleep 0.2; done
  firewall-cmd --zone=public --change-interface=eth0`

const FIREWALLD: RealTool = {
  name: 'firewalld',
  needs: ['/usr/sbin/firewalld', '/usr/bin/dbus-daemon'],
  setups: ['nftables', 'iptables'].map((backend) => ({ name: backend, before: FIREWALLD_START(backend) })),
  after: 'kill $(cat /run/prove-firewalld.pid); sleep 2; kill $(cat /run/dbus/prove.pid)',
  steps: [
    { name: 'zone public', run: 'true' },
    {
      name: 'ports and services',
      run: 'firewall-cmd --add-service=http; firewall-cmd --add-port=8080-8443/tcp --add-port=53/udp',
    },
    {
      name: 'rich rules',
      run: `firewall-cmd --add-rich-rule='rule family=ipv4 source address=198.51.100.0/24 port port=3306 protocol=tcp accept'
      firewall-cmd --add-rich-rule='rule port port=8080 protocol=tcp reject'
      firewall-cmd --add-rich-rule='rule priority=-10 family=ipv6 port port=9090 protocol=tcp accept'
      firewall-cmd --add-rich-rule='rule service name=https accept limit value=1000/s'`,
      named: ['198.51.100.0/24'],
    },
    {
      name: 'zones by sender',
      run: `firewall-cmd --zone=trusted --add-source=8.0.0.0/7; firewall-cmd --zone=drop --add-source=198.51.100.0/24
      firewall-cmd --zone=internal --add-source=0.0.0.0/1; firewall-cmd --zone=internal --add-port=3306/tcp`,
      named: ['8.0.0.0/7', '198.51.100.0/24'],
    },
    {
      name: 'another zone, a port passed on',
      run: `firewall-cmd --zone=internal --remove-source=0.0.0.0/1; firewall-cmd --zone=external --change-interface=eth0
      firewall-cmd --zone=external --add-forward-port=port=81:proto=tcp:toport=80`,
    },
    { name: 'target accept', run: 'firewall-cmd --zone=trusted --change-interface=eth0' },
    { name: 'target drop', run: 'firewall-cmd --zone=drop --change-interface=eth0' },
    { name: 'panic', run: 'firewall-cmd --panic-on' },
    { name: 'panic over', run: 'firewall-cmd --panic-off; firewall-cmd --zone=public --change-interface=eth0' },
  ],
}

/** Docker is given the tools by their names: a folder of links picks the back-end, and leaves the machine's choice alone. */
const dockerStart = (backend: string, options: string) => `
  mkdir -p /run/tools-${backend}
  for tool in iptables ip6tables; do for part in '' -save -restore; do
    ln -sf $(command -v $tool-${backend}$part) /run/tools-${backend}/$tool$part; done; done
  mkdir -p /run/prove-docker; ip link del docker0 2>/dev/null
  PATH=/run/tools-${backend}:$PATH setsid dockerd -H unix:///run/prove-docker/sock --data-root /run/prove-docker/data \\
    --exec-root /run/prove-docker/exec --pidfile /run/prove-docker/pid --storage-driver vfs ${options} >/run/dockerd.log 2>&1 &
  for at in $(seq 100); do docker -H unix:///run/prove-docker/sock info >/dev/null 2>&1 && break; sleep 0.2; done
  [ -n "$(docker -H unix:///run/prove-docker/sock images -q web)" ] || {
    mkdir -p /run/prove-image/bin /run/prove-image/www; cp $(command -v busybox) /run/prove-image/bin/
    echo yes > /run/prove-image/www/index.html
    tar -C /run/prove-image -c . | docker -H unix:///run/prove-docker/sock import - web >/dev/null; }`

const D = 'docker -H unix:///run/prove-docker/sock'
const WEB = 'web /bin/busybox httpd -f -p 80 -h /www'

const DOCKER: RealTool = {
  name: 'Docker',
  needs: ['/usr/sbin/dockerd', '/bin/busybox'],
  setups: [
    { name: 'nf_tables', before: dockerStart('nft', '') },
    { name: 'legacy', before: dockerStart('legacy', '') },
    { name: 'nf_tables without proxy', before: dockerStart('nft', '--userland-proxy=false') },
    {
      name: 'IPv6',
      before: dockerStart('nft', '--ipv6 --fixed-cidr-v6 fd00:17::/64 --experimental --ip6tables'),
    },
    { name: 'nf_tables under ufw', before: `ufw --force reset; ufw --force enable; ${dockerStart('nft', '')}` },
  ],
  after: `${D} rm -f $(${D} ps -aq); ufw --force disable; kill $(cat /run/prove-docker/pid); sleep 3`,
  steps: [
    { name: 'published', run: `${D} run -d --name web-a -p 8090:80 ${WEB}` },
    { name: 'published on loopback', run: `${D} run -d --name web-b -p 127.0.0.1:8091:80 ${WEB}` },
    { name: 'on one address', run: `${D} run -d --name web-c -p 203.0.114.10:8092:80 ${WEB}` },
    {
      name: 'internal network',
      run: `${D} network create --internal closed >/dev/null 2>&1; ${D} run -d --name web-d --network closed -p 8093:80 ${WEB}`,
    },
    {
      name: 'stopped by DOCKER-USER',
      run: 'for t in iptables-nft iptables-legacy; do $t -I DOCKER-USER -i eth0 -j DROP; done',
    },
  ],
}

export const REAL_TOOLS: readonly RealTool[] = [UFW, FIREWALLD, DOCKER]
