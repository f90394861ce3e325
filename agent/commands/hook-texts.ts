// What "hook print" prints. Written by scripts/hook-texts.ts from scripts/examples/hooks/: change the files there, then
// "npm run golden".

export const HOOK_TEXTS: Readonly<Record<string, string>> = {
  'cloud66.yml': `# .cloud66/deploy_hooks.yml, in the repository of the application.
#
# When a deployment has reached all servers, each looks afresh and reports, so that the dashboard shows what is true
# before the deployment ends. Takes 35 s at most and never halts a deployment, whatever becomes of agent and collector.
production:
  last_thing:
    - command: sh -c 'timeout -k 5 30 overdue-agent report --reason deploy --wait=20s --soft || true'
      name: report to Overdue
      # Every server; any other target means one server, unless run_on says all_servers.
      target: any
      execute: true
      # The agent listens to root and the group overdue-agent.
      sudo: true
      apply_during: all
      # Without this line a hook that fails halts the deployment.
      halt_on_error: false
`,
  'capistrano.rake': `# lib/capistrano/tasks/overdue.rake, in the repository of the application. Capistrano 3.
#
# After a deploy each server looks afresh and reports, so that the dashboard shows what is true before cap ends. Takes
# 35 s at most and never fails a deploy, whatever becomes of agent and collector.
# The agent listens to root and its group; once on each server: adduser deploy overdue-agent
namespace :overdue do
  desc 'Have every server report to Overdue'
  task :report do
    on roles(:all) do |server|
      execute 'timeout -k 5 30 overdue-agent report --reason deploy --wait=20s --soft || true'
    rescue StandardError => e
      warn "Overdue: #{server} was not asked to report: #{e.message}"
    end
  end
end

after 'deploy:finished', 'overdue:report'
`,
  'kamal.sh': `#!/bin/sh
# .kamal/hooks/post-deploy, executable (chmod +x), in the repository of the application.
#
# Runs on the machine that deploys, where "overdue login URL" was done once. After a deploy the servers look afresh and
# report, and their verdicts are printed, so that page and terminal show what is true before Kamal ends. Takes 65 s at
# most (where there is no timeout(1), as on a Mac, what "overdue" allows itself) and never fails: Kamal would count the
# deploy as failed.

# Which servers, in the words of "overdue list".
query=\${OVERDUE_QUERY:-app:shop}

limit=
if command -v timeout >/dev/null 2>&1; then limit='timeout -k 5 60'; fi
# shellcheck disable=SC2086  # a program with arguments, or nothing
$limit overdue refresh "$query" --wait=30s </dev/null ||
  echo "Overdue: not every server has reported (exit code $?); the deploy is not affected" >&2
exit 0
`,
  'ansible.yml': `# handlers/main.yml of a role, or "handlers:" of a play. A task that upgrades, installs or restarts something says
#   notify: report to Overdue
# and after the play each of its hosts looks afresh and reports once, so that the dashboard shows what is true before
# ansible-playbook ends. Takes 35 s at most and never fails a play, whatever becomes of agent and collector.
- name: Report to Overdue
  listen: report to Overdue
  ansible.builtin.command:
    argv: [timeout, -k, '5', '30', overdue-agent, report, --reason, ansible, --wait=20s, --soft]
  become: true
  changed_when: false
  failed_when: false
  ignore_unreachable: true
`,
  'github.yml': `# .github/workflows/deploy.yml: a step for the end of the job that deploys. The secret OVERDUE_TOKEN is an API token of
# role operator; the address and the query below are yours to change.
#
# The servers look afresh and report, and their verdicts are printed, so that page and log show what is true before the
# job ends. Takes 60 s at most and never fails a deploy, whatever becomes of the collector.
- name: Refresh Overdue
  continue-on-error: true
  timeout-minutes: 2
  env:
    OVERDUE_URL: https://overdue.example
    OVERDUE_TOKEN: \${{ secrets.OVERDUE_TOKEN }}
    OVERDUE_REFRESH: '{"query": "app:shop", "wait": "30s"}'
  run: |
    # The token goes by standard input: everybody on the machine can read arguments.
    if answer=$(printf 'header = "Authorization: Bearer %s"\\n' "$OVERDUE_TOKEN" |
      curl -q -fsS --config - --connect-timeout 10 --max-time 60 \\
        -H 'Content-Type: application/json' -d "$OVERDUE_REFRESH" "$OVERDUE_URL/api/v1/refresh"); then
      # As JSON, in which a server's name cannot begin a line: the runner would take some for commands.
      printf '%s\\n' "$answer" |
        jq -c '"\\(.answered) of \\(.total) servers reported",
          (.items[] | [.outcome, .name, .server.headline // .why])' ||
        printf '%s\\n' "$answer"
    else
      echo "::warning::Overdue was not refreshed; the deploy is not affected"
    fi
`,
  'gitlab.yml': `# .gitlab-ci.yml. The job that deploys takes this in with
#   extends: .refresh-overdue
# and needs curl in its image. The CI/CD variable OVERDUE_TOKEN, masked and protected, is an API token of role operator;
# the address and the query below are yours to change.
#
# The servers look afresh and report, and their verdicts are printed, so that page and log show what is true before the
# job ends. Takes 60 s at most; what happens in an after_script never fails a job.
.refresh-overdue:
  variables:
    OVERDUE_URL: https://overdue.example
    OVERDUE_REFRESH: '{"query": "app:shop", "wait": "30s"}'
  after_script:
    - |
      if [ "$CI_JOB_STATUS" != success ]; then exit 0; fi
      # The token goes by standard input: everybody on the machine can read arguments.
      if answer=$(printf 'header = "Authorization: Bearer %s"\\n' "$OVERDUE_TOKEN" |
        curl -q -fsS --config - --connect-timeout 10 --max-time 60 \\
          -H 'Content-Type: application/json' -d "$OVERDUE_REFRESH" "$OVERDUE_URL/api/v1/refresh"); then
        printf '%s\\n' "$answer" |
          jq -c '"\\(.answered) of \\(.total) servers reported",
            (.items[] | [.outcome, .name, .server.headline // .why])' ||
          printf '%s\\n' "$answer"
      else
        echo "Overdue was not refreshed; the deploy is not affected"
      fi
`,
  'apt.conf': `// /etc/apt/apt.conf.d/90overdue-agent
//
// When dpkg is done, this host looks afresh and reports, instead of when dpkg has been quiet for a while. Takes 6 s at
// most, says nothing and never fails apt, whatever becomes of agent and collector. Does nothing where no agent is.
DPkg::Post-Invoke {
  "{ ! command -v overdue-agent || timeout -k 1 5 overdue-agent report --soft; } </dev/null >/dev/null 2>&1 || true";
};
`,
}
