// Stands for the storage of dynalite in the bundle of the embedded mode. Only the rules of dynalite are used.
module.exports = {}
