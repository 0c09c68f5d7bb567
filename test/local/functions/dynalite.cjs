/** The store of earlier versions: dynalite with its own LevelDB, in the folder given. It accepts any signature. */
const dynalite = require('dynalite')

const server = dynalite({ path: process.argv[2], createTableMs: 50 })
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
