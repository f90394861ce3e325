// Tests on another runtime than the one that ships prove little; say how to get the right one.
const REQUIRED_MAJOR = 26

if (Number(process.versions.node.split('.')[0]) < REQUIRED_MAJOR) {
  throw new Error(
    `Node ${REQUIRED_MAJOR} is required, this is ${process.version}: run the tests with "npm test" or scripts/test`,
  )
}
