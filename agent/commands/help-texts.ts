// How to use each command, examples first: that is what people look for.

const CONFIGURATION = `Configuration (flags win over environment, environment over agent.toml):
  --config FILE          OVERDUE_CONFIG            /etc/overdue/agent.toml
  --url URL              OVERDUE_URL               url
  --ca-file FILE         OVERDUE_CA_FILE           caFile
  --pins SHA256,SHA256   OVERDUE_PINS              pins
  --proxy URL            OVERDUE_PROXY             proxy (else HTTPS_PROXY, HTTP_PROXY, NO_PROXY)
  --name NAME            OVERDUE_NAME              name
  --application NAME     OVERDUE_APPLICATION       application
  --environment NAME     OVERDUE_ENVIRONMENT       environment
  --tags K=V,K=V         OVERDUE_TAGS              tags
  --heartbeat 60s        OVERDUE_HEARTBEAT         heartbeat
  --backoff-max 5m       OVERDUE_BACKOFF_MAX       backoffMax
  --allow-plain-http     OVERDUE_ALLOW_PLAIN_HTTP  allowPlainHttp
  --state-dir DIR        OVERDUE_STATE_DIR         (/var/lib/overdue-agent)
  --runtime-dir DIR      OVERDUE_RUNTIME_DIR       (/run/overdue-agent)
  --facts-dir DIR        OVERDUE_FACTS_DIR         (/run/overdue/facts)`

