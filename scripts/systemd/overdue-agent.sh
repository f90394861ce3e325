#!/bin/sh
# overdue-agent: the bundle on the runtime that was installed beside it. Installed as /usr/bin/overdue-agent.

# Where the installer leaves libatomic.so.1, which this runtime needs and minimal systems lack.
LD_LIBRARY_PATH=/usr/lib/overdue/lib
# One heap for all threads (mallopt(3)): each further arena holds on to about 1 MB.
MALLOC_ARENA_MAX=1
export LD_LIBRARY_PATH MALLOC_ARENA_MAX

# Everything but the resident agent ends after a second or two and may take the memory it needs.
[ "${1-}" = run ] || exec /usr/lib/overdue/node /usr/lib/overdue/overdue-agent.cjs "$@"

# The resident agent looks at little and often: optimising compilers and a large young generation cost it 15 MB.
# What it needed for its start goes back to the kernel when it is free, which malloc would not do by itself.
MALLOC_MMAP_THRESHOLD_=32768
MALLOC_TRIM_THRESHOLD_=32768
MALLOC_TOP_PAD_=4096
export MALLOC_MMAP_THRESHOLD_ MALLOC_TRIM_THRESHOLD_ MALLOC_TOP_PAD_
exec /usr/lib/overdue/node --no-opt --no-maglev --max-semi-space-size=1 --max-old-space-size=16 --no-sparkplug \
  --optimize-for-size --max-lazy --single-threaded-gc --wasm-lazy-compilation --wasm-tiering-budget=2000000000 \
  --expose-gc /usr/lib/overdue/overdue-agent.cjs "$@"
