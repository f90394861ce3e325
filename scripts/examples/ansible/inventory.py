#!/usr/bin/env python3
"""Servers of a collector as an inventory of Ansible, in groups by what they are and what they need.

  ansible-inventory -i inventory.py --graph
  ansible -i inventory.py promoted -m ansible.builtin.setup
  OVERDUE_INVENTORY_QUERY='app:shop state:restart-required' ansible-playbook -i inventory.py restart.yml

Asks with the "overdue" command, as whoever is logged in there ("overdue login URL", or OVERDUE_URL and
OVERDUE_TOKEN_FILE); a token of role reader is enough. Needs Python 3.6 and nothing beside it.

Groups: app_*, env_*, state_*, exposure_*, reporting_*, and promoted; in names everything but letters and digits becomes
"_". Each host has overdue_id, overdue_name, overdue_application, overdue_environment, overdue_state, overdue_exposure,
overdue_reporting, overdue_promoted, overdue_reasons, overdue_headline, overdue_since and overdue_tags.
"""
import collections
import json
import os
import re
import subprocess
import sys

GROUPED_BY = {
    "app": "application",
    "env": "environment",
    "state": "state",
    "exposure": "exposure",
    "reporting": "reporting",
}
VARIABLES = [*GROUPED_BY.values(), "id", "name", "promoted", "reasons", "headline", "since", "tags"]
HOST_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}")
# Ansible would run on the machine it is started from, or take the name for a group.
NOT_A_HOST = re.compile(r"(?i)localhost(\..*)?|127\.[0-9.]*|[0-9]+|all|ungrouped")


def read_servers():
    query = os.environ.get("OVERDUE_INVENTORY_QUERY")
    command = ["overdue", "export", "servers", *([query] if query else []), "--format", "json"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
    except FileNotFoundError:
        sys.exit('inventory.py: there is no "overdue" command here')
    except subprocess.CalledProcessError as error:
        # What it says stands above. No inventory is better than an empty one: plays would run, on nothing.
        sys.exit(f'inventory.py: "overdue export" ended with exit code {error.returncode}')
    return json.loads(done.stdout)["items"]


def named(servers):
    """Servers by host name. A name is what a server says of itself: one that two claim, or that is none, is not used."""
    claims = collections.Counter(server["name"].lower() for server in servers)
    groups = {group for server in servers for group in wanted_groups(server)}

    def host_name(server):
        name = server["name"]
        usable = HOST_NAME.fullmatch(name) and not NOT_A_HOST.fullmatch(name) and name not in groups
        return name if usable and claims[name.lower()] == 1 else server["id"]

    return {host_name(server): server for server in servers}


def wanted_groups(server):
    """What each group stands for, by its name."""
    found = {
        f"{prefix}_{re.sub('[^A-Za-z0-9]', '_', server[key])}": server[key]
        for prefix, key in GROUPED_BY.items()
        if server[key]
    }
    return {**found, **({"promoted": "promoted"} if server["promoted"] else {})}


def grouped(hosts):
    groups, meanings = collections.defaultdict(list), collections.defaultdict(set)
    for name, server in hosts.items():
        for group, meaning in wanted_groups(server).items():
            groups[group].append(name)
            meanings[group].add(meaning)
    for group, meaning in meanings.items():
        if len(meaning) > 1:
            # A play for the one would run on the other, too.
            print(f"inventory.py: no group {group}: {' and '.join(sorted(meaning))} would share it", file=sys.stderr)
            del groups[group]
    return groups


def harmless(value):
    """Without what Ansible would run as a template on the machine it is started from: servers wrote these texts."""
    if isinstance(value, str):
        return re.sub(r"\{(?=[{%#])", "{ ", value)
    if isinstance(value, list):
        return [harmless(item) for item in value]
    if isinstance(value, dict):
        return {harmless(key): harmless(item) for key, item in value.items()}
    return value


def variables(server):
    return {f"overdue_{key}": harmless(server[key]) for key in VARIABLES}


def main(arguments):
    if arguments[:1] == ["--list"]:
        hosts = named(read_servers())
        answer = {group: {"hosts": names} for group, names in grouped(hosts).items()}
        answer["all"] = {"hosts": list(hosts)}
        answer["_meta"] = {"hostvars": {name: variables(server) for name, server in hosts.items()}}
    elif arguments[:1] == ["--host"] and len(arguments) == 2:
        hosts = named(read_servers())
        answer = variables(hosts[arguments[1]]) if arguments[1] in hosts else {}
    else:
        sys.exit("usage: inventory.py --list | --host NAME")
    json.dump(answer, sys.stdout, indent=2)
    print()


main(sys.argv[1:])
