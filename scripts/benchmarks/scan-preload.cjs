// Loaded before the program that is measured: at its end it says what it cost. VmHWM, since the maximum of getrusage(2)
// begins with that of the process that started it.
process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage()
  const status = require('node:fs').readFileSync('/proc/self/status', 'utf8')
  const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1])
  const cost = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, rssBytes: kilobytes * 1024 }
  require('node:fs').writeFileSync(3, JSON.stringify(cost))
})
