// Plain JavaScript, because it must run on the old Node versions that it rejects.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(
    `This project needs Node 24; this is ${process.version}.\n` +
      'Node 24 comes with the project as a package, but its install script did not run. Either\n' +
      '  - install Node 24 or newer yourself, or\n' +
      '  - run "npm rebuild node", then try again (npm 12 asks for "allowScripts", which package.json has).',
  )
  process.exit(1)
}
