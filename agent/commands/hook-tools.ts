// The tools there is a hook for. The texts themselves are in hook-texts.ts.

export type HookTool = {
  /** What people type. */
  tool: string
  /** Which file of scripts/examples/hooks/ it is. */
  file: string
  /** Where the text belongs, in the words of its first line. */
  place: string
  summary: string
}

export const HOOK_TOOLS: readonly HookTool[] = [
  {
    tool: 'cloud66',
    file: 'cloud66.yml',
    place: '.cloud66/deploy_hooks.yml',
    summary: 'each server reports when a deployment has reached all of them',
  },
  {
    tool: 'capistrano',
    file: 'capistrano.rake',
    place: 'lib/capistrano/tasks/overdue.rake',
    summary: 'each server reports after deploy:finished',
  },
  {
    tool: 'kamal',
    file: 'kamal.sh',
    place: '.kamal/hooks/post-deploy',
    summary: 'the deploying machine asks the collector for fresh reports',
  },
  {
    tool: 'ansible',
    file: 'ansible.yml',
    place: 'handlers/main.yml',
    summary: 'a handler: hosts that were changed report after the play',
  },
  {
    tool: 'github',
    file: 'github.yml',
    place: '.github/workflows/deploy.yml',
    summary: 'a step of GitHub Actions asks the collector for fresh reports',
  },
  {
    tool: 'gitlab',
    file: 'gitlab.yml',
    place: '.gitlab-ci.yml',
    summary: 'a job of GitLab CI asks the collector for fresh reports',
  },
  {
    tool: 'apt',
    file: 'apt.conf',
    place: '/etc/apt/apt.conf.d/90overdue-agent',
    summary: 'this host reports as soon as dpkg is done',
  },
]
