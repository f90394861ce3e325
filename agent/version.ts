/** Version of the agent as it reports and prints it; a test keeps it equal to package.json, which is not on a host. */
export const AGENT_VERSION = '0.1.0'