export const HELP_TEXTS: Readonly<Record<string, string>> = {
  run: `overdue-agent run
overdue-agent run --config /etc/overdue/agent.toml
overdue-agent run --root ./recorded-host --state-dir /tmp/state --runtime-dir /tmp/run

Watches this host and reports to the collector until it is stopped. Needs a credential; see "enroll".

  --root DIR             watch this recorded host instead of /, with the live clock

${CONFIGURATION}`,
  status: `overdue-agent status
overdue-agent status --json

What the default policy says of the newest snapshot, whether a resident agent runs, and what the collector
acknowledged last. Reads files only; asks nobody.

  --json                 one JSON document on standard output

${CONFIGURATION}`,
  snapshot: `overdue-agent snapshot
overdue-agent snapshot --json
overdue-agent snapshot --root ./recorded-host --json

Reads every section once and prints it with the default policy's judgement. Talks to nobody.

  --root DIR             read this recorded host instead of /
  --json                 one JSON document on standard output`,
  explain: `overdue-agent explain
overdue-agent explain --json
sudo overdue-agent explain --port 443
overdue-agent explain --root ./recorded-host

Looks afresh and says why this host is judged as it is: every signal with its raw value, its source and what it says,
which of them decided, since when and how that was found, the packages that ask with version and source, and what could
not be read. Talks to nobody, but to the cloud's metadata service where agent.toml says network.publicAddress = "auto".

  --port 443             who can reach this port (or tcp/443, udp/53): as root the walk through the rules, step by step,
                         otherwise the verdict and the rule that the last scan stored
  --root DIR             read this recorded host instead of /
  --json                 one JSON document on standard output`,
  check: `overdue-agent check
overdue-agent check -w 3d -c 14d
define command { command_line /usr/bin/overdue-agent check -w 3d -c 14d }

A plugin for Nagios, Icinga and their like: looks at this host and prints one line with performance data.

  -w, --warning 3d       a restart pending for longer than this is WARNING (s, m, h, d)
  -c, --critical 14d     for longer than this CRITICAL; so is one nobody knows the age of
  --root DIR             read this recorded host instead of /
  --json                 one JSON document on standard output

Exit: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN: it cannot be told, or this could not be run.`,
  leave: `overdue-agent leave

Tells the collector that this host is not watched any more: the server is removed there, its history stays, and the
credential is good for nothing from then on. The uninstaller does this; stop the resident agent first.

Exit: 0 the collector knows, 4 the credential is not accepted, 5 the collector cannot be reached.

${CONFIGURATION}`,
  doctor: `overdue-agent doctor
overdue-agent doctor --json
sudo -u overdue-agent overdue-agent doctor

Looks whether everything is in place for this host to be heard: settings, the way to the collector step by step, clock,
credential and whether the collector accepts it, folders, scans, watcher, outbox, the resident agent and what the collector
acknowledged last. Changes nothing and sends no report. Run it as the user the agent runs as.

  --json                 one JSON document on standard output

Exit: 0 all in place, maybe with warnings, 1 something failed.

${CONFIGURATION}`,
  report: `overdue-agent report
overdue-agent report --reason deploy --wait=20s --soft
sudo overdue-agent report --wait --scan

Asks the resident agent to look at everything and report now, and says what became of it: whether the collector
acknowledged it, the verdict here, and how old the scans are. Needs the group overdue-agent, or sudo. Where no agent runs
it looks and reports by itself, which takes sudo. Ends at most 2 s after the wait; without --wait within 2 s.

  --wait[=30s]           wait until the collector acknowledged a look that began after this request (at most 10m)
  --soft                 exit 0 with a warning where this would fail: for hooks
  --scan                 ask the scans first, and wait for what they find; that of updates is asked, and not waited for
  --reason TEXT          travels with the report, and is kept in the history as deploy-report
  --json                 one JSON document on standard output

Exit: 0 done, 1 refused, 4 not authorised, 5 no answer from agent or collector (the agent keeps the report), 6 the look or
a scan did not come in time.

${CONFIGURATION}`,
  enroll: `overdue-agent enroll --join-key-file ./join-key.toml
overdue-agent enroll --url https://overdue.example:8480 --join-key-file - < join-key
overdue-agent enroll --join-key-file /etc/overdue/join-key --if-needed

Makes this host known to a collector. The secret is made here and stays here; the collector gets its hash.

  --join-key-file FILE   a join key, or the bundle file "join-key create" printed; - reads standard input
  --if-needed            do nothing, successfully, when this host has a credential
  --keep-join-key        do not delete FILE after success
  --json                 one JSON document on standard output

Exit: 0 done, 2 usage, 4 join key not accepted, 5 collector unreachable.

${CONFIGURATION}`,
  'scan firewall': `overdue-agent scan firewall
overdue-agent scan firewall --json
overdue-agent scan firewall --explain tcp/443
overdue-agent scan firewall --root ./recorded-host

Says for each listening port whether anyone on the internet can reach it, as far as this host can tell: reads sockets,
addresses, routes and the rules of nftables and iptables, changes nothing, and leaves the verdicts where the resident
agent joins them. Needs root, or CAP_NET_ADMIN and CAP_NET_RAW; without them every open port is unknown, and says so.

  --root DIR             judge this recorded host; its verdicts are printed and kept nowhere else
  --out FILE             where to leave them (/run/overdue/facts/firewall.json)
  --explain tcp/443      print the walk of this port rule by rule, and leave nothing
  --json                 print them as one JSON document

Exit: 0 done, also where something is unknown, 1 the file could not be written.`,
  'scan inventory': `overdue-agent scan inventory
overdue-agent scan inventory --json
overdue-agent scan inventory --root ./recorded-host --json

Finds make, model, hypervisor, CPU, memory and disks; then what rpm, rpm-ostree, bootc and Livepatch tell of a restart,
where there is one of them. Leaves all of it where the resident agent joins it.

  --root DIR             look at this recorded host; what is found there is printed and kept nowhere else
  --facts-dir DIR        where to leave them (/run/overdue/facts)
  --json                 print them as one JSON document`,
  'scan processes': `overdue-agent scan processes
overdue-agent scan processes --json
overdue-agent scan processes --root ./recorded-host

Finds the processes that still run programs or libraries which were replaced on disk, from which package these came, the
unit that holds each process, and what brings it to the new code. Reads maps, exe, stat, status and cgroup of every
process, never its environment; executes nothing, changes nothing, and leaves what it found where the resident agent joins
it. Needs root, or CAP_SYS_PTRACE.

  --root DIR             look at this recorded host; what is found is printed and kept nowhere else
  --out FILE             where to leave it (/run/overdue/facts/processes.json)
  --json                 print it as one JSON document

Exit: 0 done, also where something could not be looked at, 1 the file could not be written.`,
  'scan updates': `overdue-agent scan updates
overdue-agent scan updates --json
overdue-agent scan updates --root ./recorded-host

Finds what apt would upgrade (apt-get -s dist-upgrade, which changes nothing and fetches nothing), whether
unattended-upgrades is on and works, and which CVEs the changelogs on this host say that upgrades fixed; leaves it where
the resident agent joins it. What the last scan found and nothing touched since is not worked out again.

  --root DIR             look at this recorded host; what is found is printed and kept nowhere else
  --facts-dir DIR        where to leave it (/run/overdue/facts)
  --json                 print it as one JSON document

Exit: 0 done, also where something could not be looked at, 1 the file could not be written.`,
  'hook print': `overdue-agent hook print
overdue-agent hook print capistrano > lib/capistrano/tasks/overdue.rake
overdue-agent hook print apt | sudo tee /etc/apt/apt.conf.d/90overdue-agent

Prints a file ready to paste for a deploy tool, or without TOOL the list of those there is one for: cloud66, capistrano,
kamal, ansible, github, gitlab, apt. Its first line says where it belongs, the next what it does. None of them can break
or hold up a deploy: each has a limit of time and ends well whatever happens.

  --json                 one JSON document on standard output`,
  version: `overdue-agent version
overdue-agent version --json`,
  help: `overdue-agent help
overdue-agent help report`,
}
