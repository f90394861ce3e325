// What suggestions ask the collector: servers that a query selects, and what they have in common.

/** Items of the list, most urgent first; null where they cannot be had: the query may be half written, or nobody answers. */
export async function serversOf(query, limit) {
  return (await asked({ q: query, limit: String(limit) }))?.items ?? null
}

/** Values of each key with their counts; null as above. */
export async function facetsOf(query) {
  return (await asked({ facets: '1', limit: '1', q: query }))?.facets ?? null
}

async function asked(parameters) {
  try {
    const answer = await fetch(`/api/v1/servers?${new URLSearchParams(parameters)}`)
    return answer.ok ? await answer.json() : null
  } catch {
    return null
  }
}
