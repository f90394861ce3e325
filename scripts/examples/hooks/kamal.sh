#!/bin/sh
# .kamal/hooks/post-deploy, executable (chmod +x), in the repository of the application.
#
# Runs on the machine that deploys, where "overdue login URL" was done once. After a deploy the servers look afresh and
# report, and their verdicts are printed, so that page and terminal show what is true before Kamal ends. Takes 65 s at
# most (where there is no timeout(1), as on a Mac, what "overdue" allows itself) and never fails: Kamal would count the
# deploy as failed.

# Which servers, in the words of "overdue list".
query=${OVERDUE_QUERY:-app:shop}

limit=
if command -v timeout >/dev/null 2>&1; then limit='timeout -k 5 60'; fi
# shellcheck disable=SC2086  # a program with arguments, or nothing
$limit overdue refresh "$query" --wait=30s </dev/null ||
  echo "Overdue: not every server has reported (exit code $?); the deploy is not affected" >&2
exit 0
