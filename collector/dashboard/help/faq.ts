// Questions that are asked, with answers that can be acted on.
import { paths } from '../../../shared/protocol/paths.ts'
import { html, type Content, type View } from '../html.ts'

type Question = { id: string; question: string; answer: () => Content }

export const FAQ: readonly Question[] = [
  { id: 'still-there', question: 'I restarted and still see it', answer: stillThere },
  {
    id: 'urgent',
    question: 'Is it urgent?',
    answer: () =>
      html`<p>
        A server that <a href="#reason-exposed">anyone can reach</a>, or whose restart has waited for${' '}<a
          href="#reason-stale"
          >longer than policy allows</a
        >, needs a person now: it stands first and is counted in the title of this tab. Every other restart has a
        deadline on its row.
      </p>`,
  },
  {
    id: 'snoozed',
    question: 'What does snoozed mean?',
    answer: () =>
      html`<p>
        Somebody knows of the server and has said until when it can wait, and why. Its state and its reasons are shown
        as ever; it is not counted among those that need a person. That ends at the time, with the restart, and as soon
        as the server needs a person for a reason that the snooze was not given for: one that becomes${' '}
        <a href="#reason-exposed">exposed</a> is back at once.
      </p>`,
  },
  {
    id: 'by-itself',
    question: 'Does it restart servers by itself?',
    answer: () => html`<p>No. Overdue says which server needs a restart and why. Restarting is yours.</p>`,
  },
  {
    id: 'what-leaves',
    question: 'What leaves my server?',
    answer: () =>
      html`<p>
        Names, versions and states: host name, addresses, kernel and packages, listening ports with their programs, the
        restart flag, and for each port a verdict with the rule that decided. No firewall ruleset, no file contents, no
        environment, no traffic. <code>overdue-agent snapshot --json</code> prints all of it and sends nothing. Nothing
        goes to anybody but this collector.
      </p>`,
  },
  {
    id: 'why-exposed',
    question: 'Why does it say exposed? There is a firewall in front of it',
    answer: () =>
      html`<p>
        The server judges what it can see: its own addresses, rules and programs. What stands before it, it cannot see.
        Say so in its <code>agent.toml</code>, under <code>network</code> or <code>ports</code>, or have an operator
        declare the port on the server’s page; what was said is then shown beside what was found.${' '}
        <code>overdue-agent explain --port 443</code> there prints the way of a packet, rule by rule.
      </p>`,
  },
  {
    id: 'blind',
    question: 'What is “not called late yet”?',
    answer: () =>
      html`<p>
        Whether a server is heard is told by the collector’s own clock. When it just started or was paused, when its
        clock jumped or its disk did not answer, or when many servers fell late together, which looks more like its own
        network, silence says nothing about the servers: it could not listen. Until it has heard everyone again, no
        server is called late or silent because of it. Who was silent before stays so, and what servers said stays true.
      </p>`,
  },
  {
    id: 'why-silent',
    question: 'Why is it silent?',
    answer: () =>
      html`<p>
        The server is off, cannot reach this collector, or its agent does not run. On it:${' '}<code
          >systemctl status overdue-agent</code
        >, then <code>overdue-agent doctor</code>, which names what is in the way. If the machine is gone for good, an
        operator can forget it on its page.
      </p>`,
  },
]

function stillThere(): View {
  return html`<div>
    <p>
      The first report after the restart clears it, usually within half a minute. On the server,${' '}
      <code>overdue-agent explain</code>${' '} shows every signal and what it says now. Why it may still be there:
    </p>
    <ol class="numbered">
      <li>
        <b>No report yet.</b> "Last report" on its page is older than the restart:${' '}
        <code>overdue-agent report --wait</code>${' '} sends one now, <code>overdue-agent doctor</code> says why none
        comes.
      </li>
      <li>
        <b>It was not restarted.</b> "Booted" on its page is older than you think: the machine was shut down, suspended
        or restored from a snapshot, or another machine was restarted.
      </li>
      <li>
        <b>The flag came back.</b> An update after the restart asks for another one. The history says "Restart required"
        again, with its packages.
      </li>
      <li>
        <b>The old kernel started again.</b> The evidence compares what runs with what starts next: the boot loader is
        held at an older entry, <code>/boot</code> was full, or the new kernel failed to start.
      </li>
      <li>
        <b>A container.</b> It runs the kernel of the machine around it: restarting the container changes nothing about
        that. Flags that name only a kernel are shown there and not counted.
      </li>
      <li>
        <b>The flag is written by something else.</b> The evidence names the file and the packages; a script of yours
        may write it at every start.
      </li>
      <li><b>The page is old.</b> If it says "paused", load it again; the moment at the foot says how old it is.</li>
    </ol>
    <p>
      <a href=${`${paths.historyPage()}?type=restarted-still-required`}>Servers that restarted and still require one</a
      >${' '}are in the history.
    </p>
  </div>`
}
