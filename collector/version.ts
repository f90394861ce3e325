/** Version of the collector as it prints it; a test keeps it equal to package.json, which no bundle carries. */
export const COLLECTOR_VERSION = '0.1.0'
