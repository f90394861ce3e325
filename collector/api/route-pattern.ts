// The URL of a route with an id in it, made from the same builder that makes its links.

/** "/api/v1/servers/:id" from `paths.server`. */
export function routePattern(path: (id: string) => string, parameter = 'id'): string {
  return path('ID').replace('ID', `:${parameter}`)
}
