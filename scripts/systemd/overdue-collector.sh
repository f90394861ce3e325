#!/bin/sh
# overdue-collector: the bundle on the runtime that was installed beside it. Installed as /usr/bin/overdue-collector.

# Where the installer leaves libatomic.so.1, which this runtime needs and minimal systems lack.
LD_LIBRARY_PATH=/usr/lib/overdue/lib
export LD_LIBRARY_PATH
# Left alone, the young generation takes 50 to 150 MB that buy nothing.
exec /usr/lib/overdue/node --max-semi-space-size=4 /usr/lib/overdue/overdue-collector.mjs "$@"
