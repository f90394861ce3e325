// Every size and count that agent and collector agree on. A list, body or wait without a line here is a bug.

/** Highest version of the report protocol this code speaks. */
export const PROTOCOL = 1
/** Oldest version a collector still accepts (N to N-2; nothing older than 1 exists). */
export const PROTOCOL_OLDEST = 1

/** Bytes of a `/v1/report` body on the wire, compressed or not. */
export const REPORT_WIRE_BYTES_MAX = 1024 * 1024
/** Bytes of a `/v1/report` body after gunzip. 200 MB of zeros is 194 KB of gzip, so the wire limit alone is none. */
export const REPORT_INFLATED_BYTES_MAX = 4 * 1024 * 1024
/** JSON tokens of a report: a full package list is about 20,000. */
export const REPORT_TOKENS_MAX = 100_000
/** Bytes of any other request body. */
export const BODY_BYTES_MAX = 64 * 1024
/** JSON tokens of any other body. */
export const BODY_TOKENS_MAX = 2_000
/** Nesting of any JSON body: `JSON.parse` accepts 500,000 levels, `JSON.stringify` then overflows the stack. */
export const JSON_DEPTH_MAX = 16
/** Bytes of an answer the agent reads before it gives up on it. */
export const REPLY_BYTES_MAX = 64 * 1024

/** Characters of a name a person reads (server, application, environment). */
export const NAME_LENGTH_MAX = 255
/** Characters of a reason, source or other short text. */
export const TEXT_LENGTH_MAX = 1_024
/** Lines of `reboot-required.pkgs` that are kept, and characters of each. */
export const FLAG_PACKAGES_MAX = 1_000
export const PACKAGE_NAME_LENGTH_MAX = 255
/** Marks that other systems leave in place of the flag. */
export const REBOOT_MARKS_MAX = 8
/** Patches of the running kernel that are reported. */
export const LIVE_PATCHES_MAX = 32
/** Bytes of a watched file that are read. Real ones are below 4 KiB. */
export const FLAG_BYTES_MAX = 64 * 1024
/** Installed kernels that are reported. */
export const KERNELS_MAX = 200
/** Addresses of a host that are reported. */
export const ADDRESSES_MAX = 256
/** Listening sockets that are reported, and open ports of a server that are kept in memory to be listed and searched. */
export const LISTENERS_MAX = 4_096
export const OPEN_PORTS_MAX = 256
export const FIREWALL_TOOLS_MAX = 16
/** Of these, rows that carry what was found out about them (unit, rule, share): the JSON tokens of a report are counted. */
export const LISTENERS_DETAILED_MAX = 700
/** Installed packages that are reported, characters of one entry and of all: what a report may hold, with room to spare. */
export const PACKAGES_MAX = 20_000
export const PACKAGE_ENTRY_LENGTH_MAX = 600
export const PACKAGES_TEXT_LENGTH_MAX = 2 * 1024 * 1024
/** Rows of processes that run replaced code, numbers of processes in one row and in all, names of packages or files in each. */
export const OUTDATED_GROUPS_MAX = 200
export const OUTDATED_PIDS_MAX = 64
export const OUTDATED_PIDS_TOTAL_MAX = 1_000
export const OUTDATED_NAMES_MAX = 12
export const OUTDATED_COMMAND_LENGTH_MAX = 64
export const OUTDATED_FILE_LENGTH_MAX = 300
/** Units with such processes that are kept in memory to be listed and searched. */
export const OUTDATED_UNITS_MAX = 64
/** Of each, packages that are named. */
export const OUTDATED_SERVICE_PACKAGES_MAX = 3
/** Components that are reported, characters of the path of one, and running programs that a scan names for them. */
export const COMPONENTS_MAX = 100
export const COMPONENT_PATH_LENGTH_MAX = 300
export const COMPONENT_PROGRAMS_MAX = 64
/** Runs that changed packages, changes named of one run and of all, characters of a run's command line. */
export const RUNS_MAX = 20
export const RUN_CHANGES_MAX = 200
export const RUN_CHANGES_TOTAL_MAX = 600
export const RUN_COMMAND_LENGTH_MAX = 300
/** Packages named that wait to be upgraded. */
export const PENDING_NAMES_MAX = 200
/** Upgrades whose fixes are told, CVE ids named of one and of all. One version of a kernel may fix a thousand. */
export const FIXES_MAX = 200
export const FIX_CVES_MAX = 1_000
export const FIX_CVES_TOTAL_MAX = 3_000
/** Known to be exploited, of those whose fix waits on a server for its restart: as many as are kept in memory. */
export const KNOWN_EXPLOITED_MAX = 32
/** Characters of a version. */
export const VERSION_LENGTH_MAX = 256
/** Tags of a server. */
export const TAGS_MAX = 32

/** Characters of the id of an ask. */
export const ASK_ID_LENGTH_MAX = 64
/** Characters of the id of a reason. */
export const REASON_ID_LENGTH_MAX = 64

/** Longest time an answer to a report is held, in s. Servers are late after 180 s, and proxies on the way wait for 60. */
export const HOLD_S_MAX = 60
/** Shortest hold an agent asks for whose answers are cut on the way, in s. */
export const HOLD_S_MIN = 10
/** Heartbeat the collector asks for when an agent names none, in ms. */
export const HEARTBEAT_MS = 60_000
/** Quiet time after a removal or a change of `.pkgs` before it is believed, so that delete-and-recreate is no clear. */
export const SETTLE_MS = 1_500
/** How long judgement still uses the last good value of a section that fails now. */
export const FAILED_VALUE_USABLE_MS = 5 * 60_000
/** A server that said goodbye at shutdown counts as `restarting` for at most this long. */
export const RESTARTING_MS_MAX = 10 * 60_000

/** Characters of a query, its terms, and the values of all its terms together. */
export const QUERY_LENGTH_MAX = 1_024
export const QUERY_TERMS_MAX = 32
export const QUERY_ALTERNATIVES_MAX = 64
